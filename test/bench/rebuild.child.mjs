import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteEventStore } from '../../dist/libs/event-store/adapters/sqlite.event-store.js';
import { Views } from '../../dist/libs/views/index.js';
import { catalogue, parseFlat, theJournal, twoViews } from './history.mjs';

// One measurement in a process of its own, so that memory and caches are its own: rebuild.child.mjs WHAT FOLDER [ENTRY]
const [what, folder, entry] = process.argv.slice(2);
const open = (file, projections) => {
  for (const end of ['', '-wal', '-shm']) if (what !== 'at' && file !== ':memory:') rmSync(file + end, { force: true });
  return Views.open(`sqlite:${file}`, new SqliteEventStore(join(folder, 'events.db')), catalogue, projections);
};
const started = performance.now();
let more = {};
if (what === 'parse') {
  let sum = 0;
  await parseFlat(folder, ({ data }) => (sum += data.amountPence));
  more = { sum };
} else if (what === 'replay') {
  const sums = new Map();
  await parseFlat(
    folder,
    ({ data }) => data.postings.forEach(({ account, amountPence }) => sums.set(account, (sums.get(account) ?? 0) + amountPence)),
    Number(entry),
  );
  more = { accounts: sums.size, pence: sums.get('Assets:leeds:fund-1') };
} else if (what === 'views' || what === 'views-in-memory') {
  const views = await open(what === 'views' ? join(folder, 'views.db') : ':memory:', twoViews);
  await views.catchUp();
  more = { entry: (await views.completeTo()).entry };
} else if (what === 'journal') {
  const views = await open(join(folder, 'books.db'), theJournal);
  await views.catchUp();
  await views.close();
} else if (what === 'money') {
  const views = await Views.open(
    `sqlite:${join(folder, 'books.db')}`,
    new SqliteEventStore(join(folder, 'events.db')),
    catalogue,
    theJournal,
  );
  const [balances, months] = [new Float64Array(1 << 12), new Map()];
  const opened = performance.now();
  await views.everyLeg((account, pence, day) => {
    balances[account] += pence;
    const key = account * 1_000_000 + ((day / 100) | 0);
    months.set(key, (months.get(key) ?? 0) + pence);
  });
  more = { opening: opened - started, months: months.size };
} else if (what === 'at') {
  const views = await open(join(folder, 'books.db'), theJournal);
  const found = await views.balances({ asAt: '9999-12-31', asKnown: Number(entry), prefix: '', tenantId: 'leeds' });
  more = { accounts: found.length, pence: found.find(({ account }) => account === 'Assets:leeds:fund-1')?.pence };
}
process.stdout.write(
  `${JSON.stringify({ ms: performance.now() - started, cpu: process.cpuUsage(), rssMb: process.resourceUsage().maxRSS / 1024, ...more })}\n`,
);
process.exit(0);

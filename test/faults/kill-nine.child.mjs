// Writes as fast as the door lets it, and says on stdout what was acknowledged, line by line, until somebody kills it.
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import { once } from 'node:events';
import { Home, settingsFrom } from '../../dist/libs/home/index.js';

const CALLERS = 16;
const FUNDS = 8;
// Loaded and waiting: the parent names the folder when its turn has come.
const [line] = await once(process.stdin.setEncoding('utf8'), 'data');
const home = await Home.open(settingsFrom(process.env, { folder: line.trim() }));
home.start();
const actor = (actorRef) => ({ actorRef, issuer: 'test', authnStrength: 'test' });
if (!(await home.door.rolesOf('kill', 'finance')).includes('finance-officer')) {
  await home.door.ask('kill', 'GrantRole', { commandId: randomUUID(), subject: 'finance', role: 'finance-officer' }, actor('operator'));
}
const run = randomUUID().slice(0, 8);
const fund = (n) => `fund-${run}-${n % FUNDS}`;
const ask = async (type, body) => {
  const commandId = randomUUID();
  const { revision, stream } = await home.door.ask('kill', type, { commandId, ...body }, actor('finance'));
  writeSync(1, `${commandId} ${stream} ${revision}\n`);
};
for (let n = 0; n < FUNDS; n += 1) {
  await ask('OpenFund', {
    fundId: fund(n),
    title: 'A fund',
    class: 'general',
    purpose: 'Anything',
    purposes: ['any'],
    currency: 'GBP',
    holder: 'council',
  });
}
let next = 0;
const caller = async () => {
  for (;;) {
    const n = (next += 1);
    await ask('RecordReceipt', { fundId: fund(n), lotId: `lot-${n}`, kind: 'income', amountPence: n, source: 'giver' });
    if (n % 5 === 0)
      await ask('GiveAuthority', {
        fundId: fund(n),
        bodyId: `body-${n}`,
        period: '2026',
        title: 'Authority',
        lots: [{ lotId: `lot-${n}`, amountPence: n }],
      });
  }
};
await Promise.all(Array.from({ length: CALLERS }, caller));

import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeHistory } from './history.mjs';
import { alsoMine, inFolder, median } from './measure.mjs';

const child = join(dirname(fileURLToPath(import.meta.url)), 'rebuild.child.mjs');
function apart(what, folder, entry = 0) {
  const done = spawnSync(process.execPath, [child, what, folder, String(entry)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (done.status !== 0) throw new Error(`${what} did not finish`);
  const answer = JSON.parse(done.stdout);
  alsoMine(answer.cpu);
  return answer;
}

/** W3 and W4, rows 6 to 10: rebuilds from a long history, and balances at past entries, each in a process of its own. */
export const w3 = ({ events, rounds }) =>
  inFolder(async (folder) => {
    await writeHistory(folder, events);
    const small = await inFolder(async (other) => {
      await writeHistory(other, Math.max(1_000, events / 10));
      return apart('views', other).rssMb;
    });
    const journal = apart('journal', folder);
    const taken = { parse: [], views: [], memory: [], money: [], at: [], replay: [] };
    let rss = 0;
    for (let round = 0; round < rounds; round += 1) {
      taken.parse.push(apart('parse', folder).ms);
      const views = apart('views', folder);
      taken.views.push(views.ms);
      rss = Math.max(rss, views.rssMb);
      taken.memory.push(apart('views-in-memory', folder).ms);
      const money = apart('money', folder);
      taken.money.push(money.ms - money.opening);
      const entry = Math.floor(events * (0.5 + 0.45 * Math.random()));
      const [at, replay] = [apart('at', folder, entry), apart('replay', folder, entry)];
      if (at.pence !== replay.pence) throw new Error(`At entry ${entry} the books say ${at.pence} and a replay says ${replay.pence}`);
      taken.at.push(at.ms);
      taken.replay.push(replay.ms);
    }
    const ms = Object.fromEntries(Object.entries(taken).map(([name, all]) => [name, median(all)]));
    const perSecond = (milliseconds) => (events * 1000) / milliseconds;
    const floor = perSecond(ms.parse);
    return [
      {
        row: 6,
        says: `W3, two views with their history, ${events} events`,
        unit: 'events/s',
        ours: perSecond(ms.views),
        against: 'JSON.parse from a flat file',
        floor,
        goal: 1.4,
      },
      {
        row: 7,
        says: 'W3, money views from the books',
        unit: 'events/s',
        ours: perSecond(ms.money),
        against: 'JSON.parse from a flat file',
        floor,
        goal: 20,
        filledInMs: journal.ms,
      },
      {
        row: 8,
        says: `W3, memory at ${events} events`,
        unit: 'MB',
        ours: rss,
        against: 'MB at a tenth of them',
        floor: small,
        ratio: rss / 150,
        goal: 1,
        atMost: true,
      },
      {
        row: 9,
        says: 'W3, views persisted',
        unit: 'events/s',
        ours: perSecond(ms.views),
        against: 'the same in memory',
        floor: perSecond(ms.memory),
        goal: 0.9,
      },
      {
        row: 10,
        says: 'W4, all balances at a past entry, cold process',
        unit: 'ms',
        ours: ms.at,
        against: 'replay of all JSON to it, ms',
        floor: ms.replay,
        ratio: ms.replay / ms.at,
        goal: 300,
      },
    ];
  });

import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { overwriting, plainLog } from './floors.mjs';
import { EVENTS_BEFORE, openLedger, STREAMS } from './ledgers.mjs';
import { byTurns, callers, inFolder } from './measure.mjs';

const peers = join(dirname(fileURLToPath(import.meta.url)), 'peers');

/** The peers are installed on demand, in a folder of their own; without a network or a compiler they are left out, with a word. */
async function emmettOrWhy(folder) {
  if (!existsSync(join(peers, 'node_modules'))) {
    const done = spawnSync('npm', ['ci'], { cwd: peers, stdio: ['ignore', 2, 2] });
    if (done.status !== 0) return { why: 'the peers could not be installed (npm ci in test/bench/peers)' };
  }
  try {
    const { openEmmett } = await import('./peers/emmett.mjs');
    return { peer: await openEmmett(folder, STREAMS, EVENTS_BEFORE) };
  } catch (failed) {
    return { why: `emmett-sqlite did not start: ${failed.message.split('\n')[0]}` };
  }
}

let lots = 0;
const anyStream = () => Math.floor(Math.random() * STREAMS);

/** W1, rows 1 to 4: one command, the whole path, durable; beside emmett-sqlite, a plain log file and a bare durable write. */
export const w1 = ({ seconds, rounds }) =>
  inFolder(async (folder) => {
    const ledger = await openLedger(folder);
    await ledger.fill();
    const [{ events }] = [await ledger.home.store.readAll(null, { types: ['ReceiptRecorded'], limit: 1 })];
    const log = plainLog(folder, STREAMS, (stream, lotId) => ({ ...events[0], stream, lotId }));
    const bare = overwriting(folder);
    const { peer, why } = await emmettOrWhy(folder);
    const ask = (rival) => () => rival(anyStream(), `lot-${(lots += 1)}`);
    const many = await byTurns(rounds, {
      ours: () => callers(32, seconds, ask(ledger.receipt)),
      log: () => callers(32, seconds, ask(log.ask)),
      ...(peer && { emmett: () => callers(32, seconds, ask(peer.ask)) }),
    });
    const one = await byTurns(rounds, {
      ours: () => callers(1, seconds, ask(ledger.receipt)),
      bare: () => callers(1, seconds, async () => bare.ask()),
    });
    peer?.close();
    log.close();
    bare.close();
    await ledger.close();
    const missing = { why };
    return [
      {
        row: 1,
        says: 'W1, 32 callers, whole path',
        unit: 'commands/s',
        ours: many.ours.perSecond,
        against: 'emmett-sqlite, shared connection',
        floor: many.emmett?.perSecond,
        goal: 30,
        ...(!peer && missing),
      },
      {
        row: 2,
        says: 'W1, 32 callers, whole path',
        unit: 'commands/s',
        ours: many.ours.perSecond,
        against: 'plain log, group commit, fdatasync',
        floor: many.log.perSecond,
        goal: 0.5,
      },
      {
        row: 3,
        says: 'W1, 1 caller',
        unit: 'commands/s',
        ours: one.ours.perSecond,
        against: '4 KiB overwrite + fdatasync',
        floor: one.bare.perSecond,
        goal: 0.75,
      },
      {
        row: 4,
        says: 'W1, 32 callers, p99',
        unit: 'ms',
        ours: many.ours.p99,
        against: 'p99 of emmett-sqlite',
        floor: many.emmett?.p99,
        goal: 0.1,
        atMost: true,
        ...(!peer && missing),
      },
    ];
  });

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for one measurement; it is gone afterwards. */
export async function inFolder(work) {
  const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'ledger-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ticks = () => {
  const [, ...fields] = readFileSync('/proc/stat', 'utf8').split('\n')[0].trim().split(/\s+/).map(Number);
  const [user, nice, system, , , irq, softirq, steal] = fields;
  return { busy: user + nice + system + irq + softirq, steal };
};
const TICKS_PER_SECOND = 100;

let elsewhere = 0;
/** What a process of ours has used is not foreign. */
export const alsoMine = ({ system, user }) => (elsewhere += (user + system) / 1e6);

/** The share of all processor time that somebody else used while `work` ran: above a tenth, only ratios of one run mean anything. */
export async function withForeignShare(work) {
  const cores = readFileSync('/proc/cpuinfo', 'utf8').match(/^processor/gm)?.length ?? 1;
  const [before, own, started] = [ticks(), process.cpuUsage(), performance.now()];
  elsewhere = 0;
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  const mine = process.cpuUsage(own);
  const all = (ticks().busy - before.busy) / TICKS_PER_SECOND;
  return { result, foreign: Math.max(0, (all - (mine.user + mine.system) / 1e6 - elsewhere) / (seconds * cores)) };
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
export const percentile = (numbers, share) =>
  Float64Array.from(numbers).sort()[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

/** So many callers ask one after the other, until the time is up; answers how many a second, and how long each waited. */
export async function callers(count, seconds, ask) {
  const waits = [];
  const started = performance.now();
  const until = started + seconds * 1000;
  await Promise.all(
    Array.from({ length: count }, async (_, caller) => {
      for (let turn = 0; performance.now() < until; turn += 1) {
        const asked = performance.now();
        await ask(caller, turn);
        waits.push(performance.now() - asked);
      }
    }),
  );
  return { perSecond: waits.length / ((performance.now() - started) / 1000), p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) };
}

/** Runs rivals by turns, so that a busy moment hits all of them, and keeps the median of each figure. */
export async function byTurns(rounds, rivals) {
  const taken = Object.fromEntries(Object.keys(rivals).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) for (const [name, rival] of Object.entries(rivals)) taken[name].push(await rival(round));
  return Object.fromEntries(
    Object.entries(taken).map(([name, figures]) => [
      name,
      Object.fromEntries(Object.keys(figures[0]).map((figure) => [figure, median(figures.map((one) => one[figure]))])),
    ]),
  );
}

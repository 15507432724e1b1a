// kill -9 at random moments: node test/faults/kill-nine.mjs [kills, 1000]. Exit code 1 when anything acknowledged was lost, or anything is askew.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const DIST = join(here, '..', '..', 'dist');
/** A ledger lives through so many deaths before a fresh one begins: long enough to have a history, short enough to be checked each time. */
const KILLS_A_LEDGER = 40;
/** The full replay takes as long as the history: every so many deaths, and at each ledger's end. */
const WHOLE_EVERY = 10;
const WORKS_MS_MAX = 150;

function begin(dist) {
  const child = fork(join(here, 'kill-nine.child.mjs'), [dist], { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const told = { ready: Promise.withResolvers(), checked: Promise.withResolvers() };
  const acknowledged = [];
  child.on('message', (message) => {
    if (message.ready) told.ready.resolve();
    if (message.checked) told.checked.resolve(message);
    if (message.acknowledged) acknowledged.push(message.acknowledged);
  });
  const gone = new Promise((done) => child.once('exit', done));
  void gone.then(() => told.checked.resolve({ checked: ['the ledger died by itself'], entries: 0 }));
  return { child, acknowledged, gone, ready: told.ready.promise, checked: told.checked.promise };
}

/** Answers how many commands were acknowledged and what was found wrong. */
export async function killNine(kills, { dist = DIST, tell = () => undefined } = {}) {
  let folder;
  let acknowledged = [];
  let [commands, entries] = [0, 0];
  const faults = [];
  let next = begin(dist);
  for (let kill = 0; kill <= kills; kill += 1) {
    const nth = kill % KILLS_A_LEDGER;
    if (nth === 0) {
      if (folder) rmSync(folder, { recursive: true });
      folder = mkdtempSync(join(tmpdir(), 'ledger-kill-nine-'));
      acknowledged = [];
    }
    const last = kill === kills;
    const whole = last || nth === KILLS_A_LEDGER - 1 || nth % WHOLE_EVERY === WHOLE_EVERY - 1;
    const one = next;
    next = last ? undefined : begin(dist);
    await one.ready;
    one.child.send({ folder, acknowledged, whole, last });
    const found = await one.checked;
    entries = found.entries;
    faults.push(...found.checked.map((words) => `after ${kill} kills: ${words}`));
    if (!last && found.checked.length === 0) await new Promise((later) => setTimeout(later, Math.random() * WORKS_MS_MAX));
    if (!last) one.child.kill('SIGKILL');
    await one.gone;
    acknowledged = one.acknowledged;
    commands += acknowledged.length;
    tell({ kill, commands, entries, faults: faults.length });
    if (found.checked.length > 0) break;
  }
  next?.child.kill('SIGKILL');
  if (faults.length === 0) rmSync(folder, { recursive: true });
  return { kills, commands, faults, folder };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  const tell = ({ commands, entries, faults, kill }) =>
    kill % 25 === 0 &&
    process.stderr.write(`${kill} kills, ${commands} commands acknowledged, ${entries} entries in this ledger, ${faults} faults\n`);
  const { commands, faults, folder, kills } = await killNine(Number(process.argv[2] ?? 1000), { tell });
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${kills} kills in ${seconds} s, ${commands} acknowledged commands, ${faults.length} faults`);
  for (const words of faults) console.log(words);
  if (faults.length > 0) console.log(`The ledger is left in ${folder}`);
  process.exit(faults.length === 0 ? 0 : 1);
}

// Kills a writing ledger with SIGKILL, many times over, and opens it again each time. Usage: node test/faults/kill-nine.mjs 1000
// What must hold: every acknowledged event is there, no gap, no wedged stream, entries numbered as stored, and the views agree with a replay.
import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { Home, settingsFrom } from '../../dist/libs/home/index.js';

const KILLS_A_LEDGER = 25;
const WRITES_MS_MAX = 150;
const CHILD = join(import.meta.dirname, 'kill-nine.child.mjs');
const actor = (actorRef) => ({ actorRef, issuer: 'test', authnStrength: 'test' });

const standby = () => spawn(process.execPath, [CHILD], { stdio: ['pipe', 'pipe', 'inherit'] });

/** Lets one child write for a moment, kills it, and answers what it had been told was done. */
async function writeAndKill(child, folder) {
  let heard = '';
  const gone = new Promise((resolve) => child.on('close', resolve));
  const writing = new Promise((resolve) => {
    child.stdout.on('data', (text) => {
      heard += text;
      resolve();
    });
  });
  child.stdin.write(`${folder}\n`);
  await Promise.race([writing, gone.then(() => Promise.reject(new Error('The child ended before it wrote anything')))]);
  await new Promise((resolve) => setTimeout(resolve, randomInt(WRITES_MS_MAX)));
  child.kill('SIGKILL');
  await gone;
  // Half a line was never said.
  return heard
    .slice(0, heard.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '))
    .map(([commandId, stream, revision]) => ({ commandId, stream, revision: Number(revision) }));
}

/** The dead process still holds its leases for a few seconds; given back by hand here, or a thousand kills would take an hour of waiting. */
function giveBackLeases(folder) {
  for (const file of ['log.db', 'views.db', 'seals.db'].map((name) => join(folder, name)).filter(existsSync)) {
    const db = new Database(file);
    if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'leases'").get() !== undefined) db.exec('DELETE FROM leases');
    db.close();
  }
}

/** What is wrong with the ledger after a kill; nothing, where all is well. */
async function faultsOf(folder, acknowledged) {
  giveBackLeases(folder);
  const home = await Home.open(settingsFrom(process.env, { folder }));
  const wrong = [];
  try {
    const streams = Map.groupBy(acknowledged, ({ stream }) => stream);
    for (const [stream, told] of streams) {
      const there = await home.store.readStream(stream);
      const commands = there.map(({ metadata }) => JSON.parse(metadata).meta.commandId);
      if (there.some(({ revision }, index) => revision !== index)) wrong.push(`${stream} has a gap`);
      for (const { commandId, revision } of told)
        if (commands[revision] !== commandId) wrong.push(`${stream} lost ${commandId} at revision ${revision}`);
    }
    wrong.push(...(await home.store.inspect()).map(({ words }) => words));
    const some = [...streams.keys()].find((stream) => stream.startsWith('fund-'));
    if (some !== undefined) {
      const fundId = some.slice(some.indexOf('_') + 1);
      await home.door
        .ask(
          'kill',
          'RecordReceipt',
          { commandId: randomUUID(), fundId, lotId: `after-${randomUUID()}`, kind: 'income', amountPence: 1, source: 'giver' },
          actor('finance'),
        )
        .catch((thrown) => wrong.push(`${some} is wedged: ${thrown.message}`));
    }
    await home.settle();
    let stored = 0;
    for (let after = null; ;) {
      const { events, next } = await home.store.readAll(after);
      if (events.length === 0) break;
      stored += events.length;
      after = next;
    }
    const numbered = (home.log.lastEntry()?.entry ?? -1) + 1;
    const shown = home.views.completeTo().entry + 1;
    if (numbered !== stored || shown !== stored) wrong.push(`${stored} events are stored, ${numbered} numbered, ${shown} shown`);
    wrong.push(...(await home.views.selfCheck()));
  } finally {
    await home.close();
  }
  return wrong;
}

/** Kills so many times; answers how many events had been acknowledged, and everything that was wrong. */
export async function killNine(kills, progress = () => undefined) {
  const wrong = [];
  let acknowledged = 0;
  let folder;
  let child = standby();
  for (let kill = 0; kill < kills; kill += 1) {
    if (kill % KILLS_A_LEDGER === 0) {
      if (folder !== undefined) rmSync(folder, { recursive: true });
      folder = mkdtempSync(join(tmpdir(), 'ledger-kill-'));
    }
    const told = await writeAndKill(child, folder);
    child = kill + 1 < kills ? standby() : undefined;
    acknowledged += told.length;
    wrong.push(...(await faultsOf(folder, told)).map((words) => `kill ${kill + 1}: ${words}`));
    progress(kill + 1, acknowledged, wrong.length);
  }
  rmSync(folder, { recursive: true });
  return { kills, acknowledged, wrong };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const started = performance.now();
  const answer = await killNine(Number(process.argv[2] ?? 1000), (kill, acknowledged, wrong) => {
    if (kill % 50 === 0) console.log(`${kill} kills, ${acknowledged} acknowledged, ${wrong} wrong`);
  });
  answer.wrong.slice(0, 20).forEach((words) => console.log(words));
  console.log(
    `${answer.kills} kills in ${Math.round((performance.now() - started) / 1000)} s; ${answer.acknowledged} events acknowledged; ${answer.wrong.length} things wrong`,
  );
  process.exit(answer.wrong.length === 0 ? 0 : 1);
}

// Two of each kind of process over one store, one killed every few seconds: node test/faults/soak.mjs [seconds, 60] [postgres://..., sqlite:FILE]
// Without an address it starts Debian's PostgreSQL. Exit code 1 when anything acknowledged was lost, done twice, or is askew.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { twoRequests } from './two-requests.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const DIST = join(here, '..', '..', 'dist');
const TENANT = 'soak';
const FUNDS = 20;
const CALLERS = 40;
const KILL_EVERY_MS = 3_000;
/** Whoever asks tries again, at the other door, for so long. */
const ANSWER_MS_MAX = 30_000;
const EVERY_SO_MANY_SEEN = 5;
const ROLES = ['api', 'policies', 'views,log', 'api', 'policies', 'views,log'];
const later = (ms) => new Promise((done) => setTimeout(done, ms));
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
const everything = async (store) => {
  const found = [];
  for (let at = null; ;) {
    const { events, next } = await store.readAll(at);
    found.push(...events);
    if (next === at) return found;
    at = next;
  }
};

/** One process of the ledger: the program as it is installed, told by its settings what to do. */
class Process {
  constructor(roles, port, env) {
    Object.assign(this, { roles, port, env });
    this.begin();
  }
  begin() {
    this.child = spawn(process.execPath, [join(DIST, 'apps/ledger/main.js')], {
      env: { ...process.env, ...this.env, LEDGER_ROLES: this.roles, HOST: '127.0.0.1', PORT: String(this.port) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.said = '';
    this.child.stderr.on('data', (chunk) => (this.said = (this.said + chunk).slice(-2_000)));
    this.gone = new Promise((done) => this.child.once('exit', done));
  }
  async isReady() {
    return fetch(`http://127.0.0.1:${this.port}/health/live`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
  async kill() {
    this.child.kill('SIGKILL');
    await this.gone;
    this.begin();
  }
  async stop() {
    this.child.kill('SIGTERM');
    return this.gone;
  }
}

/** Sends a request to one door after the other until one answers for good: an id makes the repeats one. */
async function ask(doors, path, token, body) {
  const started = performance.now();
  for (let turn = 0; ; turn += 1) {
    const { port } = doors[turn % doors.length];
    const answer = await fetch(`http://127.0.0.1:${port}/api/${TENANT}/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    }).catch(() => undefined);
    if (answer?.ok) return answer.json();
    if (answer !== undefined && answer.status !== 503) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    if (performance.now() - started > ANSWER_MS_MAX) throw new Error(`${path}: no answer in ${ANSWER_MS_MAX} ms`);
    await later(50);
  }
}

/** Two requests by turns, until the time is up; some of them are looked for in the views as well. */
async function work(doors, token, caller, until, told) {
  const mine = [...doors.slice(caller % doors.length), ...doors.slice(0, caller % doors.length)];
  const fundId = `fund-${caller % FUNDS}`;
  for (let nth = 0; performance.now() < until; nth += 1) {
    for (const { body, type } of twoRequests(fundId)) {
      const receipt = await ask(mine, `commands/${type}`, token, body);
      told.acknowledged.push({ type, body, receipt });
      if (nth % EVERY_SO_MANY_SEEN > 0) continue;
      const asked = performance.now();
      const { view } = await ask(mine, `fund?fundId=${fundId}&after=${receipt.position}`, token);
      told.seenMs.push(performance.now() - asked);
      if (type === 'RecordReceipt' && !view.lots.some((lot) => lot.lotId === body.lotId))
        told.faults.push(`${body.lotId} was acknowledged and not seen`);
    }
  }
}

/** What must hold when the dust has settled; each sentence that comes back is a fault. */
async function faultsIn(home, acknowledged) {
  const faults = [];
  const must = (holds, words) => holds || faults.push(words);
  await home.settle();
  const events = await everything(home.store);
  const of = (type) => events.filter((event) => event.type === type);
  for (const { body, receipt, type } of acknowledged) {
    const [event] = await home.store.readStream(receipt.stream, { from: receipt.revision, limit: 1 });
    must(event?.id === receipt.events.at(-1).id, `acknowledged and lost: ${type} in ${receipt.stream} at revision ${receipt.revision}`);
    const again = await home.door.ask(TENANT, type, body, { actorRef: 'finance', issuer: 'test', authnStrength: 'test' });
    must(again.revision === receipt.revision && again.stream === receipt.stream, `asked again, ${type} was done again`);
  }
  must((await home.store.head()) === events.at(-1).position, 'asking again wrote something');
  must((await home.store.inspect()).length === 0, 'the store has gaps');

  for (const type of ['ReceiptRecorded', 'AuthorityGiven', 'EnvelopeApproved']) {
    const ids = new Set(of(type).map(({ metadata }) => JSON.parse(metadata).meta.commandId));
    must(ids.size === of(type).length, `${of(type).length} times ${type}, by ${ids.size} requests`);
  }
  const [given, taken] = [of('AuthorityGiven'), of('EnvelopeApproved')];
  must(given.length === taken.length, `${given.length} authorities were given, and ${taken.length} taken up`);
  must(new Set(taken.map(({ stream }) => stream)).size === taken.length, 'an authority was taken up twice');
  must((await home.log.deadLetters()).length === 0, `dead letters: ${JSON.stringify((await home.log.deadLetters()).slice(0, 2))}`);

  const read = await home.views.read(TENANT);
  const balances = await read.balances();
  const under = (prefix, suffix = '') =>
    balances.filter(({ account }) => account.startsWith(prefix) && account.endsWith(suffix)).reduce((total, { pence }) => total + pence, 0);
  const received = of('ReceiptRecorded').reduce((total, { data }) => total + JSON.parse(data).amountPence, 0);
  must(balances.reduce((total, { pence }) => total + pence, 0) === 0, 'the books do not balance');
  must(under(`Assets:${TENANT}:Cash:`) === received, `${received} pence came in, and the books hold ${under(`Assets:${TENANT}:Cash:`)}`);
  const available = under(`Equity:${TENANT}:Budget:Line:`, ':Available');
  must(Math.abs(available) === taken.length * 700, `${taken.length} envelopes of 700 pence, and ${available} pence stand in them`);

  must((await home.log.size()) === events.length, `${events.length} events, and ${await home.log.size()} have a number`);
  const differs = await home.publicLog.sealer.compareAll();
  must(differs === null, `the log differs from the store: ${differs}`);
  faults.push(...(await home.views.selfCheck()));
  return { faults, entries: events.length };
}

/** Answers what was done, how long a write took at most to be seen, and what was found wrong. */
export async function soak(seconds, address, tell = () => undefined) {
  const { FIRST_OPERATOR, Home, settingsFrom } = await import(pathToFileURL(join(DIST, 'libs/home/index.js')).href);
  const folder = mkdtempSync(join(tmpdir(), 'ledger-soak-'));
  const env = { LEDGER_HOME: folder, LEDGER_EVENTS: address, LEDGER_SEAL_SECONDS: '5' };
  const open = () => Home.open(settingsFrom(env, { demonstration: false }));
  const first = await open();
  const by = (actorRef) => ({ actorRef, issuer: 'test', authnStrength: 'test' });
  await first.door.ask(TENANT, 'GrantRole', { commandId: randomUUID(), subject: 'finance', role: 'finance-officer' }, by(FIRST_OPERATOR));
  for (let fund = 0; fund < FUNDS; fund += 1) {
    const fields = { fundId: `fund-${fund}`, title: 'A fund', class: 'general', purpose: 'Paths', purposes: ['parks'], currency: 'GBP', holder: 'finance' }; // prettier-ignore
    await first.door.ask(TENANT, 'OpenFund', { commandId: randomUUID(), ...fields }, by('finance'));
  }
  const token = await first.tokens.issue('finance');
  await first.close();

  const processes = [];
  for (const roles of ROLES) processes.push(new Process(roles, await freePort(), env));
  const told = { acknowledged: [], seenMs: [], faults: [] };
  let kills = 0;
  try {
    for (const one of processes)
      for (const started = performance.now(); !(await one.isReady()); await later(100))
        if (performance.now() - started > 60_000) throw new Error(`A process for ${one.roles} did not start: ${one.said}`);
    const doors = processes.filter(({ roles }) => roles === 'api');
    const until = performance.now() + seconds * 1000;
    const working = Promise.all(Array.from({ length: CALLERS }, (_, caller) => work(doors, token, caller, until, told)));
    const killing = (async () => {
      for (let nth = 0; performance.now() + KILL_EVERY_MS < until; nth += 1) {
        await later(KILL_EVERY_MS);
        // The partner must be there, or nobody could take over.
        const victim = processes[nth % processes.length];
        const partner = processes[(nth + ROLES.length / 2) % processes.length];
        if (!(await partner.isReady())) continue;
        await victim.kill();
        kills += 1;
        tell({ kills, roles: victim.roles, commands: told.acknowledged.length });
      }
    })();
    await Promise.all([working, killing]);
  } finally {
    await Promise.all(processes.map((one) => one.stop()));
  }
  const home = await open();
  const found = await faultsIn(home, told.acknowledged);
  await home.close();
  const faults = [...told.faults, ...found.faults];
  if (faults.length === 0) rmSync(folder, { recursive: true });
  return {
    seconds,
    kills,
    commands: told.acknowledged.length,
    entries: found.entries,
    seenMsMax: Math.round(Math.max(0, ...told.seenMs)),
    faults,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [seconds, given] = [Number(process.argv[2] ?? 60), process.argv[3]];
  const server =
    given === undefined ? await (await import('../../libs/event-store/testing/postgres-server.ts')).startPostgres() : undefined;
  try {
    const tell = ({ commands, kills, roles }) => process.stderr.write(`${commands} commands; kill ${kills}: a process for ${roles}\n`);
    const address = given ?? (await server.address(`soak_${randomUUID().replaceAll('-', '')}`));
    const { commands, entries, faults, kills, seenMsMax } = await soak(seconds, address, tell);
    console.log(
      `${seconds} s, ${kills} kills, ${commands} acknowledged commands, ${entries} entries, each seen within ${seenMsMax} ms, ${faults.length} faults`,
    );
    for (const words of faults) console.log(words);
    process.exitCode = faults.length === 0 ? 0 : 1;
  } finally {
    server?.stop();
  }
}

import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { alsoMine, inFolder, median } from './measure.mjs';

const DIST = new URL('../../dist/', import.meta.url);
const load = (path) => import(new URL(path, DIST));
const GOAL = 0.2;
const MEGABYTE = 1 << 20;
// The peak that Linux keeps for the program itself: the one of getrusage begins at its parent's.
const CHILD = `
  const { readFileSync } = await import('node:fs');
  const { auditor } = await import(process.argv[1]);
  const started = performance.now();
  const exit = await auditor(JSON.parse(process.argv[2]), { out: () => {}, err: (text) => process.stderr.write(text), isTerminal: false });
  const ms = performance.now() - started;
  process.stdout.write(JSON.stringify({ exit, ms, rssMb: Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024 }));`;

/** A bundle of so many receipts of money, written as the ledger writes one, without the ledger: 200 funds, 5,000 lots, one signed root. */
async function writeBundle(folder, events) {
  const { catalogue, catalogueText } = await load('libs/catalogue/index.js');
  const { canonicalText, postingsOf } = await load('libs/kernel/index.js');
  const { BUNDLE, checkpointBody, Frontier, leafHash, noteText, partHash, partsOf, signatureLine, signerFrom, toBytes, toHex } =
    await load('libs/log/index.js');
  const log = signerFrom('log.example/bench', 'ed25519', randomBytes(32));
  for (const name of ['', BUNDLE.checkpoints, BUNDLE.catalogues]) mkdirSync(join(folder, name), { recursive: true });
  const write = (name, text) => writeFileSync(join(folder, name), text);
  const [entries, parts, leaves] = [BUNDLE.entries, BUNDLE.parts, BUNDLE.leaves].map((name) => openSync(join(folder, name), 'w'));
  const [frontier, revisions, balances] = [new Frontier(), new Map(), new Map()];
  const salt = '00'.repeat(16);
  let waiting = { entries: [], parts: [], leaves: [] };
  const flush = () => {
    writeSync(entries, waiting.entries.join(''));
    writeSync(parts, waiting.parts.join(''));
    writeSync(leaves, Buffer.concat(waiting.leaves));
    waiting = { entries: [], parts: [], leaves: [] };
  };
  for (let entry = 0; entry < events; entry += 1) {
    const [type, stream, said] =
      entry === 0
        ? ['LedgerOpened', 'ledger-town_town', { catalogueHash: catalogue.hash }]
        : [
            'ReceiptRecorded',
            `fund-town_fund-${entry % 200}`,
            {
              fundId: `fund-${entry % 200}`,
              lotId: `lot-${entry % 5_000}`,
              class: 'ring_fenced',
              kind: 'income',
              amountPence: 1 + (entry % 9_973),
              currency: 'GBP',
              source: 'developers',
            },
          ];
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const fact = catalogue.facts.get(type);
    const data = { ...said, schema: `${type}/1`, tenantId: 'town', effectiveAt: '2019-06-01T10:00:00.000Z' };
    const postings = postingsOf(fact.postings, data);
    for (const { account, amountPence } of postings) balances.set(account, (balances.get(account) ?? 0) + amountPence);
    const made = partsOf(fact, data, {
      actorRef: 'finance-manager',
      actorRole: 'finance-officer',
      onBehalfOf: 'finance-manager',
      issuer: 'ledger',
    });
    const hashes = Object.fromEntries(Object.entries(made).map(([name, part]) => [name, partHash(salt, part)]));
    const recordedAt = new Date(1_560_000_000_000 + entry).toISOString();
    const document = canonicalText({ format: 'ledger-entry/1', stream, revision, type, recordedAt, parts: hashes, postings });
    const leaf = leafHash(document);
    frontier.push(leaf);
    waiting.entries.push(`${document}\n`);
    waiting.parts.push(`${canonicalText({ entry, parts: { public: { part: made.public, salt } } })}\n`);
    waiting.leaves.push(toBytes(leaf));
    if (entry % 2_000 === 0) flush();
  }
  flush();
  [entries, parts, leaves].forEach((file) => closeSync(file));
  const root = frontier.root();
  const body = checkpointBody({ origin: log.name, size: events, root });
  const note = noteText(body, [signatureLine(log, body)]);
  write(BUNDLE.checkpoint, note);
  write(join(BUNDLE.checkpoints, String(events)), note);
  write(BUNDLE.keys, '[]');
  write(join(BUNDLE.catalogues, `${catalogue.hash}.json`), catalogueText);
  write(BUNDLE.about, canonicalText({ format: 'ledger-bundle/1', audience: 'public', log: log.vkey, size: events, root: toHex(root) }));
  const sums = [...balances]
    .map(([account, pence]) => ({ account, currency: 'GBP', pence }))
    .sort((a, b) => (a.account < b.account ? -1 : 1));
  write(BUNDLE.balances, canonicalText(sums));
  return [BUNDLE.entries, BUNDLE.parts].map((name) => join(folder, name));
}

/** One SHA-256 over the same bytes; and the same with JSON.parse of every line, which every reader must pay. */
function floors(files) {
  const started = performance.now();
  const texts = files.map((file) => readFileSync(file));
  for (const bytes of texts) createHash('sha256').update(bytes).digest();
  const hashed = performance.now();
  for (const bytes of texts)
    for (let from = 0, end = bytes.indexOf(10); end >= 0; from = end + 1, end = bytes.indexOf(10, from))
      JSON.parse(bytes.toString('utf8', from, end));
  return {
    sha: hashed - started,
    parsed: performance.now() - started,
    megabytes: texts.reduce((sum, { length }) => sum + length, 0) / MEGABYTE,
  };
}
function audited(args) {
  const done = spawnSync(
    process.execPath,
    ['--max-old-space-size=64', '--input-type=module', '-e', CHILD, new URL('apps/auditor/auditor.js', DIST).href, JSON.stringify(args)],
    { encoding: 'utf8' },
  );
  if (done.status !== 0) throw new Error(done.stderr);
  const { exit, ms, rssMb } = JSON.parse(done.stdout);
  alsoMine({ user: ms * 1000, system: 0 });
  return { exit, ms, rssMb };
}

/** Row 11: verify and replay a bundle from its bytes, in a process of its own, beside the least that reading them costs. */
export const w5 = ({ events, rounds }) =>
  inFolder(async (folder) => {
    const files = await writeBundle(join(folder, 'bundle'), events);
    await writeBundle(join(folder, 'tenth'), Math.ceil(events / 10));
    const all = Array.from({ length: rounds }, () => ({
      floor: floors(files),
      verify: audited(['verify', join(folder, 'bundle')]),
      replay: audited(['replay', join(folder, 'bundle')]),
    }));
    const small = audited(['verify', join(folder, 'tenth')]);
    if (all.some(({ replay, verify }) => verify.exit !== 4 || replay.exit !== 0)) throw new Error('The bundle does not verify');
    const perSecond = (pick) => (events * 1000) / median(all.map(pick));
    const rss = median(all.map(({ verify }) => verify.rssMb));
    const row = (says, ours, against, floor) => ({ row: 11, says, unit: 'entries/s', ours, against, floor, goal: GOAL });
    const [sha, parsed] = [perSecond(({ floor }) => floor.sha), perSecond(({ floor }) => floor.parsed)];
    return [
      row(
        'W5, verify, one thread',
        perSecond(({ verify }) => verify.ms),
        'one SHA-256 over the same bytes',
        sha,
      ),
      row(
        'W5, verify, one thread',
        perSecond(({ verify }) => verify.ms),
        'SHA-256 and JSON.parse of them',
        parsed,
      ),
      row(
        'W5, replay, one thread',
        perSecond(({ replay }) => replay.ms),
        'SHA-256 and JSON.parse of them',
        parsed,
      ),
      {
        row: 11,
        says: `W5, memory of verify in a heap of 64 MB (${Math.round(all[0].floor.megabytes)} MB of bundle)`,
        unit: 'MB',
        ours: rss,
        against: 'a tenth of the entries',
        floor: small.rssMb,
        goal: 1.2,
        atMost: true,
      },
    ];
  });

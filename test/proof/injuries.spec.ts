import Database from 'better-sqlite3';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeBundle } from '@ledger/home';
import { verification } from '../../apps/auditor/verify.command.js';
import { ALedger } from './a-ledger.js';

/** How many random injuries: hundreds on every run, ten thousand when asked (LEDGER_INJURIES). */
const INJURIES = Number(process.env['LEDGER_INJURIES'] ?? 300);

/** A small generator with a seed, so that an injury that was missed can be inflicted again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? filesIn(join(folder, one.name)).map((name) => join(one.name, name)) : [one.name],
  );

const KINDS = ['flip', 'cut', 'drop', 'repeat', 'swap'] as const;
/** Flips a bit, cuts the end off, drops bytes, repeats bytes, or swaps two places. */
function injured(bytes: Buffer, kind: (typeof KINDS)[number], random: (below: number) => number): Buffer {
  const at = random(bytes.length);
  const length = 1 + random(Math.min(64, bytes.length - at));
  const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
  if (kind === 'flip') return Buffer.concat([before, Buffer.of(bytes[at]! ^ (1 << random(8))), bytes.subarray(at + 1)]);
  if (kind === 'cut') return before;
  if (kind === 'drop') return Buffer.concat([before, after]);
  if (kind === 'repeat') return Buffer.concat([before, piece, piece, after]);
  const other = random(bytes.length);
  const swapped = Buffer.from(bytes);
  [swapped[at], swapped[other]] = [bytes[other]!, bytes[at]!];
  return swapped;
}

describe(`${INJURIES} random injuries to a bundle`, () => {
  let ledger: ALedger;
  beforeAll(async () => {
    ledger = await (await ALedger.open()).begin();
    await ledger.home.publicLog.sealer.seal();
    await ledger.receive(12);
    await ledger.enrol('p-4f1c09d2', 'p-77aa01b3');
    await writeBundle(ledger.home, ledger.file('whole'), 'auditor');
    writeFileSync(ledger.file('policy'), await ledger.home.publicLog.policyText());
  });
  afterAll(() => ledger.remove());

  it('are all found, each with words about its place', async () => {
    const [names, policy] = [filesIn(ledger.file('whole')), ledger.file('policy')];
    const folder = ledger.file('injured');
    cpSync(ledger.file('whole'), folder, { recursive: true });
    expect((await verification(folder, { policy })).verdict).toBe('proven');
    const missed: string[] = [];
    // The list of keys is about no entry.
    let [placed, aboutEntries] = [0, 0];
    for (let seed = 1; seed <= INJURIES; seed += 1) {
      const random = randomFrom(seed * 7919);
      const [name, kind] = [names[random(names.length)]!, KINDS[seed % KINDS.length]!];
      const whole = readFileSync(ledger.file('whole', name));
      const bytes = injured(whole, kind, random);
      if (name !== 'keys.json') aboutEntries += 1;
      if (bytes.equals(whole)) continue;
      writeFileSync(join(folder, name), bytes);
      const { firstWrong, verdict } = await verification(folder, { policy });
      if (verdict !== 'wrong' || (firstWrong?.words ?? '') === '') missed.push(`${kind} in ${name}, seed ${seed}: ${verdict}`);
      if (firstWrong?.entry !== null) placed += 1;
      writeFileSync(join(folder, name), whole);
    }
    expect(missed).toEqual([]);
    expect(placed).toBeGreaterThan(aboutEntries / 5);
  }, 3_600_000);

  it('include every file taken away', async () => {
    const folder = ledger.file('emptied');
    for (const name of filesIn(ledger.file('whole'))) {
      rmSync(folder, { recursive: true, force: true });
      cpSync(ledger.file('whole'), folder, { recursive: true });
      rmSync(join(folder, name));
      expect(statSync(join(folder, name), { throwIfNoEntry: false })).toBeUndefined();
      expect([name, (await verification(folder, { policy: ledger.file('policy') })).verdict]).toEqual([name, 'wrong']);
    }
  });
});

/** A ledger is opened for each of these, so there are fewer: as many in ten. */
const STORE_INJURIES = Math.ceil(INJURIES / 10);

describe(`${STORE_INJURIES} random injuries to the store of events`, () => {
  let ledger: ALedger;
  const stored = () => ledger.file('home', 'events.db');
  /** All that the store gives to a reader; null where it cannot be read at all. */
  const readings = (): string | null => {
    try {
      const db = new Database(stored(), { readonly: true });
      try {
        return JSON.stringify(db.prepare('SELECT events.*, name FROM events JOIN streams ON streams.id = stream ORDER BY position').all());
      } finally {
        db.close();
      }
    } catch {
      return null;
    }
  };
  beforeAll(async () => {
    ledger = await (await ALedger.open()).begin();
    await ledger.receive(12);
    await ledger.home.publicLog.sealer.seal();
    // The seal is an event too: until the log has its entry, nothing could testify against the store.
    await ledger.home.settle();
    await ledger.home.close();
    ledger.keep('whole-home');
  });
  afterAll(() => ledger.remove());

  it('are all found that change what is read: the ledger does not open, or takes no more entries and says where', async () => {
    const bytes = readFileSync(stored());
    const whole = readings();
    const missed: string[] = [];
    let changed = 0;
    for (let seed = 1; seed <= STORE_INJURIES; seed += 1) {
      const [random, kind] = [randomFrom(seed * 104_729), KINDS[seed % KINDS.length]!];
      rmSync(ledger.file('home'), { recursive: true });
      cpSync(ledger.file('whole-home'), ledger.file('home'), { recursive: true });
      writeFileSync(stored(), injured(bytes, kind, random));
      if (readings() === whole) continue;
      changed += 1;
      const found = await ledger.reopen().then(
        async ({ publicLog }) => publicLog.sealer.stopped ?? (await publicLog.sealer.compareAll()),
        (failed: unknown) => (failed as Error).message,
      );
      await ledger.home.close().catch(() => undefined);
      if (found === null || found === '') missed.push(`${kind}, seed ${seed}`);
    }
    expect(missed).toEqual([]);
    expect(changed).toBeGreaterThan(STORE_INJURIES / 10);
  }, 3_600_000);
});

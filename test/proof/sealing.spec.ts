import Database from 'better-sqlite3';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import {
  checkpointFrom,
  consistencyProof,
  entriesFrom,
  entriesPath,
  Frontier,
  leafHash,
  openCheckpoint,
  openReceipt,
  readNote,
  rootAt,
  signerFrom,
  toHex,
  verifyConsistency,
  wholeFromFiles,
  type Checkpoint,
  type Digest,
} from '@ledger/log';
import { type AskWitness, type WitnessMemory, witnessAnswer } from '@ledger/sealer';
import { writeFileSync } from 'node:fs';
import { ALedger } from './a-ledger.js';

const publishedOf = ({ home }: ALedger) => {
  const read = (path: string) => home.publicLog.published.read(path)!;
  return { checkpoint: openCheckpoint(read('checkpoint').toString(), home.publicLog.signer.log), read };
};
const sealsIn = async ({ home }: ALedger) => (await home.store.readStream('checkpoint-ledger_log')).length;

describe('the sealer', () => {
  let ledger: ALedger;
  beforeEach(async () => {
    ledger = await (await ALedger.open()).begin();
  });
  afterEach(() => ledger.remove());

  it('publishes tiles and entries that anybody can recompute the signed root from', async () => {
    await ledger.home.publicLog.sealer.seal();
    const { checkpoint, read } = publishedOf(ledger);
    const frontier = new Frontier();
    entriesFrom(read(entriesPath(0, checkpoint.size)), checkpoint.size).forEach((entry) => frontier.push(leafHash(entry)));
    expect([frontier.root(), rootAt(checkpoint.size, wholeFromFiles(checkpoint.size, read))]).toEqual([checkpoint.root, checkpoint.root]);
    expect(checkpoint.size).toBe(7);
  });
  it('says the seal in the record first, with the same size and root', async () => {
    await ledger.home.publicLog.sealer.seal();
    const [stored] = await ledger.home.store.readStream('checkpoint-ledger_log');
    const { checkpoint } = publishedOf(ledger);
    expect(JSON.parse(stored!.data)).toMatchObject({ size: checkpoint.size, root: toHex(checkpoint.root) });
  });
  it('never seals because of a seal alone', async () => {
    for (let n = 0; n < 3; n += 1) await ledger.home.publicLog.sealer.seal();
    expect(await sealsIn(ledger)).toBe(1);
  });
  it('lets each checkpoint go on from the one before, over the edge of a tile', async () => {
    await ledger.home.publicLog.sealer.seal();
    const first = publishedOf(ledger).checkpoint;
    await ledger.receive(300);
    await ledger.home.publicLog.sealer.seal();
    const { checkpoint: second, read } = publishedOf(ledger);
    const whole = wholeFromFiles(second.size, read);
    expect(verifyConsistency(first.size, second.size, consistencyProof(first.size, second.size, whole), first.root, second.root)).toBe(
      true,
    );
    expect(second.size).toBe(308);
  });
  it.each(['sign', 'tile', 'checkpoint', 'addSeal'])('takes up a seal again that a crash cut off at: %s', async (step) => {
    const { publicLog } = ledger.home;
    const crash = () => {
      throw new Error('crash');
    };
    const { published, seals, signer } = publicLog;
    const write = published.write.bind(published);
    if (step === 'sign') jest.spyOn(signer, 'sign').mockImplementation(crash);
    else if (step === 'addSeal') jest.spyOn(seals, 'addSeal').mockImplementation(crash);
    else jest.spyOn(published, 'write').mockImplementation((path, bytes) => (path.startsWith(step) ? crash() : write(path, bytes)));
    await expect(publicLog.sealer.seal()).rejects.toThrow('crash');
    await ledger.home.close();
    await ledger.reopen();
    expect(ledger.home.publicLog.sealer.stopped).toBeNull();
    await ledger.home.publicLog.sealer.seal();
    expect([await sealsIn(ledger), publishedOf(ledger).checkpoint.size, (await ledger.home.publicLog.seals.seals()).length]).toEqual([
      1, 7, 1,
    ]);
  });
  it('meets another sealer at the record: two at once make one seal', async () => {
    const other = await ledger.reopen();
    await Promise.all([other.publicLog.sealer.seal(), ledger.home.publicLog.sealer.seal()]);
    expect(await sealsIn(ledger)).toBe(1);
    await other.close();
    await ledger.reopen();
  });
  it('signs nothing that contradicts what it signed, even when asked by a forged store', async () => {
    await ledger.home.publicLog.sealer.seal();
    const { signer } = ledger.home.publicLog;
    expect(() => signer.sign(9, leafHash('another history'), () => [leafHash('no proof')])).toThrow('that is never signed');
    expect(() => signer.sign(3, leafHash('shorter'), () => [])).toThrow('that is never signed');
  });
  it('gives a receipt that says what the entry says', async () => {
    const text = await ledger.home.publicLog.receipt('fund-barking_levy', 0);
    const receipt = openReceipt(text!, ledger.home.publicLog.signer.receipts);
    await ledger.home.publicLog.sealer.seal();
    const { checkpoint, read } = publishedOf(ledger);
    const entries = entriesFrom(read(entriesPath(0, checkpoint.size)), checkpoint.size).map(
      (one) => JSON.parse(one.toString()) as typeof receipt,
    );
    expect(entries.find(({ stream }) => stream === 'fund-barking_levy')).toMatchObject({
      parts: receipt.parts,
      recordedAt: receipt.recordedAt,
    });
    expect(() => openReceipt(text!.replace('levy', 'levi'), ledger.home.publicLog.signer.receipts)).toThrow('does not belong');
    expect(receipt.sealedBy > receipt.recordedAt).toBe(true);
  });
});

/** What somebody with the database alone can do, while the ledger is closed. */
describe('a store that was changed behind the ledger’s back stops the writer, with words', () => {
  let ledger: ALedger;
  beforeEach(async () => {
    ledger = await (await ALedger.open()).begin();
    await ledger.home.publicLog.sealer.seal();
    await ledger.home.close();
  });
  afterEach(() => ledger.remove());
  const inject = (sql: string, file = 'events.db') => {
    const db = new Database(ledger.file('home', file));
    const { changes } = db.prepare(sql).run();
    db.close();
    expect(changes).toBeGreaterThan(0);
  };
  const stopped = async () => (await ledger.reopen()).publicLog.sealer.stopped;

  it.each([
    [
      'an amount changed',
      `UPDATE events SET data = replace(data, '"amountPence":100002', '"amountPence":900002') WHERE position = 5`,
      'entry 4',
    ],
    ['a word changed', `UPDATE events SET data = replace(data, 'What the area needs', 'What we need') WHERE position = 4`, 'entry 3'],
    ['an event’s id changed', `UPDATE events SET id = replace(id, '-4', '-5') WHERE position = 5`, 'entry 4'],
    ['salts swapped', `UPDATE events SET metadata = (SELECT metadata FROM events WHERE position = 6) WHERE position = 5`, 'entry 4'],
    ['the newest events cut off', 'DELETE FROM events WHERE position >= 6', 'the store ends before entry 6'],
    ['an event taken out of the middle', 'DELETE FROM events WHERE position = 5', 'entry 4'],
    [
      'two events exchanged',
      'UPDATE events SET position = CASE position WHEN 5 THEN -6 WHEN 6 THEN -5 END WHERE position IN (5, 6)',
      'entry',
    ],
  ])('%s', async (_, sql, place) => {
    inject(sql);
    expect(await stopped()).toContain(place);
    await expect(ledger.receive(1)).rejects.toMatchObject({ code: 'WRITER_STOPPED' });
  });
  it('an event put in between two others', async () => {
    const db = new Database(ledger.file('home', 'events.db'));
    db.exec(`UPDATE events SET position = -position - 1 WHERE position >= 6;
      UPDATE events SET position = -position WHERE position < 0;
      INSERT INTO events SELECT 6, stream, (SELECT max(revision) + 1 FROM events AS all_of WHERE stream = events.stream), 'put-in', type, data, metadata, recorded_at
        FROM events WHERE position = 5;`);
    db.close();
    expect(await stopped()).toContain('entry 5');
  });
  it('events that the engine was told to hide: the daily comparison asks the store itself', async () => {
    await ledger.reopen();
    const { sealer } = ledger.home.publicLog;
    jest
      .spyOn(ledger.home.store, 'inspect')
      .mockResolvedValue([
        { kind: 'hidden', stream: 'fund-barking_levy', words: 'fund-barking_levy has metadata on the server that hides events' },
      ]);
    expect(await sealer.compareAll()).toContain('hides events');
    await expect(ledger.receive(1)).rejects.toMatchObject({ code: 'WRITER_STOPPED' });
  });
  it('an entry of the log itself changed', async () => {
    inject(`UPDATE entries SET document = replace(document, '100002', '900002') WHERE entry = 4`, 'log.db');
    expect(await stopped()).toContain('entry 4');
  });
  it('store and log changed alike, and the tree built anew: the signer remembers the root', async () => {
    inject(`UPDATE events SET data = replace(data, '"amountPence":100002', '"amountPence":900002') WHERE position = 5`);
    for (const name of ['log.db', 'log.db-wal', 'log.db-shm', 'seals.db', 'seals.db-wal', 'seals.db-shm'])
      rmSync(ledger.file('home', name), { force: true });
    expect(await stopped()).toContain('under another root');
  });
  it('yesterday’s backup restored: the signer knows of more', async () => {
    ledger.keep('backup');
    await ledger.reopen();
    await ledger.receive(5);
    await ledger.home.publicLog.sealer.seal();
    await ledger.home.close();
    for (const name of ['events.db', 'log.db', 'seals.db', 'views.db', 'keys.db'])
      for (const part of ['', '-wal', '-shm']) {
        rmSync(ledger.file('home', name + part), { force: true });
        if (part === '') cpSync(ledger.file('backup', name), ledger.file('home', name));
      }
    expect(await stopped()).toMatch(/has signed 13 entries, and the store has 8: was an old copy restored/);
  });
  it('a whole new store beside an old signer, too', async () => {
    for (const name of ['events.db', 'log.db', 'seals.db', 'views.db', 'keys.db'])
      for (const part of ['', '-wal', '-shm']) rmSync(ledger.file('home', name + part), { force: true });
    expect(await stopped()).toContain('the store has 0');
    expect(await ledger.home.store.head()).toBeNull();
  });
  it('a store that was left alone goes on', async () => {
    expect(await stopped()).toBeNull();
    await ledger.receive(1);
    expect(await ledger.home.publicLog.sealer.compareAll()).toBeNull();
  });
});

describe('a witness', () => {
  const witness = signerFrom('witness.example/durham', 'cosignature/v1', Buffer.alloc(32, 7));
  const remembered = (): WitnessMemory & { known: Map<string, Checkpoint> } => {
    const known = new Map<string, Checkpoint>();
    return {
      known,
      last: (origin) => known.get(origin) ?? null,
      swap(origin, before, next) {
        const stands = (known.get(origin)?.size ?? 0) === before;
        if (stands) known.set(origin, next);
        return stands;
      },
    };
  };
  it('cosigns what goes on, and the checkpoint carries its line', async () => {
    const memory = remembered();
    let log: ALedger | undefined = undefined;
    const ask: AskWitness = (_, body) =>
      Promise.resolve(witnessAnswer(body, [log!.home.publicLog.signer.log], witness, memory, '2026-03-02T10:00:00.000Z'));
    log = await ALedger.open(ask);
    await log.home.close();
    writeFileSync(log.file('home', 'witnesses'), `witness durham ${witness.vkey} http://witness.example\nquorum durham\n`);
    await log.reopen();
    await log.begin();
    await log.home.publicLog.sealer.seal();
    await log.receive(2);
    await log.home.publicLog.sealer.seal();
    const text = log.home.publicLog.published.read('checkpoint')!.toString();
    const { size, verified } = openCheckpoint(text, log.home.publicLog.signer.log, [witness]);
    expect([size, verified.map(({ by }) => by.name)]).toEqual([10, [log.home.publicLog.signer.origin, 'witness.example/durham']]);
    expect(memory.known.get(log.home.publicLog.signer.origin)?.size).toBe(10);
    expect(await log.home.publicLog.policyText()).toContain(`quorum durham\n`);

    // The log's key in other hands: a history that does not go on from the cosigned one gets no signature.
    const forged = log.home.publicLog.signer.log;
    const add = (old: number, proof: readonly Digest[], size: number) => {
      const body = `${forged.name}\n${size}\n${Buffer.from(leafHash('forged'), 'latin1').toString('base64')}\n`;
      return witnessAnswer(
        `old ${old}\n${proof.map((one) => `${Buffer.from(one, 'latin1').toString('base64')}\n`).join('')}\n${signed(body)}`,
        [forged],
        witness,
        memory,
        '2026-03-02T11:00:00.000Z',
      );
    };
    const { noteText, signatureLine } = jest.requireActual<typeof import('@ledger/log')>('@ledger/log');
    const signed = (body: string) => noteText(body, [signatureLine(forged, body)]);
    expect(add(10, [leafHash('x')], 12)).toMatchObject({ status: 422 });
    expect(add(0, [], 12)).toEqual({ status: 409, body: '10\n' });
    expect(add(13, [], 12)).toMatchObject({ status: 400 });
    expect(add(10, [], 10)).toMatchObject({ status: 409 });
    expect(witnessAnswer(`old 0\n\n${text}`, [], witness, memory, '2026-03-02T11:00:00.000Z').status).toBe(404);
    expect(
      witnessAnswer(`old 10\n\n${text.replace('\n10\n', '\n11\n')}`, [forged], witness, memory, '2026-03-02T11:00:00.000Z').status,
    ).toBe(403);
    expect(checkpointFrom(readNote(text).body).size).toBe(10);
    expect(readFileSync(log.file('home', 'public-log', 'checkpoint'), 'utf8')).toBe(text);
    await log.remove();
  });
});

import { randomBytes } from 'node:crypto';
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { verification } from '../../apps/auditor/verify.command.js';
import { operator } from '../../apps/operator/operator.js';
import { keyFindings, writeBundle } from '@ledger/home';
import { type BundleAudience, checkLogProof } from '@ledger/log';
import { LocalMasterKey } from '@ledger/privacy';
import { ALedger } from './a-ledger.js';

const as = (actorRef: string) => ({ actorRef, issuer: 'test', authnStrength: 'token' });
const ADA = { subjectRef: 'p-4f1c09d2', name: 'Ada Canary-Lovelace', contact: 'ada@canary.example' };
const BEN = { subjectRef: 'p-77aa01b3', name: 'Ben Example', contact: 'ben@example.org' };
const enrolment = { capacity: 'panel_member', lawfulBasis: 'public_task' };

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true }).flatMap((one) => (one.isFile() ? [join(one.parentPath, one.name)] : []));
const holding = (folder: string, text: string) => filesUnder(folder).filter((file) => readFileSync(file).includes(text));

describe('a panel member is erased', () => {
  let ledger: ALedger;
  const file = (...parts: string[]) => ledger.file(...parts);
  const bundle = async (name: string, audience: BundleAudience = 'auditor') => {
    await writeBundle(ledger.home, file(name), audience);
    writeFileSync(file(`${name}.policy`), await ledger.home.publicLog.policyText());
    return file(name);
  };
  const wrongIn = async (name: string, more: { checkpoint?: string } = {}) => {
    const { firstWrong, tests, verdict } = await verification(file(name), { policy: file(`${name}.policy`), ...more });
    const failed = tests.filter(({ outcome }) => outcome === 'FAIL').map((one) => one.name);
    return {
      verdict,
      failed,
      entry: firstWrong?.entry,
      words: firstWrong?.words ?? tests.find((one) => one.name.includes('person'))?.words,
    };
  };
  const entryOf = async (type: string, nth = 0) =>
    (await ledger.home.log.entriesFrom(0, 200)).filter(({ document }) => (JSON.parse(document) as { type: string }).type === type)[nth]!
      .entry;
  const erase = async () => {
    await ledger.tell('RequestErasure', { subjectRef: ADA.subjectRef, ground: 'no_longer_needed' }, as('clerk'));
    await ledger.tell('GrantErasure', { subjectRef: ADA.subjectRef, backupsExpireOn: '2026-04-06' }, as('officer'));
    await ledger.home.settle();
  };

  beforeEach(async () => {
    ledger = await (await ALedger.open()).begin();
    for (const [subject, role] of Object.entries({ clerk: 'clerk', officer: 'data-protection-officer' }))
      await ledger.tell('GrantRole', { subject, role }, as('operator'));
    for (const person of [ADA, BEN]) await ledger.tell('EnrolSubject', { ...enrolment, ...person }, as('clerk'));
    await ledger.home.settle();
  });
  afterEach(() => ledger.remove());

  it('and every total, every entry, every root and every proof from before still stands', async () => {
    await bundle('before');
    const kept = (await ledger.home.publicLog.proof(await entryOf('SubjectEnrolled')))!;
    await erase();
    await bundle('after');
    const read = (name: string, part: string) => readFileSync(file(name, part), 'utf8');
    expect(read('after', 'balances.json')).toBe(read('before', 'balances.json'));
    for (const part of ['entries.jsonl', 'parts.jsonl']) expect(read('after', part).startsWith(read('before', part))).toBe(true);
    expect(await wrongIn('before')).toMatchObject({ verdict: 'proven', words: expect.stringContaining('2 held') as string });
    expect(await wrongIn('after', { checkpoint: file('before', 'checkpoint') })).toEqual({
      verdict: 'proven',
      failed: [],
      entry: undefined,
      words: '1 held, by the operator’s word; 1 destroyed, which puts 2 fields shown here beyond use',
    });
    const now = (await ledger.home.publicLog.proof(await entryOf('SubjectEnrolled')))!;
    expect(now.document.document).toBe(kept.document.document);
    for (const { document, text } of [kept, now])
      expect(checkLogProof(text, document.document, ledger.home.publicLog.signer.log)).toMatchObject({
        origin: expect.any(String) as string,
      });
    expect(await keyFindings(ledger.home)).toEqual([]);
  });
  it('and a bundle for the public counts what it cannot show, and proves the same', async () => {
    await erase();
    await bundle('public', 'public');
    expect(await wrongIn('public')).toMatchObject({ verdict: 'proven', words: expect.stringContaining('1 destroyed') as string });
    expect(holding(file('public'), 'nonce')).toEqual([]);
  });
  it('and no file ever held the name: neither before, nor after, nor in any bundle', async () => {
    await bundle('before');
    await erase();
    await bundle('after');
    await ledger.home.close();
    for (const text of [ADA.name, ADA.contact]) expect(holding(ledger.folder, text)).toEqual([]);
    expect(holding(ledger.folder, ADA.subjectRef)).not.toEqual([]);
  });
  it('and a backup of the keys that is put back is destroyed again when the ledger opens', async () => {
    await ledger.home.close();
    copyFileSync(file('home', 'keys.db'), file('keys.backup'));
    await ledger.reopen();
    await erase();
    await ledger.home.close();
    copyFileSync(file('keys.backup'), file('home', 'keys.db'));
    await ledger.reopen();
    expect(ledger.home.keys.standing().find(({ subjectRef }) => subjectRef === ADA.subjectRef)).toMatchObject({ held: false });
    expect(await keyFindings(ledger.home)).toEqual([]);
  });

  describe('but where the keys and the record disagree', () => {
    const inKeys = (sql: string) => {
      const db = new Database(file('home', 'keys.db'));
      db.prepare(sql).run();
      db.close();
    };
    const missing = (entry: number) =>
      `The key that entry ${entry} made for subject-barking_${BEN.subjectRef} is missing, and no ErasureExecuted says that it was destroyed`;

    it.each([
      ['lost', `DELETE FROM subject_keys WHERE subject = '${BEN.subjectRef}'`],
      ['destroyed without a word', `UPDATE subject_keys SET wrapped = NULL WHERE subject = '${BEN.subjectRef}'`],
    ])('a key that was %s is named by the self-check and by the auditor', async (_, sql) => {
      inKeys(sql);
      const entry = await entryOf('SubjectEnrolled', 1);
      expect(await keyFindings(ledger.home)).toEqual([missing(entry)]);
      const printed: string[] = [];
      const check = ['self-check', '--home', file('home')];
      expect(await operator(check, { out: (text) => printed.push(text), err: () => undefined, isTerminal: false })).toBe(1);
      expect(printed.join('')).toContain(missing(entry));
      await bundle('lost');
      expect(await wrongIn('lost')).toEqual({
        verdict: 'wrong',
        failed: ['Every key of a person that is gone was destroyed by an entry'],
        entry,
        words: missing(entry),
      });
    });
    it('a key that is still there after its erasure is named by both', async () => {
      await ledger.home.close();
      cpSync(file('home', 'keys.db'), file('keys.backup'));
      await ledger.reopen();
      await erase();
      const kept = new Database(file('keys.backup'));
      const row = kept.prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM subject_keys WHERE subject = ?').get(ADA.subjectRef)!;
      kept.close();
      const db = new Database(file('home', 'keys.db'));
      db.prepare('UPDATE subject_keys SET wrapped = ? WHERE subject = ?').run(row.wrapped, ADA.subjectRef);
      db.close();
      const entry = await entryOf('ErasureExecuted');
      const words = `Entry ${entry} says that the key of subject-barking_${ADA.subjectRef} was destroyed, and it is still there`;
      expect(await keyFindings(ledger.home)).toEqual([words]);
      await bundle('kept');
      expect(await wrongIn('kept')).toMatchObject({ verdict: 'wrong', entry, words });
    });
    it.each([
      ['another key', (context: string) => LocalMasterKey.inFile(file('home', 'master.key'), false).wrap(randomBytes(32), context)],
      ['a key of another master key', (context: string) => LocalMasterKey.ofTheMoment().wrap(randomBytes(32), context)],
    ])('%s in the place of a person’s own is named by the self-check', async (_, wrap) => {
      const { keyId } = ledger.home.keys.make('barking', BEN.subjectRef);
      const db = new Database(file('home', 'keys.db'));
      const wrapped = wrap(`subject key ${keyId}\nbarking\n${BEN.subjectRef}`);
      db.prepare('UPDATE subject_keys SET wrapped = ? WHERE subject = ?').run(wrapped, BEN.subjectRef);
      db.close();
      const words = `The key of subject-barking_${BEN.subjectRef} is another than the record commits to`;
      expect(await keyFindings(ledger.home)).toEqual([words]);
    });
    it('a bundle that names no keys, or strange ones, proves nothing', async () => {
      await bundle('whole');
      for (const text of ['{}', '[1]', '["a","a"]', '[ ]']) {
        writeFileSync(file('whole', 'keys.json'), text);
        expect(await wrongIn('whole')).toMatchObject({ verdict: 'wrong' });
      }
      rmSync(file('whole', 'keys.json'));
      expect(await wrongIn('whole')).toMatchObject({ verdict: 'wrong', words: 'The bundle has no keys.json' });
    });
  });
});

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { KeyStore } from './key-store.js';
import { LocalMasterKey } from './master-key.js';

const place = { tenantId: 'durham', eventId: 'e1', field: 'displayName', subjectRef: 's1' };

describe('the key store', () => {
  const keys = new KeyStore(':memory:');
  const made = keys.make('durham', 's1');
  afterAll(() => keys.close());
  it.each(['Ada', '', 'x'.repeat(63), 'x'.repeat(64), 'x'.repeat(65), 'Zoë ✓'])('gives back "%s" as it was sealed', (text) => {
    expect(keys.open(place, keys.seal(place, text))).toBe(text);
  });
  it('hides how long a name is', () => expect(keys.seal(place, 'Al').text).toHaveLength(keys.seal(place, 'Alexandrina').text.length));
  it('seals the same name never twice the same', () => expect(keys.seal(place, 'Ada')).not.toEqual(keys.seal(place, 'Ada')));
  it.each([
    ['tenant', { tenantId: 'gdansk' }],
    ['event', { eventId: 'e2' }],
    ['field', { field: 'address' }],
    ['subject', { subjectRef: 's2' }],
  ])('does not open a text that was moved to another %s', (_, moved) => {
    keys.make('gdansk', 's1');
    keys.make('durham', 's2');
    expect(() => keys.open({ ...place, ...moved }, keys.seal(place, 'Ada'))).toThrow();
  });
  it('makes one key for a subject, commits to it, and makes another for somebody else', () => {
    expect(keys.make('durham', 's1')).toEqual(made);
    expect(keys.commitment('durham', 's1')).toBe(made.commitment);
    expect(keys.make('durham', 's2').commitment).not.toBe(made.commitment);
    expect(keys.make('gdansk', 's1').keyId).not.toBe(made.keyId);
  });
  it('seals nothing for a subject who has no key, and makes none on the way', () => {
    expect(() => keys.seal({ ...place, subjectRef: 'nobody' }, 'Ada')).toThrow('NO_KEY_FOR_SUBJECT');
    expect(keys.standing().map(({ subjectRef }) => subjectRef)).not.toContain('nobody');
  });
});

describe('a destroyed key', () => {
  const keys = new KeyStore(':memory:');
  const { keyId } = keys.make('durham', 's1');
  const sealed = keys.seal(place, 'Ada');
  beforeAll(() => keys.destroy('durham', 's1'));
  afterAll(() => keys.close());
  it('opens nothing any more', () => expect(keys.open(place, sealed)).toBeUndefined());
  it('is named for ever, and never made again', () => {
    expect(keys.standing()).toEqual([{ tenantId: 'durham', subjectRef: 's1', keyId, held: false }]);
    expect(() => keys.make('durham', 's1')).toThrow('NO_KEY_FOR_SUBJECT');
    expect(() => keys.seal(place, 'Ada')).toThrow('NO_KEY_FOR_SUBJECT');
    expect(keys.commitment('durham', 's1')).toBeUndefined();
  });
  it('is destroyed once, however often asked', () => expect(keys.destroy('durham', 's1')).toEqual({ keyId }));
  it('of somebody whom the store never knew is a fault: it may stand in a backup that was not restored', () =>
    expect(() => keys.destroy('durham', 'nobody')).toThrow('restore it'));
});

describe('the file of the key store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-keys-'));
  const file = join(folder, 'keys.db');
  const master = LocalMasterKey.inFile(join(folder, 'master.key'), true);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const bytesOnDisk = () =>
    Buffer.concat(readdirSync(folder).filter((name) => name.startsWith('keys.db')).map((name) => readFileSync(join(folder, name)))); // prettier-ignore
  const wrappedOf = (subject: string) => {
    const db = new Database(file, { readonly: true });
    const { wrapped } = db.prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM subject_keys WHERE subject = ?').get(subject)!;
    db.close();
    return wrapped;
  };

  it('opens nothing without the master key, nor under another one', () => {
    const keys = new KeyStore(file, master);
    keys.make('durham', 's1');
    const sealed = keys.seal(place, 'Ada');
    expect(bytesOnDisk().includes(keys.secret('requests'))).toBe(false);
    keys.close();
    const stolen = new KeyStore(file, LocalMasterKey.ofTheMoment());
    expect(() => stolen.open(place, sealed)).toThrow('not written under this master key');
    expect(() => stolen.secret('requests')).toThrow('not written under this master key');
    stolen.close();
    const again = new KeyStore(file, LocalMasterKey.inFile(join(folder, 'master.key'), false));
    expect(again.open(place, sealed)).toBe('Ada');
    again.close();
  });
  it('keeps the master key for its owner’s eyes alone', () => expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600));
  it('is not given a new master key in the place of a lost one', () =>
    expect(() => LocalMasterKey.inFile(join(folder, 'lost.key'), false)).toThrow('put it back'));
  it('does not give one person’s key to another, though the rows be swapped', () => {
    const keys = new KeyStore(file, master);
    keys.make('durham', 's2');
    const db = new Database(file);
    db.prepare("UPDATE subject_keys SET wrapped = (SELECT wrapped FROM subject_keys WHERE subject = 's1') WHERE subject = 's2'").run();
    db.close();
    expect(() => keys.seal({ ...place, subjectRef: 's2' }, 'Ada')).toThrow('not written under this master key');
    keys.close();
  });
  it('is wrapped anew under another master key, all of it, and the old one opens nothing any more', () => {
    const [keys, next] = [new KeyStore(file, master), LocalMasterKey.inFile(join(folder, 'next.key'), true)];
    keys.make('durham', 's4');
    const at = { ...place, subjectRef: 's4' };
    const [sealed, secret] = [keys.seal(at, 'Ada'), keys.secret('requests')];
    const before = wrappedOf('s4');
    expect(() => keys.rewrap(next)).toThrow('not written under this master key');
    expect(wrappedOf('s4')).toEqual(before);
    const db = new Database(file);
    db.prepare("DELETE FROM subject_keys WHERE subject = 's2'").run();
    db.close();
    expect(keys.rewrap(next)).toBe(keys.standing().length + 1);
    expect(keys.open(at, sealed)).toBe('Ada');
    keys.close();
    expect(bytesOnDisk().includes(before)).toBe(false);
    const old = new KeyStore(file, master);
    expect(() => old.open(at, sealed)).toThrow('not written under this master key');
    old.close();
    const renewed = new KeyStore(file, next);
    expect([renewed.open(at, sealed), renewed.secret('requests').equals(secret)]).toEqual(['Ada', true]);
    renewed.rewrap(master);
    renewed.close();
  });
  it('holds no trace of a destroyed key, neither in the pages nor in the write-ahead log', () => {
    const keys = new KeyStore(file, master);
    keys.make('durham', 's3');
    const wrapped = wrappedOf('s3');
    expect(bytesOnDisk().includes(wrapped)).toBe(true);
    keys.destroy('durham', 's3');
    expect(bytesOnDisk().includes(wrapped)).toBe(false);
    keys.close();
  });
});

import { appendFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operator } from './operator.js';

describe('operator backup and restore', () => {
  let folder: string;
  const at = (...names: string[]) => join(folder, ...names);
  const run = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const exit = await operator(args, { out: (text) => out.push(text), err: (text) => err.push(text), isTerminal: false });
    return { exit, out: out.join(''), err: err.join('') };
  };
  /** What whoever restores does first: the keys and the signer come from where they were kept. */
  const bringKeysAndSigner = (to: string) => {
    mkdirSync(at(to));
    for (const name of readdirSync(at('home')).filter((one) => /^keys\.db|^master\.key$|^signer$/.test(one)))
      cpSync(at('home', name), at(to, name), { recursive: true });
  };
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-backup-'));
    expect((await run('init', '--home', at('home'))).exit).toBe(0);
    expect((await run('log', 'seal', '--home', at('home'))).exit).toBe(0);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['kept', 'kept.zip'])('brings a ledger back from %s, entry by entry, under the same seal', async (kept) => {
    const taken = await run('backup', at(kept), '--home', at('home'), '--json');
    expect(taken.exit).toBe(0);
    expect(JSON.parse(taken.out)).toMatchObject({ holds: 'ledger', entries: 3, elsewhere: [] });
    bringKeysAndSigner('again');
    expect((await run('restore', at(kept), '--home', at('again'))).exit).toBe(0);
    expect((await run('status', '--home', at('again'))).out).toContain('The ledger can be read and written\nComplete to entry 2');
    expect((await run('log', 'compare', '--home', at('again'))).out).toContain('agree on all 3 entries');
    expect((await run('log', 'policy', '--home', at('again'))).out).toBe((await run('log', 'policy', '--home', at('home'))).out);
    expect((await run('grant-role', '--home', at('again'), '--tenant', 'barking', '--subject', 'clerk', '--role', 'clerk')).exit).toBe(0);
  });
  it('leaves out the keys, the signer and what can be made anew', async () => {
    await run('backup', at('kept'), '--home', at('home'));
    expect(readdirSync(at('kept')).sort()).toEqual(['events.db', 'log.db', 'manifest.json', 'seals.db']);
  });
  it('keeps the keys in a backup of their own, and names what is missing', async () => {
    await run('backup', at('kept'), '--home', at('home'));
    expect((await run('backup', at('kept-keys'), '--keys', '--home', at('home'))).exit).toBe(0);
    expect(readdirSync(at('kept-keys')).sort()).toEqual(['keys.db', 'manifest.json']);
    const { out } = await run('restore', at('kept'), '--home', at('again'));
    expect(out).toContain(
      'put back the keys, from their own backup (operator restore KEYS); the master key, from where it was kept; the signer’s folder',
    );
    expect((await run('restore', at('kept-keys'), '--home', at('again'))).out).not.toContain('the keys,');
  });
  it('writes over no ledger, and over no backup', async () => {
    await run('backup', at('kept'), '--home', at('home'));
    const before = readFileSync(at('home', 'events.db'));
    expect(await run('restore', at('kept'), '--home', at('home'))).toMatchObject({
      exit: 1,
      err: expect.stringContaining('LEDGER_THERE') as string,
    });
    expect(readFileSync(at('home', 'events.db'))).toEqual(before);
    expect(await run('backup', at('kept'), '--home', at('home'))).toMatchObject({
      exit: 1,
      err: expect.stringContaining('BACKUP_THERE') as string,
    });
    await run('backup', at('kept.zip'), '--home', at('home'));
    expect((await run('backup', at('kept.zip'), '--home', at('home'))).exit).toBe(2);
  });
  it('does not read a stray write-ahead log into what it restores', async () => {
    await run('backup', at('kept'), '--home', at('home'));
    mkdirSync(at('again'));
    writeFileSync(at('again', 'events.db-wal'), 'of another time');
    expect((await run('restore', at('kept'), '--home', at('again'))).err).toContain('events.db-wal');
  });
  it.each([
    ['one byte more in a file', () => appendFileSync(at('kept', 'log.db'), 'x'), 'log.db is not the file that was backed up'],
    ['a file that is gone', () => rmSync(at('kept', 'events.db')), 'has lost events.db'],
  ])('restores nothing of a backup with %s', async (_, injure, words) => {
    await run('backup', at('kept'), '--home', at('home'));
    injure();
    expect(await run('restore', at('kept'), '--home', at('again'))).toMatchObject({
      exit: 1,
      err: expect.stringContaining(words) as string,
    });
    expect(existsSync(at('again')) ? readdirSync(at('again')) : []).toEqual([]);
  });
  it.each([
    ['a folder without a manifest', () => mkdirSync(at('kept'))],
    ['a manifest of somebody else’s', () => (mkdirSync(at('kept')), writeFileSync(at('kept', 'manifest.json'), '{"format":"tar"}'))],
    [
      'a file that would land elsewhere',
      () => {
        mkdirSync(at('kept'));
        const files = [{ name: '../../elsewhere', bytes: 1, sha256: '' }];
        writeFileSync(at('kept', 'manifest.json'), JSON.stringify({ format: 'ledger-backup/1', holds: 'ledger', files }));
      },
    ],
    ['nothing at all', () => undefined],
  ])('does not understand %s', async (_, make) => {
    make();
    expect((await run('restore', at('kept'), '--home', at('again'))).exit).toBe(2);
    expect((await run('backup', at('none'), '--home', at('again'))).exit).toBe(2);
  });

  it('is found out by the signer’s memory when it is older than what was signed since', async () => {
    await run('backup', at('yesterday'), '--home', at('home'));
    await run('grant-role', '--home', at('home'), '--tenant', 'barking', '--subject', 'clerk', '--role', 'clerk');
    await run('log', 'seal', '--home', at('home'));
    bringKeysAndSigner('again');
    expect((await run('restore', at('yesterday'), '--home', at('again'))).exit).toBe(0);
    expect(await run('status', '--home', at('again'))).toMatchObject({
      exit: 1,
      out: expect.stringContaining('was an old copy restored?') as string,
    });
    const asked = await run('grant-role', '--home', at('again'), '--tenant', 'barking', '--subject', 'mayor', '--role', 'clerk');
    expect(asked).toMatchObject({ exit: 1, err: expect.stringContaining('WRITER_STOPPED') as string });
  });
  it('is not signed on by another signer under another name', async () => {
    await run('backup', at('kept'), '--home', at('home'));
    await run('restore', at('kept'), '--home', at('again'));
    expect((await run('status', '--home', at('again'))).out).toContain('this signer has signed nothing: put the folder of the one who did');
  });

  describe('where another engine holds a part', () => {
    const settings = (env: Record<string, string>) => jest.replaceProperty(process, 'env', { ...process.env, ...env });
    afterEach(() => jest.restoreAllMocks());
    it('backs up the files that are here, and says how to take the rest', async () => {
      settings({ LEDGER_EVENTS: 'esdb://host:2113?ledger=durham' });
      const { exit, out } = await run('backup', at('kept'), '--home', at('home'));
      expect(exit).toBe(0);
      expect(out).toContain('The events are not in it: esdb holds them. Take them now, after this: the server’s own backup');
      expect(readdirSync(at('kept')).sort()).toEqual(['log.db', 'manifest.json', 'seals.db']);
    });
    it('finds log and events in the files that the settings name', async () => {
      settings({ LEDGER_EVENTS: `sqlite:${at('one.db')}`, LEDGER_LOG: `sqlite:${at('other.db')}` });
      expect((await run('init', '--home', at('third'))).exit).toBe(0);
      expect((await run('backup', at('kept'), '--home', at('third'))).exit).toBe(0);
      rmSync(at('one.db'));
      rmSync(at('other.db'));
      expect(await run('restore', at('kept'), '--home', at('third'))).toMatchObject({ exit: 0, err: '' });
      expect((await run('status', '--home', at('third'))).exit).toBe(0);
    });
    it('names the engine that has it all', async () => {
      settings({ LEDGER_EVENTS: 'postgres://ledger@host/ledger' });
      const { err, exit } = await run('backup', at('kept'), '--home', at('none'));
      expect(exit).toBe(2);
      expect(err).toContain('postgres holds it, and backs it up');
    });
  });
});

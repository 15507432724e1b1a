import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeBundle } from '@ledger/home';
import { checkpointFrom, noteText, openRenewal, readNote, renewalNote, signatureLine, signerFrom } from '@ledger/log';
import { EXIT } from '../../apps/auditor/terminal.js';
import { auditor } from '../../apps/auditor/auditor.js';
import { verification } from '../../apps/auditor/verify.command.js';
import { run } from '../exchange/command-line.js';
import { ALedger } from './a-ledger.js';

const keep = (ledger: ALedger, name: string, text: string): string => {
  writeFileSync(ledger.file(name), text);
  return ledger.file(name);
};
const policyOf = async ({ home }: ALedger): Promise<string> => (await home.publicLog.policyText()).replace(/^kept.*\n/m, '');
const seal = ({ home }: ALedger) => home.publicLog.sealer.seal();
const FILES = ['events.db', 'log.db', 'seals.db', 'views.db', 'keys.db'];

describe('a log that takes another key', () => {
  let ledger: ALedger;
  let before: string;
  let after: string;
  let kept: string;
  let former: ReturnType<typeof signerFrom>;
  beforeAll(async () => {
    ledger = await (await ALedger.open()).begin();
    await seal(ledger);
    before = keep(ledger, 'policy-before', await policyOf(ledger));
    kept = keep(ledger, 'kept', readFileSync(ledger.file('home', 'public-log', 'checkpoint'), 'utf8'));
    former = ledger.home.publicLog.signer.log;
    await ledger.home.publicLog.sealer.changeKey();
    await ledger.receive(2);
    await writeBundle(ledger.home, ledger.file('bundle'), 'public');
    after = keep(ledger, 'policy-after', await policyOf(ledger));
  });
  afterAll(() => ledger.remove());

  it('says so in an entry that both keys have signed', async () => {
    const [stored] = await ledger.home.store.readStream('logkey-ledger_log');
    const { newKey, note, origin, previousKey } = JSON.parse(stored!.data) as {
      newKey: string;
      note: string;
      origin: string;
      previousKey: string;
    };
    expect([previousKey, newKey]).toEqual([former.vkey, ledger.home.publicLog.signer.log.vkey]);
    const change = { origin, previousKey, newKey };
    expect(openRenewal(note, change).next.vkey).toBe(newKey);
    expect(() => openRenewal(renewalNote(change, [former]), change)).toThrow('by one alone');
    expect(() => openRenewal(note, { ...change, origin: 'other.example/log' })).toThrow('another change');
  });
  it('is proven by whoever trusts the key before, and by whoever trusts the key after', async () => {
    for (const policy of [before, after])
      expect(await verification(ledger.file('bundle'), { policy, checkpoint: kept })).toMatchObject({
        verdict: 'proven',
        firstWrong: null,
      });
  });
  it('is not signed by the key before any more: whoever holds that one signs nothing that counts', async () => {
    cpSync(ledger.file('bundle'), ledger.file('stolen'), { recursive: true });
    const { body } = readNote(readFileSync(ledger.file('bundle', 'checkpoint'), 'utf8'));
    const text = noteText(body, [signatureLine(former, body)]);
    for (const name of ['checkpoint', `checkpoints/${checkpointFrom(body).size}`]) writeFileSync(ledger.file('stolen', name), text);
    expect(await verification(ledger.file('stolen'), { policy: after, checkpoint: kept })).toMatchObject({
      verdict: 'wrong',
      firstWrong: { words: expect.stringContaining('is signed by a key that was given up at entry') as string },
    });
  });
  it('goes on after a crash between the key and the entry', async () => {
    const { signer } = ledger.home.publicLog;
    signer.changeKey();
    expect(() => signer.changeKey()).toThrow('waits to be entered');
    await ledger.home.close();
    await ledger.reopen();
    await seal(ledger);
    expect([(await ledger.home.store.readStream('logkey-ledger_log')).length, ledger.home.publicLog.signer.pending()]).toEqual([2, null]);
    await writeBundle(ledger.home, ledger.file('later'), 'public');
    expect(await verification(ledger.file('later'), { policy: before, checkpoint: kept })).toMatchObject({ verdict: 'proven' });
  });
});

describe('a ledger that goes on after yesterday’s backup was restored', () => {
  let ledger: ALedger;
  let before: string;
  let kept: string;
  let lost: string;
  const checkpoint = () => readFileSync(ledger.file('home', 'public-log', 'checkpoint'), 'utf8');
  beforeAll(async () => {
    ledger = await (await ALedger.open()).begin();
    await seal(ledger);
    before = keep(ledger, 'policy-before', await policyOf(ledger));
    kept = keep(ledger, 'kept', checkpoint());
    await ledger.home.close();
    ledger.keep('backup');
    await ledger.reopen();
    await ledger.receive(5);
    await seal(ledger);
    lost = keep(ledger, 'lost', checkpoint());
    await ledger.home.close();
    for (const name of FILES)
      for (const part of ['', '-wal', '-shm']) {
        rmSync(ledger.file('home', name + part), { force: true });
        if (part === '') cpSync(ledger.file('backup', name), ledger.file('home', name));
      }
    await ledger.reopen();
  });
  afterAll(() => ledger.remove());

  it('begins again under another name, also when the first attempt is cut off, and takes entries again', async () => {
    const { sealer, seals } = ledger.home.publicLog;
    const former = ledger.home.publicLog.signer.origin;
    expect(sealer.stopped).toContain('was an old copy restored');
    jest.spyOn(seals, 'beginAgain').mockRejectedValueOnce(new Error('crash'));
    await expect(sealer.beginAgain(null)).rejects.toThrow('crash');
    await ledger.home.close();
    await ledger.reopen();
    expect(ledger.home.publicLog.sealer.stopped).not.toBeNull();
    await ledger.home.publicLog.sealer.beginAgain(null);
    expect(ledger.home.publicLog.signer.origin).not.toBe(former);
    await ledger.home.close();
    await ledger.reopen();
    expect(ledger.home.publicLog.sealer.stopped).toBeNull();
    await ledger.receive(2);
    await writeBundle(ledger.home, ledger.file('bundle'), 'public');
  });
  it('keeps what was published under the old name as evidence', () => {
    expect(readFileSync(ledger.file('home', 'public-log', 'former-1', 'checkpoint'), 'utf8')).toBe(readFileSync(lost, 'utf8'));
    expect(existsSync(ledger.file('home', 'public-log', 'former-1', 'tile'))).toBe(true);
  });
  it('names the old checkpoint and the lost entries in the record, and to everybody', async () => {
    const [stored] = await ledger.home.store.readStream('logkey-ledger_log');
    expect(JSON.parse(stored!.data)).toMatchObject({ previousSize: 13, lostFrom: 8, lostCount: 5 });
    const { renewals } = await ledger.home.publicLog.account();
    expect(renewals).toMatchObject([
      { isFinding: true, words: expect.stringContaining('5 of them are lost, from entry 8 to entry 12') as string },
    ]);
  });
  it('is never a pass: proven but for what is lost, by the policy of before and by that of now', async () => {
    const now = keep(ledger, 'policy-now', await policyOf(ledger));
    for (const policy of [before, now]) {
      const found = await verification(ledger.file('bundle'), { policy, checkpoint: kept });
      expect(found).toMatchObject({ verdict: 'proven, but for what is lost', firstWrong: null });
      expect(found.tests.find(({ outcome }) => outcome === 'FINDING')?.words).toContain('5 entries from 8 on, which are lost');
    }
    const quiet = { out: () => undefined, err: () => undefined };
    expect(await auditor(['verify', ledger.file('bundle'), '--policy', now, '--checkpoint', kept], quiet)).toBe(EXIT.wrong);
  });
  it('is wrong to whoever kept a checkpoint of what was lost', async () =>
    expect(await verification(ledger.file('bundle'), { policy: before, checkpoint: lost })).toMatchObject({ verdict: 'wrong' }));
  it('does not begin again while nothing is lost', async () => {
    await ledger.home.close();
    const ran = await run('log', 'begin-again', '--home', ledger.file('home'));
    expect([ran.exit, ran.err]).toEqual([1, expect.stringContaining('nothing is lost')]);
    await ledger.reopen();
  });
});

import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditor } from '../../apps/auditor/auditor.js';
import { verification } from '../../apps/auditor/verify.command.js';
import { zipFolder } from '@ledger/formats';
import { writeBundle } from '@ledger/home';
import { type BundleAudience, readNote, signatureLine, signerFrom } from '@ledger/log';
import { ALedger } from './a-ledger.js';

describe('the auditor', () => {
  let ledger: ALedger;
  let bundle: string;
  let policy: string;
  const file = (name: string) => join(bundle, name);
  const write = async (name: string, audience: BundleAudience = 'public') => {
    await writeBundle(ledger.home, ledger.file(name), audience);
    return ledger.file(name);
  };
  beforeAll(async () => {
    ledger = await (await ALedger.open()).begin();
    await ledger.home.publicLog.sealer.seal();
    cpSync(ledger.file('home', 'public-log', 'checkpoint'), ledger.file('kept'));
    mkdirSync(ledger.file('receipts'));
    writeFileSync(ledger.file('receipts', 'fund.txt'), (await ledger.home.publicLog.receipt('fund-barking_levy', 0))!);
    await ledger.receive(4);
    await write('whole');
    policy = ledger.file('policy');
    writeFileSync(policy, await ledger.home.publicLog.policyText());
    writeFileSync(ledger.file('bare-policy'), (await ledger.home.publicLog.policyText()).replace(/^kept.*\n/m, ''));
  });
  beforeEach(() => {
    bundle = ledger.file('bundle');
    rmSync(bundle, { recursive: true, force: true });
    cpSync(ledger.file('whole'), bundle, { recursive: true });
  });
  afterAll(() => ledger.remove());
  const exitOf = async (...args: string[]) => {
    let out = '';
    const exit = await auditor(['verify', bundle, ...args], {
      out: (text) => (out += text),
      err: (text) => (out += text),
      isTerminal: false,
    });
    return { exit, out };
  };
  const wrongIn = async (given: { policy?: string; checkpoint?: string; receipts?: string } = { policy }) => {
    const { firstWrong, tests, verdict } = await verification(bundle, given);
    return {
      verdict,
      entry: firstWrong?.entry,
      words: firstWrong?.words,
      failed: tests.filter(({ outcome }) => outcome === 'FAIL').length,
    };
  };

  it('proves a whole bundle by the policy that was handed over, with every test named', async () => {
    const { exit, out } = await exitOf('--policy', policy);
    expect(out).toContain('PROVEN');
    expect(out).not.toContain('FAIL');
    expect(exit).toBe(0);
  });
  it('proves it by a checkpoint that was kept, and by a receipt', async () => {
    const bare = ledger.file('bare-policy');
    expect((await exitOf('--policy', bare, '--checkpoint', ledger.file('kept'))).exit).toBe(0);
    expect(await verification(bundle, { policy: bare, receipts: ledger.file('receipts') })).toMatchObject({
      firstWrong: null,
      verdict: 'proven',
    });
  });
  it('calls it the operator’s word only where nothing was brought, or a key alone', async () => {
    expect((await exitOf()).exit).toBe(4);
    const { exit, out } = await exitOf('--policy', ledger.file('bare-policy'));
    expect([exit, out.includes('the operator’s word only')]).toEqual([4, true]);
  });
  it('does not take a policy or a bundle that is not there', async () => {
    expect((await exitOf('--policy', ledger.file('nothing'))).exit).toBe(2);
    rmSync(bundle, { recursive: true });
    expect((await exitOf()).exit).toBe(2);
  });
  it('reads an archive as it reads the folder, and believes no damaged one', async () => {
    const archive = ledger.file('bundle.zip');
    await zipFolder(bundle, archive);
    expect(await auditor(['verify', archive, '--policy', policy], { out: () => undefined, err: () => undefined })).toBe(0);
    const bytes = readFileSync(archive);
    bytes[400] = bytes[400]! ^ 1;
    writeFileSync(archive, bytes);
    expect((await verification(archive, { policy })).verdict).toBe('wrong');
  });
  it.each(['public', 'partners', 'auditor'] as const)('proves a bundle for %s, and says how much it does not show', async (audience) => {
    bundle = ledger.file(`for-${audience}`);
    await write(`for-${audience}`, audience);
    const { notShown, verdict } = await verification(bundle, { policy });
    expect(verdict).toBe('proven');
    expect(notShown.some(({ part }) => part === 'meta')).toBe(audience !== 'auditor');
  });

  it('passes over the signature line of a key that it does not know', async () => {
    const stranger = signerFrom('stranger.example/witness', 'ed25519', Buffer.alloc(32, 9));
    for (const name of ['checkpoint', 'checkpoints/12']) {
      const text = readFileSync(file(name), 'utf8');
      writeFileSync(file(name), text + signatureLine(stranger, readNote(text).body));
    }
    expect(await verification(bundle, { policy })).toMatchObject({ verdict: 'proven', firstWrong: null });
  });

  const line = (name: string, at: number, change: (text: string) => string) => {
    const lines = readFileSync(file(name), 'utf8').split('\n');
    lines[at] = change(lines[at]!);
    writeFileSync(file(name), lines.join('\n'));
  };
  const cut = (name: string, at: number) => {
    const lines = readFileSync(file(name), 'utf8').split('\n');
    writeFileSync(file(name), lines.toSpliced(at, 1).join('\n'));
  };
  it.each<[string, number | null, () => void]>([
    ['an amount in an entry', 4, () => line('entries.jsonl', 4, (text) => text.replace(/"amountPence":(\d+)/, '"amountPence":9$1'))],
    ['a posting’s account', 5, () => line('entries.jsonl', 5, (text) => text.replace(':levy', ':levi'))],
    ['a word that is shown', 3, () => line('parts.jsonl', 3, (text) => text.replace('What the area needs', 'What we need here'))],
    ['a salt', 4, () => line('parts.jsonl', 4, (text) => text.replace(/"salt":"./, '"salt":"g'))],
    ['a duplicate key', 3, () => line('parts.jsonl', 3, (text) => text.replace('{"entry":3,', '{"entry":3,"entry":3,'))],
    [
      'a number beyond what is kept exactly',
      4,
      () => line('entries.jsonl', 4, (text) => text.replace(/"amountPence":\d+/, '"amountPence":9007199254740993')),
    ],
    ['a space more', 2, () => line('entries.jsonl', 2, (text) => text.replace(',', ', '))],
    ['an unknown field', 2, () => line('entries.jsonl', 2, (text) => text.replace('"type":', '"tip":1,"type":'))],
    ['an entry taken out', 4, () => cut('entries.jsonl', 4)],
    ['bytes after the end', null, () => appendFileSync(file('entries.jsonl'), 'x')],
    ['a digest of a leaf', 1, () => writeFileSync(file('leaves'), readFileSync(file('leaves')).fill(0, 40, 41))],
    [
      'a balance',
      null,
      () => writeFileSync(file('balances.json'), readFileSync(file('balances.json'), 'utf8').replace(/"pence":(\d)/, '"pence":9$1')),
    ],
    ['the audience', 0, () => writeFileSync(file('bundle.json'), readFileSync(file('bundle.json'), 'utf8').replace('public', 'auditor'))],
    [
      'the size in the checkpoint',
      null,
      () => writeFileSync(file('checkpoint'), readFileSync(file('checkpoint'), 'utf8').replace(/\n12\n/, '\n11\n')),
    ],
    [
      'the key’s id in a signature line',
      null,
      () =>
        ['checkpoint', 'checkpoints/12'].forEach((name) =>
          writeFileSync(
            file(name),
            readFileSync(file(name), 'utf8').replace(/(— \S+ )(.)/, (_, by: string, sign: string) => by + (sign === 'A' ? 'B' : 'A')),
          ),
        ),
    ],
  ])('finds %s changed', async (_, entry, injure) => {
    injure();
    const found = await wrongIn();
    expect(found.verdict).toBe('wrong');
    expect(found.entry ?? null).toBe(entry);
  });
});

import Database from 'better-sqlite3';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { writeBundle } from '@ledger/home';
import { signerFrom, type Checkpoint } from '@ledger/log';
import { witnessAnswer } from '@ledger/sealer';
import { verification } from '../../apps/auditor/verify.command.js';
import { ALedger } from './a-ledger.js';

const WITNESS = signerFrom('witness.example/durham', 'cosignature/v1', Buffer.alloc(32, 7));

/**
 * The opponent owns the database and the log's key, and tells a history anew: another sum of money, signed by the very key.
 * Each way in which that is caught is a test of its own; and the way in which it is not, too.
 */
describe('an operator who rebuilds everything and signs it again with the log’s key', () => {
  let ledger: ALedger;
  let forged: string;
  let policy: string;
  let bare: string;
  const witnessed = new Map<string, Checkpoint>();
  beforeAll(async () => {
    let asked: ALedger | undefined;
    ledger = asked = await ALedger.open((_, body) =>
      Promise.resolve(
        witnessAnswer(
          body,
          [asked!.home.publicLog.signer.log],
          WITNESS,
          {
            last: (origin) => witnessed.get(origin) ?? null,
            swap: (origin, _before, next) => witnessed.set(origin, next).size > 0,
          },
          ledger.clock.now(),
        ),
      ),
    );
    await ledger.home.close();
    writeFileSync(ledger.file('home', 'witnesses'), `witness durham ${WITNESS.vkey} http://witness.example\nquorum durham\n`);
    await ledger.reopen();
    await ledger.begin();
    await ledger.home.publicLog.sealer.seal();
    await writeBundle(ledger.home, ledger.file('honest'), 'public');
    cpSync(ledger.file('home', 'public-log', 'checkpoint'), ledger.file('kept'));
    const { log, receipts } = ledger.home.publicLog.signer;
    policy = ledger.file('policy');
    bare = ledger.file('bare');
    writeFileSync(bare, `log ${log.vkey}\nreceipts ${receipts.vkey}\nquorum none\n`);
    writeFileSync(policy, `log ${log.vkey}\nwitness durham ${WITNESS.vkey}\nquorum durham\n`);
    mkdirSync(ledger.file('receipts'));
    writeFileSync(ledger.file('receipts', 'money.txt'), (await ledger.home.publicLog.receipt('fund-barking_levy', 2))!);

    // The key stays; store, log, tree, published files and the signer's memory are told anew.
    await ledger.home.close();
    for (const name of ['events.db', 'log.db', 'seals.db', 'views.db', 'keys.db'])
      for (const part of ['', '-wal', '-shm']) rmSync(ledger.file('home', name + part), { force: true });
    rmSync(ledger.file('home', 'public-log'), { recursive: true });
    const signer = new Database(ledger.file('home', 'signer', 'signer.db'));
    signer.prepare('DELETE FROM signed').run();
    signer.close();
    writeFileSync(ledger.file('home', 'witnesses'), '');
    await ledger.reopen();
    await ledger.begin();
    await ledger.receive(9);
    ledger.clock.pass(86_400);
    await ledger.receive(1);
    forged = ledger.file('forged');
    await writeBundle(ledger.home, forged, 'public');
  });
  afterAll(() => ledger.remove());

  it('is proven while honest, by the witness and by each thing that was kept', async () => {
    const given = { policy, checkpoint: ledger.file('kept') };
    expect(await verification(ledger.file('honest'), given)).toMatchObject({ verdict: 'proven', firstWrong: null });
    expect(await verification(ledger.file('honest'), { policy: bare, receipts: ledger.file('receipts') })).toMatchObject({
      verdict: 'proven',
    });
  });
  it('is caught by the checkpoint that was kept', async () =>
    expect(await verification(forged, { policy: bare, checkpoint: ledger.file('kept') })).toMatchObject({
      verdict: 'wrong',
      firstWrong: { words: expect.stringContaining('another root than the checkpoint that was kept') as string },
    }));
  it('is caught by the witness, who did not cosign it', async () =>
    expect(await verification(forged, { policy })).toMatchObject({
      verdict: 'wrong',
      firstWrong: { words: 'The policy asks for durham, and these have cosigned: nobody' },
    }));
  it('is caught by the receipt of somebody who was paid', async () =>
    expect(await verification(forged, { policy: bare, receipts: ledger.file('receipts') })).toMatchObject({
      verdict: 'wrong',
      firstWrong: { entry: 5, words: 'The receipt money.txt promises another event than entry 5' },
    }));
  it('is never called proven by the key alone', async () =>
    expect(await verification(forged, { policy: bare })).toMatchObject({ verdict: 'the operator’s word only' }));
});

it('a forged bundle with keys of its own is another log', async () => {
  const [honest, other] = [await ALedger.open(), await ALedger.open()];
  await other.begin();
  await writeBundle(other.home, other.file('bundle'), 'public');
  await honest.home.publicLog.sealer.seal();
  writeFileSync(honest.file('policy'), (await honest.home.publicLog.policyText()).replace(/^kept.*\n/m, ''));
  expect(await verification(other.file('bundle'), { policy: honest.file('policy') })).toMatchObject({
    verdict: 'wrong',
    firstWrong: { words: 'The bundle names another key for the log than the policy' },
  });
  await honest.remove();
  await other.remove();
});

it('a receipt whose entry is missing after the promised time convicts the operator', async () => {
  const ledger = await (await ALedger.open()).begin();
  const receipt = (await ledger.home.publicLog.receipt('fund-barking_levy', 3))!;
  await ledger.home.close();
  // The newest event is taken out of the store before anything was sealed: nothing but the receipt knows of it.
  for (const [file, sql] of [
    ['events.db', 'DELETE FROM events WHERE position = (SELECT max(position) FROM events)'],
    ['log.db', 'DELETE FROM entries WHERE entry = (SELECT max(entry) FROM entries)'],
  ] as const) {
    const db = new Database(ledger.file('home', file));
    db.prepare(sql).run();
    db.close();
  }
  await ledger.reopen();
  mkdirSync(ledger.file('receipts'));
  writeFileSync(ledger.file('receipts', 'lost.txt'), receipt);
  await writeBundle(ledger.home, ledger.file('early'), 'public');
  writeFileSync(ledger.file('policy'), await ledger.home.publicLog.policyText());
  const given = { policy: ledger.file('policy'), receipts: ledger.file('receipts') };
  expect((await verification(ledger.file('early'), given)).tests.at(-1)).toMatchObject({ outcome: 'PASS', words: '1 are not due yet' });

  ledger.clock.pass(86_400);
  await ledger.tell(
    'GrantRole',
    { subject: 'clerk-of-the-panel', role: 'clerk' },
    { actorRef: 'operator', issuer: 'test', authnStrength: 'token' },
  );
  await writeBundle(ledger.home, ledger.file('late'), 'public');
  expect(await verification(ledger.file('late'), given)).toMatchObject({
    verdict: 'wrong',
    firstWrong: { words: expect.stringContaining('it is not in the log') as string },
  });
  await ledger.remove();
});

it('a clock set back never takes the record back: each entry is recorded no earlier than the one before it', async () => {
  const ledger = await (await ALedger.open()).begin();
  ledger.clock.set('2020-01-01T00:00:00.000Z');
  await ledger.receive(2);
  await writeBundle(ledger.home, ledger.file('bundle'), 'auditor');
  writeFileSync(ledger.file('policy'), await ledger.home.publicLog.policyText());
  expect(await verification(ledger.file('bundle'), { policy: ledger.file('policy') })).toMatchObject({ verdict: 'proven' });
  await ledger.remove();
});

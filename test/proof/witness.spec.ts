import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { writeBundle } from '@ledger/home';
import { WitnessStore } from '@ledger/sealer';
import { witnessServer } from '../../apps/operator/witness.command.js';
import { verification } from '../../apps/auditor/verify.command.js';
import { ALedger } from './a-ledger.js';

it('a partner’s witness cosigns over HTTP, outlives its own restart, and is what the auditor’s quorum rests on', async () => {
  const ledger = await ALedger.open();
  const { log } = ledger.home.publicLog.signer;
  let store = new WitnessStore(ledger.file('witness.db'), 'witness.example/durham');
  const serve = async () => {
    const server = witnessServer(store, [log], ledger.clock.now);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return server;
  };
  let server = await serve();
  const { port } = server.address() as AddressInfo;
  await ledger.home.close();
  writeFileSync(ledger.file('home', 'witnesses'), `witness durham ${store.signer.vkey} http://127.0.0.1:${port}\nquorum durham\n`);
  await ledger.reopen();
  await ledger.begin();
  await ledger.home.publicLog.sealer.seal();
  expect((await ledger.home.publicLog.seals.newest())!.cosignatures).toHaveLength(1);

  // The witness goes away: the log is sealed without it, and says so. Nothing that stands is lost.
  await new Promise((done) => server.close(done));
  store.close();
  await ledger.receive(1);
  await ledger.home.publicLog.sealer.seal();
  expect(ledger.home.publicLog.sealer.faults.list()).toMatchObject([
    { standing: true, words: expect.stringContaining('Witness durham gave no cosignature') as string },
  ]);
  await writeBundle(ledger.home, ledger.file('alone'), 'public');

  store = new WitnessStore(ledger.file('witness.db'), 'witness.example/durham');
  server = witnessServer(store, [log], ledger.clock.now);
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  // It comes back, and is asked again about the checkpoint that stands: nothing has to be sealed for that.
  expect((await ledger.home.publicLog.seals.newest())!.cosignatures).toHaveLength(0);
  await ledger.home.publicLog.sealer.askAgain();
  expect((await ledger.home.publicLog.seals.newest())!.cosignatures).toHaveLength(1);
  expect((await ledger.home.publicLog.account()).witnesses).toMatchObject([{ name: 'durham', lastSize: 9 }]);
  await ledger.receive(1);
  await ledger.home.publicLog.sealer.seal();
  expect((await ledger.home.publicLog.seals.newest())!.cosignatures).toHaveLength(1);
  await writeBundle(ledger.home, ledger.file('together'), 'public');
  writeFileSync(ledger.file('policy'), (await ledger.home.publicLog.policyText()).replace(/^kept.*\n/m, ''));
  const given = { policy: ledger.file('policy') };
  expect(await verification(ledger.file('alone'), given)).toMatchObject({ verdict: 'wrong' });
  expect(await verification(ledger.file('together'), given)).toMatchObject({ verdict: 'proven', firstWrong: null });
  await new Promise((done) => server.close(done));
  store.close();
  await ledger.remove();
});

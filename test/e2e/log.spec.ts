import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Home, settingsFrom, type SignedAnswer } from '@ledger/home';
import { entriesFrom, leafHash, openCheckpoint, openReceipt, rootAt, wholeFromTiles, digestsFrom, type Checkpoint } from '@ledger/log';
import { randomUUID } from 'node:crypto';
import { createApp } from '../../apps/ledger/app.js';

describe('the public log over HTTP', () => {
  let app: NestFastifyApplication;
  let home: Home;
  let checkpoint: Checkpoint;
  const get = (url: string) => app.inject({ method: 'GET', url });
  beforeAll(async () => {
    app = await createApp(settingsFrom({}, { folder: null, demonstration: false }), { quiet: true });
    home = app.get(Home);
    expect((await get('/log/checkpoint')).statusCode).toBe(404);
    await home.publicLog.sealer.seal();
    checkpoint = openCheckpoint((await get('/log/checkpoint')).body, home.publicLog.signer.log);
  });
  afterAll(() => app.close());

  it('shows a checkpoint that is never kept by a cache, and tiles that are kept for ever', async () => {
    expect(checkpoint.size).toBe(2);
    expect((await get('/log/checkpoint')).headers).toMatchObject({
      'cache-control': 'no-cache',
      'content-type': 'text/plain; charset=utf-8',
    });
    const tile = await get('/log/tile/0/000.p/2');
    expect(tile.headers).toMatchObject({ 'cache-control': expect.stringContaining('immutable') as string });
    const digests = digestsFrom(tile.rawPayload, 2);
    expect(
      rootAt(
        2,
        wholeFromTiles((_, index) => digests[index]!),
      ),
    ).toBe(checkpoint.root);
    const entries = entriesFrom((await get('/log/tile/entries/000.p/2')).rawPayload, 2);
    expect(entries.map((entry) => leafHash(entry))).toEqual(digests);
  });
  it('gives the signed receipt of an event as text', async () => {
    const { body, statusCode } = await get('/api/receipts/ledger-ledger_ledger/0');
    expect([statusCode, openReceipt(body, home.publicLog.signer.receipts).type]).toEqual([200, 'LedgerOpened']);
  });
  it('answers an accepted command with a receipt that is signed, and a repeat with the very same', async () => {
    const authorization = `Bearer ${await home.tokens.issue('operator', 1)}`;
    const payload = { commandId: randomUUID(), subject: 'finance-manager', role: 'finance-officer' };
    const ask = () => app.inject({ method: 'POST', url: '/api/barking/commands/GrantRole', headers: { authorization }, payload });
    const [first, again] = [await ask(), await ask()].map((answer) => answer.json<SignedAnswer>());
    expect(openReceipt(first!.signed!, home.publicLog.signer.receipts)).toMatchObject({
      stream: 'rolegrant-barking_finance-manager',
      revision: 0,
      type: 'RoleGranted',
    });
    expect(again).toEqual(first);
    expect(first!.signed).toBe((await get('/api/receipts/rolegrant-barking_finance-manager/0')).body);
  });
  it('signs nothing where there was nothing to do', async () =>
    expect(
      await home.publicLog.signed({ commandId: '', stream: 'rolegrant-barking_x', revision: -1, position: null, events: [] }),
    ).toMatchObject({
      signed: null,
    }));
  it.each(['/log/tile/0/999', '/log/tile/..%2f..%2fsigner%2fsigner.db', '/api/receipts/ledger-ledger_ledger/9', '/api/receipts/x/y'])(
    'has nothing at %s',
    async (url) => expect((await get(url)).statusCode).toBe(404),
  );
});

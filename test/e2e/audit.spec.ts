import { Home, settingsFrom } from '@ledger/home';
import { checkLogProof, type EntryDocument, partHash, signerFrom, toHex } from '@ledger/log';
import { tellDemonstration } from '@ledger/stories';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createApp } from '../../apps/ledger/app.js';
import { verification } from '../../apps/auditor/verify.command.js';
import { describeInBrowser, launch } from './browser.js';

/** An entry in the middle, beside whole tiles and partial ones. */
const ENTRY = 300;
const GROWN = 300;
const OPERATOR = { actorRef: 'operator', issuer: 'test', authnStrength: 'test' };

describeInBrowser('one fact, checked by the reader’s own browser', () => {
  let app: NestFastifyApplication;
  let home: Home;
  let browser: Browser;
  let base: string;
  let address: string;
  let kept: string;
  let key: string;
  beforeAll(async () => {
    app = await createApp(settingsFrom({}, { folder: null }), { quiet: true });
    home = app.get(Home);
    await app.listen(0, '127.0.0.1');
    base = (await app.getUrl()).replace('[::1]', 'localhost');
    const sealed = async (): Promise<string> => {
      await home.publicLog.sealer.seal();
      return (await fetch(`${base}/log/checkpoint`)).text();
    };
    await tellDemonstration(home);
    kept = await sealed();
    for (let n = 0; n < GROWN; n += 1)
      await home.door.ask('ledger', 'GrantRole', { commandId: randomUUID(), subject: `clerk-${n}`, role: 'clerk' }, OPERATOR);
    await sealed();
    await home.settle();
    address = (await fetch(`${base}/entries/${ENTRY}`)).url;
    key = home.publicLog.signer.log.vkey;
    browser = await launch();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  type Injury = Readonly<{ url: RegExp; change: (bytes: Buffer) => Buffer }>;
  const opened = async (more: Parameters<Browser['newContext']>[0] = {}, injury?: Injury): Promise<[Page, BrowserContext]> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...more });
    const page = await context.newPage();
    if (injury !== undefined)
      await page.route(injury.url, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: injury.change(await response.body()) });
      });
    await page.goto(address, { waitUntil: 'load' });
    return [page, context];
  };
  const checked = async (page: Page, given: Readonly<{ checkpoint?: string; key?: string }> = {}): Promise<string> => {
    await page.getByLabel('A checkpoint that you kept').fill(given.checkpoint ?? '');
    await page.getByLabel('The log’s key').fill(given.key ?? '');
    await page.getByRole('button', { name: 'Check this entry' }).click();
    await page.locator('#checked .lead').waitFor();
    return page.locator('#checked').innerText();
  };

  it('is good where nothing was touched, by the server’s own key or by one that was pasted', async () => {
    const [page, context] = await opened();
    const own = await checked(page);
    expect(own).toContain('Good: this entry stands in the signed log.');
    expect(own).toContain('The key is the one that this server names.');
    const document = (await home.log.entry(ENTRY))!.document;
    expect(await page.locator('#checked pre').first().textContent()).toBe(document);
    const pasted = await checked(page, { checkpoint: kept, key });
    expect(pasted).toContain('Good: this entry stands in the signed log.');
    expect(pasted).not.toContain('that this server names');
    await context.close();
  });

  const flip = (at: number) => (bytes: Buffer) => Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)));
  it.each<[string, Injury, string]>([
    [
      'a leaf in its tile',
      {
        url: /tile\/entries\/001/,
        change: (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('"revision":', '"revisiom":'), 'latin1'),
      },
      'is not the one whose digest stands in the tree',
    ],
    [
      'the digest of the entry',
      { url: /tile\/0\/001/, change: flip((ENTRY - 256) * 32) },
      'is not the one whose digest stands in the tree',
    ],
    [
      'another digest of its tile',
      { url: /tile\/0\/001/, change: flip((ENTRY - 256 + 1) * 32) },
      'does not come to the root in this checkpoint',
    ],
    ['the digest of a whole tile', { url: /tile\/1\/000/, change: flip(3) }, 'does not come to the root in this checkpoint'],
    ['a tile that was cut', { url: /tile\/0\/001/, change: (bytes) => bytes.subarray(0, 40) }, 'is too short'],
    [
      'the size in the checkpoint',
      {
        url: /log\/checkpoint/,
        change: (bytes) => Buffer.from(bytes.toString().replace(/\n(\d+)\n/, (_, size: string) => `\n${Number(size) - 1}\n`)),
      },
      'The signature does not belong to this checkpoint',
    ],
    [
      'what is shown of it',
      { url: /log\/proof/, change: (bytes) => Buffer.from(bytes.toString().replace(/"salt":"../, '"salt":"zz')) },
      'What the server shows of this entry is not what was logged',
    ],
  ])('is wrong, in words, where somebody touched %s', async (_, injury, words) => {
    const [page, context] = await opened({}, injury);
    const said = await checked(page);
    expect(said).toContain('Wrong: ');
    expect(said).toContain(words);
    await context.close();
  });

  it.each<[string, () => { checkpoint?: string; key?: string }, string]>([
    [
      'another key of the same name',
      () => ({ key: signerFrom(home.publicLog.signer.origin, 'ed25519', Buffer.alloc(32, 3)).vkey }),
      'bears no signature of this key',
    ],
    [
      'the key of another log',
      () => ({ key: signerFrom('other.example/log', 'ed25519', Buffer.alloc(32, 3)).vkey }),
      'The checkpoint is of the log',
    ],
    [
      'a key with a sign altered',
      () => ({ key: key.replace(/\+(.)/, (_, sign: string) => `+${sign === 'a' ? 'b' : 'a'}`) }),
      'it was altered',
    ],
    ['a word in place of a key', () => ({ key: 'secret' }), 'The key is not a log’s key'],
    [
      'a checkpoint with another root',
      () => ({ checkpoint: kept.replace(/\n\d+\n(.)/, (line) => `${line.slice(0, -1)}${line.endsWith('A') ? 'B' : 'A'}`) }),
      'The signature does not belong to this checkpoint',
    ],
    ['half a checkpoint', () => ({ checkpoint: kept.slice(0, 60) }), 'This is not a checkpoint'],
  ])('is wrong, in words, against %s', async (_, given, words) => {
    const [page, context] = await opened();
    expect(await checked(page, given())).toContain(words);
    await context.close();
  });

  it('is good by a checkpoint that was kept before the log grew over the edge of a tile', async () => {
    const [page, context] = await opened();
    expect(await checked(page, { checkpoint: kept })).toContain('Good: this entry stands in the signed log.');
    const size = Number(kept.split('\n')[1]);
    await page.goto(`${base}/entries/${size + 1}`, { waitUntil: 'load' });
    expect(await checked(page, { checkpoint: kept })).toContain(`up to entry ${size - 1}: entry ${size + 1} came later.`);
    await context.close();
  });

  it('says that the signature was not checked where the browser lacks Ed25519', async () => {
    const [page, context] = await opened();
    await page.evaluate(`crypto.subtle.importKey = () => Promise.reject(new DOMException('no', 'NotSupportedError'))`);
    const said = await checked(page);
    expect(said).toContain('Signature not checked: this browser lacks Ed25519.');
    expect(said).toContain('Good, but the signature was not checked.');
    await context.close();
  });
  it('is a file and words where scripts are not allowed', async () => {
    const [page, context] = await opened({ javaScriptEnabled: false });
    expect(await page.locator('#check-form').isVisible()).toBe(false);
    expect(await page.locator(`a[href="/log/proof/${ENTRY}"]`).isVisible()).toBe(true);
    expect(await page.locator('noscript').innerText()).toContain('The files above are the same proof.');
    await context.close();
  });
});

describe('what anybody takes home from the server', () => {
  let app: NestFastifyApplication;
  let home: Home;
  const get = (url: string) => app.inject({ method: 'GET', url });
  beforeAll(async () => {
    app = await createApp(settingsFrom({}, { folder: null, demonstration: false }), { quiet: true });
    home = app.get(Home);
  });
  afterAll(() => app.close());

  it('is nothing before the first seal, and the pages say so', async () => {
    await home.settle();
    expect((await get('/log/proof/0')).statusCode).toBe(404);
    expect((await get('/log/bundle.zip')).statusCode).toBe(404);
    expect((await get('/audit')).body).toContain('Nothing is sealed yet');
    expect((await get('/ledger/entries/0')).body).toContain('waits for the next seal');
  });
  it('is the proof of an entry, as a file of C2SP and as one document with the entry in it', async () => {
    await home.publicLog.sealer.seal();
    const text = (await get('/log/proof/1')).body;
    const { document, shown } = (await get('/log/proof/1.json')).json<{ document: string; shown: { text: string; salt: string } }>();
    expect(checkLogProof(text, document, home.publicLog.signer.log)).toMatchObject({ index: 1, size: 2 });
    expect(() => checkLogProof(text, document.replace('"revision":0', '"revision":1'), home.publicLog.signer.log)).toThrow(
      'does not stand',
    );
    const { parts } = JSON.parse(document) as EntryDocument;
    expect(partHash(shown.salt, JSON.parse(shown.text))).toBe(parts.public);
    expect((await get('/log/proof/2')).statusCode).toBe(404);
    expect((await get('/log/proof/x')).statusCode).toBe(404);
  });
  it('is the whole public ledger as one archive, which the auditor’s program proves', async () => {
    const { headers, rawPayload } = await get('/log/bundle.zip');
    expect(headers['content-disposition']).toBe('attachment; filename="ledger-2.zip"');
    const folder = mkdtempSync(join(tmpdir(), 'ledger-home-'));
    const [archive, policy] = [join(folder, 'bundle.zip'), join(folder, 'policy')];
    writeFileSync(archive, rawPayload);
    writeFileSync(policy, await home.publicLog.policyText());
    expect(await verification(archive, { policy })).toMatchObject({ verdict: 'proven', checkpoint: { size: 2 } });
    rmSync(folder, { recursive: true });
  });
  it('is told on a page: size, root, keys, who cosigned, and the same tables as files', async () => {
    const seal = await home.publicLog.seals.newest();
    const { body } = await get('/audit');
    for (const words of [
      '2 entries are sealed under one root',
      toHex(seal!.root),
      home.publicLog.signer.log.vkey,
      'Nobody outside is asked to cosign',
      'None is known',
    ])
      expect(body).toContain(words);
    expect((await get('/audit/checkpoints.csv')).body).toContain(toHex(seal!.root));
    expect((await get('/audit/witnesses.json')).json()).toMatchObject({ rows: [] });
  });
});

import { AxeBuilder } from '@axe-core/playwright';
import { Home, settingsFrom } from '@ledger/home';
import { tellDemonstration } from '@ledger/stories';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createApp } from '../../apps/ledger/app.js';
import { describeInBrowser, launch } from './browser.js';

const B = '/barking-and-dagenham';
/** One of each kind of page. */
const KINDS: readonly (readonly [string, string])[] = [
  ['every place', '/'],
  ['one place', B],
  ['one place without money', '/gdansk'],
  ['one place with many bodies', '/durham'],
  ['funds', `${B}/funds`],
  ['a fund', `${B}/funds/levy`],
  ['a fund statement', `${B}/funds/levy/residents-panel/2018-19`],
  ['bodies', `${B}/bodies`],
  ['a body', `${B}/bodies/residents-panel`],
  ['decisions', `${B}/decisions`],
  ['a decision', `${B}/decisions/round-one`],
  ['awards', `${B}/awards`],
  ['an award', `${B}/awards/r1-award-a`],
  ['recipients', `${B}/recipients`],
  ['a recipient', `${B}/recipients/riverside-community-kitchen`],
  ['rounds', `${B}/rounds`],
  ['a round', `${B}/rounds/round-one`],
  ['a draw', `${B}/draws/panel-2018`],
  ['duties', '/gdansk/duties'],
  ['past awards', `${B}/grants`],
  ['published figures', `${B}/figures`],
  ['a search', `${B}/search?q=kitchen`],
  ['a search for nothing', `${B}/search`],
  ['entries', `${B}/entries`],
  ['a history', `${B}/history/decision-barking-and-dagenham_round-one`],
  ['changes', `${B}/changes?since=100`],
  ['the check', `${B}/check`],
  ['the erasures', '/gdansk/erasures'],
  ['the signed log', '/audit'],
  ['an entry with its proof', `${B}/entries/100`],
  ['a page that is not there', '/nowhere/at/all'],
  ['a moment that is not there', `${B}?day=31&month=6&year=2018&known=90000`],
];

describeInBrowser('the pages in a real browser', () => {
  let app: NestFastifyApplication;
  let home: Home;
  let browser: Browser;
  let base: string;
  let seen: number;
  const open = async (path: string, more: Parameters<Browser['newContext']>[0] = {}): Promise<[Page, BrowserContext]> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...more });
    const page = await context.newPage();
    await page.goto(base + path, { waitUntil: 'domcontentloaded' });
    return [page, context];
  };
  const past = () => `?at=2018-06-05&known=${seen}`;

  beforeAll(async () => {
    app = await createApp(settingsFrom({}, { folder: null }), { quiet: true });
    home = app.get(Home);
    await tellDemonstration(home);
    await home.settle();
    await home.publicLog.sealer.seal();
    await app.listen(0, '127.0.0.1');
    base = (await app.getUrl()).replace('[::1]', 'localhost');
    const known = await (await fetch(`${base}${B}/decisions/round-one`)).text();
    seen = Number(/known=(\d+)"><strong>As its members saw it/.exec(known)![1]);
    browser = await launch();
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  it.each(KINDS)('axe finds nothing wrong with %s, and nothing is blocked', async (_, path) => {
    const [page, context] = await open(path);
    const blocked: string[] = [];
    page.on('console', (message) => {
      if (/Content Security Policy|Refused/.test(message.text())) blocked.push(message.text());
    });
    await page.reload({ waitUntil: 'domcontentloaded' });
    await page.evaluate('document.querySelectorAll("details").forEach((one) => (one.open = true))');
    expect(await page.locator('h1').innerText()).not.toBe('Something broke on our side');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ help, id, nodes }) => `${id}: ${help} (${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')})`)).toEqual(
      [],
    );
    expect(blocked).toEqual([]);
    await context.close();
  });
  it.each([
    ['one place', B],
    ['a fund statement', `${B}/funds/levy/residents-panel/2018-19`],
    ['a decision', `${B}/decisions/round-one`],
  ])('axe finds nothing wrong with %s of the past, light and dark', async (_, path) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const [page, context] = await open(path + past(), { colorScheme });
      expect(await page.locator('html').getAttribute('class')).toBe('past');
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ help, id, nodes }) => `${id}: ${help} (${nodes[0]?.html})`)).toEqual([]);
      await context.close();
    }
  });
  it.each(KINDS)('%s fits a screen 320 pixels wide', async (_, path) => {
    const [page, context] = await open(path, { viewport: { width: 320, height: 640 } });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    await context.close();
  });

  it('work without JavaScript: a reader goes to another day by the form, and back to now', async () => {
    const [page, context] = await open(`${B}/funds/levy/residents-panel/2018-19`, { javaScriptEnabled: false });
    await page.getByText('Look at another moment').click();
    await page.getByLabel('Day', { exact: true }).fill('4');
    await page.getByLabel('Month').fill('6');
    await page.getByLabel('Year').fill('2018');
    await page.getByRole('button', { name: 'Show this moment' }).click();
    expect(new URL(page.url()).search).toBe('?at=2018-06-04');
    expect(await page.locator('.statement').innerText()).toMatch(/All £327,000.* was still for Residents’ Panel to decide/s);
    await page.getByRole('link', { name: 'Decisions' }).first().click();
    expect(new URL(page.url()).search).toBe('?at=2018-06-04');
    await page.getByRole('link', { name: 'Return to now' }).click();
    expect(new URL(page.url()).search).toBe('');
    await context.close();
  });
  it('find a group by part of its name, without JavaScript, and keep to the moment that is shown', async () => {
    const [page, context] = await open(B, { javaScriptEnabled: false });
    await page.getByLabel('Find a group, a fund, a body or a decision').fill('KITCHEN');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('link', { name: 'Riverside Community Kitchen' }).click();
    expect(new URL(page.url()).pathname).toBe(`${B}/recipients/riverside-community-kitchen`);
    await page.goto(base + B + '?at=2018-01-01');
    await page.getByLabel('Find a group, a fund, a body or a decision').fill('kitchen');
    await page.getByRole('button', { name: 'Find' }).click();
    expect(new URL(page.url()).search).toBe('?at=2018-01-01&q=kitchen');
    expect(await page.locator('.statement').innerText()).toMatch(/^No names in these books had “kitchen” in them/);
    await context.close();
  });
  it('follow a pound by its keyboard: skip link first, then from the home page to the decision that allowed it', async () => {
    const [page, context] = await open(B);
    await page.keyboard.press('Tab');
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Skip to the record');
    await page
      .locator('.chain')
      .getByRole('link', { name: /Round one/ })
      .press('Enter');
    await page.waitForURL(/decisions\/round-one$/);
    expect(await page.locator('.statement').innerText()).toContain('£133,000');
    await context.close();
  });
  it('tell of newer entries, and never reload by themselves', async () => {
    const [page, context] = await open(`${B}/entries`);
    const line = page.locator('.time__newer');
    expect(await line.isVisible()).toBe(false);
    await page.evaluate('window.untouched = true');
    const command = { commandId: randomUUID(), subject: 'new-clerk', role: 'clerk' };
    await home.door.ask('barking-and-dagenham', 'GrantRole', command, { actorRef: 'operator', issuer: 'test', authnStrength: 'test' });
    await line.waitFor({ state: 'visible', timeout: 10_000 });
    expect(await line.innerText()).toBe('1 entry is newer than this page. Show it');
    expect(await page.evaluate('window.untouched')).toBe(true);
    await line.getByRole('link').click();
    await page.waitForLoadState();
    expect(await page.locator('.entries').innerText()).toContain('new clerk');
    await context.close();
  });
  it('print the moment, and leave menus and forms out', async () => {
    const [page, context] = await open(`${B}${past()}`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.time__line').isVisible()).toBe(true);
    expect(await page.locator('.masthead nav').isVisible()).toBe(false);
    expect(await page.locator('.time details').isVisible()).toBe(false);
    await context.close();
  });
});

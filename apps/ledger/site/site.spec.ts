import { Home, settingsFrom } from '@ledger/home';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { parse } from 'csv-parse/sync';
import { createApp } from '../app.js';
import { HOSTILE_NAME, tellHistory } from './testing/told-history.js';
import { plain } from './words/html.js';

const text = (html: string): string =>
  plain(html.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, ''))
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');
const HOME = '/barking';
const STATEMENT = '/barking/funds/levy/panel/2018-19';
const DECISION = '/barking/decisions/one';

describe('the public pages', () => {
  let app: NestFastifyApplication;
  let home: Home;
  let seen: number;
  let newest: number;
  const get = async (url: string) => {
    const { body, headers, statusCode } = await app.inject({ method: 'GET', url });
    return { status: statusCode, body, headers, words: text(body) };
  };

  beforeAll(async () => {
    app = await createApp(settingsFrom({}, { folder: null }), { quiet: true });
    home = app.get(Home);
    seen = await tellHistory(home);
    await home.settle();
    newest = (await home.views.completeTo()).entry;
  }, 60_000);
  afterAll(() => app.close());

  it('say where the money is, and every figure has its entry', async () => {
    const { body, words } = await get(HOME);
    expect(words).toMatch(
      /£2,180,000, entry \d+ came in from Developers\. Residents’ Panel decides on £327,000, entry \d+ of it\. It has awarded £133,000, entry \d+\. £194,000, entry \d+ is still to decide\./,
    );
    expect(body).toContain('class="sankey sankey--wide"');
    expect(body).toContain('class="sankey sankey--tall"');
  });
  it('say where a fund stands in a sentence, a bar and a table', async () => {
    const { body, words } = await get(STATEMENT);
    expect(words).toMatch(/£194,000, entry \d+ of £327,000, entry \d+ is still for Residents’ Panel to decide\./);
    expect(body).toContain('aria-label="One bar of £327,000. From the left: paid £33,000.40, committed £99,999.60, available £194,000."');
    expect(words).toContain('Between £150,000 and £800,000 is expected in 2019–20. A forecast is not money');
  });
  it('say what was decided, by which vote, under which rule', async () => {
    const { words } = await get(DECISION);
    expect(words).toMatch(
      /Residents’ Panel awarded £133,000, entry \d+ to one group and kept £194,000, entry \d+\. 2 for, 1 against, 0 abstained\./,
    );
    expect(words).toContain('Carried, with exactly the votes that were needed.');
    expect(words).toContain(
      'The rule asks for two thirds of the members taking part. Abstaining counts as taking part. Of 3, 2 votes were needed.',
    );
    expect(words).toContain('An assessment of the effect on equality. None is recorded.');
  });
  it('show a decision as its members saw it beside as it is known now', async () => {
    const { body } = await get(DECISION);
    expect(body).toContain(`href="${DECISION}?at=2018-06-05&amp;known=${seen}"`);
    const then = await get(`${DECISION}?at=2018-06-05&known=${seen}`);
    expect(then.status).toBe(200);
    expect(then.body).toContain('<html lang="en-GB" class="past">');
    expect(then.words).toMatch(/Residents’ Panel had £327,000, entry \d+ to decide on, and had not yet voted\./);
    expect(then.words).toContain(`Not yet in the record at entry ${seen}. As we know it now`);
    expect(then.words).not.toContain('2 for, 1 against');
  });
  it('mark what differs between the two readings, and give both as files', async () => {
    const { body, words } = await get(DECISION);
    expect(words).toMatch(/Money free to decideAs its members saw it£327,000As we know it now£194,000Differs\./);
    expect(words).toMatch(/Rules in forceAs its members saw it(Version \d+)As we know it now\1The same\./);
    expect(body).toContain(`${DECISION}/readings.csv`);
    expect((await get(`${DECISION}/readings.csv`)).body).toContain('Money free to decide,"£327,000","£194,000",yes');
  });
  it('show what a record says otherwise than at an earlier entry, and which entry says so', async () => {
    const address = '/barking/history/body-barking_panel';
    const [first] = [...(await get(`${address}/history.csv`)).body.matchAll(/^(\d+),/gm)].map(([, entry]) => Number(entry));
    const { words } = await get(address);
    expect(words).toContain(`What this record says otherwise than at entry ${first}`);
    const { rows } = JSON.parse((await get(`${address}/difference.json?since=${first}`)).body) as {
      rows: { field: string; then: string | null; entry: number }[];
    };
    expect(rows.find(({ field }) => field === 'Route')).toMatchObject({ then: null });
    expect(rows.find(({ field }) => field === 'What happened last')).toMatchObject({ then: 'Body constituted' });
    expect(rows.every(({ entry }) => entry > first!)).toBe(true);
    expect((await get(`${address}?since=${newest}`)).words).toContain(`Nothing: this record says now what it said at entry ${newest}.`);
    expect((await get(`${address}?since=soon`)).status).toBe(400);
  });
  it('keep the moment in every link, speak of the past in the past tense, and offer the way back', async () => {
    const { body, words } = await get(`${STATEMENT}?at=2018-06-04&known=${seen}`);
    expect(words).toMatch(/All £327,000, entry \d+ was still for Residents’ Panel to decide\./);
    expect(words).toContain(`As at 4 June 2018, as known at entry ${seen}`);
    expect(words).toContain(`What has changed since: ${newest - seen} entries`);
    expect(words).toContain('Return to now');
    const links = [...body.matchAll(/href="(\/barking\/(?:funds|bodies|decisions|entries|history)[^"]*)"/g)].map(([, href]) => href!);
    const kept = links.filter((href) => href.includes(`at=2018-06-04&amp;known=${seen}`));
    expect(kept.length).toBeGreaterThan(10);
    expect(links.filter((href) => !href.includes('known=') && href !== STATEMENT)).toEqual([]);
  });
  it('go from the form to an address that can be shared', async () => {
    const { headers, status } = await get(`${STATEMENT}?day=5&month=6&year=2018&known=${seen}`);
    expect([status, headers['location']]).toEqual([303, `${STATEMENT}?at=2018-06-05&known=${seen}`]);
  });
  it('say what is wrong with a moment, and keep what was typed', async () => {
    const { body, status, words } = await get(`${HOME}?day=31&month=6&year=2018&known=9000`);
    expect(status).toBe(400);
    expect(words).toContain(`Entry 9000 does not exist yet. The newest is ${newest}.`);
    expect(words).toContain('31 6 2018 is not a day.');
    expect(body).toContain('name="known" value="9000"');
    expect(body).toContain('name="day" inputmode="numeric" value="31"');
  });
  it('say when something was not yet in the record', async () => {
    const { status, words } = await get(`/barking/awards/award-1?known=${seen}`);
    expect(status).toBe(404);
    expect(words).toContain(`Not yet in the record at entry ${seen}`);
    expect((await get('/barking/awards/never')).words).toContain('Nothing of that name is in the record');
    expect((await get('/nowhere/at/all')).status).toBe(404);
    expect((await get('/nowhere')).status).toBe(404);
    expect((await get('/api/barking/no-such-question')).headers['content-type']).toContain('application/problem+json');
  });
  it('never show what a sealed bid asks for before the round closes', async () => {
    const round = await get('/barking/rounds/round-two');
    expect(round.words).toContain('One bid has come in. What they ask for stays sealed until the round closes.');
    const bid = (await get('/barking/history/exercise-barking_round-two')).body
      .match(/entries\/(\d+)">/g)!
      .at(-1)!
      .replaceAll(/\D/g, '');
    for (const url of [
      '/barking/rounds/round-two',
      '/barking/rounds/round-two/bids.csv',
      '/barking/history/exercise-barking_round-two',
      `/barking/entries/${bid}`,
      `/barking/entries/${bid}/fields.json`,
      '/barking/changes?since=0',
      '/barking/entries',
    ]) {
      const { body, status } = await get(url);
      expect([url, status]).toEqual([url, 200]);
      expect(body).not.toMatch(/secret shed|1,?234,?567|12,?345/);
    }
  });
  it.each([
    [STATEMENT, 'standing'],
    [STATEMENT, 'movements'],
    [DECISION, 'awards'],
    [HOME, 'flows'],
    ['/barking/bodies/panel', 'seats'],
    ['/barking/check', 'accounts'],
  ])('give the table of %s/%s as CSV and JSON with the same figures', async (page, name) => {
    const html = (await get(page)).body;
    const csv = await get(`${page}/${name}.csv`);
    const json = JSON.parse((await get(`${page}/${name}.json`)).body) as {
      columns: { key: string; label: string; kind: string }[];
      rows: Record<string, string | number | null>[];
      asKnown: number;
    };
    const [head, ...rows] = parse(csv.body);
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.body.charCodeAt(0)).not.toBe(0xfeff);
    expect(json.asKnown).toBe(newest);
    expect(head).toHaveLength(json.columns.length);
    expect(rows).toHaveLength(json.rows.length);
    json.rows.forEach((row, index) =>
      json.columns.forEach(({ key, kind }, column) => {
        const value = row[key] ?? null;
        const cell = rows[index]![column]!;
        if (value === null) expect(cell).toBe('');
        else if (kind === 'money') {
          expect(Math.round(Number(cell) * 100)).toBe(value);
          const pounds = Math.trunc(Math.abs(Number(value)) / 100).toLocaleString('en-GB');
          expect(html).toContain(pounds);
        } else expect(cell.replace(/^'/, '')).toBe(String(value));
      }),
    );
  });
  it('run nothing that somebody wrote into a name, neither in a page nor in a spreadsheet', async () => {
    const { body, headers } = await get('/barking/recipients/garden');
    expect(body).not.toContain('<script>alert');
    expect(text(body)).toContain(HOSTILE_NAME);
    expect((await get('/barking/recipients/recipients.csv')).body).toContain(`'${HOSTILE_NAME}`);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
  it('mark what no source states', async () => {
    const { words } = await get('/barking/history/award-barking_award-1');
    expect(words).toMatch(/The group accepted an award\. illustrative/);
  });
  it('tell each entry with its two times, its office and its postings, in whosever books it stands', async () => {
    const payment = newest;
    const { words } = await get(`/barking/entries/${payment}`);
    expect(words).toMatch(/£33,000\.40 was paid to/);
    expect(words).toMatch(
      /True on ?1 July 2018 .*Entered in the ledger ?\d.*On behalf of ?the payments officer .*Entered by ?the recorder 1/,
    );
    expect(words).toContain('Expenses:barking:Spent:levy:ring-fenced:neighbourhood:award-1');
    const moved = await get(`/entries/${payment}`);
    expect([moved.status, moved.headers['location']]).toEqual([303, `/barking/entries/${payment}`]);
    expect((await get('/barking/entries/99999')).words).toContain(`Entry 99999 does not exist yet. The newest is ${newest}.`);
  });
  it('serve type and style from here, to be kept for ever', async () => {
    const css = await get('/site/ledger.css');
    expect([css.status, css.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
    expect((await get('/site/fonts/source-serif-4-latin-600-normal.woff2')).status).toBe(200);
    expect((await get(HOME)).body).not.toMatch(/(src|href)="https?:/);
  });
  it('answer within 100 milliseconds, also at a moment that nobody has asked for before', async () => {
    let day = 9;
    for (const url of ['/', HOME, STATEMENT, DECISION, '/barking/entries', '/barking/check']) {
      const took: number[] = [];
      for (let time = 0; time < 3; time++) {
        const started = performance.now();
        await get(`${url}?at=2018-07-${String(++day)}`);
        took.push(performance.now() - started);
      }
      // The best of three: a machine that is busy with something else says nothing about the page.
      expect(Math.min(...took)).toBeLessThan(100);
    }
  });
  it('tell every open page the newest entry, and let the server stop', async () => {
    await app.listen(0, '127.0.0.1');
    const answer = await fetch(`${await app.getUrl()}/events`);
    const reader = answer.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    const { value } = await reader.read();
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(new TextDecoder().decode(value)).toBe(`event: entry\ndata: ${newest}\n\n`);
    await app.close();
    expect((await reader.read()).done).toBe(true);
  });
});

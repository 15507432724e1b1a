import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Home as LedgerHome } from '@ledger/home';
import { Home, settingsFrom } from '@ledger/home';
import { readGrants } from '@ledger/formats';
import { openReceipt } from '@ledger/log';
import { folder, penceOfPounds, run, sha256 } from './command-line.js';

type Totals = Record<string, { count: number; total: string }>;
type Imported = {
  read: number;
  recorded: number;
  alreadyThere: number;
  total: string;
  byFunder: Totals;
  byYear: Totals;
  refused: { row: number; field: string; reason: string }[];
};
const GOOD = join(import.meta.dirname, 'fixtures', 'good.json');
const SHEET = join(import.meta.dirname, 'fixtures', 'sheet.csv');
const PUBLISHED = join(import.meta.dirname, '../../../shared/data/360giving');
const published = existsSync(PUBLISHED) ? describe : describe.skip;

async function withHome<T>(path: string, action: (home: LedgerHome) => Promise<T> | T): Promise<T> {
  const home = await Home.open(settingsFrom({}, { folder: path }));
  try {
    await home.settle();
    return await action(home);
  } finally {
    await home.close();
  }
}
/** Every event of a ledger, as the store keeps it. */
const stored = (path: string) => withHome(path, async (home) => (await home.store.readAll(null)).events);

describe('importing a file of grants', () => {
  const at = folder();
  const home = join(at.path, 'home');
  const importing = (file: string, ...more: string[]) =>
    run('import', '360giving', file, '--fund', 'past', '--tenant', 'trafford', '--home', home, '--json', ...more);
  afterAll(() => at.remove());

  it('tells what it would do, and writes nothing', async () => {
    const ran = await importing(GOOD, '--dry-run');
    expect(ran.exit).toBe(0);
    expect(ran.json()).toEqual({
      read: 3,
      recorded: 0,
      alreadyThere: 0,
      total: '1493.37',
      byFunder: { '360G-example-funder': { count: 1, total: '1234.50' }, 'GB-CHC-1000000': { count: 2, total: '258.87' } },
      byYear: { '2019': { count: 1, total: '8.87' }, '2020': { count: 2, total: '1484.50' } },
      refused: [],
    });
    expect(await stored(home)).toHaveLength(2);
  });
  it('says how to allow it when a person who is named may not import', async () => {
    const ran = await importing(GOOD, '--apply', '--by', 'finance-manager');
    expect(ran.exit).toBe(1);
    expect(ran.err).toContain('operator grant-role --tenant trafford --subject finance-manager --role recorder');
    expect(await stored(home)).toHaveLength(2);
  });
  it('writes nothing while one row is bad, and lists it', async () => {
    const { grants } = JSON.parse(readFileSync(GOOD, 'utf8')) as { grants: object[] };
    const bad = at.file(
      'bad.json',
      JSON.stringify({ grants: [...grants, { ...grants[0], id: '360G-example-4', awardDate: '05/06/2014' }] }),
    );
    const ran = await importing(bad, '--apply');
    expect(ran.exit).toBe(1);
    expect(ran.json()).toMatchObject({ read: 4, recorded: 0, refused: [{ row: 4, field: 'awardDate' }] });
    expect(await stored(home)).toHaveLength(2);
  });
  it('records each award from its own day, citing the file by hash and the office that imported it', async () => {
    for (const role of ['importer', 'recorder'])
      expect((await run('grant-role', '--tenant', 'trafford', '--subject', 'finance-manager', '--role', role, '--home', home)).exit).toBe(
        0,
      );
    const ran = await importing(GOOD, '--apply', '--by', 'finance-manager', '--receipts', join(at.path, 'receipts'));
    expect(ran).toMatchObject({ exit: 0, err: '' });
    expect(ran.json()).toMatchObject({ read: 3, recorded: 3, alreadyThere: 0, total: '1493.37' });
    const awards = (await stored(home)).filter(({ type }) => type === 'AwardImported');
    expect(awards.map(({ revision }) => revision)).toEqual([0, 0, 0]);
    expect(awards.every(({ stream }) => /^importedaward-trafford_[0-9a-f-]{36}$/.test(stream))).toBe(true);
    expect(JSON.parse(awards[0]!.data)).toMatchObject({
      effectiveAt: '2019-03-31T12:00:00.000Z',
      awardedOn: '2019-03-31',
      amountPence: 887,
      grantId: '360G-example-1',
      funderId: 'gb-chc-1000000',
      recipientId: 'gb-coh-00000001',
      recipientName: 'North End CIC',
      importedBy: 'finance-manager',
      fileSha256: sha256(GOOD),
      fileRow: 1,
      evidence: [{ sha256: sha256(GOOD), title: 'good.json', mediaType: 'application/json' }],
    });
  });
  it('keeps the signed receipt of each award as a text file', async () => {
    const files = readdirSync(join(at.path, 'receipts'));
    const key = await withHome(home, ({ publicLog }) => publicLog.signer.receipts);
    const types = files.map((name) => openReceipt(readFileSync(join(at.path, 'receipts', name), 'utf8'), key).type);
    expect(types).toEqual(['AwardImported', 'AwardImported', 'AwardImported']);
  });
  it('keeps nothing about a person in clear, in the award or anywhere else', async () => {
    const bytes = (await stored(home)).map(({ data, metadata }) => data + metadata).join('\n');
    expect(bytes).not.toMatch(/Jane|Roe|rent\b|360G-example-3|360G-example-person/);
    expect(bytes).toContain('"recipientKind":"individual"');
  });
  it('posts to memorandum accounts alone', async () => {
    const balances = await withHome(home, async ({ views }) => (await views.read('trafford')).balances());
    expect(balances.length).toBe(6);
    expect(balances.every(({ account }) => account.startsWith('Equity:trafford:Memo:Imported:past:'))).toBe(true);
    expect(balances.filter(({ account }) => account.includes(':Item:')).reduce((sum, { pence }) => sum + pence, 0)).toBe(149_337);
  });
  it('writes nothing the second time, also from the sheet, although the file is another', async () => {
    const before = (await stored(home)).length;
    expect((await importing(GOOD, '--apply')).json()).toMatchObject({ read: 3, recorded: 0, alreadyThere: 3 });
    expect((await importing(SHEET, '--apply')).json()).toMatchObject({ read: 3, recorded: 0, alreadyThere: 3, refused: [] });
    // Nobody was named: the importing office got its two roles at the first of the two.
    expect((await stored(home)).length).toBe(before + 2);
  });
  it('refuses a file that says otherwise about an award that stands', async () => {
    const other = at.file('other.json', readFileSync(GOOD, 'utf8').replace('8.87', '8.88'));
    const ran = await importing(other, '--apply');
    expect(ran.exit).toBe(1);
    expect(ran.json<Imported>().refused).toEqual([
      { row: 1, field: 'id', reason: 'This award was imported before, with another amountPence (AWARD_IMPORTED_DIFFERENTLY)' },
    ]);
  });
  it('leaves the bad rows out when it is told to', async () => {
    const { grants } = JSON.parse(readFileSync(GOOD, 'utf8')) as { grants: Record<string, unknown>[] };
    const some = at.file(
      'some.json',
      JSON.stringify({
        grants: [
          { ...grants[0], id: '360G-new' },
          { ...grants[0], id: '360G-bad', title: '' },
        ],
      }),
    );
    const ran = await importing(some, '--apply', '--skip-bad');
    expect(ran.exit).toBe(0);
    expect(ran.json()).toMatchObject({ read: 2, recorded: 1, total: '8.87', refused: [{ row: 2, field: 'title', reason: 'is missing' }] });
  });
  it('gives the same grant another id in another tenant and another installation', async () => {
    const second = join(at.path, 'second');
    await run('import', '360giving', GOOD, '--fund', 'past', '--tenant', 'trafford', '--home', second, '--apply');
    const ids = (events: readonly { type: string; stream: string }[]) =>
      events.filter(({ type }) => type === 'AwardImported').map(({ stream }) => stream);
    const [one, two] = [ids(await stored(home)), ids(await stored(second))];
    expect(two).toHaveLength(3);
    expect(two.filter((stream) => one.includes(stream))).toEqual([]);
  });
  it.each([
    ['neither --dry-run nor --apply', ['import', '360giving', GOOD, '--fund', 'past']],
    ['both', ['import', '360giving', GOOD, '--fund', 'past', '--apply', '--dry-run']],
    ['no fund', ['import', '360giving', GOOD, '--apply']],
    ['a fund that is no id', ['import', '360giving', GOOD, '--fund', 'Past Grants', '--apply']],
    ['a file that is not there', ['import', '360giving', join(at.path, 'none.json'), '--fund', 'past', '--apply']],
    ['a file that is not JSON', ['import', '360giving', import.meta.filename, '--fund', 'past', '--apply']],
    ['another standard', ['import', 'ocds', GOOD, '--fund', 'past', '--apply']],
  ])('does not understand %s', async (_, args) => {
    expect((await run(...args, '--home', home)).exit).toBe(2);
  });
});

published('the grants that funders published (skipped where their files are absent)', () => {
  const at = folder();
  const home = join(at.path, 'home');
  afterAll(() => at.remove());
  type Expected = Record<
    string,
    {
      grants: number;
      amountAwarded_total: string;
      by_funder: Record<string, [number, string]>;
      by_award_year: Record<string, [number, string]>;
    }
  >;
  const grants = (name: string) => join(PUBLISHED, 'grants', name);
  const expected = JSON.parse(existsSync(PUBLISHED) ? readFileSync(grants('expected-totals.json'), 'utf8') : '{}') as Expected;
  const importing = async (name: string) => {
    const ran = await run('import', '360giving', grants(name), '--fund', 'past', '--apply', '--json', '--home', home);
    return { ...ran, answer: ran.json<Imported>() };
  };
  const inPence = (totals: Record<string, [number, string]>) =>
    Object.fromEntries(Object.entries(totals).map(([key, [count, total]]) => [key, { count, pence: penceOfPounds(total) }]));
  const found = (totals: Totals) =>
    Object.fromEntries(Object.entries(totals).map(([key, { count, total }]) => [key, { count, pence: penceOfPounds(total) }]));

  it.each(['power-to-change-870-grants.json', 'trafford-council-grants-part1.json'])('come to the expected totals: %s', async (name) => {
    const { answer, exit } = await importing(name);
    const is = expected[name]!;
    expect(exit).toBe(0);
    expect(answer).toMatchObject({ read: is.grants, recorded: is.grants, alreadyThere: 0, refused: [] });
    expect(penceOfPounds(answer.total)).toBe(penceOfPounds(is.amountAwarded_total));
    expect(found(answer.byFunder)).toEqual(inPence(is.by_funder));
    expect(found(answer.byYear)).toEqual(inPence(is.by_award_year));
    expect((await importing(name)).answer).toMatchObject({ recorded: 0, alreadyThere: is.grants });
  });
  it('are the same grants in the sheet', async () => {
    const read = (name: string) => readGrants(readFileSync(grants(name)), { name, today: '2026-01-31' });
    const [json, csv] = [read('trafford-council-grants-part1.json'), read('trafford-council-grants-part1.csv')];
    const bare = ({ row: _, ...grant }: (typeof json.grants)[number]) => grant;
    expect(csv.grants.map(bare)).toEqual(json.grants.map(bare));
    expect((await importing('trafford-council-grants-part1.csv')).answer).toMatchObject({
      read: 277,
      recorded: 0,
      alreadyThere: 277,
      refused: [],
    });
  });
  it('are refused with counts where every date is wrong, and nothing is written', async () => {
    const before = (await stored(home)).length;
    const { answer, exit } = await importing('wolfson-379-grants-invalid-dates.json');
    expect(exit).toBe(1);
    expect(answer).toMatchObject({ read: 379, recorded: 0, alreadyThere: 0, total: '0.00' });
    expect(answer.refused.map(({ field }) => field)).toEqual(Array<string>(379).fill('awardDate'));
    expect((await stored(home)).length).toBe(before);
  });
  it('agree with the question about imported awards', async () => {
    const { imported } = await withHome(home, async (one) => {
      const { answerTo, Ask } = await import('@ledger/home');
      const answer = await answerTo(one, new Ask('imported', 'imported-awards'));
      return { imported: answer!.view as { byFunder: { key: string; count: number; pence: number }[] } };
    });
    expect(imported.byFunder.map(({ count, key, pence }) => [key, count, pence])).toEqual([
      ['gb-chc-1159982', 870, 5_162_569_654],
      ['gb-lae-trf', 277, 60_673_580],
    ]);
  });

  const validation = existsSync(PUBLISHED)
    ? (JSON.parse(readFileSync(join(PUBLISHED, 'expected-validation.json'), 'utf8')) as {
        results: Record<string, { grants: number; valid: boolean; grants_with_errors: number }>;
      })
    : { results: { 'no file': { grants: 0, valid: false, grants_with_errors: 0 } } };
  it.each(Object.entries(validation.results))('are judged as an independent validator judges %s', (name, is) => {
    const file = [grants(name), join(PUBLISHED, 'quality-tool-fixtures', name)].find((one) => existsSync(one))!;
    const read = readGrants(readFileSync(file), { name, today: '2026-01-31' });
    expect(read.read).toBe(is.grants);
    expect(new Set(read.refused.map(({ row }) => row)).size).toBe(is.grants_with_errors);
    expect(read.refused.length === 0).toBe(is.valid);
  });
  it.each([
    ['decimal_amounts.csv', 7],
    ['fundingproviders_grants_2_grants.csv', 2],
  ])('are refused row by row where the sheet lacks what is required: %s', (name, rows) => {
    const read = readGrants(readFileSync(join(PUBLISHED, 'quality-tool-fixtures', name)), { name, today: '2026-01-31' });
    expect(read.read).toBe(rows);
    expect(new Set(read.refused.map(({ row }) => row)).size).toBe(rows);
  });
});

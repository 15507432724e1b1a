import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Numeral, officialId, parseJson, penceOf, readGrants, Unreadable } from '@ledger/formats';

const TODAY = '2026-01-31';
const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name));
const package_ = parseGood();
function parseGood(): Record<string, unknown>[] {
  return (JSON.parse(fixture('good.json').toString()) as { grants: Record<string, unknown>[] }).grants;
}
const readJson = (grants: unknown) => readGrants(Buffer.from(JSON.stringify({ grants })), { name: 'x.json', today: TODAY });
const with_ = (changes: object) => [{ ...package_[0], ...changes }];
const refusedAt = (changes: object) => readJson(with_(changes)).refused.map(({ field, reason }) => `${field}: ${reason}`);

describe('an amount of a file', () => {
  it.each([
    ['8.87', 887],
    ['0.07', 7],
    ['1e3', 100_000],
    ['1.2345E3', 123_450],
    ['40000.0', 4_000_000],
    ['1.50000', 150],
    ['15e-1', 150],
    ['0', 0],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ])('reads %s as %i pence', (source, pence) => expect(penceOf(new Numeral(source))).toBe(pence));
  it.each(['1.234', '0.001', '1e-3', '-5', '1,000.00', '£5', '', '1.', '.5', '90071992547409.92', '1e99', '0x10', 'NaN'])(
    'does not read %s',
    (source) => expect(penceOf(new Numeral(source))).toEqual(expect.any(String)),
  );
  it('is taken from the text of the number, where floating point would lose a penny', () => {
    expect(parseJson('{"a": 90071992547409.91}')).toEqual({ a: new Numeral('90071992547409.91') });
    expect(Math.round(1.005 * 100)).toBe(100);
    expect(penceOf(new Numeral('1.005'))).toContain('more than two decimal places');
  });
});

describe('a 360Giving package', () => {
  const good = readGrants(fixture('good.json'), { name: 'good.json', today: TODAY });
  it('gives each grant with its own day, whatever the time beside it', () => {
    expect(good).toMatchObject({ read: 3, refused: [] });
    expect(good.grants.map(({ amountPence, awardedOn, row }) => [row, awardedOn, amountPence])).toEqual([
      [1, '2019-03-31', 887],
      [2, '2020-02-29', 123_450],
      [3, '2020-03-01', 25_000],
    ]);
  });
  it('gives nothing about a person to whom a grant was made', () => {
    expect(good.grants[2]!.to).toEqual({ kind: 'individual' });
    expect(JSON.stringify(good.grants[2])).not.toMatch(/Jane|Roe|rent|Street/);
  });

  it.each([
    ['id', undefined, 'id: is missing'],
    ['id', 7, 'id: must be text'],
    ['id', '360G-a\n1', 'id: has a space or a line break'],
    ['id', ' 360G-a', 'id: has a space or a line break'],
    ['id', 'x'.repeat(201), 'id: has 201 characters'],
    ['title', '  ', 'title: is missing'],
    ['title', 9001, 'title: must be text'],
    ['title', '\ud800', 'title: holds characters that are not text'],
    ['title', 'Ring jane@example.org', 'title: holds an e-mail address'],
    ['description', null, 'description: is missing'],
    ['description', 'a\u0000b', 'description: holds characters that are not text'],
    ['currency', 'gbp', 'currency: "gbp" is not a currency code'],
    ['currency', 'JPY', 'currency: JPY has no hundredths'],
    ['amountAwarded', undefined, 'amountAwarded: is missing'],
    ['amountAwarded', '1000', 'amountAwarded: must be a number, not text'],
    ['amountAwarded', 1.234, 'amountAwarded: 1.234 has more than two decimal places'],
    ['amountAwarded', -1, 'amountAwarded: -1 is less than nothing'],
    ['awardDate', '05/06/2014', 'awardDate: "05/06/2014" is not a day'],
    ['awardDate', '2014-06', 'awardDate: "2014-06" is not a day'],
    ['awardDate', '2014-9-1', 'awardDate: "2014-9-1" is not a day'],
    ['awardDate', '2019-02-29', 'awardDate: there is no 2019-02-29'],
    ['awardDate', '2014-09-31T00:00:00Z', 'awardDate: there is no 2014-09-31'],
    ['awardDate', '2014-09-30T00:00:00', 'awardDate: "2014-09-30T00:00:00" is not a day'],
    ['awardDate', '2014-09-30T25:00:00Z', 'awardDate: "2014-09-30T25:00:00Z" is not a day'],
    ['awardDate', '2026-02-01', 'awardDate: 2026-02-01 has not come yet'],
    ['fundingOrganization', undefined, 'fundingOrganization: is missing'],
    ['fundingOrganization', [], 'fundingOrganization: names no organisation'],
    ['fundingOrganization', 'A foundation', 'fundingOrganization: must be a list'],
    ['fundingOrganization', [null], 'fundingOrganization: must be a list'],
    ['fundingOrganization', [{ name: 'A' }], 'fundingOrganization/0/id: is missing'],
    ['fundingOrganization', [{ id: 'GB-CHC-1000000' }], 'fundingOrganization/0/name: is missing'],
    ['fundingOrganization', [{ id: 'a', name: 'A' }, { id: 'b', name: 'B' }], 'fundingOrganization: names 2 funders'], // prettier-ignore
    ['recipientOrganization', undefined, 'recipientOrganization: is missing, and so is recipientIndividual'],
    ['recipientOrganization', [{ name: 'A' }], 'recipientOrganization/0/id: is missing'],
    ['recipientIndividual', { id: 'p', name: 'Individual Recipient' }, 'recipientOrganization: stands beside recipientIndividual'],
    ['regrantType', 'FRG999', 'regrantType: "FRG999" is not a code'],
    ['locationScope', 'N/A', 'locationScope: "N/A" is not a code'],
    ['beneficiaryLocation', [{ countryCode: 'UK' }], 'beneficiaryLocation/0/countryCode: "UK" is not a code'],
    ['beneficiaryLocation', [{ geoCodeType: 'ward' }], 'beneficiaryLocation/0/geoCodeType: "ward" is not a code'],
    ['toIndividualsDetails', { primaryGrantReason: 'x' }, 'toIndividualsDetails/primaryGrantReason: "x" is not a code'],
    ['toIndividualsDetails', { grantPurpose: ['GTIP010', 'y'] }, 'toIndividualsDetails/grantPurpose/1: "y" is not a code'],
  ])('refuses a grant whose %s is %j', (field, value, words) => {
    expect(refusedAt({ [field]: value })).toEqual([expect.stringContaining(words)]);
  });

  it('names every wrong field of a row, and reads the rows around it', () => {
    const read = readJson([package_[0], { id: 'x', amountAwarded: 'a lot' }, package_[1], 'no grant']);
    expect(read.grants.map(({ row }) => row)).toEqual([1, 3]);
    expect(read.refused.map(({ field, row }) => `${row} ${field}`)).toEqual([
      '2 amountAwarded',
      '2 currency',
      '2 awardDate',
      '2 fundingOrganization',
      '2 title',
      '2 description',
      '2 recipientOrganization',
      '4 grants',
    ]);
  });
  it('refuses the second of two grants with one id, also when the first is bad', () => {
    expect(readJson([package_[0], package_[0]]).refused).toEqual([{ row: 2, field: 'id', reason: 'is the id of row 1 too' }]);
    expect(readJson([{ ...package_[0], title: '' }, package_[0]]).refused.map(({ row }) => row)).toEqual([1, 2]);
  });
  it('never adds two currencies', () => {
    const read = readJson([package_[0], { ...package_[1], currency: 'EUR' }]);
    expect(read.refused).toEqual([{ row: 2, field: 'currency', reason: expect.stringContaining('currencies are never added') as string }]);
  });
  it.each([
    ['not JSON', '{"grants": [', 'x.json'],
    ['another JSON', '{"releases": []}', 'x.json'],
    ['a list', '[]', 'x.json'],
    ['nothing', 'null', 'x.json'],
    ['an empty package', '{"grants": []}', 'x.json'],
    ['another sheet', 'a,b\n1,2\n', 'x.csv'],
    ['titles alone', 'Identifier,Title\n', 'x.csv'],
    ['an open quote', 'Identifier,Title\n"a', 'x.csv'],
    ['one title twice', 'Identifier,IDENTIFIER\na,b\n', 'x.csv'],
    ['nothing at all', '', 'x.csv'],
  ])('does not read %s', (_, text, name) => {
    expect(() => readGrants(Buffer.from(text), { name, today: TODAY })).toThrow(Unreadable);
  });
  it('does not guess at an encoding', () => {
    expect(() => readGrants(Buffer.from('Identifier,Title\n1,caf\xe9\n', 'latin1'), { name: 'x.csv', today: TODAY })).toThrow(/UTF-8/);
  });
});

describe('the flat sheet', () => {
  const sheet = readGrants(fixture('sheet.csv'), { name: 'sheet.csv', today: TODAY });
  it('reads as the package does, its titles in any case and spacing, with or without a number', () => {
    const good = readGrants(fixture('good.json'), { name: 'good.json', today: TODAY });
    const bare = (grants: typeof good.grants) => grants.map(({ row: _, ...grant }) => grant);
    expect(sheet.refused).toEqual([]);
    expect(bare(sheet.grants)).toEqual(bare(good.grants));
  });
  it('numbers rows as a spreadsheet does', () => expect(sheet.grants.map(({ row }) => row)).toEqual([2, 3, 6]));
  it('lets a further row add to a grant, and refuses one that contradicts it', () => {
    const titles =
      'Identifier,Title,Description,Currency,Amount Awarded,Award Date,Funding Org:Identifier,Funding Org:Name,Recipient Org:Identifier,Recipient Org:Name';
    const read = (more: string) =>
      readGrants(Buffer.from(`\ufeff${titles}\na,T,D,GBP,1.10,2020-01-01,f,F,r,R\n${more}\n`), { name: 'x.csv', today: TODAY });
    expect(read('a,,,,,,,,,')).toMatchObject({ read: 1, refused: [], grants: [{ amountPence: 110 }] });
    expect(read('a,,,,1.20,,,,,').refused).toEqual([
      { row: 2, field: 'amountAwarded', reason: 'row 3 has the same identifier and says something else' },
    ]);
    expect(read('a,,,,,,,,r2,R2').refused).toEqual([
      { row: 2, field: 'recipientOrganization', reason: expect.stringContaining('names 2 recipients') as string },
    ]);
    expect(read('b,T,D,GBP,"1,000",2020-01-01,f,F,r,R').refused).toEqual([
      { row: 3, field: 'amountAwarded', reason: expect.stringContaining('no commas') as string },
    ]);
  });
});

describe('an organisation identifier', () => {
  it.each([
    ['GB-COH-IP28755R', 'gb-coh-ip28755r'],
    ['GB-CHC-1159982', 'gb-chc-1159982'],
    ['GB-LAE-TRF', 'gb-lae-trf'],
  ])('%s is official', (ref, id) => expect(officialId(ref)).toBe(id));
  it.each(['GB-COH-n/a', '360G-trafford-be_active', 'GB-CHC-', 'GB-323242-test', 'gb-chc-1159982'])('%s is not', (ref) =>
    expect(officialId(ref)).toBeUndefined(),
  );
});

import { csvOf, jsonOf, type Sheet, shownValue, withPence } from './sheet.js';

const SHEET: Sheet = {
  caption: 'What was awarded',
  columns: [
    { key: 'group', label: 'Group' },
    { key: 'amountPence', label: 'Awarded', kind: 'money' },
    { key: 'entry', label: 'Entry', kind: 'entry' },
  ],
  rows: [
    { cells: [{ value: 'The "Repair" Shed, Ltd', href: '/x' }, 2_100_000, 304] },
    { cells: ['=HYPERLINK("http://x")', -21_405, null] },
    { cells: ['Zażółć\nline', 0, 1], sum: true },
  ],
};

describe('a table as a file', () => {
  it('is written as RFC 4180 says, without a byte order mark', () =>
    expect(csvOf(SHEET)).toBe(
      'Group,"Awarded, £",Entry\r\n"The ""Repair"" Shed, Ltd",21000.00,304\r\n"\'=HYPERLINK(""http://x"")",-214.05,\r\n"Zażółć\nline",0.00,1\r\n',
    ));
  it.each(['=1+1', '+1', '-1', '@sum', '\ttab', '\rreturn'])('keeps a spreadsheet from running %j', (value) =>
    expect(csvOf({ ...SHEET, rows: [{ cells: [value, 1, 1] }] }).split('\r\n')[1]).toMatch(/^"?'/),
  );
  it('leaves a negative sum a number', () => expect(csvOf(SHEET)).toContain(',-214.05,'));
  it('says the same as JSON, in whole pence, with its moment', () =>
    expect(jsonOf(SHEET, { asKnown: 7 })).toMatchObject({
      title: 'What was awarded',
      asKnown: 7,
      columns: [{}, { key: 'amountPence', unit: 'pence', currency: 'GBP' }, {}],
      rows: [{ group: 'The "Repair" Shed, Ltd', amountPence: 2_100_000, entry: 304 }, { amountPence: -21_405 }, { isSum: true }],
    }));
});
describe('a column of money', () => {
  it('has pence in every cell, if one has', () => {
    expect(withPence(SHEET, 1)).toBe(true);
    expect(shownValue(SHEET, 1, { value: 0 }).toString()).toBe('0<span class="pence">.00</span>');
  });
  it('has none, if none has', () => {
    const whole: Sheet = { ...SHEET, rows: [{ cells: ['a', 19_400_000, 1] }] };
    expect(shownValue(whole, 1, { value: 19_400_000 }).toString()).toBe('194,000');
  });
});

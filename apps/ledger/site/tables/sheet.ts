import { decimalPounds } from '@ledger/kernel';
import { dayWords, figureHtml, symbolOf, whole } from '../words/figures.js';
import { escaped, type Html, markup } from '../words/html.js';

/** Whether no source states it, in whole or in part. */
export type Illustrative = 'yes' | 'partly' | 'no' | undefined;

export type Kind = 'words' | 'money' | 'count' | 'day' | 'entry';
/** One value of a table: the bare value for files, and how a page dresses it. */
export type Cell = Readonly<{
  value: string | number | null;
  href?: string | undefined;
  /** A smaller line below. */
  note?: string | Html | undefined;
  /** A mark before the words: a swatch of a chart, seats. */
  mark?: Html | undefined;
  illustrative?: Illustrative;
}>;
export type Column = Readonly<{ key: string; label: string; kind?: Kind; currency?: string }>;
export type Row = Readonly<{ cells: readonly (Cell | string | number | null)[]; sum?: boolean }>;

/** One table, told once: the page, the CSV and the JSON are all made of it, so that they cannot differ. */
export type Sheet = Readonly<{
  caption: string;
  columns: readonly Column[];
  rows: readonly Row[];
  /** What to say where there are no rows. */
  empty?: string | undefined;
  wide?: boolean;
}>;

export const cellOf = (cell: Cell | string | number | null): Cell => (typeof cell === 'object' && cell !== null ? cell : { value: cell });
export const labelOf = ({ currency, kind, label }: Column): string => (kind === 'money' ? `${label}, ${symbolOf(currency).trim()}` : label);
/** If one cell has pence, the whole column has. */
export const withPence = (sheet: Sheet, column: number): boolean =>
  sheet.rows.some(({ cells }) => {
    const { value } = cellOf(cells[column] ?? null);
    return typeof value === 'number' && value % 100 !== 0;
  });

/** What stands in one cell of the page, without its note. */
export function shownValue(sheet: Sheet, index: number, { value }: Cell): Html {
  const kind = sheet.columns[index]?.kind ?? 'words';
  if (value === null) return markup`<span class="note">none</span>`;
  if (kind === 'money') return figureHtml(Number(value), withPence(sheet, index));
  if (kind === 'count') return escaped(whole(Number(value)));
  if (kind === 'day') return markup`<span class="num">${dayWords(String(value))}</span>`;
  return escaped(String(value));
}

const FORMULA = /^[=+\-@\t\r]/;
/** One value in a CSV file: decimal pounds, and no text that a spreadsheet would take for a formula. */
function written(kind: Kind, value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return kind === 'money' ? decimalPounds(value) : String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The table as RFC 4180 says: a header in plain words, lines that end in CR LF, no byte order mark. */
export const csvOf = ({ columns, rows }: Sheet): string =>
  [
    columns.map((column) => written('words', labelOf(column))).join(','),
    ...rows.map(({ cells }) => columns.map(({ kind = 'words' }, index) => written(kind, cellOf(cells[index] ?? null).value)).join(',')),
  ]
    .map((line) => `${line}\r\n`)
    .join('');

/** The table as JSON: money in whole pence, with the moment that it shows. */
export const jsonOf = ({ caption, columns, rows }: Sheet, moment: object): object => ({
  title: caption,
  ...moment,
  columns: columns.map(({ currency, key, kind = 'words', label }) => ({
    key,
    label,
    kind,
    ...(kind === 'money' ? { unit: 'pence', currency: currency ?? 'GBP' } : {}),
  })),
  rows: rows.map(({ cells, sum }) => ({
    ...Object.fromEntries(columns.map(({ key }, index) => [key, cellOf(cells[index] ?? null).value])),
    ...(sum === true ? { isSum: true } : {}),
  })),
});

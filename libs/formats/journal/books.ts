import { decimalPounds } from '@ledger/kernel';

/** One leg of the books, as the journal view keeps it. Debit is positive. */
export type Leg = Readonly<{ entry: number; effectiveOn: string; account: string; amountPence: number; currency: string }>;
/** What an entry is called in the books: its fact and its stream, never free text. */
export type EntryName = Readonly<{ type: string; stream: string }>;
/** The books of a ledger at one moment. `title` says which. */
export type Books = Readonly<{ title: readonly string[]; legs: readonly Leg[]; nameOf: (entry: number) => EntryName }>;

export type BookBalance = Readonly<{ account: string; currency: string; pence: number }>;
/** What one entry posts on one day. */
export type Transaction = Readonly<{ entry: number; on: string; legs: readonly Leg[] }>;

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const grouped = <T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly T[])[] => [...Map.groupBy(all, keyOf).values()];

/** One transaction for each entry and day, in the order of days, then of entries. */
export const transactionsOf = (legs: readonly Leg[]): readonly Transaction[] =>
  grouped(legs, ({ effectiveOn, entry }) => `${entry} ${effectiveOn}`)
    .map((group) => ({ entry: group[0]!.entry, on: group[0]!.effectiveOn, legs: group }))
    .toSorted((a, b) => byText(a.on, b.on) || a.entry - b.entry);

/** What every account comes to; also those that came back to nil. */
export const balancesOf = (legs: readonly Leg[]): readonly BookBalance[] =>
  grouped(legs, ({ account, currency }) => `${account} ${currency}`)
    .map((group) => ({
      account: group[0]!.account,
      currency: group[0]!.currency,
      pence: group.reduce((sum, { amountPence }) => sum + amountPence, 0),
    }))
    .toSorted((a, b) => byText(a.account, b.account) || byText(a.currency, b.currency));

export const accountsOf = (legs: readonly Leg[]): readonly string[] => [...new Set(legs.map(({ account }) => account))].toSorted(byText);
export const currenciesOf = (legs: readonly Leg[]): readonly string[] =>
  [...new Set(legs.map(({ currency }) => currency))].toSorted(byText);
export const amount = (pence: number, currency: string): string => `${decimalPounds(pence)} ${currency}`;

/** Words that cannot be read as anything else by a tool: one line, and none of the signs that begin a comment, a tag or a text. */
export const oneLine = (words: string): string =>
  words
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[;|"\\]/g, ',')
    .trim();

import { integer, type Projection, put, text } from './projection.js';

/** One leg of the books: the entry that posted it, the day it is true, the account, the amount. Debit is positive. */
export type JournalRow = Readonly<{
  entry: number;
  leg: number;
  tenantId: string;
  effectiveOn: string;
  account: string;
  amountPence: number;
  currency: string;
}>;

/** Double entry, read from the postings that stand in the events; nobody derives them again. */
export const journal: Projection<JournalRow> = {
  name: 'journal',
  version: 1,
  key: ['entry', 'leg'],
  columns: { entry: integer, leg: integer, tenantId: text, effectiveOn: text, account: text, amountPence: integer, currency: text },
  every: ({ data, entry }) => data.postings.map((posting, leg) => put({ ...posting, entry, leg, tenantId: data.tenantId })),
};

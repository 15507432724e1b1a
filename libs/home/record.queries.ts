import { catalogue } from '@ledger/catalogue';
import { type AnyQuery, EVERYWHERE, type LedgerQuery, type Reading } from '@ledger/views';
import { type EntryRow, entries } from './record.projection.js';

/** An entry as everybody may see it: a sealed part is there only once the event that opens it has been entered. */
export type EntryView = Omit<EntryRow, 'sealed' | 'opensAt' | 'opensWhen'> &
  Readonly<{ says: string; sealed: 'nothing' | 'waits' | 'opened'; opensAt: string | null }>;
export type EntryPage = Readonly<{ entries: readonly EntryView[]; older: number | null; total: number }>;

const PAGE = 50;

/** Whether the event that opens a sealed part has been entered. The two are joined by the declared field alone: another field may hold the same id. */
function openedBy(read: Reading): (row: EntryRow) => Promise<boolean> {
  const known = new Map<string, Promise<ReadonlySet<string>>>();
  return async ({ opensAt, opensWhen, tenantId, type }) => {
    const joinedBy = catalogue.facts.get(type)?.opens?.joinedBy;
    if (opensAt === null || joinedBy === undefined) return false;
    const key = `${tenantId} ${opensAt} ${joinedBy}`;
    const happened = async () =>
      new Set((await read.of(tenantId).rows(entries, { type: opensAt })).map(({ shown }) => String(shown[joinedBy])));
    if (!known.has(key)) known.set(key, happened());
    return (await known.get(key)!).has(opensWhen ?? '');
  };
}

/** Rows as views, all of one reading. */
function viewsOf(read: Reading, rows: readonly EntryRow[]): Promise<readonly EntryView[]> {
  const isOpened = openedBy(read);
  return Promise.all(
    rows.map(async (row) => {
      const { opensAt, opensWhen: _when, sealed, ...rest } = row;
      const state = sealed === null ? 'nothing' : (await isOpened(row)) ? 'opened' : 'waits';
      return {
        ...rest,
        shown: state === 'opened' ? { ...row.shown, ...sealed } : row.shown,
        sealed: state,
        opensAt,
        says: catalogue.facts.get(row.type)?.says ?? '',
      };
    }),
  );
}

const entriesQuery: LedgerQuery<{ before?: string }, EntryPage> = {
  name: 'entries',
  says: 'The record, newest first: fifty entries at a time, those before `before`',
  params: ['before?'],
  answer: async (read, { before }) => {
    const rows = await read.page(entries, {}, { before: before === undefined ? read.asKnown + 1 : Number(before), limit: PAGE + 1 });
    const shown = rows.slice(0, PAGE);
    return {
      entries: await viewsOf(read, shown),
      older: rows.length > PAGE ? shown.at(-1)!.entry : null,
      total: await read.count(entries),
    };
  },
};
const entryQuery: LedgerQuery<{ entry: string }, EntryView & Readonly<{ causes: readonly number[]; cause: number | null }>> = {
  name: 'entry',
  says: 'One entry: what happened, when it was true and when it was written, who asked, what it caused',
  params: ['entry'],
  answer: async (read, { entry }) => {
    const whole = read.of(EVERYWHERE).at({ asAt: '9999-12-31' });
    const row = await whole.row(entries, { entry: Number(entry) });
    if (row === undefined) return undefined;
    const caused = await whole.rows(entries, { causationId: row.eventId });
    const cause = row.causationId === null ? undefined : await whole.row(entries, { eventId: row.causationId });
    const [view] = await viewsOf(whole, [row]);
    return { ...view!, causes: caused.map((one) => one.entry), cause: cause?.entry ?? null };
  },
};
const historyQuery: LedgerQuery<{ stream: string }, readonly EntryView[]> = {
  name: 'history',
  says: 'Everything that happened to one record, in order. A record is named by its stream, such as fund-durham_parks',
  params: ['stream'],
  answer: async (read, { stream }) => {
    const rows = await read.rows(entries, { stream });
    return rows.length === 0 ? undefined : viewsOf(read, rows);
  },
};
const changesQuery: LedgerQuery<{ since: string }, readonly EntryView[]> = {
  name: 'changes',
  says: 'What was entered after an entry, up to the moment asked for',
  params: ['since'],
  answer: async (read, { since }) => {
    const rows = await read.rows(entries);
    return viewsOf(
      read,
      rows.filter(({ entry }) => entry > Number(since)),
    );
  },
};

export const recordQueries = [entriesQuery, entryQuery, historyQuery, changesQuery] as unknown as readonly AnyQuery[];

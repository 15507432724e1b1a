import { json, integer, type Projection, put, text } from './projection.js';

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

/** One line of the record for each entry: what happened, when, and who asked. */
export type EntryRow = Readonly<{
  entry: number;
  eventId: string;
  tenantId: string;
  stream: string;
  revision: number;
  type: string;
  position: string;
  effectiveAt: string;
  recordedAt: string;
  actorRef: string;
  onBehalfOf: string;
  data: Record<string, unknown>;
}>;

export const entries: Projection<EntryRow> = {
  name: 'entries',
  version: 1,
  key: ['entry'],
  columns: {
    entry: integer,
    eventId: text,
    tenantId: text,
    stream: text,
    revision: integer,
    type: text,
    position: text,
    effectiveAt: text,
    recordedAt: text,
    actorRef: text,
    onBehalfOf: text,
    data: json,
  },
  every: ({ data, entry, id, meta, position, recordedAt, revision, stream, type }) => [
    put<EntryRow>({
      entry,
      eventId: id,
      tenantId: data.tenantId,
      stream,
      revision,
      type,
      position: String(position),
      effectiveAt: data.effectiveAt,
      recordedAt,
      actorRef: meta.actorRef,
      onBehalfOf: meta.onBehalfOf,
      data: { ...data },
    }),
  ],
};

import { catalogue } from '@ledger/catalogue';
import { factNamed } from '@ledger/event-store';
import { partsOf } from '@ledger/log';
import { integer, json, type Projection, put, type Seen, type Stamp, stampColumns, stampOf, text } from '@ledger/views';

type Json = Readonly<Record<string, unknown>>;

/** One line of the record for each entry: what happened, when, who asked. Only what everybody may see, and apart from it what a later event opens. */
export type EntryRow = Stamp &
  Readonly<{
    tenantId: string;
    eventId: string;
    stream: string;
    revision: number;
    type: string;
    effectiveAt: string;
    recordedAt: string;
    actorRef: string;
    actorRole: string;
    /** The event that it follows from; null where a request began it, whose id is nobody else's to know. */
    causationId: string | null;
    shown: Json;
    sealed: Json | null;
    opensAt: string | null;
    opensWhen: string | null;
    evidence: readonly Readonly<{ sha256: string; title: string; bytes: number; mediaType: string }>[];
    postings: readonly Readonly<{ account: string; amountPence: number; currency: string; effectiveOn: string }>[];
  }>;

const ENVELOPE = ['schema', 'tenantId', 'effectiveAt', 'reason', 'evidence', 'postings'];
/** What joins a sealed event to the one that opens it: its type, and the value of the field that both share. */
const openingOf = (event: Seen): Pick<EntryRow, 'opensAt' | 'opensWhen'> => {
  const { opens } = factNamed(catalogue, event.type);
  return opens === undefined
    ? { opensAt: null, opensWhen: null }
    : { opensAt: opens.event, opensWhen: String((event.data as unknown as Json)[opens.joinedBy]) };
};

export const entries: Projection<EntryRow> = {
  name: 'entries',
  version: 3,
  key: ['entry'],
  columns: {
    tenantId: text,
    eventId: text,
    stream: text,
    revision: integer,
    type: text,
    effectiveAt: text,
    recordedAt: text,
    actorRef: text,
    actorRole: text,
    causationId: text,
    shown: json,
    sealed: json,
    opensAt: text,
    opensWhen: text,
    evidence: json,
    postings: json,
    ...stampColumns,
  },
  every: (event) => {
    const { data, id, meta, recordedAt, revision, stream, type } = event;
    const parts = partsOf(factNamed(catalogue, type), data, {});
    const shown = Object.fromEntries(Object.entries(parts.public ?? {}).filter(([field]) => !ENVELOPE.includes(field)));
    return [
      put<EntryRow>({
        tenantId: data.tenantId,
        eventId: id,
        stream,
        revision,
        type,
        effectiveAt: data.effectiveAt,
        recordedAt,
        actorRef: meta.actorRef,
        actorRole: meta.actorRole,
        causationId: meta.causationId === meta.commandId ? null : meta.causationId,
        shown,
        sealed: parts.sealed ?? null,
        ...openingOf(event),
        evidence: data.evidence ?? [],
        postings: data.postings,
        ...stampOf(event),
      }),
    ];
  },
};

import type { AssuranceEvent } from '@ledger/assurance/events';
import type { CommissioningEvent } from '@ledger/commissioning/events';
import type { DeliberationEvent } from '@ledger/deliberation/events';
import type { EnvelopeEvent, FundEvent } from '@ledger/funds/events';
import type { GovernanceEvent } from '@ledger/governance/events';
import type { GrantEvent } from '@ledger/grants/events';
import type { Posting } from '@ledger/kernel';
import type { PublicationEvent } from '@ledger/publication/events';
import type { SubjectEvent } from '@ledger/subjects/events';
import { Wrong } from './bundle.js';
import type { ReadEntry } from './reading.js';

type Every =
  | AssuranceEvent
  | CommissioningEvent
  | DeliberationEvent
  | EnvelopeEvent
  | FundEvent
  | GovernanceEvent
  | GrantEvent
  | PublicationEvent
  | SubjectEvent;
type Enveloped = Readonly<{ tenantId: string; effectiveAt: string; decisionRef?: string }>;
/** Who did it, as the metadata says; a bundle for the public does not show it. */
export type Actor = Readonly<{ actorRef: string; actorRole: string; onBehalfOf: string; issuer: string }>;

/** A fact as the auditor was told it: what it says, when it was true, when it was recorded, by whom. */
export type Told<T extends Every['type'] = Every['type']> = Readonly<{
  entry: number;
  type: T;
  stream: string;
  recordedAt: string;
  /** The day on which it was true in the world. */
  on: string;
  tenant: string;
  data: Extract<Every, { type: T }>['data'] & Enveloped;
  by: Actor | null;
  postings: readonly Posting[];
}>;

/** What some facts mean to one question: a pure table, as everywhere in the ledger. */
export type Table<Result> = { readonly [T in Every['type']]?: (told: Told<T>) => Result };

/** @throws Wrong where the envelope is missing */
export function told({ data, document, entry, shown }: ReadEntry): Told {
  const { effectiveAt, tenantId } = data;
  if (typeof effectiveAt !== 'string' || typeof tenantId !== 'string')
    throw new Wrong(`Entry ${entry} does not say whose it is and when it was true`, entry);
  const { postings, recordedAt, stream, type } = document;
  const by = (shown.meta?.part ?? null) as Actor | null;
  return {
    entry,
    type: type as Told['type'],
    stream,
    recordedAt,
    on: effectiveAt.slice(0, 10),
    tenant: tenantId,
    data: data as Told['data'],
    by,
    postings,
  };
}
/** What the table makes of an entry; undefined where it has nothing to say about it. */
export const lookUp = <Result>(table: Table<Result>, one: Told): Result | undefined =>
  Object.hasOwn(table, one.type) ? (table[one.type] as (told: Told) => Result)(one) : undefined;
/** The person or office behind an act: a policy and a recorder act for somebody else. */
export const personOf = ({ by }: Pick<Told, 'by'>): string | null => by?.onBehalfOf ?? null;

import type { FactDeclaration, LedgerEvent, Posting } from '@ledger/kernel';
import type { Position, Stored } from './event-store.js';

export type Evidence = Readonly<{ sha256: string; bytes: number; mediaType: string; title: string }>;
export type Reason = Readonly<{ code: string; text?: string }>;
export type RuleSetRef = Readonly<{ ruleSetId: string; version: number; hash: string }>;

/** What every event says beside its payload. */
export type Envelope = Readonly<{
  schema: string;
  tenantId: string;
  effectiveAt: string;
  reason?: Reason;
  evidence?: readonly Evidence[];
  decisionRef?: string;
  ruleSetRef?: RuleSetRef;
  postings: readonly Posting[];
}>;

/** Who asked for it, by which request. Never personal. */
export type Meta = Readonly<{
  eventId: string;
  commandId: string;
  correlationId: string;
  causationId: string;
  actorRef: string;
  actorRole: string;
  onBehalfOf: string;
  issuer: string;
  authnStrength: string;
  acceptedAt: string;
  requestHmac: string;
  appVersion: string;
}>;

/** A stored event as the program reads it: parsed, lifted to today's shape, checked. */
export type Known<E extends LedgerEvent = LedgerEvent> = E extends LedgerEvent
  ? Readonly<{
      type: E['type'];
      data: E['data'] & Envelope;
      meta: Meta;
      id: string;
      stream: string;
      revision: number;
      position: Position;
      recordedAt: string;
    }>
  : never;

/** Lifts the data of an old shape to the next one, purely; stored bytes never move. */
export type Upcaster = Readonly<{ to: string; lift: (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> }>;

/** All facts the ledger knows, by name, and how old ones are read. */
export type Catalogue = Readonly<{ facts: ReadonlyMap<string, FactDeclaration>; upcasters: ReadonlyMap<string, Upcaster>; hash: string }>;

/** A fact that this program does not know stops the reading: to go on would be to lie quickly. */
export class UnknownFact extends Error {
  override readonly name = 'UnknownFact';
}

export function factNamed(catalogue: Catalogue, type: string): FactDeclaration {
  const found = catalogue.facts.get(type);
  if (found === undefined) throw new UnknownFact(`The ledger has a fact called ${type}, which this program does not know`);
  return found;
}

const ENVELOPE = ['schema', 'tenantId', 'effectiveAt', 'reason', 'evidence', 'decisionRef', 'ruleSetRef', 'postings'];
export const payloadOf = (data: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).filter(([field]) => !ENVELOPE.includes(field)));

/** The reading edge: every reader of events goes through here. @throws UnknownFact MalformedFact */
export function know(catalogue: Catalogue, stored: Stored): Known {
  let type = stored.type;
  let data = JSON.parse(stored.data) as Readonly<Record<string, unknown>>;
  for (let upcaster = catalogue.upcasters.get(type); upcaster !== undefined; upcaster = catalogue.upcasters.get(type)) {
    data = upcaster.lift(data);
    type = upcaster.to;
  }
  const declared = factNamed(catalogue, type);
  const personal = Object.entries(declared.fields.properties).filter(
    ([, field]) => (field as { audience?: string }).audience === 'personal',
  );
  // Personal fields are stored encrypted; their place is checked as text, their content only where it is opened.
  declared.check({ ...payloadOf(data), ...Object.fromEntries(personal.filter(([name]) => name in data).map(([name]) => [name, ''])) });
  const { meta, copied } = JSON.parse(stored.metadata) as { meta: Meta; copied?: { recordedAt: string } };
  return {
    type,
    data: data as Envelope,
    meta,
    id: stored.id,
    stream: stored.stream,
    revision: stored.revision,
    position: stored.position,
    recordedAt: copied?.recordedAt ?? stored.recordedAt,
  };
}

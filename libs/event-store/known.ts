import { type FactDeclaration, type LedgerEvent, MalformedFact, type Posting, type SubjectKey } from '@ledger/kernel';
import { Type, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
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
  /** What became of a person's data key; only with facts that make or destroy one. */
  key?: SubjectKey;
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

const words = Type.String();
const said = Type.Optional(Type.Unknown());
const ENVELOPE = {
  schema: words,
  tenantId: words,
  effectiveAt: words,
  reason: said,
  evidence: said,
  decisionRef: said,
  ruleSetRef: said,
  postings: Type.Array(Type.Unknown()),
  key: said,
};
export const payloadOf = (data: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).filter(([field]) => !(field in ENVELOPE)));

/** What the reading edge needs of a fact, worked out once: which fields are personal, and the check of data as it is stored. */
type Edge = Readonly<{ personal: readonly string[]; fits: (data: unknown) => boolean }>;
const edges = new WeakMap<FactDeclaration, Edge>();
function edgeOf(fact: FactDeclaration): Edge {
  let edge = edges.get(fact);
  if (edge === undefined) {
    const fields = Object.entries(fact.fields.properties as Record<string, TSchema & { audience?: string }>);
    const needed: readonly string[] = (fact.fields as { required?: string[] }).required ?? [];
    const personal = fields.filter(([, { audience }]) => audience === 'personal').map(([name]) => name);
    // Personal fields are stored encrypted: their place is checked here, their content only where it is opened.
    const stored = fields.map(([name, schema]) => [
      name,
      !personal.includes(name) ? schema : needed.includes(name) ? Type.Unknown() : Type.Optional(Type.Unknown()),
    ]);
    const compiled = Compile(
      Type.Object({ ...ENVELOPE, ...(Object.fromEntries(stored) as Record<string, TSchema>) }, { additionalProperties: false }),
    );
    edges.set(fact, (edge = { personal, fits: (data) => compiled.Check(data) }));
  }
  return edge;
}
export const personalFieldsOf = (fact: FactDeclaration): readonly string[] => edgeOf(fact).personal;

/** A stored event, read. Who asked is parsed only when somebody looks: a view that needs payloads alone reads three times as fast. */
class StoredFact {
  private read: Meta | undefined;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: Position;
  constructor(
    readonly type: string,
    readonly data: Envelope,
    private readonly stored: Stored,
  ) {
    this.id = stored.id;
    this.stream = stored.stream;
    this.revision = stored.revision;
    this.position = stored.position;
  }
  get meta(): Meta {
    this.read ??= (JSON.parse(this.stored.metadata) as { meta: Meta }).meta;
    return this.read;
  }
  get recordedAt(): string {
    return recordedAtOf(this.stored);
  }
}

/** The store's time, unless the ledger was moved here. Canonical text has its names in order, so `copied` is seen without parsing. */
export const recordedAtOf = ({ metadata, recordedAt }: Pick<Stored, 'metadata' | 'recordedAt'>): string =>
  metadata.startsWith('{"copied"') ? (JSON.parse(metadata) as { copied: { recordedAt: string } }).copied.recordedAt : recordedAt;

/** The reading edge: every reader of events goes through here. @throws UnknownFact MalformedFact */
export function know(catalogue: Catalogue, stored: Stored): Known {
  let type = stored.type;
  let data = JSON.parse(stored.data) as Readonly<Record<string, unknown>>;
  for (let upcaster = catalogue.upcasters.get(type); upcaster !== undefined; upcaster = catalogue.upcasters.get(type)) {
    data = upcaster.lift(data);
    type = upcaster.to;
  }
  const declared = factNamed(catalogue, type);
  const { fits, personal } = edgeOf(declared);
  if (!fits(data)) {
    // Slowly, to say where: the payload by its own declaration, then the envelope.
    declared.check({ ...payloadOf(data), ...Object.fromEntries(personal.filter((name) => name in data).map((name) => [name, ''])) });
    throw new MalformedFact(type, 'its envelope is not whole');
  }
  return new StoredFact(type, data as Envelope, stored);
}

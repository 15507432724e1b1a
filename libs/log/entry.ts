import { hash, randomBytes } from 'node:crypto';
import { AUDIENCES, type Audience, canonicalText, type FactDeclaration, type Posting } from '@ledger/kernel';

type Json = Readonly<Record<string, unknown>>;
/** A part is what one audience may see of an event; metadata is a part too. */
export type PartName = Audience | 'meta';
export type Salts = Readonly<Partial<Record<PartName, string>>>;

/** The small public document that stands for one event: what a leaf hashes and tiles publish. */
export type EntryDocument = Readonly<{
  format: 'ledger-entry/1';
  stream: string;
  revision: number;
  type: string;
  recordedAt: string;
  parts: Readonly<Partial<Record<PartName, string>>>;
  postings: readonly Posting[];
}>;

/** Fields that every event has beside its payload. They are public; `postings` stand in the entry in clear and belong to no part. */
export const ENVELOPE_FIELDS: readonly string[] = [
  'schema',
  'tenantId',
  'effectiveAt',
  'reason',
  'evidence',
  'decisionRef',
  'ruleSetRef',
  'key',
];
export const SALT_BYTES = 16;

const audienceOf = (fact: FactDeclaration, field: string): Audience =>
  ENVELOPE_FIELDS.includes(field)
    ? 'public'
    : ((fact.fields.properties[field] as { audience?: Audience } | undefined)?.audience ?? 'tenant');

/** The top-level fields of an event, grouped by who may see them. A field that nobody declared is kept from the public. */
export function partsOf(fact: FactDeclaration, data: Json, meta: Json): Readonly<Partial<Record<PartName, Json>>> {
  const parts: Partial<Record<PartName, Record<string, unknown>>> = { meta: { ...meta } };
  for (const [field, value] of Object.entries(data)) {
    if (field !== 'postings') (parts[audienceOf(fact, field)] ??= {})[field] = value;
  }
  return parts;
}

/** Random bytes are fetched for many salts at once: a call for each would cost more than the salt's own hash. */
const POOL_SALTS = 256;
let pool = '';
let taken = 0;
function freshSalt(): string {
  if (taken === pool.length) [pool, taken] = [randomBytes(SALT_BYTES * POOL_SALTS).toString('hex'), 0];
  return pool.slice(taken, (taken += SALT_BYTES * 2));
}

/** Fresh random salts, one for each part of the event, so that no part's hash can be guessed back. */
export function saltsFor(fact: FactDeclaration, data: Json): Salts {
  const salts: Partial<Record<PartName, string>> = { meta: freshSalt() };
  for (const field of Object.keys(data)) if (field !== 'postings') salts[audienceOf(fact, field)] ??= freshSalt();
  return salts;
}

/** SHA-256 over the salt's bytes and the canonical text of the part, in hex. */
export const partHash = (salt: string, part: unknown): string => partTextHash(salt, canonicalText(part));
/** The same, where the canonical text is known already. */
export const partTextHash = (salt: string, text: string): string =>
  hash('sha256', Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(text)]), 'hex');

/** The entry of a stored event. It derives from stored bytes alone, so that another engine gives it to the byte. */
export function entryOf(
  fact: FactDeclaration,
  event: { stream: string; revision: number; type: string; recordedAt: string; data: string; metadata: string },
): EntryDocument {
  const data = JSON.parse(event.data) as Json;
  const { meta, salts, copied } = JSON.parse(event.metadata) as { meta: Json; salts: Salts; copied?: { recordedAt: string } };
  const parts = partsOf(fact, data, meta);
  const hashes = Object.entries(parts).map(([name, part]) => {
    const salt = salts[name as PartName];
    if (salt === undefined) throw new Error(`${event.stream} revision ${event.revision} has no salt for its ${name} part`);
    return [name, partHash(salt, part)] as const;
  });
  return {
    format: 'ledger-entry/1',
    stream: event.stream,
    revision: event.revision,
    type: event.type,
    recordedAt: copied?.recordedAt ?? event.recordedAt,
    parts: Object.fromEntries(hashes),
    postings: (data['postings'] ?? []) as readonly Posting[],
  };
}

export { AUDIENCES };

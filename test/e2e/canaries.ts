import { catalogue } from '@ledger/catalogue';
import type { NewEvent } from '@ledger/event-store';
import type { Home } from '@ledger/home';
import { type Audience, decimalPounds, pounds } from '@ledger/kernel';
import type { PartName } from '@ledger/log';
import type { Sealed } from '@ledger/privacy';

type Json = Record<string, unknown>;
type Schema = Readonly<{
  type?: string;
  pattern?: string;
  audience?: Audience;
  anyOf?: readonly { const: string }[];
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
}>;
/** One planted secret: where it stands, for whom it is, and how it might be written wherever it leaks. */
export type Canary = Readonly<{
  type: string;
  field: string;
  audience: PartName;
  event: NewEvent;
  stream: string;
  forms: readonly string[];
}>;

/** Every field of every fact that is not for everybody, straight from the catalogue: a fact added later is among them. */
export const secretFields = [...catalogue.facts.values()].flatMap(({ fields, name }) =>
  Object.entries(fields.properties as Readonly<Record<string, Schema>>).flatMap(([field, schema]) =>
    schema.audience === 'public' ? [] : [{ type: name, field, audience: schema.audience ?? 'tenant', schema }],
  ),
);

/** Who acted, in which office, and which event caused it, is told to everybody: an official acts in public. */
const SHOWN_OF_META: readonly string[] = ['eventId', 'actorRef', 'actorRole', 'onBehalfOf', 'causationId', 'acceptedAt', 'appVersion'];

/** Plants a secret of its own in every field that is not for everybody, as events are appended, whoever asked for them. */
export class Canaries {
  readonly planted: Canary[] = [];
  private number = 0;

  /** Texts come back as text that nobody else writes, amounts as amounts that nobody else has, a choice as its last name. */
  private valueFor(field: string, schema: Schema): Readonly<{ value: unknown; forms: readonly string[] }> {
    const n = (this.number += 1);
    const text = `canary7q${String(n).padStart(4, '0')}z`;
    if (schema.anyOf !== undefined) {
      const value = schema.anyOf.at(-1)!.const;
      return { value, forms: [`"${field}":"${value}"`] };
    }
    if (schema.type === 'integer') {
      const pence = 910_000_000_000 + n * 1_001;
      return { value: pence, forms: [String(pence), pounds(pence), decimalPounds(pence)] };
    }
    if (schema.type === 'array') {
      const { forms, value } = this.valueFor(field, schema.items!);
      return { value: [value], forms };
    }
    if (schema.properties !== undefined) {
      const inside = Object.entries(schema.properties).map(([name, one]) => [name, this.valueFor(name, one)] as const);
      return {
        value: Object.fromEntries(inside.map(([name, { value }]) => [name, value])),
        forms: inside.flatMap(([, { forms }]) => forms),
      };
    }
    if (schema.type !== 'string' || (schema.pattern !== undefined && !new RegExp(schema.pattern).test(text)))
      throw new Error(`No canary can sing in ${JSON.stringify(schema)}: teach this test how such a field is planted`);
    return { value: text, forms: [text] };
  }

  /** The same event with a secret in each field that is not for everybody. Salts and metadata are secrets of their own already. */
  private plantIn(home: Home, stream: string, event: NewEvent): NewEvent {
    const data = { ...(event.data as Json) };
    const { salts } = event.metadata as { salts: Readonly<Record<PartName, string>> };
    const meta = { ...(event.metadata as { meta: Json }).meta };
    const add = (field: string, audience: PartName, forms: readonly string[]) =>
      this.planted.push({ type: event.type, field, audience, event: planted, stream, forms });
    const planted = { ...event, data, metadata: { meta, salts } };
    for (const { audience, field, schema, type } of secretFields) {
      if (type !== event.type || data[field] === undefined) continue;
      const { forms, value } = this.valueFor(field, schema);
      const place = { tenantId: String(data['tenantId']), eventId: event.id, field, subjectRef: String(data['subjectRef']) };
      data[field] = audience === 'personal' ? (home.keys.seal(place, String(value)) satisfies Sealed) : value;
      add(field, audience, forms);
    }
    for (const [part, salt] of Object.entries(salts)) if (part !== 'public') add('its salt', part as PartName, [salt]);
    for (const [field, value] of Object.entries(meta)) {
      if (SHOWN_OF_META.includes(field)) continue;
      // Ids and digests are nobody else's already; words would be everybody's.
      const own = /^[0-9a-f-]{36,}$/.test(String(value));
      const { forms, value: text } = own ? { forms: [String(value)], value } : this.valueFor(field, { type: 'string' });
      meta[field] = text;
      add(field, 'meta', forms);
    }
    return planted;
  }
  plantInto(home: Home): void {
    const append = home.store.append.bind(home.store);
    jest.spyOn(home.store, 'append').mockImplementation((stream, revision, events) =>
      append(
        stream,
        revision,
        events.map((event) => this.plantIn(home, stream, event)),
      ),
    );
  }

  /** Secrets that stand in a text, among those that its reader may not see. */
  static heardIn(text: string, forbidden: readonly Canary[]): readonly string[] {
    const low = text.toLowerCase();
    return forbidden
      .filter(({ forms }) => forms.some((form) => low.includes(form.toLowerCase())))
      .map(({ audience, field, type }) => `${type}.${field} (${audience})`);
  }
}

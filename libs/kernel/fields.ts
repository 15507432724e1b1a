import { Type, type Static, type TObject, type TSchema } from 'typebox';
import { shownTo } from './fact.js';

/** Length limits, in characters, that doors and facts share. */
export const SLUG_PATTERN = '^[a-z0-9][a-z0-9-]{0,79}$';
export const REASON_MAX = 2000;
export const TITLE_MAX = 200;
export const HASH_PATTERN = '^[0-9a-f]{64}$';
export const DAY_PATTERN = '^\\d{4}-\\d{2}-\\d{2}$';

const open = <S extends TSchema>(schema: S) => shownTo('public', schema);

/** An id that stands in addresses and accounts: small letters, digits and dashes. */
export const slug = open(Type.String({ pattern: SLUG_PATTERN, unit: 'id' }));
export const title = open(Type.String({ minLength: 1, maxLength: TITLE_MAX, unit: 'words' }));
/** Shown to the public word for word. Never about a private person. */
export const officialReason = open(Type.String({ minLength: 1, maxLength: REASON_MAX, unit: 'words' }));
/** An amount of money, never negative; which way it moves is the posting rule's to say. */
export const pence = open(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, unit: 'pence' }));
/** A share in hundredths of one per cent. */
export const basisPoints = open(Type.Integer({ minimum: 0, maximum: 10_000, unit: 'basis points' }));
export const count = open(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, unit: 'count' }));
export const day = open(Type.String({ pattern: DAY_PATTERN, unit: 'day, in the tenant’s time zone' }));
export const instant = open(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$', unit: 'instant, UTC' }));
export const hash = open(Type.String({ pattern: HASH_PATTERN, unit: 'SHA-256, hex' }));
export const currency = open(Type.String({ pattern: '^[A-Z]{3}$', unit: 'ISO 4217' }));
export const flag = open(Type.Boolean({ unit: 'yes or no' }));
/** The office somebody acted in, or `policy:<name>`; never a name. */
export const office = open(Type.String({ minLength: 1, maxLength: 100, unit: 'office' }));
/** Words that somebody else had published already, kept as they stand. */
export const published = (max: number) => open(Type.String({ minLength: 1, maxLength: max, unit: 'words, as published' }));
/** Text encrypted under a subject's own key before it is stored. */
export const personalText = shownTo('personal', Type.String({ maxLength: 4000, unit: 'words, encrypted' }));

export const oneOf = <const Names extends readonly string[]>(...names: Names) =>
  open(
    Type.Union(names.map((name) => Type.Literal(name)) as unknown as [TSchema], { unit: 'one of' }) as unknown as TSchema &
      Static1<Names[number]>,
  );
type Static1<T> = { static: T; '~kind': 'Unsafe'; '~unsafe': T };

/** Plain words or numbers inside a list; the list carries the audience. */
export const item = <P extends Record<string, TSchema>>(fields: P): TObject<P> => Type.Object(fields, { additionalProperties: false });
/** A few named values that belong together, public as one. */
export const group = <P extends Record<string, TSchema>>(fields: P) => open(item(fields));
export const list = <S extends TSchema>(of: S, limits: { minItems?: number; maxItems?: number } = {}) => open(Type.Array(of, limits));
export const optional = <S extends TSchema>(schema: S) => Type.Optional(schema);

export type { Static };

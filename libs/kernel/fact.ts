import { Type, type Static, type TObject, type TProperties, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { PostingLeg } from './postings.js';

/** Who may see a field: proof of the whole needs only its salted hash. `personal` is always encrypted, `sealed` waits for a named event. */
export type Audience = 'public' | 'partners' | 'tenant' | 'sealed' | 'personal';
export const AUDIENCES: readonly Audience[] = ['public', 'partners', 'tenant', 'sealed', 'personal'];

/** A field of a fact: a schema that also says its audience, its unit and what it means. */
export type FieldSchema = TSchema & { readonly audience: Audience };

/** Gives a field another audience than the public one that official facts have. */
export const shownTo = <S extends TSchema>(audience: Audience, schema: S): S & { audience: Audience } => ({ ...schema, audience });

/** What opens a sealed field: the named event, joined by the named field of both. */
export type Opening = Readonly<{ event: string; joinedBy: string }>;

export type KeyEffect = 'made' | 'destroyed';
/** The data key of a person, as an event notes it: which one, what became of it, and the commitment to one that was made. */
export type SubjectKey = Readonly<{ is: 'made'; keyId: string; commitment: string } | { is: 'destroyed'; keyId: string }>;

export type FactDeclaration<Name extends string = string, P extends TProperties = TProperties> = Readonly<{
  name: Name;
  /** Version of the payload's shape; a new shape gets a new name (`FundOpened.2`) and an upcaster. */
  version: number;
  says: string;
  fields: TObject<P>;
  postings: readonly PostingLeg[];
  opens?: Opening;
  /** What it does to its subject's data key: the Ledger carries it out as it appends, and notes the key's id with the event. */
  key?: KeyEffect;
  example: Static<TObject<P>>;
  /** Throws where the data is not of this shape, with the first place that is wrong. */
  check(data: unknown): void;
}>;

/** Thrown when data that claims to be a fact does not have its declared shape: a fault, never a refusal. */
export class MalformedFact extends Error {
  constructor(
    readonly fact: string,
    readonly where: string,
  ) {
    super(`${fact} does not have its declared shape: ${where}`);
  }
}

/** Declares a fact once; its type, its check, its catalogue page and its posting rule all come from this constant. */
export function fact<const Name extends string, P extends Record<string, FieldSchema>>(
  name: Name,
  declared: {
    says: string;
    fields: P;
    postings?: readonly PostingLeg[];
    version?: number;
    opens?: Opening;
    key?: KeyEffect;
    example: NoInfer<Static<TObject<P>>>;
  },
): FactDeclaration<Name, P> {
  const fields = Type.Object(declared.fields, { additionalProperties: false });
  let compiled: ReturnType<typeof Compile> | undefined;
  return {
    name,
    version: declared.version ?? 1,
    says: declared.says,
    fields,
    postings: declared.postings ?? [],
    ...(declared.opens === undefined ? {} : { opens: declared.opens }),
    ...(declared.key === undefined ? {} : { key: declared.key }),
    example: declared.example,
    check(data) {
      compiled ??= Compile(fields);
      if (compiled.Check(data)) return;
      const [first] = compiled.Errors(data);
      throw new MalformedFact(name, first === undefined ? 'unknown place' : `${first.instancePath || '/'} ${first.message}`);
    },
  };
}

/** The event that a declaration describes, as plain JSON. */
export type FactOf<D> =
  D extends FactDeclaration<infer Name, infer P> ? Readonly<{ type: Name; data: Readonly<Static<TObject<P>>> }> : never;

/** Any fact, when only its shape as an event matters. */
export type LedgerEvent = Readonly<{ type: string; data: object }>;

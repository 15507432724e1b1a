/** A value as a story file holds it. */
export type Plain = null | boolean | number | string | readonly Plain[] | Readonly<{ [key: string]: Plain }>;

/** Repeats a step: once for each element of a list (or of a named list), or for each whole number from the first to the last. */
export type Loop = Readonly<{ name: string; each?: string | readonly Plain[]; range?: readonly [number, number] }>;

/** One request, as an office made it on a day. */
export type Step = Readonly<{
  id?: string;
  /** The office or pseudonym that the duties are judged on. */
  as: string;
  effectiveAt: string;
  do: string;
  with: Readonly<{ [key: string]: Plain }>;
  /** The decision that allows it. */
  decisionRef?: string;
  for?: readonly Loop[];
  source?: Readonly<{ from: string; where: string }>;
  /** True when no source states any of it; else the parts that no source states. */
  illustrative?: true | readonly string[];
  /** The code of the rule that must refuse it. */
  refused?: string;
  /** A name for the entry that this step writes. */
  mark?: string;
}>;

/** A figure that must be found, at a mark (as known then) or at the end. */
export type Expectation = Readonly<{
  says: string;
  at: string;
  asAt?: string;
  query: string;
  params?: Readonly<Record<string, string>>;
  path?: string;
  is: Plain;
}>;

/** A case of the field, told as it happened: one file, with its sources, its people and the figures it must end in. */
export type Story = Readonly<{
  story: Readonly<{
    id: string;
    title: string;
    tenant: string;
    summary: string;
    sources: readonly Readonly<{ id: string; title: string; where: string }>[];
  }>;
  people: Readonly<Record<string, readonly string[]>>;
  lists?: Readonly<Record<string, readonly Plain[]>>;
  steps: readonly Step[];
  expect: readonly Expectation[];
}>;

/** A story as it was read: with the file's fingerprint, which is the evidence of every step, and the line of each step. */
export type ReadStory = Story & Readonly<{ file: Readonly<{ name: string; sha256: string; bytes: number; stepLines: readonly number[] }> }>;

/** Where a story ends, for `expect`; no mark may have this name. */
export const END = 'end';

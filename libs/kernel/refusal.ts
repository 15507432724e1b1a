/** The numbers of a refusal, for a machine: pence, counts, ids. */
export type RefusalNumbers = Readonly<Record<string, string | number | boolean>>;

/** The rules said no. Not a fault: the answer is a code, words for a person and numbers for a machine. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly code: string,
    readonly words: string,
    readonly numbers: RefusalNumbers = {},
  ) {
    super(`${code}: ${words}`);
  }
}

/** A refusal that may name only the codes of its own decider. */
export type Refuse<Code extends string> = (code: Code, words: string, numbers?: RefusalNumbers) => never;
export const sayNo = (code: string, words: string, numbers?: RefusalNumbers): never => {
  throw new Refusal(code, words, numbers);
};
/** Told by name, because a test runner may load this class twice. */
export const isRefusal = (thrown: unknown): thrown is Refusal => (thrown as { name?: string } | null)?.name === 'Refusal';

import type { LedgerEvent } from './fact.js';

/** Who asked, and when it is true: the only world a decider knows. */
export type Asked = Readonly<{
  /** Who acts: an office or a pseudonym, or `policy:<name>`. */
  by: string;
  /** Who answers for it: the same as `by`, or whoever started the chain that a policy or a recorder carries on. */
  onBehalfOf: string;
  /** When it is true in the world, an instant in UTC. */
  at: string;
}>;

export type CommandLike = Readonly<{ type: string }>;

/** The rules of one kind of stream: `decide` from request to facts (or a refusal), `evolve` from fact to state. Both are pure tables. */
export interface Decider<State, C extends CommandLike, E extends LedgerEvent> {
  readonly category: string;
  /** The id of the stream within its tenant, without the category. */
  readonly stream: (command: C) => string;
  readonly initial: State;
  readonly decide: { readonly [T in C['type']]: (command: Extract<C, { type: T }>, state: State, asked: Asked) => readonly E[] };
  readonly evolve: { readonly [T in E['type']]: (state: State, event: Extract<E, { type: T }>) => State };
}

/** Folds facts into a state. An unknown fact stops the fold: a balance folded past a gap is a lie told quickly. */
export function fold<State, E extends LedgerEvent>(
  decider: Pick<Decider<State, never, E>, 'evolve'>,
  state: State,
  events: Iterable<E>,
): State {
  const table = decider.evolve as unknown as Readonly<Record<string, ((state: State, event: E) => State) | undefined>>;
  for (const event of events) {
    const step = table[event.type];
    if (step === undefined) throw new Error(`No rule says what ${event.type} changes`);
    state = step(state, event);
  }
  return state;
}

import { fold, isRefusal, type Asked, type CommandLike, type Decider, type LedgerEvent, type RefusalNumbers } from '../index.js';

const SOMEBODY: Asked = { by: 'somebody', onBehalfOf: 'somebody', at: '2026-04-06T10:00:00.000Z' };

/** Given facts, when asked, then facts or a refusal. It remembers which commands were carried out and which refusals were seen. */
export function specify<State, C extends CommandLike, E extends LedgerEvent>(decider: Decider<State, C, E>) {
  const seen = {
    decider: decider as Pick<Decider<never, never, never>, 'decide'>,
    carriedOut: new Set<string>(),
    refusals: new Set<string>(),
  };
  const given = (...facts: readonly E[]) => ({
    when: (command: C, asked: Partial<Asked> = {}) => {
      const run = () => {
        const rule = decider.decide[command.type as C['type']] as (command: C, state: State, asked: Asked) => readonly E[];
        const by = asked.by ?? SOMEBODY.by;
        return rule(command, fold(decider, decider.initial, facts), {
          by,
          onBehalfOf: asked.onBehalfOf ?? by,
          at: asked.at ?? SOMEBODY.at,
        });
      };
      const carriedOut = () => {
        const decided = run();
        seen.carriedOut.add(command.type);
        return decided;
      };
      return {
        then: (...expected: readonly E[]) => expect(carriedOut()).toEqual(expected),
        thenTypes: (...types: readonly E['type'][]) => expect(carriedOut().map(({ type }) => type)).toEqual(types),
        refuses: (code: string, numbers: RefusalNumbers = {}) => {
          try {
            run();
          } catch (thrown) {
            if (!isRefusal(thrown)) throw thrown;
            expect(thrown).toMatchObject({ code, numbers });
            expect(thrown.words).toMatch(/\w{2}.* .*\w/);
            seen.refusals.add(code);
            return;
          }
          throw new Error(`It was allowed, and ${code} was expected`);
        },
      };
    },
  });
  return { given, seen };
}

/** The last word of a spec: every command of these deciders was carried out, and every refusal was seen. For whole runs of the file. */
export function showsEverything(refusals: readonly string[], ...specified: readonly Pick<ReturnType<typeof specify>, 'seen'>[]): void {
  it('shows every command carried out and every refusal at least once', () => {
    const commands = specified.flatMap(({ seen }) => Object.keys(seen.decider.decide));
    expect([...new Set(specified.flatMap(({ seen }) => [...seen.carriedOut]))].sort()).toEqual([...commands].sort());
    expect([...new Set(specified.flatMap(({ seen }) => [...seen.refusals]))].sort()).toEqual([...refusals].sort());
  });
}

import { fold, isRefusal, type Asked, type CommandLike, type Decider, type LedgerEvent, type RefusalNumbers } from '../index.js';

const SOMEBODY: Asked = { by: 'somebody', onBehalfOf: 'somebody', at: '2026-04-06T10:00:00.000Z' };

/** Given facts, when asked, then facts or a refusal. */
export function specify<State, C extends CommandLike, E extends LedgerEvent>(decider: Decider<State, C, E>) {
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
      return {
        then: (...expected: readonly E[]) => expect(run()).toEqual(expected),
        thenTypes: (...types: readonly E['type'][]) => expect(run().map(({ type }) => type)).toEqual(types),
        refuses: (code: string, numbers: RefusalNumbers = {}) => {
          try {
            run();
          } catch (thrown) {
            if (!isRefusal(thrown)) throw thrown;
            expect(thrown).toMatchObject({ code, numbers });
            return;
          }
          throw new Error(`It was allowed, and ${code} was expected`);
        },
      };
    },
  });
  return { given };
}

import { isRefusal } from '@ledger/kernel';
import { mayPass } from './faults.js';

/** How a request ended: done, refused by a rule, not understood, to be sent again, or broken on our side. */
export type Outcome = 'done' | 'refused' | 'misunderstood' | 'try again' | 'fault';

/** Where the machinery tells whoever measures it what happens. Kinds, codes and times; never who asked, where, or about what. */
export type Meter = Readonly<{
  /** A request came to its end; `code` is a refusal's. */
  asked: (command: string, outcome: Outcome, code?: string) => void;
  /** An append was acknowledged. */
  appended: (events: number, seconds: number) => void;
}>;
export const unmetered: Meter = { asked: () => undefined, appended: () => undefined };

/** Counts a request by how it ends, and hands its end on. */
export async function metered<Answer>(meter: Meter, command: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    const answer = await ask();
    meter.asked(command, 'done');
    return answer;
  } catch (thrown) {
    if (isRefusal(thrown)) meter.asked(command, 'refused', thrown.code);
    else meter.asked(command, (thrown as Error).name === 'Misunderstood' ? 'misunderstood' : mayPass(thrown) ? 'try again' : 'fault');
    throw thrown;
  }
}

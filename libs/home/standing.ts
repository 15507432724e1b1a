import { inTime, type Position } from '@ledger/event-store';
import type { CompleteTo } from '@ledger/views';
import type { Home } from './home.js';

/** More entries behind than this, and what the ledger shows is too old to be called ready. */
const BEHIND_MAX = 10_000;
/** A store that says nothing for so long is not there, whatever it answers later. */
const STORES_ANSWER_MS = 2_000;

/** How far everything that follows the store has come. */
type Counted = Readonly<{
  /** The store's newest position; null when it is empty. */
  head: Position | null;
  completeTo: CompleteTo;
  /** Entries in the log, and how many of them a seal covers. */
  entries: number;
  sealed: number;
  /** Entries that each consumer has still to do; above 10,000 it is at least so many. The seal's own entry waits for the next seal. */
  behind: Readonly<Record<string, number>>;
  deadLetters: Readonly<Record<string, number>>;
}>;
/** How a ledger stands, in counts and kinds: nothing of any tenant and nothing of anybody, so that everybody may see it. */
export type Standing = Readonly<{
  status: 'ready' | 'behind' | 'stopped' | 'unavailable';
  /** The same in words, for whoever is woken by it. */
  words: string;
  /** What went wrong in each consumer since the start, and whether it still stands in the way. */
  faults: Readonly<Record<string, Readonly<{ times: number; standing: boolean }>>>;
}> &
  Partial<Counted>;

/** Asks everything that follows the store how far it has come. Never throws: what does not answer is left out, and that is the answer. */
export async function standingOf(home: Home): Promise<Standing> {
  const { numbers, policies, publicLog, views } = home;
  const consumers = { 'entry numbers': numbers.faults, policies: policies.faults, views: views.faults, seals: publicLog.sealer.faults };
  const faults = Object.fromEntries(
    Object.entries(consumers).map(([name, { isStanding, times }]) => [name, { times, standing: isStanding }]),
  );
  try {
    const counted = await inTime(counting(home), STORES_ANSWER_MS);
    return { ...verdict(counted.behind, publicLog.sealer.stopped), ...counted, faults };
  } catch {
    return { status: 'unavailable', words: 'A store of this ledger does not answer: nothing can be written now', faults };
  }
}

const counts = (policies: readonly Readonly<{ name: string }>[], letters: readonly Readonly<{ policy: string }>[]) => ({
  ...Object.fromEntries(policies.map(({ name }) => [name, 0])),
  ...Object.fromEntries([...Map.groupBy(letters, ({ policy }) => policy)].map(([policy, its]) => [policy, its.length])),
});

function verdict(behind: Counted['behind'], stopped: string | null): Pick<Standing, 'status' | 'words'> {
  if (stopped !== null) return { status: 'stopped', words: `The ledger takes no more writing: ${stopped}` };
  const late = Object.entries(behind).filter(([name, entries]) => name !== 'seals' && entries > BEHIND_MAX);
  if (late.length === 0) return { status: 'ready', words: 'The ledger can be read and written' };
  const words = late.map(([name, entries]) => `${name} by ${entries} entries`).join(', ');
  return { status: 'behind', words: `The ledger is catching up: behind are ${words}` };
}

async function counting({ log, policies, publicLog, store, views }: Home): Promise<Counted> {
  const head = await store.head();
  const countAfter = async (position: Position | null): Promise<number> => {
    let count = 0;
    for (let at = position; head !== null && (at === null || store.comparePositions(at, head) < 0) && count <= BEHIND_MAX;) {
      const { events, next } = await store.readAll(at, { textOf: [] });
      if (next === at) break;
      [count, at] = [count + events.length, next];
    }
    return count;
  };
  const [entries, last] = [await log.size(), await log.lastEntry()];
  const unnumbered = await countAfter((last?.position ?? null) as Position | null);
  const all = entries + unnumbered;
  const [completeTo, sealed] = [await views.completeTo(), (await publicLog.seals.newest())?.size ?? 0];
  const behind: Record<string, number> = {
    'entry numbers': unnumbered,
    views: Math.max(0, all - 1 - completeTo.entry),
    seals: all - sealed,
  };
  for (const [policy, position] of await policies.progress()) {
    const entry = position === null ? -1 : await log.entryAt(position);
    behind[`policy ${policy}`] = entry === undefined ? await countAfter(position) : all - 1 - entry;
  }
  return { head, completeTo, entries, sealed, behind, deadLetters: counts(policies.policies, await log.deadLetters()) };
}

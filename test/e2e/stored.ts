import type { Position, Stored } from '@ledger/event-store';
import type { Home } from '@ledger/home';

/** Every stored event, in the order of its entry. */
export async function everyEventOf({ store }: Pick<Home, 'store'>): Promise<readonly Stored[]> {
  const all: Stored[] = [];
  for (let after: Position | null = null; ;) {
    const { events, next } = await store.readAll(after);
    all.push(...events);
    if (next === after) return all;
    after = next;
  }
}

import { canonicalText } from '@ledger/kernel';
import { entryOf, type LogStore } from '@ledger/log';
import type { EventStore, Position } from './event-store.js';
import { type Catalogue, factNamed } from './known.js';

/** Numbers the entries from 0 without gaps, in the store's order, and keeps each entry's document apart from the events. */
export class EntryNumbers {
  private turn: Promise<void> = Promise.resolve();
  constructor(
    private readonly store: EventStore,
    private readonly catalogue: Catalogue,
    private readonly log: LogStore,
  ) {}

  catchUp(): Promise<void> {
    this.turn = this.turn
      .catch(() => undefined)
      .then(async () => {
        for (;;) {
          const last = this.log.lastEntry();
          const { events } = await this.store.readAll((last?.position ?? null) as Position | null);
          if (events.length === 0) return;
          const first = (last?.entry ?? -1) + 1;
          this.log.addEntries(
            events.map((stored, index) => ({
              entry: first + index,
              position: stored.position,
              eventId: stored.id,
              document: canonicalText(entryOf(factNamed(this.catalogue, stored.type), stored)),
            })),
          );
        }
      });
    return this.turn;
  }
}

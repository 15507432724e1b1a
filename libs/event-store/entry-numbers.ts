import { canonicalText } from '@ledger/kernel';
import { entryOf } from '@ledger/log';
import { afterOthers, Consumer } from './consumer.js';
import type { EventStore, Position } from './event-store.js';
import { type Catalogue, factNamed } from './known.js';
import type { LogStore } from './log-store.js';

/** Short pages, so that commands get their turn in between: numbering is never urgent. */
const PAGE = 200;

/** Numbers the entries from 0 without gaps, in the store's order, and keeps each entry's document apart from the events. */
export class EntryNumbers extends Consumer {
  constructor(
    store: EventStore,
    private readonly catalogue: Catalogue,
    private readonly log: LogStore,
  ) {
    super('entry numbers', store, log.lease('entry numbers'));
  }

  protected override async done(upTo: Position | null): Promise<boolean> {
    const last = await this.log.lastEntry();
    return upTo === null || (last !== undefined && this.store.comparePositions(last.position as Position, upTo) >= 0);
  }

  protected override async work(): Promise<void> {
    while (!this.stopping && (await this.lease.hold())) {
      const last = await this.log.lastEntry();
      const { events } = await this.store.readAll((last?.position ?? null) as Position | null, { limit: PAGE });
      if (events.length === 0) return;
      const first = (last?.entry ?? -1) + 1;
      await this.log.addEntries(
        events.map((stored, index) => ({
          entry: first + index,
          position: stored.position,
          eventId: stored.id,
          document: canonicalText(entryOf(factNamed(this.catalogue, stored.type), stored)),
        })),
      );
      await afterOthers();
    }
  }
}

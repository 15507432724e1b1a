import { canonicalText } from '@ledger/kernel';
import { entryOf } from '@ledger/log';
import { exhaustMap, startWith, type Subscription } from 'rxjs';
import type { EventStore, Position } from './event-store.js';
import { type Catalogue, factNamed } from './known.js';
import type { LogStore } from './log-store.js';

/** Numbers the entries from 0 without gaps, in the store's order, and keeps each entry's document apart from the events. */
export class EntryNumbers {
  private turn: Promise<void> = Promise.resolve();
  private running: Subscription | null = null;
  constructor(
    private readonly store: EventStore,
    private readonly catalogue: Catalogue,
    private readonly log: LogStore,
  ) {}

  start(): void {
    const bells = this.store.changes().pipe(startWith(undefined));
    this.running = bells.pipe(exhaustMap(() => this.catchUp().catch(() => undefined))).subscribe();
  }
  async stop(): Promise<void> {
    this.running?.unsubscribe();
    await this.turn.catch(() => undefined);
  }

  catchUp(): Promise<void> {
    this.turn = this.turn.catch(() => undefined).then(() => this.number());
    return this.turn;
  }

  private async number(): Promise<void> {
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
  }
}

import { type Clock, systemClock } from '@ledger/kernel';
import { type Observable, Subject } from 'rxjs';
import {
  type Appended,
  type CanonicalEvent,
  ConcurrencyConflict,
  EventStore,
  type Finding,
  judge,
  type Page,
  PAGE_EVENTS,
  type Position,
  type ReadAll,
  type Stored,
} from '../event-store.js';

/** The smallest store that keeps the whole contract; for tests and for reading the port. */
export class InMemoryEventStore extends EventStore {
  readonly filters = 'engine';
  private readonly all: Stored[] = [];
  private readonly streams = new Map<string, Stored[]>();
  private readonly bell = new Subject<void>();

  constructor(private readonly clock: Clock = systemClock) {
    super();
  }

  protected override write(stream: string, expectedRevision: number, events: readonly CanonicalEvent[]): Promise<Appended> {
    const there = this.streams.get(stream) ?? [];
    const actual = there.length - 1;
    const judgement = judge(expectedRevision, actual, events, (revision) => there[revision]?.id);
    if (judgement === 'conflict') return Promise.reject(new ConcurrencyConflict(stream, expectedRevision, actual));
    if (judgement === 'write') {
      const last = this.all.at(-1)?.recordedAt ?? '';
      const now = this.clock.now();
      const recordedAt = now > last ? now : last;
      for (const event of events) {
        const stored: Stored = { ...event, stream, revision: there.length, position: String(this.all.length + 1) as Position, recordedAt };
        there.push(stored);
        this.all.push(stored);
      }
      this.streams.set(stream, there);
      this.bell.next();
    }
    const lastRevision = expectedRevision + events.length;
    return Promise.resolve({ stream, lastRevision, position: there[lastRevision]!.position });
  }

  override readStream(
    stream: string,
    { from, direction = 'forwards', limit = Infinity }: { from?: number; direction?: 'forwards' | 'backwards'; limit?: number } = {},
  ) {
    const there = this.streams.get(stream) ?? [];
    const found = direction === 'forwards' ? there.slice(from ?? 0) : there.slice(0, (from ?? there.length - 1) + 1).reverse();
    return Promise.resolve(found.slice(0, limit));
  }

  override readAll(after: Position | null, { limit = PAGE_EVENTS, types, streamPrefixes }: ReadAll = {}): Promise<Page> {
    const events = this.all
      .slice(Number(after ?? 0))
      .filter(
        ({ type, stream }) =>
          (types === undefined || types.includes(type)) &&
          (streamPrefixes === undefined || streamPrefixes.some((prefix) => stream.startsWith(prefix))),
      )
      .slice(0, limit);
    const next = events.length === limit ? events.at(-1)?.position : this.all.at(-1)?.position;
    return Promise.resolve({ events, next: next ?? after });
  }

  override head(): Promise<Position | null> {
    return Promise.resolve(this.all.at(-1)?.position ?? null);
  }

  override comparePositions(a: Position, b: Position): number {
    return Number(a) - Number(b);
  }

  override changes(): Observable<void> {
    return this.bell;
  }

  override inspect(): Promise<readonly Finding[]> {
    return Promise.resolve([]);
  }

  override close(): Promise<void> {
    this.bell.complete();
    return Promise.resolve();
  }
}

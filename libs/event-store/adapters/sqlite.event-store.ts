import { type Clock, systemClock } from '@ledger/kernel';
import Database from 'better-sqlite3';
import { finalize, interval, map, merge, Observable, share, Subject, filter } from 'rxjs';
import {
  type Appended,
  type CanonicalEvent,
  ConcurrencyConflict,
  EventStore,
  type Finding,
  judge,
  NO_STREAM,
  type Page,
  PAGE_EVENTS,
  type Position,
  type ReadAll,
  StoreUnavailable,
  type Stored,
} from '../event-store.js';

type Row = Readonly<{
  position: number;
  stream: string;
  revision: number;
  id: string;
  type: string;
  data: string;
  metadata: string;
  recordedAt: string;
}>;
type Waiting = Readonly<{
  stream: string;
  expectedRevision: number;
  events: readonly CanonicalEvent[];
  resolve: (done: Appended) => void;
  reject: (why: unknown) => void;
}>;

const OTHER_PROCESS_POLL_MS = 50;
const BUSY_DEADLINE_MS = 10_000;
const GROUP_MAX = 500;
const COLUMNS = 'e.position, s.name AS stream, e.revision, e.id, e.type, e.data, e.metadata, e.recorded_at AS recordedAt';
const stored = (row: Row): Stored => ({ ...row, position: String(row.position) as Position });
const isBusy = (thrown: unknown) => String((thrown as { code?: unknown }).code).startsWith('SQLITE_BUSY');

/** One file. Appends that wait in the same turn share a transaction and an fsync; two processes may write at once. */
export class SqliteEventStore extends EventStore {
  readonly filters = 'engine';
  private readonly db: Database.Database;
  private readonly own = new Subject<void>();
  private readonly bell: Observable<void>;
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | null = null;
  private readonly sql;

  constructor(
    file: string,
    private readonly clock: Clock = systemClock,
  ) {
    super();
    this.db = new Database(file);
    this.db.pragma('busy_timeout = 5000');
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = FULL');
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS events (
        position INTEGER PRIMARY KEY, stream INTEGER NOT NULL REFERENCES streams, revision INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL,
        data TEXT NOT NULL, metadata TEXT NOT NULL, recorded_at TEXT NOT NULL);
      CREATE UNIQUE INDEX IF NOT EXISTS events_by_stream ON events (stream, revision);`);
    // Waiting inside SQLite would stop the event loop: from here on, busy is retried asynchronously.
    this.db.pragma('busy_timeout = 0');
    this.sql = {
      streamId: this.db.prepare<[string], { id: number }>('SELECT id FROM streams WHERE name = ?'),
      addStream: this.db.prepare('INSERT INTO streams (name) VALUES (?)'),
      last: this.db.prepare<[], { position: number; recordedAt: string }>(
        'SELECT position, recorded_at AS recordedAt FROM events ORDER BY position DESC LIMIT 1',
      ),
      revision: this.db.prepare<[number], { revision: number | null }>('SELECT max(revision) AS revision FROM events WHERE stream = ?'),
      at: this.db.prepare<[number, number], { id: string; position: number }>(
        'SELECT id, position FROM events WHERE stream = ? AND revision = ?',
      ),
      insert: this.db.prepare(
        'INSERT INTO events (position, stream, revision, id, type, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ),
      forwards: this.db.prepare<[string, number, number], Row>(
        `SELECT ${COLUMNS} FROM events e JOIN streams s ON s.id = e.stream WHERE s.name = ? AND e.revision >= ? ORDER BY e.revision LIMIT ?`,
      ),
      backwards: this.db.prepare<[string, number, number], Row>(
        `SELECT ${COLUMNS} FROM events e JOIN streams s ON s.id = e.stream WHERE s.name = ? AND e.revision <= ? ORDER BY e.revision DESC LIMIT ?`,
      ),
      begin: this.db.prepare('BEGIN IMMEDIATE'),
      commit: this.db.prepare('COMMIT'),
      rollback: this.db.prepare('ROLLBACK'),
    };
    let seen = this.lastPosition();
    const others = interval(OTHER_PROCESS_POLL_MS).pipe(
      filter(() => {
        const now = this.lastPosition();
        const rings = now !== seen;
        seen = now;
        return rings;
      }),
      map(() => undefined),
    );
    this.bell = merge(this.own, others).pipe(
      share(),
      finalize(() => undefined),
    );
  }

  private lastPosition = () => (this.db.open ? (this.sql.last.get()?.position ?? 0) : 0);

  protected override write(stream: string, expectedRevision: number, events: readonly CanonicalEvent[]): Promise<Appended> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ stream, expectedRevision, events, resolve, reject });
      this.flushing ??= this.flushAll();
    });
  }

  private async flushAll(): Promise<void> {
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      const group = this.waiting.slice(0, GROUP_MAX);
      this.waiting = this.waiting.slice(GROUP_MAX);
      const answers = await this.commitWhenFree(group);
      answers.forEach((answer) => answer());
      this.own.next();
      await new Promise(setImmediate);
    }
    this.flushing = null;
  }

  private async commitWhenFree(group: readonly Waiting[]): Promise<readonly (() => void)[]> {
    const started = performance.now();
    for (let attempt = 0; ; attempt += 1) {
      try {
        return this.commitGroup(group);
      } catch (thrown) {
        if (!isBusy(thrown))
          return group.map(
            ({ reject }) =>
              () =>
                reject(thrown),
          );
        if (performance.now() - started > BUSY_DEADLINE_MS)
          return group.map(
            ({ reject }) =>
              () =>
                reject(new StoreUnavailable('Another process keeps the ledger file; try again')),
          );
        // Jitter from the monotonic clock's fraction: enough to part two processes, and no chance is needed.
        await new Promise((later) => setTimeout(later, 1 + ((performance.now() * 1000) % 7) + Math.min(attempt, 20)));
      }
    }
  }

  private commitGroup(group: readonly Waiting[]): readonly (() => void)[] {
    this.sql.begin.run();
    try {
      const last = this.sql.last.get();
      const now = this.clock.now();
      const recordedAt = last === undefined || now > last.recordedAt ? now : last.recordedAt;
      let position = last?.position ?? 0;
      const answers = group.map(({ stream, expectedRevision, events, resolve, reject }) => {
        let id = this.sql.streamId.get(stream)?.id;
        const actual = id === undefined ? NO_STREAM : (this.sql.revision.get(id)?.revision ?? NO_STREAM);
        const known = id;
        const judgement = judge(expectedRevision, actual, events, (revision) =>
          known === undefined ? undefined : this.sql.at.get(known, revision)?.id,
        );
        if (judgement === 'conflict') return () => reject(new ConcurrencyConflict(stream, expectedRevision, actual));
        const lastRevision = expectedRevision + events.length;
        if (judgement === 'already there') {
          const there = String(this.sql.at.get(known!, lastRevision)!.position) as Position;
          return () => resolve({ stream, lastRevision, position: there });
        }
        id ??= Number(this.sql.addStream.run(stream).lastInsertRowid);
        events.forEach((event, index) => {
          position += 1;
          this.sql.insert.run(position, id, expectedRevision + 1 + index, event.id, event.type, event.data, event.metadata, recordedAt);
        });
        const written = String(position) as Position;
        return () => resolve({ stream, lastRevision, position: written });
      });
      this.sql.commit.run();
      return answers;
    } catch (thrown) {
      if (this.db.inTransaction) this.sql.rollback.run();
      throw thrown;
    }
  }

  override readStream(
    stream: string,
    { from, direction = 'forwards', limit = -1 }: { from?: number; direction?: 'forwards' | 'backwards'; limit?: number } = {},
  ): Promise<readonly Stored[]> {
    const rows =
      direction === 'forwards'
        ? this.sql.forwards.all(stream, from ?? 0, limit)
        : this.sql.backwards.all(stream, from ?? Number.MAX_SAFE_INTEGER, limit);
    return Promise.resolve(rows.map(stored));
  }

  override readAll(after: Position | null, { limit = PAGE_EVENTS, types, streamPrefixes }: ReadAll = {}): Promise<Page> {
    const wanted = [
      'e.position > ?',
      ...(types === undefined ? [] : [`e.type IN (${types.map(() => '?').join()})`]),
      ...(streamPrefixes === undefined ? [] : [`(${streamPrefixes.map(() => 'substr(s.name, 1, length(?)) = ?').join(' OR ')})`]),
    ].join(' AND ');
    const rows = this.db
      .prepare<unknown[], Row>(
        `SELECT ${COLUMNS} FROM events e JOIN streams s ON s.id = e.stream WHERE ${wanted} ORDER BY e.position LIMIT ?`,
      )
      .all(Number(after ?? 0), ...(types ?? []), ...(streamPrefixes ?? []).flatMap((prefix) => [prefix, prefix]), limit);
    return Promise.resolve({ events: rows.map(stored), next: rows.length === 0 ? after : (String(rows.at(-1)!.position) as Position) });
  }

  override head(): Promise<Position | null> {
    const last = this.lastPosition();
    return Promise.resolve(last === 0 ? null : (String(last) as Position));
  }

  override comparePositions(a: Position, b: Position): number {
    return Number(a) - Number(b);
  }

  override changes(): Observable<void> {
    return this.bell;
  }

  override inspect(): Promise<readonly Finding[]> {
    const gaps = this.db
      .prepare<[], { stream: string; events: number; last: number }>(
        'SELECT s.name AS stream, count(*) AS events, max(e.revision) AS last FROM events e JOIN streams s ON s.id = e.stream GROUP BY e.stream HAVING count(*) <> max(e.revision) + 1',
      )
      .all()
      .map(({ stream, events, last }): Finding => ({
        kind: 'gap',
        stream,
        words: `${stream} has ${events} events and ends at revision ${last}`,
      }));
    const whole = this.db
      .prepare<[], { events: number; last: number | null }>('SELECT count(*) AS events, max(position) AS last FROM events')
      .get()!;
    if (whole.events !== (whole.last ?? 0))
      gaps.push({ kind: 'gap', stream: '', words: `The store has ${whole.events} events and ends at position ${whole.last}` });
    return Promise.resolve(gaps);
  }

  override async close(): Promise<void> {
    await this.flushing;
    this.own.complete();
    if (this.db.open) this.db.close();
  }
}

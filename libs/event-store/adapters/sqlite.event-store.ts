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

type Row = readonly [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  data: string,
  metadata: string,
  recordedAt: string,
];
/** Where a stream stands: its number in the dictionary (none before its first event), and the revision of its last event. */
type Tip = { id: number | null; revision: number };
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
const TIPS_MAX = 50_000;
const COLUMNS = 'e.position, s.name, e.revision, e.id, e.type, e.data, e.metadata, e.recorded_at';
const FROM = 'FROM events e JOIN streams s ON s.id = e.stream';
const marks = (values: readonly unknown[]) => values.map(() => '?').join();
const stored = ([position, stream, revision, id, type, data, metadata, recordedAt]: Row): Stored => ({
  id,
  type,
  data,
  metadata,
  stream,
  revision,
  position: String(position) as Position,
  recordedAt,
});
const NOTHING: Promise<readonly Stored[]> = Promise.resolve([]);
const isBusy = (thrown: unknown) => String((thrown as { code?: unknown }).code).startsWith('SQLITE_BUSY');

/**
 * One file. Appends that wait in the same turn share a transaction and an fsync; two processes may write at once.
 * What this process knows by heart (where streams stand, the last position) holds as long as SQLite says that no other connection has
 * written: so an append costs its inserts and nothing else, and a command whose stream stands still reads nothing at all.
 */
export class SqliteEventStore extends EventStore {
  readonly filters = 'engine';
  private readonly db: Database.Database;
  private readonly own = new Subject<void>();
  private readonly bell: Observable<void>;
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | null = null;
  private readonly sql;
  private readonly pages = new Map<string, Database.Statement<unknown[], Row>>();
  private readonly tips = new Map<string, Tip>();
  private last: Readonly<{ position: number; recordedAt: string }> = { position: 0, recordedAt: '' };
  private othersWrote = -1;
  private askedThisTurn = false;

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
      version: this.db.prepare<[], number>('PRAGMA data_version').pluck(),
      last: this.db.prepare<[], { position: number; recordedAt: string }>(
        'SELECT position, recorded_at AS recordedAt FROM events ORDER BY position DESC LIMIT 1',
      ),
      tip: this.db.prepare<[string], { id: number; revision: number | null }>(
        'SELECT id, (SELECT max(revision) FROM events WHERE stream = streams.id) AS revision FROM streams WHERE name = ?',
      ),
      addStream: this.db.prepare('INSERT INTO streams (name) VALUES (?)'),
      at: this.db.prepare<[number | null, number], { id: string; position: number }>(
        'SELECT id, position FROM events WHERE stream = ? AND revision = ?',
      ),
      insert: this.db.prepare(
        'INSERT INTO events (position, stream, revision, id, type, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ),
      forwards: this.db
        .prepare<[string, number, number], Row>(
          `SELECT ${COLUMNS} ${FROM} WHERE s.name = ? AND e.revision >= ? ORDER BY e.revision LIMIT ?`,
        )
        .raw(),
      backwards: this.db
        .prepare<[string, number, number], Row>(
          `SELECT ${COLUMNS} ${FROM} WHERE s.name = ? AND e.revision <= ? ORDER BY e.revision DESC LIMIT ?`,
        )
        .raw(),
      begin: this.db.prepare('BEGIN IMMEDIATE'),
      commit: this.db.prepare('COMMIT'),
      rollback: this.db.prepare('ROLLBACK'),
    };
    let seen = -1;
    const others = interval(OTHER_PROCESS_POLL_MS).pipe(
      filter(() => this.db.open && seen !== (seen = this.sql.version.get()!)),
      map(() => undefined),
    );
    this.bell = merge(this.own, others).pipe(
      share(),
      finalize(() => undefined),
    );
  }

  private lastPosition(): number {
    if (this.db.open) this.refreshOnceATurn();
    return this.last.position;
  }

  /** Forgets what it knew by heart when another connection has committed since. */
  private refresh(): void {
    const version = this.sql.version.get()!;
    if (version === this.othersWrote) return;
    this.tips.clear();
    this.last = this.sql.last.get() ?? { position: 0, recordedAt: '' };
    this.othersWrote = version;
  }
  /** For readers once a turn of the event loop is enough: asking SQLite costs as much as a small read. */
  private refreshOnceATurn(): void {
    if (this.askedThisTurn) return;
    this.askedThisTurn = true;
    setImmediate(() => (this.askedThisTurn = false));
    this.refresh();
  }

  /** Where a stream stands. Ask after a refresh. */
  private tipOf(stream: string): Tip {
    let tip = this.tips.get(stream);
    if (tip === undefined) {
      const row = this.sql.tip.get(stream);
      this.tips.set(stream, (tip = { id: row?.id ?? null, revision: row?.revision ?? NO_STREAM }));
      if (this.tips.size > TIPS_MAX) this.tips.delete(this.tips.keys().next().value!);
    }
    return tip;
  }

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
      this.refresh();
      const now = this.clock.now();
      const recordedAt = now > this.last.recordedAt ? now : this.last.recordedAt;
      let { position } = this.last;
      const answers = group.map(({ stream, expectedRevision, events, resolve, reject }) => {
        const tip = this.tipOf(stream);
        const actual = tip.revision;
        const judgement = judge(expectedRevision, actual, events, (revision) => this.sql.at.get(tip.id, revision)?.id);
        if (judgement === 'conflict') return () => reject(new ConcurrencyConflict(stream, expectedRevision, actual));
        const lastRevision = expectedRevision + events.length;
        if (judgement === 'already there') {
          const there = String(this.sql.at.get(tip.id, lastRevision)!.position) as Position;
          return () => resolve({ stream, lastRevision, position: there });
        }
        tip.id ??= Number(this.sql.addStream.run(stream).lastInsertRowid);
        for (const { data, id, metadata, type } of events)
          this.sql.insert.run((position += 1), tip.id, (tip.revision += 1), id, type, data, metadata, recordedAt);
        const written = String(position) as Position;
        return () => resolve({ stream, lastRevision, position: written });
      });
      this.sql.commit.run();
      if (position > this.last.position) this.last = { position, recordedAt };
      return answers;
    } catch (thrown) {
      // Nothing was written: what was noted by heart on the way is not so.
      this.othersWrote = -1;
      this.askedThisTurn = false;
      if (this.db.inTransaction) this.sql.rollback.run();
      throw thrown;
    }
  }

  override readStream(
    stream: string,
    { from, direction = 'forwards', limit = -1 }: { from?: number; direction?: 'forwards' | 'backwards'; limit?: number } = {},
  ): Promise<readonly Stored[]> {
    if (direction === 'forwards' && from !== undefined) {
      this.refreshOnceATurn();
      if (from > this.tipOf(stream).revision) return NOTHING;
    }
    const rows =
      direction === 'forwards'
        ? this.sql.forwards.all(stream, from ?? 0, limit)
        : this.sql.backwards.all(stream, from ?? Number.MAX_SAFE_INTEGER, limit);
    return Promise.resolve(rows.map(stored));
  }

  override readAll(after: Position | null, { limit = PAGE_EVENTS, streamPrefixes, textOf, types }: ReadAll = {}): Promise<Page> {
    const from = Number(after ?? 0);
    // Taken before the page: everything up to here is in it, or was filtered out.
    const head = this.lastPosition();
    if (head <= from) return Promise.resolve({ events: [], next: after });
    const [columns, wanted] = [
      textOf === undefined
        ? COLUMNS
        : COLUMNS.replace(/e\.(data|metadata)/g, `CASE WHEN e.type IN (${marks(textOf)}) THEN e.$1 ELSE '' END`),
      [
        'e.position > ?',
        ...(types === undefined ? [] : [`e.type IN (${marks(types)})`]),
        ...(streamPrefixes === undefined ? [] : [`(${streamPrefixes.map(() => 'substr(s.name, 1, length(?)) = ?').join(' OR ')})`]),
      ],
    ];
    const sql = `SELECT ${columns} ${FROM} WHERE ${wanted.join(' AND ')} ORDER BY e.position LIMIT ?`;
    let page = this.pages.get(sql);
    if (page === undefined) this.pages.set(sql, (page = this.db.prepare<unknown[], Row>(sql).raw()));
    const events = page
      .all(
        ...(textOf ?? []),
        ...(textOf ?? []),
        from,
        ...(types ?? []),
        ...(streamPrefixes ?? []).flatMap((prefix) => [prefix, prefix]),
        limit,
      )
      .map(stored);
    const last = Number(events.at(-1)?.position ?? 0);
    return Promise.resolve({ events, next: String(events.length === limit ? last : Math.max(last, head)) as Position });
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

import { connections, inTransaction, isRefusal } from '@ledger/database/postgres';
import { type Clock, systemClock } from '@ledger/kernel';
import type pg from 'pg';
import { interval, merge, Observable, share, Subject } from 'rxjs';
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
type At = Readonly<{ id: string; position: number }>;

const GROUP_MAX = 500;
const CONNECTIONS_MAX = 6;
/** How often to look without being told: a notice can be lost with its connection. */
const POLL_MS = 1_000;
const LISTEN_AGAIN_MS = 500;
const CHANNEL = 'ledger_events';
/** One lock for the order of all events: it is held from the first look at the last position to the commit. */
const ORDER_LOCK = 4_732_901_645;
const COLUMNS = 'position, stream, revision, id, type, data, metadata, recorded_at AS "recordedAt"';
/** Columns of text that is compared byte by byte, whatever the language of the database. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (
    position bigint PRIMARY KEY, stream text COLLATE "C" NOT NULL, revision bigint NOT NULL, id text NOT NULL, type text COLLATE "C" NOT NULL,
    data text NOT NULL, metadata text NOT NULL, recorded_at text COLLATE "C" NOT NULL, UNIQUE (stream, revision))`;
const stored = (row: Row): Stored => ({ ...row, position: String(row.position) as Position });
const unavailable = (thrown: unknown) =>
  isRefusal(thrown) || thrown instanceof StoreUnavailable
    ? thrown
    : new StoreUnavailable(`PostgreSQL did not answer; whether anything was written is unknown (${(thrown as Error).message})`);

/** Events in one table of a PostgreSQL database. Appends that wait at the same moment share a transaction, an insert and a flush to disk. */
export class PostgresEventStore extends EventStore {
  readonly filters = 'engine';
  private readonly own = new Subject<void>();
  private readonly bell: Observable<void>;
  private waiting: Waiting[] = [];
  private flushing: Promise<void> | null = null;
  private closed = false;

  private constructor(
    private readonly pool: pg.Pool,
    private readonly clock: Clock,
  ) {
    super();
    this.bell = merge(this.own, this.notices(), this.polls()).pipe(share());
  }

  /** Opens the store and makes its table if there is none. @throws StoreUnavailable when nobody answers */
  static async open(address: string, clock: Clock = systemClock): Promise<PostgresEventStore> {
    const pool = connections(address, CONNECTIONS_MAX);
    const store = new PostgresEventStore(pool, clock);
    try {
      await store.inOrder((client) => client.query(SCHEMA));
    } catch (thrown) {
      await pool.end();
      throw unavailable(thrown);
    }
    return store;
  }

  /** One transaction under the lock of the order. */
  private inOrder<T>(action: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    return inTransaction(this.pool, `BEGIN; SELECT pg_advisory_xact_lock(${ORDER_LOCK})`, action);
  }

  private async ask<T extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly T[]> {
    try {
      return (await this.pool.query<T>(text, [...values])).rows;
    } catch (thrown) {
      throw unavailable(thrown);
    }
  }

  protected override write(stream: string, expectedRevision: number, events: readonly CanonicalEvent[]): Promise<Appended> {
    if (this.closed) return Promise.reject(new StoreUnavailable('The store was closed'));
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
      try {
        const answers = await this.inOrder((client) => this.commitGroup(client, group));
        answers.forEach((answer) => answer());
        this.own.next();
      } catch (thrown) {
        group.forEach(({ reject }) => reject(unavailable(thrown)));
      }
    }
    this.flushing = null;
  }

  private async commitGroup(client: pg.PoolClient, group: readonly Waiting[]): Promise<readonly (() => void)[]> {
    const last = (
      await client.query<{ position: number; recordedAt: string }>(
        'SELECT position, recorded_at AS "recordedAt" FROM events ORDER BY position DESC LIMIT 1',
      )
    ).rows[0];
    const names = [...new Set(group.map(({ stream }) => stream))];
    const ends = new Map(
      (
        await client.query<{ stream: string; revision: number }>(
          'SELECT n.stream, e.revision FROM unnest($1::text[]) AS n(stream) CROSS JOIN LATERAL (SELECT revision FROM events WHERE events.stream = n.stream ORDER BY revision DESC LIMIT 1) e',
          [names],
        )
      ).rows.map(({ revision, stream }) => [stream, revision]),
    );
    const there = await this.idsAt(
      client,
      group.filter(({ expectedRevision, stream }) => expectedRevision < (ends.get(stream) ?? NO_STREAM)),
    );
    const now = this.clock.now();
    const recordedAt = last === undefined || now > last.recordedAt ? now : last.recordedAt;
    let position = last?.position ?? 0;
    const added: Row[] = [];
    const answers = group.map(({ events, expectedRevision, reject, resolve, stream }) => {
      const actual = ends.get(stream) ?? NO_STREAM;
      const judgement = judge(expectedRevision, actual, events, (revision) => there.get(`${revision} ${stream}`)?.id);
      if (judgement === 'conflict') return () => reject(new ConcurrencyConflict(stream, expectedRevision, actual));
      const lastRevision = expectedRevision + events.length;
      if (judgement === 'write') {
        events.forEach((event, index) => {
          const row: Row = { ...event, stream, revision: expectedRevision + 1 + index, position: (position += 1), recordedAt };
          added.push(row);
          there.set(`${row.revision} ${stream}`, row);
        });
        ends.set(stream, lastRevision);
      }
      const at = String(there.get(`${lastRevision} ${stream}`)!.position) as Position;
      return () => resolve({ stream, lastRevision, position: at });
    });
    if (added.length > 0) {
      const column = (name: keyof Row) => added.map((row) => row[name]);
      await client.query(
        `INSERT INTO events (position, stream, revision, id, type, data, metadata, recorded_at)
         SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])`,
        (['position', 'stream', 'revision', 'id', 'type', 'data', 'metadata', 'recordedAt'] as const).map(column),
      );
      await client.query(`SELECT pg_notify('${CHANNEL}', '')`);
    }
    return answers;
  }

  /** What stands where appends of the past would stand again. */
  private async idsAt(client: pg.PoolClient, resent: readonly Waiting[]): Promise<Map<string, At>> {
    if (resent.length === 0) return new Map();
    const { rows } = await client.query<At & { stream: string; revision: number }>(
      `SELECT e.stream, e.revision, e.id, e.position FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS w(stream, first, last)
       JOIN events e ON e.stream = w.stream AND e.revision BETWEEN w.first AND w.last`,
      [
        resent.map(({ stream }) => stream),
        resent.map(({ expectedRevision }) => expectedRevision + 1),
        resent.map(({ events, expectedRevision }) => expectedRevision + events.length),
      ],
    );
    return new Map(rows.map((row) => [`${row.revision} ${row.stream}`, row]));
  }

  override async readStream(
    stream: string,
    { from, direction = 'forwards', limit }: { from?: number; direction?: 'forwards' | 'backwards'; limit?: number } = {},
  ): Promise<readonly Stored[]> {
    const [compare, order, edge] = direction === 'forwards' ? ['>=', 'ASC', 0] : ['<=', 'DESC', Number.MAX_SAFE_INTEGER];
    const rows = await this.ask<Row>(
      `SELECT ${COLUMNS} FROM events WHERE stream = $1 AND revision ${compare} $2 ORDER BY revision ${order} LIMIT $3`,
      [stream, from ?? edge, limit ?? null],
    );
    return rows.map(stored);
  }

  override async readAll(after: Position | null, { limit = PAGE_EVENTS, types: wanted, streamPrefixes }: ReadAll = {}): Promise<Page> {
    const isFiltered = wanted !== undefined || streamPrefixes !== undefined;
    const end = isFiltered ? await this.head() : null;
    const rows = await this.ask<Row>(
      `SELECT ${COLUMNS} FROM events WHERE position > $1 AND ($2::text[] IS NULL OR type = ANY ($2))
         AND ($3::text[] IS NULL OR EXISTS (SELECT 1 FROM unnest($3::text[]) AS p(prefix) WHERE starts_with(stream, p.prefix)))
         ORDER BY position LIMIT $4`,
      [after ?? 0, wanted ?? null, streamPrefixes ?? null, limit],
    );
    const last = rows.length === 0 ? after : (String(rows.at(-1)!.position) as Position);
    // A page that is not full was looked for to the end that stood before the looking: a filtered reader goes on from there.
    const passed = rows.length < limit && end !== null && (last === null || this.comparePositions(last, end) < 0) ? end : last;
    return { events: rows.map(stored), next: passed };
  }

  override async head(): Promise<Position | null> {
    const [row] = await this.ask<{ position: number | null }>('SELECT max(position) AS position FROM events');
    return row?.position == null ? null : (String(row.position) as Position);
  }

  override comparePositions(a: Position, b: Position): number {
    return Number(a) - Number(b);
  }

  override changes(): Observable<void> {
    return this.bell;
  }

  /** Notices of other processes, on a connection of its own that is made again when it breaks. */
  private notices(): Observable<void> {
    return new Observable<void>((ears) => {
      let ended = false;
      let client: pg.PoolClient | null = null;
      let timer: NodeJS.Timeout | undefined;
      const again = () => {
        client?.release(true);
        client = null;
        if (!ended && !this.closed) timer = setTimeout(() => void listen(), LISTEN_AGAIN_MS);
      };
      const listen = async () => {
        try {
          const mine = await this.pool.connect();
          if (ended) return mine.release(true);
          client = mine;
          mine.once('error', again);
          mine.on('notification', () => ears.next());
          await mine.query(`LISTEN ${CHANNEL}`);
          // What was written before this moment is not told.
          ears.next();
        } catch {
          if (client === null) again();
        }
      };
      void listen();
      return () => {
        ended = true;
        clearTimeout(timer);
        client?.release(true);
        client = null;
      };
    });
  }

  private polls(): Observable<void> {
    return new Observable<void>((ears) => {
      let seen: Position | null | undefined;
      const looking = interval(POLL_MS).subscribe(() => {
        this.head().then(
          (now) => {
            if (now !== seen && seen !== undefined) ears.next();
            seen = now;
          },
          () => undefined,
        );
      });
      return () => looking.unsubscribe();
    });
  }

  override async inspect(): Promise<readonly Finding[]> {
    const streams = await this.ask<{ stream: string; events: number; last: number }>(
      'SELECT stream, count(*) AS events, max(revision) AS last FROM events GROUP BY stream HAVING count(*) <> max(revision) + 1 ORDER BY stream',
    );
    const findings = streams.map(({ events, last, stream }): Finding => ({
      kind: 'gap',
      stream,
      words: `${stream} has ${events} events and ends at revision ${last}`,
    }));
    const [whole] = await this.ask<{ events: number; last: number | null }>('SELECT count(*) AS events, max(position) AS last FROM events');
    if (whole !== undefined && whole.events !== (whole.last ?? 0))
      findings.push({ kind: 'gap', stream: '', words: `The store has ${whole.events} events and ends at position ${whole.last ?? 0}` });
    return findings;
  }

  override async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.flushing;
    this.own.complete();
    await this.pool.end();
  }
}

import { type Catalogue, type EventStore, know, type Position } from '@ledger/event-store';
import Database from 'better-sqlite3';
import { DummyDriver, Kysely, type SelectQueryBuilder, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { exhaustMap, Observable, Subject, type Subscription } from 'rxjs';
import { type AnyProjection, changesOf, keyOf, type Projection, type Seen } from './projection.js';
import { type Balance, type Moment, Reading } from './reading.js';

/** How much of the ledger an answer has seen: the entry, and when it was recorded. -1 is nothing yet. */
export type CompleteTo = Readonly<{ entry: number; recordedAt: string | null }>;
export type Progress = (done: number, total: number) => void;
export type Difference = Readonly<{ view: string; key: string; before: object | null; after: object | null }>;

/** The views did not reach the asked position in time. */
export class NotThereYet extends Error {
  override readonly name = 'NotThereYet';
}

/** As at no particular day: everything that is known, whenever it is true. */
const TICK_MS = 250;
export const END_OF_TIME = '9999-12-31';
const BATCH = 2_000;
const WAIT_MS = 5_000;
type Stood = Record<string, unknown> & { from_entry: number; until_entry: number | null };
type Table = Readonly<Record<string, Record<string, unknown>>>;
type Checkpoint = Readonly<{ entry: number; position: string | null; recordedAt: string | null }>;
const START: Checkpoint = { entry: -1, position: null, recordedAt: null };

const compiler = new Kysely<Table>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** One engine for all views of a database: one transaction, one checkpoint, so that no page mixes two moments. */
export class Views {
  private readonly db: Database.Database;
  private running: Subscription | null = null;
  private turn: Promise<void> = Promise.resolve();
  /** Rings with the entry that the views are now complete to. */
  readonly advanced = new Subject<CompleteTo>();

  constructor(
    file: string,
    private readonly store: EventStore,
    private readonly catalogue: Catalogue,
    readonly projections: readonly AnyProjection[],
  ) {
    this.db = new Database(file);
    this.db.pragma('busy_timeout = 2000');
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = NORMAL');
    this.db.exec(
      'CREATE TABLE IF NOT EXISTS checkpoint (one INTEGER PRIMARY KEY CHECK (one = 1), entry INTEGER NOT NULL, position TEXT, recordedAt TEXT); CREATE TABLE IF NOT EXISTS projections (name TEXT PRIMARY KEY, version INTEGER NOT NULL);',
    );
    if (this.completeTo().entry < 0) this.stale().forEach((projection) => this.adopt(projection, projection.name));
  }

  completeTo(): CompleteTo {
    const { entry, recordedAt } = this.checkpoint();
    return { entry, recordedAt };
  }
  private checkpoint = (): Checkpoint =>
    this.db.prepare<[], Checkpoint>('SELECT entry, position, recordedAt FROM checkpoint').get() ?? START;

  private stale = () =>
    this.projections.filter(
      ({ name, version }) =>
        this.db.prepare<[string], { version: number }>('SELECT version FROM projections WHERE name = ?').get(name)?.version !== version,
    );

  private adopt(projection: AnyProjection, table: string): void {
    this.createTable(projection, table);
    this.db
      .prepare('INSERT INTO projections VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version')
      .run(projection.name, projection.version);
  }
  private createTable({ columns, key }: AnyProjection, table: string): void {
    const declared = Object.entries(columns as Record<string, string>).map(
      ([name, type]) => `"${name}" ${type === 'integer' ? 'INTEGER' : 'TEXT'}`,
    );
    this.db.exec(`DROP TABLE IF EXISTS "${table}";
      CREATE TABLE "${table}" (${declared.join(', ')}, from_entry INTEGER NOT NULL, until_entry INTEGER);
      CREATE INDEX "${table}_key" ON "${table}" (${key.map((column) => `"${column}"`).join(', ')}, until_entry);`);
  }

  start(): void {
    const bells = new Observable<void>((bell) => {
      bell.next();
      const subscription = this.store.changes().subscribe(bell);
      // A bell that rings while a turn is under way is not heard, so the views also look by themselves.
      const tick = setInterval(() => bell.next(), TICK_MS);
      return () => {
        clearInterval(tick);
        subscription.unsubscribe();
      };
    });
    this.running = bells.pipe(exhaustMap(() => this.catchUp().catch((thrown: unknown) => this.advanced.error(thrown)))).subscribe();
  }
  async close(): Promise<void> {
    this.running?.unsubscribe();
    await this.turn.catch(() => undefined);
    this.advanced.complete();
    this.db.close();
  }

  /** Folds all there is into the views. */
  catchUp(progress?: Progress): Promise<void> {
    this.turn = this.turn
      .catch(() => undefined)
      .then(async () => {
        if (this.stale().length > 0) await this.rebuildNow(this.stale(), progress);
        while ((await this.fold(this.projections, (name) => name, this.checkpoint(), true)) !== null) this.advanced.next(this.completeTo());
      });
    return this.turn;
  }

  /** Builds views again from the first entry, beside the old ones, which serve until the new ones are complete. */
  rebuild(names: readonly string[] = this.projections.map(({ name }) => name), progress?: Progress): Promise<void> {
    this.turn = this.turn
      .catch(() => undefined)
      .then(() =>
        this.rebuildNow(
          this.projections.filter(({ name }) => names.includes(name)),
          progress,
        ),
      );
    return this.turn;
  }
  private async rebuildNow(projections: readonly AnyProjection[], progress?: Progress): Promise<void> {
    const shadow = (name: string) => `${name}__next`;
    projections.forEach((projection) => this.createTable(projection, shadow(projection.name)));
    const goal = this.checkpoint();
    let at: Checkpoint | null = START;
    for (let reached = START; at !== null && reached.entry < goal.entry; reached = at ?? reached) {
      at = await this.fold(projections, shadow, reached, false, goal.entry);
      if (at !== null) progress?.(at.entry + 1, goal.entry + 1);
    }
    this.db
      .transaction(() => {
        for (const projection of projections) {
          this.createTable(projection, projection.name);
          this.db.exec(
            `INSERT INTO "${projection.name}" SELECT * FROM "${shadow(projection.name)}"; DROP TABLE "${shadow(projection.name)}";`,
          );
          this.db
            .prepare('INSERT INTO projections VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version')
            .run(projection.name, projection.version);
        }
      })
      .immediate();
  }

  /** Folds one page of events into the given tables; answers the checkpoint reached, or null when there was nothing. */
  private async fold(
    projections: readonly AnyProjection[],
    table: (name: string) => string,
    from: Checkpoint,
    common: boolean,
    lastEntry = Infinity,
  ): Promise<Checkpoint | null> {
    const { events } = await this.store.readAll(from.position as Position | null, { limit: Math.min(BATCH, lastEntry - from.entry) });
    if (events.length === 0) return null;
    const seen = events.map((stored, index): Seen => Object.assign(know(this.catalogue, stored), { entry: from.entry + 1 + index }));
    const last = seen.at(-1)!;
    const reached: Checkpoint = { entry: last.entry, position: last.position, recordedAt: last.recordedAt };
    this.db
      .transaction(() => {
        // Another engine on the same file got here first: its work stands, and this page is read again from where it came to.
        if (common && this.checkpoint().entry !== from.entry) return;
        for (const projection of projections) this.write(projection, table(projection.name), seen);
        if (common)
          this.db
            .prepare(
              'INSERT INTO checkpoint VALUES (1, @entry, @position, @recordedAt) ON CONFLICT (one) DO UPDATE SET entry = @entry, position = @position, recordedAt = @recordedAt',
            )
            .run(reached);
      })
      .immediate();
    return reached;
  }

  private write(projection: AnyProjection, table: string, seen: readonly Seen[]): void {
    const columns = Object.entries(projection.columns as Record<string, string>);
    const names = columns.map(([name]) => name);
    const where = projection.key.map((column) => `"${column}" IS ?`).join(' AND ');
    const current = this.db.prepare<unknown[], Stood>(`SELECT * FROM "${table}" WHERE ${where} AND until_entry IS NULL`);
    const close = this.db.prepare(`UPDATE "${table}" SET until_entry = ? WHERE ${where} AND until_entry IS NULL`);
    const drop = this.db.prepare(`DELETE FROM "${table}" WHERE ${where} AND until_entry IS NULL AND from_entry = ?`);
    const insert = this.db.prepare(`INSERT INTO "${table}" VALUES (${names.map(() => '?').join(', ')}, ?, NULL)`);
    for (const event of seen) {
      for (const change of changesOf(projection, event)) {
        const keyed = change.do === 'put' ? change.row : change.key;
        const key = projection.key.map((column) => keyed[column] ?? null);
        const now = change.do === 'alter' ? current.get(...key) : undefined;
        if (change.do === 'alter' && now === undefined)
          throw new Error(
            `${projection.name}: ${event.type} (entry ${event.entry}) changes a row that is not there: ${JSON.stringify(key)}`,
          );
        const row = change.do === 'put' ? change.row : change.do === 'alter' ? change.next(parsed(projection, now!)) : null;
        drop.run(...key, event.entry);
        close.run(event.entry, ...key);
        if (row !== null)
          insert.run(
            ...columns.map(([name, type]) => (type === 'json' ? JSON.stringify(row[name] ?? null) : (row[name] ?? null))),
            event.entry,
          );
      }
    }
  }

  /** Rows of a view as known at an entry. `where` narrows by equality; `refine` may add what Kysely can say. */
  rows<Row extends object>(
    projection: Projection<Row, never>,
    known: number,
    where: Partial<Row> = {},
    refine: (
      query: SelectQueryBuilder<Table, string, Record<string, unknown>>,
    ) => SelectQueryBuilder<Table, string, Record<string, unknown>> = (query) => query,
  ): readonly (Row & { from_entry: number })[] {
    let query = compiler.selectFrom(projection.name).selectAll() as unknown as SelectQueryBuilder<Table, string, Record<string, unknown>>;
    query = query.where('from_entry', '<=', known).where((or) => or.or([or('until_entry', 'is', null), or('until_entry', '>', known)]));
    for (const [column, value] of Object.entries(where)) query = query.where(column, '=', value);
    const { sql, parameters } = refine(query).compile();
    return this.db
      .prepare<unknown[], Stood>(sql)
      .all(...parameters)
      .map((row) => parsed(projection as unknown as AnyProjection, row) as Row & { from_entry: number });
  }

  /** Sums of the journal by account at one moment. `prefix` narrows to one subtree of accounts. */
  balances({ asAt, asKnown, prefix, tenantId }: { asAt: string; asKnown: number; prefix: string; tenantId: string }): readonly Balance[] {
    return this.query<Balance>((from) => {
      const query = from
        .selectFrom('journal')
        .select(['account', 'currency'])
        .select(({ fn }) => [fn.sum('amountPence').as('pence'), fn.max('entry').as('lastEntry')])
        .where('tenantId', '=', tenantId)
        .where('entry', '<=', asKnown)
        .where('effectiveOn', '<=', asAt)
        .groupBy(['account', 'currency'])
        .orderBy('account');
      return prefix === '' ? query : query.where('account', '>=', prefix).where('account', '<', `${prefix}\uffff`);
    });
  }

  count(view: string, asKnown: number, tenantId: string | null): number {
    const [found] = this.query<{ rows: number }>((from) => {
      const query = from
        .selectFrom(view)
        .select(({ fn }) => [fn.countAll().as('rows')])
        .where('from_entry', '<=', asKnown)
        .where((or) => or.or([or('until_entry', 'is', null), or('until_entry', '>', asKnown)]));
      return tenantId === null ? query : query.where('tenantId', '=', tenantId);
    });
    return found?.rows ?? 0;
  }

  tenants(asKnown: number): readonly string[] {
    return this.query<{ tenantId: string }>((from) =>
      from.selectFrom('entries').select('tenantId').distinct().where('entry', '<=', asKnown).orderBy('tenantId'),
    ).map(({ tenantId }) => tenantId);
  }

  /** The last entry recorded at or before an instant; -1 when there was none yet. */
  entryAt(instant: string): number {
    const [found] = this.query<{ entry: number | null }>((from) =>
      from
        .selectFrom('entries')
        .select(({ fn }) => fn.max('entry').as('entry'))
        .where('recordedAt', '<=', instant),
    );
    return found?.entry ?? -1;
  }

  /** Reads one tenant at one moment; both clocks default to now, which is as far as the views have come. */
  read(tenantId: string, moment: Partial<Moment> = {}): Reading {
    const completeTo = this.completeTo();
    return new Reading(
      this,
      tenantId,
      { asAt: moment.asAt ?? END_OF_TIME, asKnown: Math.min(moment.asKnown ?? completeTo.entry, completeTo.entry) },
      completeTo,
    );
  }

  /** Runs a query that Kysely compiled, for sums and joins. */
  query<Result>(build: (from: Kysely<Table>) => { compile(): { sql: string; parameters: readonly unknown[] } }): readonly Result[] {
    const { sql, parameters } = build(compiler).compile();
    return this.db.prepare<unknown[], Result>(sql).all(...parameters);
  }

  /** Waits until the views have seen a position. @throws NotThereYet */
  async waitFor(position: Position): Promise<CompleteTo> {
    const started = performance.now();
    for (;;) {
      const at = this.checkpoint();
      if (at.position !== null && this.store.comparePositions(at.position as Position, position) >= 0) return this.completeTo();
      if (performance.now() - started > WAIT_MS) throw new NotThereYet('The views have not seen this position yet; try again');
      await this.catchUp();
    }
  }

  /** What differs between two entries, row by row. */
  difference(projection: AnyProjection, before: number, after: number): readonly Difference[] {
    const at = (entry: number) =>
      new Map(this.rows(projection as unknown as Projection<object, never>, entry).map((row) => [keyOf(projection, row), bare(row)]));
    const [old, now] = [at(before), at(after)];
    return [...new Set([...old.keys(), ...now.keys()])]
      .map((key) => ({ view: projection.name, key, before: old.get(key) ?? null, after: now.get(key) ?? null }))
      .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
  }

  /** Replays everything into fresh views and compares row by row, history included: nothing means they agree. */
  async selfCheck(): Promise<readonly string[]> {
    await this.catchUp();
    const fresh = new Views(':memory:', this.store, this.catalogue, this.projections);
    try {
      const goal = this.completeTo().entry;
      while (fresh.completeTo().entry < goal) await fresh.fold(fresh.projections, (name) => name, fresh.checkpoint(), true, goal);
      return this.projections.flatMap(({ name }) => {
        const all = (views: Views) =>
          views.db
            .prepare<[], object>(`SELECT * FROM "${name}"`)
            .all()
            .map((row) => JSON.stringify(row))
            .sort();
        const [ours, theirs] = [all(this), all(fresh)];
        const wrong = ours.length !== theirs.length || ours.some((row, index) => row !== theirs[index]);
        return wrong ? [`${name}: ${ours.length} rows stored, ${theirs.length} replayed, and they differ`] : [];
      });
    } finally {
      await fresh.close();
    }
  }
}

function parsed(projection: AnyProjection, { until_entry: _, ...row }: Stood): Record<string, unknown> {
  for (const [name, type] of Object.entries(projection.columns as Record<string, string>))
    if (type === 'json') row[name] = JSON.parse(row[name] as string) as unknown;
  return row;
}
const bare = (row: object) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'from_entry'));

import { type Catalogue, type EventStore, type Faults, type Position } from '@ledger/event-store';
import { type Database, openDatabase, type Value } from '@ledger/database';
import { DummyDriver, Kysely, type SelectQueryBuilder, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import { distinctUntilChanged, exhaustMap, filter, interval, merge, type Observable, share, Subject, takeUntil } from 'rxjs';
import { Books } from './books.js';
import { type Checkpoint, type CompleteTo, FoldEngine, type Progress } from './engine.js';
import { type AnyProjection, keyOf, type Projection } from './projection.js';
import { type Balance, type Moment, Reading } from './reading.js';

export type { CompleteTo, Progress };
export type Difference = Readonly<{ view: string; key: string; before: object | null; after: object | null }>;

/** The views did not reach the asked position in time. */
export class NotThereYet extends Error {
  override readonly name = 'NotThereYet';
}

/** As at no particular day: everything that is known, whenever it is true. */
export const END_OF_TIME = '9999-12-31';
const WAIT_MS = 5_000;
const LOOK_MS = 500;
/** The database did not answer this time. */
const EMPTY_HANDED: CompleteTo = { entry: -1, recordedAt: null };
/** Rows that a comparison reads at once. */
const ROWS_AT_ONCE = 1_000;
type Rows = AsyncGenerator<Readonly<Record<string, Value>>, undefined>;
type Stood = Record<string, unknown> & { from_entry: number; until_entry: number | null };
type Table = Readonly<Record<string, Record<string, unknown>>>;

const compiler = new Kysely<Table>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

/** All views of a database: what they say at any moment. The engine beside them keeps them up to date. */
export class Views {
  private generation = -1;
  private readonly closed = new Subject<void>();

  private constructor(
    private readonly db: Database,
    private readonly engine: FoldEngine,
    private readonly books: Books,
    private readonly store: EventStore,
    private readonly catalogue: Catalogue,
    readonly projections: readonly AnyProjection[],
  ) {
    // Another process may be the one that folds: then looking is the only way to know, and is done only while somebody listens.
    const looks = interval(LOOK_MS).pipe(exhaustMap(() => this.completeTo().catch(() => EMPTY_HANDED)));
    this.advanced = merge(engine.advanced, looks).pipe(
      filter(({ entry }) => entry >= 0),
      distinctUntilChanged((one, other) => one.entry === other.entry),
      takeUntil(this.closed),
      share(),
    );
  }

  /** Opens the views at the address of a database, and gives each a table that has none. */
  static async open(address: string, store: EventStore, catalogue: Catalogue, projections: readonly AnyProjection[]): Promise<Views> {
    const db = await openDatabase(address, 'views');
    try {
      const engine = await FoldEngine.open(db, store, catalogue, projections);
      return new Views(db, engine, new Books(db, ''), store, catalogue, projections);
    } catch (thrown) {
      await db.close();
      throw thrown;
    }
  }

  async completeTo(): Promise<CompleteTo> {
    const { entry, recordedAt } = await this.checkpoint();
    return { entry, recordedAt };
  }
  private async checkpoint(): Promise<Checkpoint> {
    const found = await this.engine.checkpoint();
    // After a swap, by whichever process, the tables are others: what was prepared on the old ones goes.
    if (found.generation !== this.generation) this.db.forget();
    this.generation = found.generation;
    return found;
  }
  /** Rings with the entry that the views are now complete to. */
  readonly advanced: Observable<CompleteTo>;
  /** What went wrong while folding; a standing fault keeps the views from going on. */
  get faults(): Faults {
    return this.engine.faults;
  }

  start(): void {
    this.engine.start();
  }
  async close(): Promise<void> {
    this.closed.next();
    await this.engine.stop();
    await this.db.close();
  }

  /** Folds all there is into the views; where another process folds, waits until it has. */
  catchUp(progress?: Progress): Promise<void> {
    return this.engine.catchUpTelling(progress);
  }
  /** Builds views again from the first entry, beside the old ones, which serve and go on until the new ones are complete. */
  rebuild(names: readonly string[] = this.projections.map(({ name }) => name), progress?: Progress): Promise<void> {
    return this.engine.rebuild(names, progress);
  }

  /** Rows of a view as known at an entry. `where` narrows by equality; `refine` may add what Kysely can say. */
  async rows<Row extends object>(
    projection: Projection<Row, never>,
    known: number,
    where: Partial<Row> = {},
    refine: (
      query: SelectQueryBuilder<Table, string, Record<string, unknown>>,
    ) => SelectQueryBuilder<Table, string, Record<string, unknown>> = (query) => query,
  ): Promise<readonly (Row & { from_entry: number })[]> {
    let query = compiler.selectFrom(projection.name).selectAll() as unknown as SelectQueryBuilder<Table, string, Record<string, unknown>>;
    query = query.where('from_entry', '<=', known).where((or) => or.or([or('until_entry', 'is', null), or('until_entry', '>', known)]));
    for (const [column, value] of Object.entries(where)) query = query.where(column, '=', value);
    const stood = await this.query<Stood>(() => refine(query));
    return stood.map((row) => parsed(projection as unknown as AnyProjection, row) as Row & { from_entry: number });
  }

  /** Sums of the journal by account at one moment. `prefix` narrows to one subtree of accounts. */
  balances(moment: Moment & { prefix: string; tenantId: string }): Promise<readonly Balance[]> {
    return this.books.balances(moment);
  }
  /** Every leg of the journal in full blocks, as numbers: what a sum over all of history reads. */
  everyLeg(visit: Parameters<Books['everyLeg']>[0]): Promise<void> {
    return this.books.everyLeg(visit);
  }

  async count(view: string, asKnown: number, tenantId: string | null): Promise<number> {
    const [found] = await this.query<{ rows: number }>((from) => {
      const query = from
        .selectFrom(view)
        .select(({ fn }) => [fn.countAll().as('rows')])
        .where('from_entry', '<=', asKnown)
        .where((or) => or.or([or('until_entry', 'is', null), or('until_entry', '>', asKnown)]));
      return tenantId === null ? query : query.where('tenantId', '=', tenantId);
    });
    return found?.rows ?? 0;
  }

  async tenants(asKnown: number): Promise<readonly string[]> {
    const found = await this.query<{ tenantId: string }>((from) =>
      from.selectFrom('entries').select('tenantId').distinct().where('entry', '<=', asKnown).orderBy('tenantId'),
    );
    return found.map(({ tenantId }) => tenantId);
  }

  /** The last entry recorded at or before an instant; -1 when there was none yet. */
  async entryAt(instant: string): Promise<number> {
    const [found] = await this.query<{ entry: number | null }>((from) =>
      from
        .selectFrom('entries')
        .select(({ fn }) => fn.max('entry').as('entry'))
        .where('recordedAt', '<=', instant),
    );
    return found?.entry ?? -1;
  }

  /** Reads one tenant at one moment; both clocks default to now, which is as far as the views have come. */
  async read(tenantId: string, moment: Partial<Moment> = {}): Promise<Reading> {
    const completeTo = await this.completeTo();
    return new Reading(
      this,
      tenantId,
      { asAt: moment.asAt ?? END_OF_TIME, asKnown: Math.min(moment.asKnown ?? completeTo.entry, completeTo.entry) },
      completeTo,
    );
  }

  /** One answer out of one reading. Where a rebuild put other tables in their place on the way, it is read again. */
  async answer<Result>(tenantId: string, moment: Moment, answer: (read: Reading) => Promise<Result>): Promise<Result> {
    for (;;) {
      const { generation } = await this.checkpoint();
      const result = await answer(await this.read(tenantId, moment));
      if ((await this.checkpoint()).generation === generation) return result;
    }
  }

  /** Runs a query that Kysely compiled, for sums and joins. */
  query<Result>(
    build: (from: Kysely<Table>) => { compile(): { sql: string; parameters: readonly unknown[] } },
  ): Promise<readonly Result[]> {
    const { sql, parameters } = build(compiler).compile();
    return this.db.all<Result>(sql, parameters as readonly Value[]);
  }

  /** Waits until the views have seen a position. @throws NotThereYet */
  async waitFor(position: Position): Promise<CompleteTo> {
    const started = performance.now();
    while (!(await this.engine.hasSeen(position))) {
      if (performance.now() - started > WAIT_MS) throw new NotThereYet('The views have not seen this position yet; try again');
      await this.engine.nudge();
    }
    return this.completeTo();
  }

  /** What differs between two entries, row by row. */
  async difference(projection: AnyProjection, before: number, after: number): Promise<readonly Difference[]> {
    const at = async (entry: number) => {
      const rows = await this.rows(projection as unknown as Projection<object, never>, entry);
      return new Map(rows.map((row) => [keyOf(projection, row), bare(row)]));
    };
    const [old, now] = [await at(before), await at(after)];
    return [...new Set([...old.keys(), ...now.keys()])]
      .map((key) => ({ view: projection.name, key, before: old.get(key) ?? null, after: now.get(key) ?? null }))
      .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
  }

  /** Replays everything into fresh views and compares row by row, history and books included: nothing means they agree. */
  async selfCheck(): Promise<readonly string[]> {
    await this.catchUp();
    // A temporary file that SQLite removes by itself, so that a large ledger need not fit into memory; whatever engine holds these views.
    const fresh = await Views.open('sqlite:', this.store, this.catalogue, this.projections);
    try {
      return await this.differencesFrom(fresh);
    } finally {
      await fresh.close();
    }
  }
  /** Brings other views of the same store to the same entry, and says where their rows are not these. */
  async differencesFrom(other: Views): Promise<readonly string[]> {
    const { entry } = await this.completeTo();
    await other.engine.foldTo(entry);
    const found = [];
    for (const projection of this.projections) found.push(...(await this.compare(other, projection, entry)));
    return [...found, ...(await this.compareBooks(other, entry))];
  }
  private async compare(other: Views, projection: AnyProjection, entry: number): Promise<readonly string[]> {
    const [ours, theirs] = [this, other].map((views) => views.everyRow(projection, entry)) as [Rows, Rows];
    for (let agreed = 0; ; agreed += 1) {
      const [one, another] = [await ours.next(), await theirs.next()];
      if (one.done === true && another.done === true) return [];
      const [stored, replayed] = [one, another].map(({ value }) => JSON.stringify(value));
      if (stored !== replayed)
        return [
          `${projection.name}: ${agreed} rows agree, and the next differs: stored ${stored ?? 'none'}, replayed ${replayed ?? 'none'}`,
        ];
    }
  }
  /** Every row of a view with its history, as it stood when an entry was the newest, in the order of the keys. */
  private async *everyRow({ columns, key, name }: AnyProjection, entry: number): Rows {
    const stood = `CASE WHEN until_entry > ${entry} THEN NULL ELSE until_entry END AS until_entry`;
    const order = [...key, 'from_entry'].map((column) => `"${column}"`).join(', ');
    const shown = [...Object.keys(columns), 'from_entry'].map((column) => `"${column}"`).join(', ');
    for (let last: readonly Value[] | null = null; ;) {
      const after: string = last === null ? '' : `AND (${order}) > (${last.map(() => '?').join(', ')})`;
      const sql: string = `SELECT ${shown}, ${stood} FROM "${name}" WHERE from_entry <= ? ${after} ORDER BY ${order} LIMIT ${ROWS_AT_ONCE}`;
      const rows: readonly Readonly<Record<string, Value>>[] = await this.db.all(sql, [entry, ...(last ?? [])]);
      yield* rows;
      if (rows.length < ROWS_AT_ONCE) return;
      last = [...key, 'from_entry'].map((column) => rows.at(-1)![column]!);
    }
  }
  private async compareBooks(other: Views, asKnown: number): Promise<readonly string[]> {
    if (!this.projections.some(({ name }) => name === 'journal')) return [];
    const found = [];
    for (const tenantId of await this.books.tenants()) {
      const of = async (views: Views) => JSON.stringify(await views.balances({ asAt: END_OF_TIME, asKnown, prefix: '', tenantId }));
      if ((await of(this)) !== (await of(other))) found.push(`books: the balances of ${tenantId} are not those of a replay`);
    }
    return found;
  }
}

function parsed(projection: AnyProjection, { until_entry: _, ...row }: Stood): Record<string, unknown> {
  for (const [name, type] of Object.entries(projection.columns as Record<string, string>))
    if (type === 'json') row[name] = typeof row[name] === 'string' ? (JSON.parse(row[name]) as unknown) : null;
  return row;
}
const bare = (row: object) => Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'from_entry'));

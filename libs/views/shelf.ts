import { type Catalogue, know, type Stored } from '@ledger/event-store';
import type { Columns, Kind, Statements, Value } from '@ledger/database';
import { Books } from './books.js';
import type { AnyProjection, Change, ColumnType, Seen } from './projection.js';

type Row = Readonly<Record<string, unknown>>;
type Key = readonly Value[];
/** How one key stands while a batch is folded: its row now, since when, and what must still be written. */
type Standing = {
  key: Key;
  row: Row | null;
  from: number;
  /** The open row in the table is this very one. */ written: boolean;
  /** The open row in the table ends here. */ closesAt: number | null;
  past: { row: Row; from: number; until: number }[];
};
type Fold = (event: Seen) => readonly Change<Record<string, unknown>>[];

/** Rows kept in memory between batches, over all views together; beyond it they are read again when needed. */
const REMEMBERED_MAX = 20_000;
const OPEN = 'until_entry IS NULL';
const STOOD: Columns = { from_entry: 'integer', until_entry: 'integer' };
const absent = (key: Key): Standing => ({ key, row: null, from: -1, written: false, closesAt: null, past: [] });
const kindOf = (type: ColumnType): Kind => (type === 'integer' ? 'integer' : 'text');

/** The table of one projection, and the rows of it that a batch has touched. */
class Table {
  private readonly standing = new Map<string, Standing>();
  private readonly dirty = new Set<Standing>();
  private readonly missing = new Map<string, Key>();
  private readonly types: Readonly<Record<string, ColumnType>>;
  private readonly names: readonly string[];
  private readonly columns: Columns;
  private readonly key: Columns;
  /** Whatever stands in the table is remembered: it was empty, and nothing was forgotten since. */
  private knowsAll = false;

  constructor(
    private readonly db: Statements,
    private readonly projection: AnyProjection,
    readonly name: string,
  ) {
    this.types = projection.columns;
    this.names = Object.keys(this.types);
    this.columns = Object.fromEntries(Object.entries(this.types).map(([column, type]) => [column, kindOf(type)]));
    this.key = Object.fromEntries(projection.key.map((column: string) => [column, this.columns[column]!]));
  }

  async create(inside: Statements, generation: number): Promise<void> {
    const declared = Object.entries(this.columns).map(([name, kind]) => `"${name}" ${kind === 'integer' ? 'INTEGER' : 'TEXT'}`);
    const key = Object.keys(this.key).map((column) => `"${column}"`);
    await inside.create(`DROP TABLE IF EXISTS "${this.name}";
      CREATE TABLE "${this.name}" (${declared.join(', ')}, from_entry INTEGER NOT NULL, until_entry INTEGER);
      CREATE INDEX "${this.name}_key_${generation}" ON "${this.name}" (${key.join(', ')}, until_entry);`);
    this.forget();
    this.knowsAll = true;
  }

  private keyOf(change: Change<Record<string, unknown>>): Key {
    const keyed = change.do === 'put' ? change.row : change.key;
    return this.projection.key.map((column) => (keyed[column] ?? null) as Value);
  }
  /** Notes which row a change will need. */
  foresee(change: Change<Record<string, unknown>>, entry: number): void {
    const key = this.keyOf(change);
    const text = textOf(key);
    if (this.standing.has(text)) return;
    // A row that has this very entry in its key cannot have stood before: nothing to look for.
    const isNew = this.knowsAll || (change.do === 'put' && change.row['entry'] === entry && 'entry' in this.key);
    if (isNew) this.standing.set(text, absent(key));
    else this.missing.set(text, key);
  }
  /** Reads the rows that were noted, all at once. */
  async load(): Promise<void> {
    if (this.missing.size === 0) return;
    const found = await this.db.matching<Record<string, unknown> & { from_entry: number }>(
      this.name,
      this.key,
      [...this.missing.values()],
      OPEN,
    );
    for (const stored of found) {
      const row = Object.fromEntries(
        this.names.map((name) => [name, this.types[name] === 'json' ? (JSON.parse(stored[name] as string) as unknown) : stored[name]]),
      );
      const key = this.projection.key.map((column) => row[column] as Value);
      this.standing.set(textOf(key), { ...absent(key), row, from: stored.from_entry, written: true });
    }
    for (const [text, key] of this.missing) if (!this.standing.has(text)) this.standing.set(text, absent(key));
    this.missing.clear();
  }

  /** Applies what one event changes to a row that was foreseen. */
  apply(change: Change<Record<string, unknown>>, { entry, type }: Seen): void {
    const key = this.keyOf(change);
    const at = this.standing.get(textOf(key))!;
    const before = at.row ?? (change.do === 'alter' ? change.begin : undefined);
    if (change.do === 'alter' && before === undefined)
      throw new Error(`${this.projection.name}: ${type} (entry ${entry}) changes a row that is not there: ${JSON.stringify(key)}`);
    const next = change.do === 'put' ? change.row : change.do === 'alter' ? change.next(before!) : null;
    if (at.from !== entry && at.row !== null) {
      if (at.written) [at.closesAt, at.written] = [entry, false];
      else at.past.push({ row: at.row, from: at.from, until: entry });
    }
    at.row = next === null ? null : this.only(next);
    at.from = entry;
    this.dirty.add(at);
  }

  /** The declared columns and nothing else, so that a row reads the same from memory and from the table. */
  private only(row: Row): Row {
    const kept: Record<string, unknown> = {};
    for (const name of this.names) kept[name] = row[name] ?? null;
    return kept;
  }

  async flush(inside: Statements): Promise<void> {
    const [closed, rows]: [Value[][], Value[][]] = [[], []];
    const values = (row: Row) => this.names.map((name) => (this.types[name] === 'json' ? JSON.stringify(row[name]) : row[name]) as Value);
    for (const at of this.dirty) {
      if (at.closesAt !== null) closed.push([at.closesAt, ...at.key]);
      for (const { from, row, until } of at.past) rows.push([...values(row), from, until]);
      if (at.row !== null && !at.written) rows.push([...values(at.row), at.from, null]);
      at.written = at.row !== null;
      at.closesAt = null;
      at.past = [];
    }
    await inside.assign(this.name, { until_entry: 'integer' }, this.key, closed, OPEN);
    await inside.insert(this.name, { ...this.columns, ...STOOD }, rows);
    this.dirty.clear();
    if ('entry' in this.key) this.standing.clear();
  }
  get remembered(): number {
    return this.standing.size;
  }
  forget(): void {
    this.standing.clear();
    this.dirty.clear();
    this.missing.clear();
    this.knowsAll = false;
  }
}

function textOf(key: Key): string {
  const [only] = key;
  return key.length === 1 && typeof only === 'string' ? only : JSON.stringify(key);
}

/** A stored event at its entry, and what it changes. A fault in it waits until its turn comes: what stands before it is sound. */
export type Met = Readonly<{ stored: Stored; entry: number }> &
  (
    | Readonly<{ event: Seen; changes: readonly (readonly [Table, Change<Record<string, unknown>>])[] }>
    | Readonly<{ fault: Error }>
    | Readonly<{ unheard: true }>
  );

/**
 * A set of views in one database. A batch of events is folded in memory, each event read once for all views that listen to it, and the
 * rows that changed are written at the end: a row that changes a hundred times in a batch is read and closed once.
 */
export class Shelf {
  readonly tables: ReadonlyMap<string, Table>;
  readonly books: Books | null;
  private readonly every: readonly (readonly [Table, Fold])[];
  private readonly on = new Map<string, (readonly [Table, Fold])[]>();
  /** The types whose text these views need; undefined is all of them. */
  readonly textOf: readonly string[] | undefined;
  /** How many changes wait to be written. */
  pending = 0;

  constructor(
    db: Statements,
    private readonly catalogue: Catalogue,
    readonly projections: readonly AnyProjection[],
    suffix = '',
  ) {
    this.tables = new Map(projections.map((one) => [one.name, new Table(db, one, one.name + suffix)]));
    this.books = projections.some(({ name }) => name === 'journal') ? new Books(db, suffix) : null;
    const every: (readonly [Table, Fold])[] = [];
    for (const projection of projections) {
      const table = this.tables.get(projection.name)!;
      const folds = projection as unknown as { on?: Readonly<Record<string, Fold | undefined>>; every?: Fold };
      if (folds.every !== undefined) every.push([table, folds.every]);
      for (const [type, fold] of Object.entries(folds.on ?? {}))
        if (fold !== undefined) this.on.set(type, [...(this.on.get(type) ?? []), [table, fold]]);
    }
    this.every = every;
    const old = [...catalogue.upcasters].filter(([, { to }]) => this.on.has(to)).map(([type]) => type);
    this.textOf = every.length > 0 ? undefined : [...this.on.keys(), ...old];
  }

  async create(inside: Statements, generation: number): Promise<void> {
    for (const table of this.tables.values()) await table.create(inside, generation);
    await this.books?.create(inside, generation);
  }

  /** Finds out what events will change, and has at hand the rows that they change. */
  async meet(events: readonly Stored[], first: number): Promise<readonly Met[]> {
    const met = events.map((stored, nth) => this.metWith(stored, first + nth));
    await this.books?.resume();
    for (const table of this.tables.values()) await table.load();
    return met;
  }
  private metWith(stored: Stored, entry: number): Met {
    if (this.textOf !== undefined && !this.textOf.includes(stored.type)) return { stored, entry, unheard: true };
    try {
      const event: Seen = Object.assign(know(this.catalogue, stored), { entry });
      const folds = [...this.every, ...(this.on.get(event.type) ?? [])];
      const changes = folds.flatMap(([table, fold]) => fold(event).map((change) => [table, change] as const));
      for (const [table, change] of changes) table.foresee(change, entry);
      return { stored, entry, event, changes };
    } catch (thrown) {
      return { stored, entry, fault: thrown as Error };
    }
  }

  /** Applies an event that was met. @throws what stood in its way */
  fold(met: Met): void {
    if ('fault' in met) throw met.fault;
    if ('unheard' in met) return;
    for (const [table, change] of met.changes) table.apply(change, met.event);
    this.pending += met.changes.length;
    this.books?.add(met.event);
  }

  /** Writes what changed. Call it inside a transaction; where that fails, forget. */
  async flush(inside: Statements): Promise<void> {
    let remembered = 0;
    for (const table of this.tables.values()) {
      await table.flush(inside);
      remembered += table.remembered;
    }
    await this.books?.flush(inside);
    this.pending = 0;
    if (remembered > REMEMBERED_MAX) for (const table of this.tables.values()) table.forget();
  }
  /** Drops what was folded and not written, and what was remembered: the tables are the truth. */
  forget(): void {
    for (const table of this.tables.values()) table.forget();
    this.books?.forget();
    this.pending = 0;
  }
}

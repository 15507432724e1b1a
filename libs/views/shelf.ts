import type { Catalogue } from '@ledger/event-store';
import type Database from 'better-sqlite3';
import { Books } from './books.js';
import type { AnyProjection, Change, Seen } from './projection.js';

type Row = Readonly<Record<string, unknown>>;
/** How one key stands while a batch is folded: its row now, since when, and what must still be written. */
type Standing = {
  key: readonly unknown[];
  row: Row | null;
  from: number;
  /** The open row in the table is this very one. */ written: boolean;
  /** The open row in the table ends here. */ closesAt: number | null;
  past: { row: Row; from: number; until: number }[];
};
type Fold = (event: Seen) => readonly Change<Record<string, unknown>>[];
type Statements = Readonly<{ current: Database.Statement; close: Database.Statement; insert: Database.Statement }>;

/** Rows kept in memory between batches, over all views together; beyond it they are read again when needed. */
const REMEMBERED_MAX = 20_000;

/** The tables of one projection, and the rows of it that a batch has touched. */
class Table {
  private readonly standing = new Map<string, Standing>();
  private readonly dirty = new Set<Standing>();
  private readonly names: readonly string[];
  private readonly types: readonly string[];
  private statements: Statements | null = null;

  constructor(
    private readonly db: Database.Database,
    private readonly projection: AnyProjection,
    readonly name: string,
  ) {
    this.names = Object.keys(projection.columns);
    this.types = Object.values(projection.columns as Readonly<Record<string, string>>);
  }

  private get sql(): Statements {
    const where = this.projection.key.map((column) => `"${column}" IS ?`).join(' AND ');
    const marks = this.names.map(() => '?').join(', ');
    this.statements ??= {
      current: this.db.prepare(`SELECT * FROM "${this.name}" WHERE ${where} AND until_entry IS NULL`),
      close: this.db.prepare(`UPDATE "${this.name}" SET until_entry = ? WHERE ${where} AND until_entry IS NULL`),
      insert: this.db.prepare(`INSERT INTO "${this.name}" VALUES (${marks}, ?, ?)`),
    };
    return this.statements;
  }

  create(generation: number): void {
    const declared = this.names.map((name, index) => `"${name}" ${this.types[index] === 'integer' ? 'INTEGER' : 'TEXT'}`);
    const key = this.projection.key.map((column) => `"${column}"`).join(', ');
    this.db.exec(`DROP TABLE IF EXISTS "${this.name}";
      CREATE TABLE "${this.name}" (${declared.join(', ')}, from_entry INTEGER NOT NULL, until_entry INTEGER);
      CREATE INDEX "${this.name}_key_${generation}" ON "${this.name}" (${key}, until_entry);`);
    this.forget();
  }

  /** Applies what one event changes; answers how many rows more there are to write. */
  apply(change: Change<Record<string, unknown>>, { entry, type }: Seen): void {
    const keyed = change.do === 'put' ? change.row : change.key;
    const key = this.projection.key.map((column) => keyed[column] ?? null);
    const text = textOf(key);
    let at = this.standing.get(text);
    if (at === undefined) {
      // A row that has this very entry in its key cannot have stood before: nothing to look for.
      const isNew = change.do === 'put' && keyed['entry'] === entry && this.projection.key.includes('entry');
      at = isNew ? { key, row: null, from: -1, written: false, closesAt: null, past: [] } : this.load(key);
      this.standing.set(text, at);
    }
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

  private load(key: readonly unknown[]): Standing {
    const found = this.sql.current.get(...key) as (Record<string, unknown> & { from_entry: number }) | undefined;
    if (found === undefined) return { key, row: null, from: -1, written: false, closesAt: null, past: [] };
    const row: Record<string, unknown> = {};
    this.names.forEach((name, index) => {
      row[name] = this.types[index] === 'json' ? (JSON.parse(found[name] as string) as unknown) : found[name];
    });
    return { key, row, from: found.from_entry, written: true, closesAt: null, past: [] };
  }

  /** The declared columns and nothing else, so that a row reads the same from memory and from the table. */
  private only(row: Row): Row {
    const kept: Record<string, unknown> = {};
    for (const name of this.names) kept[name] = row[name] ?? null;
    return kept;
  }

  flush(): void {
    const { close, insert } = this.sql;
    const values = (row: Row) => this.names.map((name, index) => (this.types[index] === 'json' ? JSON.stringify(row[name]) : row[name]));
    for (const at of this.dirty) {
      if (at.closesAt !== null) close.run(at.closesAt, ...at.key);
      for (const { from, row, until } of at.past) insert.run(...values(row), from, until);
      if (at.row !== null && !at.written) insert.run(...values(at.row), at.from, null);
      at.written = at.row !== null;
      at.closesAt = null;
      at.past = [];
    }
    this.dirty.clear();
    if (this.projection.key.includes('entry')) this.standing.clear();
  }
  get remembered(): number {
    return this.standing.size;
  }
  forget(): void {
    this.standing.clear();
    this.dirty.clear();
  }
}

function textOf(key: readonly unknown[]): string {
  const [only] = key;
  return key.length === 1 && typeof only === 'string' ? only : JSON.stringify(key);
}

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
    db: Database.Database,
    catalogue: Catalogue,
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

  create(generation: number): void {
    for (const table of this.tables.values()) table.create(generation);
    this.books?.create(generation);
  }

  fold(event: Seen): void {
    for (const [table, fold] of this.every) this.apply(table, fold, event);
    for (const [table, fold] of this.on.get(event.type) ?? []) this.apply(table, fold, event);
    this.books?.add(event);
  }
  private apply(table: Table, fold: Fold, event: Seen): void {
    for (const change of fold(event)) {
      table.apply(change, event);
      this.pending += 1;
    }
  }

  /** Writes what changed. Call it inside a transaction; where that fails, forget. */
  flush(): void {
    let remembered = 0;
    for (const table of this.tables.values()) {
      table.flush();
      remembered += table.remembered;
    }
    this.books?.flush();
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

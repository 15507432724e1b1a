import Sqlite from 'better-sqlite3';
import type { Columns, Database, Lease, Statements, Value, Values } from './database.js';
import { SqliteLease } from './sqlite.lease.js';

const STATEMENTS_MAX = 500;
/** How often somebody looks whether another process has done its writing, and for how long in all. */
const BUSY_LOOK_MS = 3;
const BUSY_MS_MAX = 10_000;
const quoted = (names: readonly string[], with_ = '') => names.map((name) => `"${name}"${with_}`);

/** A SQLite file. It answers at once; answers are promises because PostgreSQL's must be. */
export class SqliteDatabase implements Database {
  private readonly db: Sqlite.Database;
  private readonly prepared = new Map<string, Sqlite.Statement>();
  private readonly inside: Statements;
  /** Resolves when the transaction that is open now has ended. */
  private open: Promise<void> | null = null;

  /** `durable`: what was written outlives a power cut, at the price of waiting for the disk. No name is a temporary file that SQLite removes. */
  constructor(file: string, { durable = false } = {}) {
    this.db = new Sqlite(file);
    this.db.pragma('journal_mode = WAL');
    this.db.pragma(`synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
    // Waiting inside SQLite would keep everybody in this process waiting, the writer that it waits for perhaps among them.
    this.db.pragma('busy_timeout = 0');
    this.inside = statementsOver(
      this.db,
      (sql) => this.prepare(sql),
      () => this.forget(),
    );
  }

  private prepare(sql: string): Sqlite.Statement {
    let statement = this.prepared.get(sql);
    if (statement === undefined) {
      if (this.prepared.size >= STATEMENTS_MAX) this.prepared.clear();
      this.prepared.set(sql, (statement = this.db.prepare(sql)));
    }
    return statement;
  }
  forget(): void {
    this.prepared.clear();
  }

  /** Everybody shares one connection: what is asked while a transaction is open waits for its end, or it would be part of it. */
  private async outside<Result>(action: (statements: Statements) => Promise<Result>): Promise<Result> {
    return patiently(async () => {
      while (this.open !== null) await this.open;
      return action(this.inside);
    });
  }
  all<Row>(sql: string, values?: Values): Promise<readonly Row[]> {
    return this.outside((db) => db.all<Row>(sql, values));
  }
  run(sql: string, values?: Values): Promise<number> {
    return this.outside((db) => db.run(sql, values));
  }
  create(sql: string): Promise<void> {
    return this.outside((db) => db.create(sql));
  }
  insert(table: string, columns: Columns, rows: readonly Values[]): Promise<void> {
    return this.transaction((inside) => inside.insert(table, columns, rows));
  }
  matching<Row>(table: string, key: Columns, keys: readonly Values[], also: string): Promise<readonly Row[]> {
    return this.outside((db) => db.matching<Row>(table, key, keys, also));
  }
  assign(table: string, column: Columns, key: Columns, values: readonly Values[], also: string): Promise<void> {
    return this.transaction((inside) => inside.assign(table, column, key, values, also));
  }

  async transaction<Result>(action: (inside: Statements) => Promise<Result>): Promise<Result> {
    while (this.open !== null) await this.open;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.open = promise;
    try {
      await patiently(() => Promise.resolve(this.db.exec('BEGIN IMMEDIATE')));
      const result = await action(this.inside);
      this.db.exec('COMMIT');
      return result;
    } finally {
      if (this.db.inTransaction) this.db.exec('ROLLBACK');
      this.open = null;
      resolve(undefined);
    }
  }

  begin(format: number): Promise<void> {
    return this.transaction(async (inside) => {
      if (this.db.pragma('user_version', { simple: true }) === format) return;
      const old = await inside.all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
      for (const { name } of old) await inside.create(`DROP TABLE "${name}"`);
      this.db.pragma(`user_version = ${format}`);
    });
  }

  lease(job: string): Lease {
    return new SqliteLease(this, job);
  }
  async close(): Promise<void> {
    await this.open;
    this.db.close();
  }
}

/** Tries again while another process writes. */
async function patiently<Result>(action: () => Promise<Result>): Promise<Result> {
  for (const started = performance.now(); ;) {
    try {
      return await action();
    } catch (thrown) {
      const isBusy = (thrown as { code?: string }).code?.startsWith('SQLITE_BUSY') === true;
      if (!isBusy || performance.now() - started > BUSY_MS_MAX) throw thrown;
      await new Promise((later) => setTimeout(later, BUSY_LOOK_MS));
    }
  }
}

/** SQLite answers, or throws, at once. */
const attempt = <Result>(action: () => Result): Promise<Result> => new Promise((resolve) => resolve(action()));

/** Statements one by one: here nothing is saved by sending many together. */
function statementsOver(db: Sqlite.Database, prepare: (sql: string) => Sqlite.Statement, forget: () => void): Statements {
  const each = (sql: string, rows: readonly Values[]) => {
    const statement = prepare(sql);
    for (const row of rows) statement.run(...row);
  };
  return {
    all: <Row>(sql: string, values: Values = []) => attempt(() => prepare(sql).all(...values) as Row[]),
    run: (sql, values = []) => attempt(() => prepare(sql).run(...values).changes),
    create: (sql) =>
      attempt(() => {
        db.exec(sql);
        forget();
      }),
    insert: (table, columns, rows) => {
      const names = Object.keys(columns);
      return attempt(() => each(`INSERT INTO "${table}" (${quoted(names).join(', ')}) VALUES (${names.map(() => '?').join(', ')})`, rows));
    },
    matching: <Row>(table: string, key: Columns, keys: readonly (readonly Value[])[], also: string) =>
      attempt(() => {
        const find = prepare(`SELECT * FROM "${table}" WHERE ${quoted(Object.keys(key), ' = ?').join(' AND ')} AND ${also}`);
        return keys.flatMap((one) => find.all(...one) as Row[]);
      }),
    assign: (table, column, key, values, also) =>
      attempt(() =>
        each(
          `UPDATE "${table}" SET ${quoted(Object.keys(column), ' = ?').join()} WHERE ${quoted(Object.keys(key), ' = ?').join(' AND ')} AND ${also}`,
          values,
        ),
      ),
  };
}

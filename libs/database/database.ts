/** What both engines keep and give back alike: text, whole numbers below 2^53, bytes. */
export type Value = string | number | Buffer | null;
export type Kind = 'text' | 'integer' | 'bytes';
/** Columns in their order, and what each holds. */
export type Columns = Readonly<Record<string, Kind>>;
export type Values = readonly Value[];

/** What can be asked of a database and done in it; `?` stands for a value, and names with capitals stand in quotes. */
export interface Statements {
  all<Row>(sql: string, values?: Values): Promise<readonly Row[]>;
  /** Answers how many rows it changed. */
  run(sql: string, values?: Values): Promise<number>;
  /** Tables and indexes, in SQLite's words; several statements may follow each other. */
  create(sql: string): Promise<void>;
  /** Adds rows, however many, at once. */
  insert(table: string, columns: Columns, rows: readonly Values[]): Promise<void>;
  /** The rows whose key is one of these, and of which `also` is true. */
  matching<Row>(table: string, key: Columns, keys: readonly Values[], also: string): Promise<readonly Row[]>;
  /** Gives one column of the rows with these keys, of which `also` is true, a new value: each row of `values` is that value, then the key. */
  assign(table: string, column: Columns, key: Columns, values: readonly Values[], also: string): Promise<void>;
}

/** The database did not answer. What only reads may be asked again; whoever wrote looks at the checkpoint first. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/**
 * A database of the ledger's own tables: not the events, but what is made of them and what the machinery remembers. One port, two
 * engines (SQLite, PostgreSQL), one text of each statement.
 */
export interface Database extends Statements {
  /** One writer at a time: all of it is done, or nothing. What is asked outside meanwhile does not see it. */
  transaction<Result>(action: (inside: Statements) => Promise<Result>): Promise<Result>;
  /** Drops every table where they were made in another format, so that they are begun afresh. */
  begin(format: number): Promise<void>;
  /** Another process put other tables in the place of these: what was prepared on them is worthless. */
  forget(): void;
  /** A job over this database that one process at a time does. */
  lease(job: string): Lease;
  close(): Promise<void>;
}

/**
 * One process at a time does a job over a database. It spares double work and is no proof against it: a process that slept through its
 * lease finds out at its next write, so every job also checks its place inside the transaction that moves it.
 */
export interface Lease {
  /** Whether this process may work now: takes the lease when it is free, and keeps it. */
  hold(): Promise<boolean>;
  /** Lets another process go on at once. */
  release(): Promise<void>;
}

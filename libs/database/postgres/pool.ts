import pg from 'pg';
import { DatabaseUnavailable } from '../database.js';

const STATEMENT_MS = 10_000;
const CONNECT_MS = 5_000;
const INT8 = 20;
/** PostgreSQL gives 64-bit numbers as text; ours stay far below 2^53, and anything above must not be rounded. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown =>
    oid === INT8 ? wholeNumber : (pg.types.getTypeParser as (oid: number, format?: string) => unknown)(oid, format),
};
const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${text} is not a whole number that is kept exactly`);
  return value;
};

/** What PostgreSQL itself refused will be refused again; anything else (a lost connection, a deadline, a shutdown) leaves the outcome open. */
export const isRefusal = (thrown: unknown): boolean => /^(22|23|42)/.test(String((thrown as { code?: unknown }).code));

/** Told in one word, whatever broke: a connection, a deadline, the server. */
export const unavailable = (thrown: unknown): unknown =>
  isRefusal(thrown) || (thrown as Error).name === 'DatabaseUnavailable'
    ? thrown
    : new DatabaseUnavailable(`PostgreSQL did not answer (${(thrown as Error).message})`);

/** How every connection of ours is set, beside what its address says: the settings are the server's own words. */
export function addressWith(address: string, settings: Readonly<Record<string, string | number>>): string {
  const url = new URL(address);
  const said = url.searchParams.get('options') ?? '';
  const more = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  url.searchParams.set('options', [said, ...more].join(' ').trim());
  return url.href;
}

/** Connections to a PostgreSQL, replaced when they break. */
export function connections(address: string, max: number, settings: Readonly<Record<string, string | number>> = {}): pg.Pool {
  const pool = new pg.Pool({
    // Answered only when it is on disk, whatever the server's own setting.
    connectionString: addressWith(address, { synchronous_commit: 'on', ...settings }),
    types,
    max,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
  });
  // A connection that breaks while idle is replaced at the next question.
  pool.on('error', () => undefined);
  // One that breaks while it is lent out and nothing is asked of it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** One transaction; a connection on which something failed is thrown away, so that none can be left open. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  begin: string,
  action: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await action(client);
    await client.query('COMMIT');
    return result;
  } catch (thrown) {
    broken = thrown as Error;
    throw thrown;
  } finally {
    client.release(broken);
  }
}

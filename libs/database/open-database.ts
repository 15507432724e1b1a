import type { Database } from './database.js';
import { SqliteDatabase } from './sqlite.database.js';

/** The engines that can hold the ledger's own tables, each with an example of its address. */
export const DATABASES = {
  'sqlite:': 'sqlite:/var/lib/ledger/views.db',
  'postgres:': 'postgres://ledger@host/ledger',
  'postgresql:': 'postgresql://ledger@host/ledger',
} as const;
export const isDatabaseAddress = (address: string): boolean => Object.keys(DATABASES).some((scheme) => address.startsWith(scheme));
export const isPostgres = (address: string): boolean => /^postgres(ql)?:/.test(address);

/** Opens one part of a ledger, such as its views. `sqlite:` alone is a temporary file that is gone with the process. */
export async function openDatabase(address: string, part: string, options: { durable?: boolean } = {}): Promise<Database> {
  if (!isPostgres(address)) return new SqliteDatabase(address.replace(/^sqlite:/, ''), options);
  const { PostgresDatabase } = await import('./postgres/index.js');
  return PostgresDatabase.open(address, part);
}

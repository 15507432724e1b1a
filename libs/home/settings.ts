import { DATABASES, isDatabaseAddress, isPostgres } from '@ledger/database';
import { EVENT_STORES, isEventStoreAddress } from '@ledger/event-store';
import { resolve } from 'node:path';

/** The work of a ledger, as it can be split over processes. */
export const ROLES = ['api', 'site', 'desk', 'policies', 'views', 'log'] as const;
export type Role = (typeof ROLES)[number];

/** Where a ledger lives and whom it trusts. All settings are read here, once. */
export type Settings = Readonly<{
  /** The folder with the ledger's files; null keeps everything in memory, for tests. */
  folder: string | null;
  /** The address of the store that holds the events; null is a SQLite file in the folder. */
  events: string | null;
  /** The addresses of the databases of the views and of the log; null is a SQLite file each in the folder. */
  views: string | null;
  log: string | null;
  /** What this process does of the ledger's work: all of it, or a part beside other processes. */
  roles: readonly Role[];
  host: string;
  port: number;
  /** What wraps the keys of the key store: 64 hex digits or a file that holds them. Null is a file beside the ledger. */
  masterKey: Readonly<{ hex: string } | { file: string }> | null;
  /** Tell the demonstration stories to an empty ledger. */
  demonstration: boolean;
  /** An OpenID Connect issuer whose tokens count; none means the ledger's own. */
  issuer: Readonly<{ url: string; audience: string }> | null;
  /** The public log: its name, where its key and its files stand, and after how much it is sealed. */
  publicLog: Readonly<{
    /** The name under which it signs; null takes one at the first start. */
    origin: string | null;
    /** The folder of the key and the signer's memory; outside the ledger's backups. Null is beside the ledger. */
    signer: string | null;
    /** The folder of the static files that any web server may publish. Null is beside the ledger. */
    published: string | null;
    sealEvery: Readonly<{ entries: number; seconds: number }>;
  }>;
}>;

/** An address that one of these engines answers to; nothing said is null. */
function addressFrom(
  env: NodeJS.ProcessEnv,
  name: string,
  isKnown: (address: string) => boolean,
  engines: Readonly<Record<string, string>>,
): string | null {
  const address = env[name] ?? '';
  if (address === '') return null;
  if (!isKnown(address)) throw new Error(`${name} must be an address such as ${Object.values(engines).join(', ')}; it is "${address}"`);
  return address;
}

/** The roles that are named; none named is all of them. */
function rolesFrom(env: NodeJS.ProcessEnv): readonly Role[] {
  const named = (env['LEDGER_ROLES'] ?? '').split(',').map((role) => role.trim()).filter((role) => role !== ''); // prettier-ignore
  const unknown = named.filter((role) => !ROLES.some((one) => one === role));
  if (unknown.length > 0) throw new Error(`LEDGER_ROLES names ${unknown.join(', ')}; the roles are ${ROLES.join(', ')}`);
  return named.length === 0 ? ROLES : ROLES.filter((role) => named.includes(role));
}

function masterKeyFrom(env: NodeJS.ProcessEnv): Settings['masterKey'] {
  const [hex, file] = [env['LEDGER_MASTER_KEY'], env['LEDGER_MASTER_KEY_FILE']];
  if (hex !== undefined && file !== undefined) throw new Error('Set LEDGER_MASTER_KEY or LEDGER_MASTER_KEY_FILE, not both');
  return hex !== undefined ? { hex } : file !== undefined ? { file } : null;
}

export function settingsFrom(env: NodeJS.ProcessEnv, given: Partial<Settings> = {}): Settings {
  const port = Number(env['PORT'] ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a number from 0 to 65535, and it is "${env['PORT']}"`);
  const roles = rolesFrom(env);
  const url = env['LEDGER_ISSUER'];
  const events = addressFrom(env, 'LEDGER_EVENTS', isEventStoreAddress, EVENT_STORES);
  // Whoever has a PostgreSQL for the events has one for the rest.
  const beside = events !== null && isPostgres(events) ? events : null;
  return {
    folder: resolve(env['LEDGER_HOME'] ?? '.ledger'),
    events,
    views: addressFrom(env, 'LEDGER_VIEWS', isDatabaseAddress, DATABASES) ?? beside,
    log: addressFrom(env, 'LEDGER_LOG', isDatabaseAddress, DATABASES) ?? beside,
    roles,
    masterKey: masterKeyFrom(env),
    host: env['HOST'] ?? '127.0.0.1',
    port,
    // A demonstration is one process that does everything.
    demonstration: env['LEDGER_DEMO'] !== 'off' && roles.length === ROLES.length,
    issuer: url === undefined ? null : { url, audience: env['LEDGER_AUDIENCE'] ?? 'community-commissioning-ledger' },
    publicLog: {
      origin: env['LEDGER_ORIGIN'] ?? null,
      signer: env['LEDGER_SIGNER'] ?? null,
      published: env['LEDGER_PUBLISHED'] ?? null,
      sealEvery: { entries: whole(env, 'LEDGER_SEAL_ENTRIES', 1000), seconds: whole(env, 'LEDGER_SEAL_SECONDS', 60) },
    },
    ...given,
  };
}

function whole(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const value = Number(env[name] ?? otherwise);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number of at least 1, and it is "${env[name]}"`);
  return value;
}

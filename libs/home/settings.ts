import { EVENT_STORES, isEventStoreAddress } from '@ledger/event-store';
import { resolve } from 'node:path';

/** Where a ledger lives and whom it trusts. All settings are read here, once. */
export type Settings = Readonly<{
  /** The folder with the ledger's files; null keeps everything in memory, for tests. */
  folder: string | null;
  /** The address of the store that holds the events; null is a SQLite file in the folder. */
  events: string | null;
  host: string;
  port: number;
  /** Tell the demonstration stories to an empty ledger. */
  demonstration: boolean;
  /** An OpenID Connect issuer whose tokens count; none means the ledger's own. */
  issuer: Readonly<{ url: string; audience: string }> | null;
}>;

function eventsFrom(address: string | undefined): string | null {
  if (address === undefined || address === '') return null;
  if (!isEventStoreAddress(address))
    throw new Error(
      `LEDGER_EVENTS must be the address of an event store, such as ${Object.values(EVENT_STORES).join(', ')}; it is "${address}"`,
    );
  return address;
}

export function settingsFrom(env: NodeJS.ProcessEnv, given: Partial<Settings> = {}): Settings {
  const port = Number(env['PORT'] ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a number from 0 to 65535, and it is "${env['PORT']}"`);
  const url = env['LEDGER_ISSUER'];
  return {
    folder: resolve(env['LEDGER_HOME'] ?? '.ledger'),
    events: eventsFrom(env['LEDGER_EVENTS']),
    host: env['HOST'] ?? '127.0.0.1',
    port,
    demonstration: env['LEDGER_DEMO'] !== 'off',
    issuer: url === undefined ? null : { url, audience: env['LEDGER_AUDIENCE'] ?? 'community-commissioning-ledger' },
    ...given,
  };
}

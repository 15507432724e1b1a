import { existsSync } from 'node:fs';
import type { Clock } from '@ledger/kernel';
import type { EventStore } from '../event-store.js';
import { InMemoryEventStore } from './in-memory.event-store.js';
import { SqliteEventStore } from './sqlite.event-store.js';

/** The engines that can hold the events, each with an example of its address. */
export const EVENT_STORES = {
  'memory:': 'memory:',
  'sqlite:': 'sqlite:/var/lib/ledger/events.db',
  'esdb:': 'esdb://host:2113?ledger=durham',
  'esdb+discover:': 'esdb+discover://cluster.example:2113?ledger=durham',
  'postgres:': 'postgres://ledger@host/ledger',
  'postgresql:': 'postgresql://ledger@host/ledger',
} as const;

export const isEventStoreAddress = (address: string): boolean => Object.keys(EVENT_STORES).some((scheme) => address.startsWith(scheme));

/** Whether appends that are sent together are written in the order in which they were asked. */
export const keepsOrderOfAsking = (address: string): boolean => !address.startsWith('esdb');

/** Opens the store at an address. The clients of the large engines are loaded only where one is used. */
export async function openEventStore(
  address: string,
  {
    clock,
    mustExist = false,
  }: { clock?: Clock; /** Refuse a file that is not there instead of beginning one. */ mustExist?: boolean } = {},
): Promise<EventStore> {
  const scheme = address.slice(0, address.indexOf(':') + 1);
  switch (scheme) {
    case 'memory:':
      return new InMemoryEventStore(clock);
    case 'sqlite:':
      if (mustExist && !existsSync(address.slice('sqlite:'.length))) throw new Error(`There is no ledger at ${address}`);
      return new SqliteEventStore(address.slice('sqlite:'.length), clock);
    case 'esdb:':
    case 'esdb+discover:': {
      const { EventStoreDbEventStore } = await import('./eventstoredb.event-store.js');
      return new EventStoreDbEventStore(address);
    }
    case 'postgres:':
    case 'postgresql:': {
      const { PostgresEventStore } = await import('./postgres.event-store.js');
      return PostgresEventStore.open(address, clock);
    }
    default:
      throw new Error(`"${address}" is not the address of an event store. Known: ${Object.values(EVENT_STORES).join(', ')}`);
  }
}

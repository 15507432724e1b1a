import { EventStoreDBClient } from '@eventstore/db-client';

/** Where the server is, and which of its ledgers is ours. */
export type EventStoreDbAddress = Readonly<{ uri: string; ledger: string }>;
const GOODBYE_MS = 500;
const LEDGER = /^[a-z][a-z0-9_]{0,39}$/;

/** Reads `esdb://host:2113?tls=false&ledger=NAME`; everything but the ledger's name is the client's own business. */
export function eventStoreDbAddress(address: string): EventStoreDbAddress {
  const [place = '', asked = ''] = address.split('?');
  const settings = asked.split('&').filter((setting) => setting !== '');
  const ledger = settings.find((setting) => setting.startsWith('ledger='))?.slice('ledger='.length) ?? '';
  if (!LEDGER.test(ledger))
    throw new Error('The address of an EventStoreDB names the ledger, as in esdb://host:2113?ledger=durham (small letters, digits and _)');
  const rest = settings.filter((setting) => !setting.startsWith('ledger=')).join('&');
  return { uri: rest === '' ? place : `${place}?${rest}`, ledger };
}

type Listener = (...given: unknown[]) => unknown;
type Call = { emit: (event: string, ...given: unknown[]) => boolean; write?: Listener; destroy: (why: Error) => void };
type Stub = Record<string, unknown>;
/** The client's own methods that are replaced here; all are plain properties of the instance in the version that is pinned. */
type Inside = {
  getGRPCClient: (...given: unknown[]) => Promise<Stub>;
  handleError: (...given: unknown[]) => Promise<void>;
  getChannel: () => Promise<{ close: () => void }>;
};

/**
 * The client, made unable to end the process. In its pinned version an answer that it cannot match throws outside any promise,
 * and a write that waits when the connection breaks rejects a promise that nobody holds. Both are caught here and counted.
 */
export class GuardedClient {
  /** What arrived and made no sense. More than none is worth an operator's look. */
  faults = 0;
  private current: EventStoreDBClient | null = null;
  private readonly guarded = new WeakSet();
  private readonly connected = new WeakSet();

  constructor(private readonly uri: string) {}

  get(): EventStoreDBClient {
    this.current ??= this.guard(EventStoreDBClient.connectionString(this.uri));
    return this.current;
  }

  /** Gives up a client that failed: one whose search for a node failed keeps that failure for ever. Only the first caller's wish counts. */
  renew(failed: EventStoreDBClient): void {
    if (this.current !== failed) return;
    this.current = null;
    void this.end(failed);
  }

  async dispose(): Promise<void> {
    const last = this.current;
    this.current = null;
    if (last !== null) await this.end(last);
  }

  private async end(client: EventStoreDBClient): Promise<void> {
    try {
      // A read that was broken off halfway never tells the client that it ended: closing does not wait for it for long.
      await Promise.race([client.dispose(), new Promise((enough) => setTimeout(enough, GOODBYE_MS).unref())]);
      if (this.connected.has(client)) (await (client as unknown as Inside).getChannel()).close();
    } catch {
      // It is given up; what it still had to say changes nothing.
    }
  }

  private guard(client: EventStoreDBClient): EventStoreDBClient {
    const inside = client as unknown as Inside;
    const { getGRPCClient, handleError } = inside;
    inside.handleError = (...given) => handleError(...given).catch(() => void (this.faults += 1));
    inside.getGRPCClient = async (...given) => {
      const stub = await getGRPCClient(...given);
      this.connected.add(client);
      if (!this.guarded.has(stub)) {
        this.guarded.add(stub);
        for (const method of ['read', 'batchAppend']) {
          const call = stub[method] as ((...given: unknown[]) => Call) | undefined;
          if (typeof call === 'function') stub[method] = (...asked: unknown[]) => this.shield(call.apply(stub, asked), method);
        }
      }
      return stub;
    };
    return client;
  }

  private shield(call: Call, method: string): Call {
    const emit = call.emit.bind(call);
    call.emit = (event, ...given) => {
      if (event !== 'data' && event !== 'error') return emit(event, ...given);
      try {
        return emit(event, ...given);
      } catch (thrown) {
        this.faults += 1;
        // A read that cannot be understood is broken; on the shared connection of all appends only that answer is passed over.
        if (method === 'read' && event === 'data') call.destroy(thrown instanceof Error ? thrown : new Error(String(thrown)));
        return true;
      }
    };
    if (method === 'batchAppend' && call.write !== undefined) {
      const write = call.write.bind(call);
      // The client's own queue loses its writers when the connection breaks; callers who await their answers are the brake instead.
      call.write = (...given) => {
        write(...given);
        return true;
      };
    }
    return call;
  }
}

import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  FORWARDS,
  type JSONEventType,
  type Position as ServerPosition,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { canonicalText } from '@ledger/kernel';
import { merge, Observable, share, Subject } from 'rxjs';
import {
  type Appended,
  type CanonicalEvent,
  ConcurrencyConflict,
  EventStore,
  type Finding,
  NO_STREAM,
  type Page,
  PAGE_EVENTS,
  type Position,
  type ReadAll,
  StoreUnavailable,
  type Stored,
  UnsoundAppend,
} from '../event-store.js';
import { eventStoreDbAddress, GuardedClient } from './eventstoredb.client.js';
import { RecordedTimes } from './eventstoredb.times.js';

/** How long to wait: for an append's outcome, for one answer before it is sent again, and for the next event of a read. */
export type Patience = Readonly<{ appendMs: number; answerMs: number; readMs: number }>;
const PATIENCE: Patience = { appendMs: 10_000, answerMs: 3_000, readMs: 10_000 };
/** What the server takes in one append by default; later versions count metadata and types too, so they count here. */
export const APPEND_BYTES_MAX = 1024 * 1024;
const FAILURES_BEFORE_ANOTHER_CLIENT = 3;
const PAUSE_FIRST_MS = 25;
const PAUSE_MAX_MS = 1_000;
const CHUNK_FIRST = 128;
const CHUNK_MAX = 4_096;
/** Answers that settle the matter. Every other one leaves the outcome open, and the same events are sent again. */
const FINAL = ['wrong-expected-version', 'stream-deleted', 'access-denied', 'maximum-append-size-exceeded', 'invalid-argument'];

type ServerEvent = NonNullable<AllStreamResolvedEvent['event']>;
type AnyEvent = Omit<ServerEvent, 'position'> & { position?: ServerPosition };
type Reading = AsyncIterable<{ event?: AnyEvent }> & {
  on: (event: 'error', listener: () => void) => unknown;
  destroy: (why: Error) => unknown;
  cancel: () => Promise<void>;
};
const kindOf = (thrown: unknown) => (thrown as { type?: string }).type;
const isFinal = (thrown: unknown) => FINAL.includes(kindOf(thrown) ?? '');
const written = ({ commit, prepare }: ServerPosition) => `${commit}/${prepare}` as Position;
const read = (position: Position): ServerPosition => {
  const [, commit, prepare] = /^(\d+)\/(\d+)$/.exec(position) ?? [];
  if (commit === undefined || prepare === undefined) throw new Error(`"${position}" is not a position of an EventStoreDB`);
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
};

/** Somebody destroyed a stream of the ledger on the server, for ever. A fault, and a finding of `inspect`. */
export class StreamTombstoned extends Error {
  override readonly name = 'StreamTombstoned';
  constructor(stream: string) {
    super(`${stream} was destroyed on the server (tombstone); its events cannot be read there, and nothing can be added`);
  }
}

/**
 * A ledger on an EventStoreDB server that it may share: its streams carry its name, `NAME.stream`, and it sees no others.
 * The server keeps parsed text, so stored bytes are canonicalised again on reading, and equal.
 */
export class EventStoreDbEventStore extends EventStore {
  /** The client cannot filter a read of everything, so other ledgers' events are read and passed over. */
  readonly filters = 'scan';
  private readonly clients: GuardedClient;
  private readonly prefix: string;
  private readonly patience: Patience;
  private readonly times = new RecordedTimes();
  private readonly own = new Subject<void>();
  private readonly bell: Observable<void>;
  private closed = false;
  /** Behind `after` nothing of ours stood up to here, so the next look begins here. */
  private quiet: { after: bigint; upTo: ServerPosition } | null = null;

  constructor(address: string, patience: Partial<Patience> = {}) {
    super();
    const { ledger, uri } = eventStoreDbAddress(address);
    this.clients = new GuardedClient(uri);
    this.prefix = `${ledger}.`;
    this.patience = { ...PATIENCE, ...patience };
    this.bell = merge(this.own, this.subscription()).pipe(share());
  }

  /** What arrived from the server and made no sense; the process stays alive. */
  get faults(): number {
    return this.clients.faults;
  }

  protected override async write(stream: string, expectedRevision: number, events: readonly CanonicalEvent[]): Promise<Appended> {
    const bytes = events.reduce(
      (sum, { data, metadata, type }) => sum + Buffer.byteLength(data) + Buffer.byteLength(metadata) + 2 * type.length,
      0,
    );
    if (bytes > APPEND_BYTES_MAX) throw new UnsoundAppend(`One append has ${bytes} bytes; ${APPEND_BYTES_MAX} are the most`);
    const body = events.map(({ data, id, metadata, type }) => ({
      id,
      type,
      contentType: 'application/json' as const,
      data: JSON.parse(data) as JSONEventType['data'],
      metadata: JSON.parse(metadata) as Record<string, unknown>,
    }));
    const { nextExpectedRevision, position } = await this.untilKnown(stream, expectedRevision, (client) =>
      client.appendToStream(this.prefix + stream, body, {
        expectedRevision: expectedRevision === NO_STREAM ? 'no_stream' : BigInt(expectedRevision),
        deadline: this.patience.answerMs,
      }),
    );
    const lastRevision = Number(nextExpectedRevision);
    if (lastRevision !== expectedRevision + events.length)
      throw new Error(`${stream} was deleted on the server and goes on there at revision ${lastRevision}; inspect the store`);
    // The one success without a position is a resend to a stream that was deleted since; its own events say where they stand.
    const at = position === undefined ? (await this.readStream(stream, { from: lastRevision, limit: 1 }))[0]?.position : written(position);
    if (at === undefined) throw new Error(`${stream} was deleted on the server; inspect the store`);
    this.own.next();
    return { stream, lastRevision, position: at };
  }

  /** Sends the same events with the same expectation until the outcome is known. @throws StoreUnavailable when time runs out first */
  private async untilKnown<T>(stream: string, expectedRevision: number, send: (client: EventStoreDBClient) => Promise<T>): Promise<T> {
    const until = performance.now() + this.patience.appendMs;
    for (let attempt = 1; ; attempt += 1) {
      this.refuseClosed();
      const client = this.clients.get();
      try {
        return await this.within(this.patience.answerMs, send(client));
      } catch (thrown) {
        const { actualVersion } = thrown as { actualVersion?: bigint | string };
        if (kindOf(thrown) === 'wrong-expected-version')
          throw new ConcurrencyConflict(stream, expectedRevision, typeof actualVersion === 'bigint' ? Number(actualVersion) : NO_STREAM);
        if (kindOf(thrown) === 'stream-deleted') throw new StreamTombstoned(stream);
        if (isFinal(thrown)) throw thrown;
        await this.pauseBefore(attempt, until, client, thrown, `Whether ${stream} was written to is unknown`);
      }
    }
  }

  /** Waits a little longer each time; gives up a client that no longer finds its way. @throws StoreUnavailable when time has run out */
  private async pauseBefore(attempt: number, until: number, client: EventStoreDBClient, thrown: unknown, words: string): Promise<void> {
    const pause = Math.min(PAUSE_FIRST_MS * 2 ** Math.min(attempt - 1, 10), PAUSE_MAX_MS);
    if (this.closed || performance.now() + pause > until)
      throw new StoreUnavailable(`${words}: the event store did not answer in time (${kindOf(thrown) ?? (thrown as Error).message})`);
    const isPlain =
      kindOf(thrown) === undefined && typeof (thrown as { code?: unknown }).code !== 'number' && !(thrown instanceof StoreUnavailable);
    if (isPlain || attempt % FAILURES_BEFORE_ANOTHER_CLIENT === 0) this.clients.renew(client);
    await new Promise((later) => setTimeout(later, pause));
  }

  private async within<T>(ms: number, answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new StoreUnavailable(`No answer within ${ms} ms`)), ms);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private refuseClosed(): void {
    if (this.closed) throw new StoreUnavailable('The store was closed');
  }

  /** Reads what one call streams. A call that breaks or falls silent is begun again until time runs out. */
  private async reading(open: (client: EventStoreDBClient) => Reading, limit = Infinity): Promise<readonly AnyEvent[]> {
    const until = performance.now() + this.patience.readMs;
    for (let attempt = 1; ; attempt += 1) {
      this.refuseClosed();
      const client = this.clients.get();
      const stream = open(client);
      stream.on('error', () => undefined);
      const silence = setTimeout(() => stream.destroy(new StoreUnavailable('The read fell silent')), this.patience.readMs);
      const found: AnyEvent[] = [];
      try {
        if (limit <= 0) return found;
        for await (const { event } of stream) {
          silence.refresh();
          if (event !== undefined) found.push(event);
          if (found.length >= limit) break;
        }
        return found;
      } catch (thrown) {
        if (isFinal(thrown) || kindOf(thrown) === 'stream-not-found') throw thrown;
        await this.pauseBefore(attempt, until, client, thrown, 'The ledger could not be read');
      } finally {
        clearTimeout(silence);
        stream.cancel().catch(() => undefined);
      }
    }
  }

  private stored(event: AnyEvent, time: (position: bigint, created: string) => string): Stored {
    const { created, data, id, metadata, position, revision, streamId, type } = event;
    if (position === undefined) throw new Error(`The server gave no position for ${streamId} revision ${revision}`);
    const stream = streamId.slice(this.prefix.length);
    const text = (value: unknown, what: string) => {
      if (typeof value !== 'object' || value === null || value instanceof Uint8Array)
        throw new Error(`${stream} revision ${revision} has ${what} that is not a ledger's; inspect the store`);
      return canonicalText(value);
    };
    return {
      id,
      type,
      data: text(data, 'data'),
      metadata: text(metadata, 'metadata'),
      stream,
      revision: Number(revision),
      position: written(position),
      recordedAt: time(position.commit, created.toISOString()),
    };
  }

  override async readStream(
    stream: string,
    {
      from,
      direction = 'forwards',
      limit = Number.MAX_SAFE_INTEGER,
    }: { from?: number; direction?: 'forwards' | 'backwards'; limit?: number } = {},
  ): Promise<readonly Stored[]> {
    const edge = direction === 'forwards' ? START : END;
    try {
      const found = await this.reading(
        (client) =>
          client.readStream(this.prefix + stream, {
            direction,
            fromRevision: from === undefined ? edge : BigInt(from),
            maxCount: limit,
          }),
        limit,
      );
      return found.map((event) => this.stored(event, (position, created) => this.times.of(position, created)));
    } catch (thrown) {
      if (kindOf(thrown) === 'stream-not-found') return [];
      if (kindOf(thrown) === 'stream-deleted') throw new StreamTombstoned(stream);
      throw thrown;
    }
  }

  /** Everything on the server strictly after a position, other ledgers and the server's own streams included, pulled in growing chunks. */
  private async *everything(after: ServerPosition | null): AsyncGenerator<ServerEvent> {
    let at = after;
    for (let chunk = CHUNK_FIRST; ; chunk = Math.min(chunk * 2, CHUNK_MAX)) {
      const from = at;
      // The server gives the event at the position itself first; we go on behind it.
      const found = (await this.reading((client) =>
        client.readAll({ direction: FORWARDS, fromPosition: from ?? START, maxCount: chunk }),
      )) as readonly ServerEvent[];
      for (const event of found) {
        if (at !== null && event.position.commit <= at.commit) continue;
        at = event.position;
        yield event;
      }
      if (found.length < chunk) return;
    }
  }
  private isOurs = ({ streamId, type }: { streamId: string; type: string }) => streamId.startsWith(this.prefix) && !type.startsWith('$');

  override async readAll(after: Position | null, { limit = PAGE_EVENTS, types, streamPrefixes }: ReadAll = {}): Promise<Page> {
    const from = after === null ? null : read(after);
    if (from !== null) await this.foldTimesUpTo(from.commit);
    const events: Stored[] = [];
    let last: ServerPosition | null = null;
    let next = after;
    const begin = from !== null && this.quiet?.after === from.commit ? this.quiet.upTo : from;
    for await (const event of this.everything(begin)) {
      last = event.position;
      if (!this.isOurs(event)) continue;
      const one = this.stored(event, (position, created) => this.times.fold(position, created));
      next = one.position;
      const wanted =
        (types === undefined || types.includes(one.type)) &&
        (streamPrefixes === undefined || streamPrefixes.some((prefix) => one.stream.startsWith(prefix)));
      if (wanted && events.push(one) >= limit) break;
    }
    if (next === after && from !== null && last !== null) this.quiet = { after: from.commit, upTo: last };
    return { events, next };
  }

  /** A reader who goes on in the middle needs the latest time before it: what lies between is read once in the life of the process. */
  private async foldTimesUpTo(position: bigint): Promise<void> {
    const { reached } = this.times;
    if (reached !== null && reached >= position) return;
    for await (const event of this.everything(reached === null ? null : { commit: reached, prepare: reached })) {
      if (event.position.commit > position) return;
      if (this.isOurs(event)) this.times.fold(event.position.commit, event.created.toISOString());
    }
  }

  override async head(): Promise<Position | null> {
    let from: ServerPosition | typeof END = END;
    for (let chunk = 16; ; chunk = Math.min(chunk * 2, CHUNK_MAX)) {
      const at: ServerPosition | typeof END = from;
      const found = (await this.reading((client) =>
        client.readAll({ direction: BACKWARDS, fromPosition: at, maxCount: chunk }),
      )) as readonly ServerEvent[];
      const ours = found.find((event) => this.isOurs(event));
      if (ours !== undefined) return written(ours.position);
      if (found.length < chunk) return null;
      from = found.at(-1)!.position;
    }
  }

  override comparePositions(a: Position, b: Position): number {
    const [one, other] = [read(a), read(b)];
    if (one.commit !== other.commit) return one.commit < other.commit ? -1 : 1;
    return one.prepare === other.prepare ? 0 : one.prepare < other.prepare ? -1 : 1;
  }

  override changes(): Observable<void> {
    return this.bell;
  }

  /**
   * The server's own word that something was written. It also rings when a subscription begins, because what was written before that is not told.
   * A subscription that breaks is begun again behind the last event it gave, with growing pauses.
   */
  private subscription(): Observable<void> {
    return new Observable<void>((ears) => {
      let ended = false;
      let last: ServerPosition | typeof END = END;
      let failures = 0;
      let hangUp: () => void = () => undefined;
      let timer: NodeJS.Timeout | undefined;
      const begin = () => {
        if (ended || this.closed) return;
        const client = this.clients.get();
        const filter = streamNameFilter({
          prefixes: [this.prefix],
          checkpointInterval: 10,
          checkpointReached: (_, position) => void (last = position),
        });
        const heard = client.subscribeToAll({ fromPosition: last, filter });
        let over = false;
        const again = () => {
          if (over) return;
          over = true;
          heard.unsubscribe().catch(() => undefined);
          failures += 1;
          if (failures % FAILURES_BEFORE_ANOTHER_CLIENT === 0) this.clients.renew(client);
          timer = setTimeout(begin, Math.min(PAUSE_FIRST_MS * 2 ** Math.min(failures - 1, 10), PAUSE_MAX_MS));
        };
        heard.on('confirmation', () => {
          failures = 0;
          ears.next();
        });
        heard.on('data', ({ event }: AllStreamResolvedEvent) => {
          if (event !== undefined) last = event.position;
          ears.next();
        });
        heard.on('error', again);
        heard.on('end', again);
        heard.on('close', again);
        hangUp = () => {
          over = true;
          heard.unsubscribe().catch(() => undefined);
        };
      };
      begin();
      return () => {
        ended = true;
        clearTimeout(timer);
        hangUp();
      };
    });
  }

  override async inspect(): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    const lastRevision = new Map<string, bigint>();
    const hiding = new Map<string, string>();
    for await (const { data, revision, streamId, type } of this.everything(null)) {
      if (streamId.startsWith(`$$${this.prefix}`)) {
        const hides = ['$maxAge', '$maxCount', '$tb'].filter((name) => typeof data === 'object' && name in data);
        hiding.set(streamId.slice(this.prefix.length + 2), hides.join(', '));
      }
      if (!streamId.startsWith(this.prefix)) continue;
      const stream = streamId.slice(this.prefix.length);
      if (type === '$streamDeleted') {
        findings.push({ kind: 'tombstone', stream, words: `${stream} was destroyed on the server (tombstone)` });
        continue;
      }
      const before = lastRevision.get(stream) ?? -1n;
      if (revision !== before + 1n)
        findings.push({ kind: 'gap', stream, words: `${stream} goes from revision ${before} to revision ${revision}` });
      lastRevision.set(stream, revision);
    }
    for (const [stream, names] of hiding)
      if (names !== '')
        findings.push({ kind: 'hidden', stream, words: `${stream} has metadata on the server that hides events: ${names}` });
    return findings;
  }

  override async close(): Promise<void> {
    this.closed = true;
    this.own.complete();
    await this.clients.dispose();
  }
}

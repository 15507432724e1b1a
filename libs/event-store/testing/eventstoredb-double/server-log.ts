/** What an append may expect, as the wire says it. */
export type Expected = bigint | 'no_stream' | 'any' | 'stream_exists';
export type Proposed = Readonly<{ id: string; type: string; contentType: string; data: Uint8Array; metadata: Uint8Array }>;
export type LogRecord = Proposed & Readonly<{ position: bigint; stream: string; revision: bigint; createdMs: number }>;
export type Answer =
  | Readonly<{ is: 'success'; revision: bigint; position: bigint | null }>
  | Readonly<{ is: 'conflict'; actual: bigint | null }>
  | Readonly<{ is: 'deleted' }>
  | Readonly<{ is: 'too large' }>
  | Readonly<{ is: 'bad request'; words: string }>;

export const APPEND_DATA_BYTES_MAX = 1024 * 1024;
const SOFT_DELETED = 9_223_372_036_854_775_807n;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

type Hiding = { $tb?: unknown; $maxCount?: unknown };

/**
 * A log that answers as the server's does, habits included; written from the list of what the server was seen to do.
 * It shares nothing with the ledger's own stores, so that a fault in one cannot hide a fault in the other.
 */
export class ServerLog {
  readonly records: LogRecord[] = [];
  private readonly streams = new Map<string, LogRecord[]>();
  private readonly tombstoned = new Set<string>();
  /** Which stream an id was first written to, as the leader's memory keeps it for appends that expect nothing. */
  private readonly firstStreamOf = new Map<string, string>();
  /** The next record begins at this byte of the log: never the last position plus one. */
  private offset = 512n;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly nowMs: () => number) {
    // The server writes about itself before anybody else writes: a reader of everything meets it first.
    this.write('$stats-0.0.0.0:2113', 0n, [
      {
        id: '5f5f5f5f-0000-4000-8000-000000000000',
        type: '$statsCollected',
        contentType: 'application/json',
        data: Buffer.from('{}'),
        metadata: Buffer.alloc(0),
      },
    ]);
  }

  append(stream: string, expected: Expected, events: readonly Proposed[]): Answer {
    if (stream === '') return { is: 'bad request', words: 'a stream has a name' };
    const bad = events.find(({ id, type }) => type === '' || !UUID.test(id) || /^[0-]+$/.test(id));
    if (bad !== undefined) return { is: 'bad request', words: `type "${bad.type}", id "${bad.id}"` };
    if (events.reduce((sum, { data }) => sum + data.length, 0) > APPEND_DATA_BYTES_MAX) return { is: 'too large' };
    if (this.tombstoned.has(stream)) return { is: 'deleted' };
    const there = this.streams.get(stream) ?? [];
    const last = BigInt(there.length) - 1n;
    const softDeleted = this.hiding(stream).$tb === Number(SOFT_DELETED);
    const exists = there.length > 0 && !softDeleted;
    if (events.length === 0) return this.judgeNothing(expected, last, exists);

    if (typeof expected === 'bigint' || expected === 'no_stream') {
      const base = expected === 'no_stream' ? -1n : expected;
      if (base < last) {
        const same = events.every(({ id }, index) => there[Number(base) + 1 + index]?.id === id);
        if (same) {
          const end = there[Number(base) + events.length]!;
          return { is: 'success', revision: end.revision, position: softDeleted ? null : end.position };
        }
      }
      const fits = base === last || (expected === 'no_stream' && softDeleted);
      return fits ? this.written(stream, last + 1n, events, softDeleted) : { is: 'conflict', actual: exists ? last : null };
    }
    if (expected === 'stream_exists' && !exists && this.streams.get(`$$${stream}`) === undefined) return { is: 'conflict', actual: null };
    const known = events.map(({ id }) => this.firstStreamOf.get(id) === stream);
    if (known.every(Boolean)) {
      const end = there.find(({ id }) => id === events.at(-1)!.id)!;
      return { is: 'success', revision: end.revision, position: end.position };
    }
    return known[0] === true ? { is: 'conflict', actual: last } : this.written(stream, last + 1n, events, softDeleted);
  }

  private judgeNothing(expected: Expected, last: bigint, exists: boolean): Answer {
    const fits =
      expected === 'any' ||
      (expected === 'no_stream' && !exists) ||
      (expected === 'stream_exists' && exists) ||
      (typeof expected === 'bigint' && expected === last);
    if (!fits) return { is: 'conflict', actual: exists ? last : null };
    return { is: 'success', revision: exists ? last : 0n, position: this.offset };
  }

  private written(stream: string, first: bigint, events: readonly Proposed[], softDeleted: boolean): Answer {
    if (softDeleted) this.setMetadata(stream, { $tb: Number(first) });
    const end = this.write(stream, first, events);
    return { is: 'success', revision: end.revision, position: end.position };
  }

  private write(stream: string, first: bigint, events: readonly Proposed[]): LogRecord {
    const there = this.streams.get(stream) ?? [];
    this.streams.set(stream, there);
    events.forEach((event, index) => {
      const record: LogRecord = { ...event, stream, revision: first + BigInt(index), position: this.offset, createdMs: this.nowMs() };
      this.offset += BigInt(97 + event.data.length + event.metadata.length + stream.length);
      there.push(record);
      this.records.push(record);
      if (!this.firstStreamOf.has(event.id)) this.firstStreamOf.set(event.id, stream);
    });
    this.listeners.forEach((listen) => listen());
    return there.at(-1)!;
  }

  /** Metadata is a stream of its own; here it is always written at its end. */
  setMetadata(stream: string, metadata: object): void {
    const name = `$$${stream}`;
    const id = `00000000-0000-4000-8000-${String(this.records.length).padStart(12, '0')}`;
    this.write(name, BigInt(this.streams.get(name)?.length ?? 0), [
      {
        id,
        type: '$metadata',
        contentType: 'application/json',
        data: Buffer.from(JSON.stringify(metadata)),
        metadata: Buffer.alloc(0),
      },
    ]);
  }
  softDelete(stream: string): void {
    this.setMetadata(stream, { $tb: Number(SOFT_DELETED) });
  }
  tombstone(stream: string): void {
    const event = {
      id: `11111111-0000-4000-8000-${String(this.records.length).padStart(12, '0')}`,
      type: '$streamDeleted',
      contentType: 'application/octet-stream',
      data: Buffer.alloc(0),
      metadata: Buffer.alloc(0),
    };
    this.write(stream, SOFT_DELETED, [event]);
    this.tombstoned.add(stream);
  }
  /** As an offline scavenge or a hand in the files does: the record is gone, and revisions do not shift. */
  remove(stream: string, revision: bigint): void {
    const gone = (one: LogRecord) => one.stream === stream && one.revision === revision;
    this.records.splice(this.records.findIndex(gone), 1);
  }

  private hiding(stream: string): Hiding {
    const last = this.streams.get(`$$${stream}`)?.at(-1);
    return last === undefined ? {} : (JSON.parse(text(last.data)) as Hiding);
  }

  /** Everything a stream shows, or why it shows nothing. */
  visible(stream: string): readonly LogRecord[] | 'not found' | 'deleted' {
    if (this.tombstoned.has(stream)) return 'deleted';
    const there = this.streams.get(stream);
    const { $maxCount, $tb } = this.hiding(stream);
    if (there === undefined || $tb === Number(SOFT_DELETED)) return 'not found';
    const first = Math.max(Number($tb ?? 0), $maxCount === undefined ? 0 : there.length - Number($maxCount));
    return there.slice(first);
  }

  onWrite(listen: () => void): () => void {
    this.listeners.add(listen);
    return () => this.listeners.delete(listen);
  }
}

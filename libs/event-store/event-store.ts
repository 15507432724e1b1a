import { canonicalText } from '@ledger/kernel';
import type { Observable } from 'rxjs';

/** A place in the whole store: opaque, increasing, possibly skipping. Only the store that gave it can read it. */
export type Position = string & { readonly __position: true };
/** What an append expects: a stream that nobody wrote yet, or the revision of its last event. There is no "any". */
export const NO_STREAM = -1;

/** An event about to be written. Its id, data and metadata were chosen once: a resend sends these very values. */
export type NewEvent = Readonly<{ id: string; type: string; data: object; metadata: object }>;
/** An event in canonical text (RFC 8785), as it is stored. */
export type CanonicalEvent = Readonly<{ id: string; type: string; data: string; metadata: string }>;
/** An event as the store gives it back: the canonical text, where it stands, and when the store took it. */
export type Stored = CanonicalEvent & Readonly<{ stream: string; revision: number; position: Position; recordedAt: string }>;

export type Appended = Readonly<{ stream: string; lastRevision: number; position: Position }>;
export type ReadAll = Readonly<{
  limit?: number;
  types?: readonly string[];
  streamPrefixes?: readonly string[];
  /** Types whose text the reader wants. Other events keep their place, but their data and metadata may come back empty. */
  textOf?: readonly string[];
}>;
export type Page = Readonly<{
  events: readonly Stored[];
  /** Where to go on reading: past what a filter left out, too; unchanged when nothing was there. */ next: Position | null;
}>;
export type Finding = Readonly<{ kind: 'gap' | 'tombstone' | 'hidden'; stream: string; words: string }>;

export const EVENT_BYTES_MAX = 16 * 1024;
export const APPEND_EVENTS_MAX = 100;
export const PAGE_EVENTS = 2_000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const STREAM = /^[a-z]+-[^\s$]{1,200}$/;

/** Somebody else wrote first. Nothing was written; judge again on what is there now. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  constructor(
    readonly stream: string,
    readonly expectedRevision: number,
    readonly actualRevision: number,
  ) {
    super(`${stream} was expected at ${words(expectedRevision)} and is at ${words(actualRevision)}`);
  }
}
const words = (revision: number) => (revision === NO_STREAM ? 'no stream' : `revision ${revision}`);

/** What was asked of the store is never a sound request: a fault of the caller, and nothing is written. */
export class UnsoundAppend extends Error {
  override readonly name = 'UnsoundAppend';
}
/** The store cannot answer in time; whether the append happened is unknown. Resend the same events with the same expectation. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/**
 * The port. Adapters give the reading and one `write`; what every store must refuse is refused here.
 * Order and idempotency: an append whose events already stand at their places answers as the first time did, for ever.
 */
export abstract class EventStore {
  /** Whether the engine itself filters `readAll`; one that cannot scans, and says so. */
  abstract readonly filters: 'engine' | 'scan';

  /** Writes all events or none. @throws ConcurrencyConflict UnsoundAppend StoreUnavailable */
  async append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended> {
    if (!STREAM.test(stream)) throw new UnsoundAppend(`"${stream}" is not the name of a ledger stream`);
    if (!Number.isSafeInteger(expectedRevision) || expectedRevision < NO_STREAM)
      throw new UnsoundAppend('An append names NO_STREAM or an exact revision');
    if (events.length === 0 || events.length > APPEND_EVENTS_MAX) throw new UnsoundAppend(`An append has 1 to ${APPEND_EVENTS_MAX} events`);
    if (new Set(events.map(({ id }) => id)).size !== events.length) throw new UnsoundAppend('Two events of one append share an id');
    return inTime(this.write(stream, expectedRevision, events.map(canonical)), this.deadlineMs);
  }
  /** A store that says nothing for so long is taken to be unavailable. */
  protected readonly deadlineMs: number = 15_000;

  protected abstract write(stream: string, expectedRevision: number, events: readonly CanonicalEvent[]): Promise<Appended>;
  /** Events of one stream; `from` is inclusive both ways; a missing stream is empty. */
  abstract readStream(
    stream: string,
    options?: { from?: number; direction?: 'forwards' | 'backwards'; limit?: number },
  ): Promise<readonly Stored[]>;
  /** Events strictly after a position, in the store's order; null is the beginning. */
  abstract readAll(after: Position | null, options?: ReadAll): Promise<Page>;
  /** The position of the newest event, null when empty. */
  abstract head(): Promise<Position | null>;
  /** Below 0: the first is earlier. */
  abstract comparePositions(a: Position, b: Position): number;
  /** Rings when something may have been written, also by another process. A bell, not a delivery: whoever is woken reads. */
  abstract changes(): Observable<void>;
  /** What a reader could not see for itself: gaps, tombstones, metadata that hides events. */
  abstract inspect(): Promise<readonly Finding[]>;
  abstract close(): Promise<void>;
}

/** Waits for an answer of the store so long and no longer. @throws StoreUnavailable */
export async function inTime<Answer>(answer: Promise<Answer>, deadlineMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailable('The store did not answer in time; whether it wrote is unknown')), deadlineMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

function canonical({ id, type, data, metadata }: NewEvent): CanonicalEvent {
  if (!UUID.test(id)) throw new UnsoundAppend(`"${id}" is not a UUID in small letters`);
  if (!/^[A-Z][A-Za-z]*(\.\d+)?$/.test(type)) throw new UnsoundAppend(`"${type}" is not the name of a fact`);
  let text: { data: string; metadata: string };
  try {
    text = { data: canonicalText(data), metadata: canonicalText(metadata) };
  } catch (failed) {
    throw new UnsoundAppend(`${type} cannot be written: ${(failed as Error).message}`);
  }
  // A character is at most three bytes: most events are too short to be worth counting.
  if (3 * (text.data.length + text.metadata.length) > EVENT_BYTES_MAX) {
    const bytes = Buffer.byteLength(text.data) + Buffer.byteLength(text.metadata);
    if (bytes > EVENT_BYTES_MAX) throw new UnsoundAppend(`${type} has ${bytes} bytes; ${EVENT_BYTES_MAX} are the most`);
  }
  return { id, type, ...text };
}

/** Whether events already stand at their places after the expected revision. Shared by the adapters that judge for themselves. */
export type Judgement = 'write' | 'already there' | 'conflict';
export function judge(
  expectedRevision: number,
  actualRevision: number,
  events: readonly { id: string }[],
  idAt: (revision: number) => string | undefined,
): Judgement {
  if (expectedRevision === actualRevision) return 'write';
  if (expectedRevision > actualRevision) return 'conflict';
  return events.every(({ id }, index) => idAt(expectedRevision + 1 + index) === id) ? 'already there' : 'conflict';
}

import { createHash } from 'node:crypto';
import { canonicalText } from '@ledger/kernel';
import { entryOf } from '@ledger/log';
import type { EventStore, NewEvent, Position, Stored } from './event-store.js';
import { type Catalogue, factNamed } from './known.js';

/** The target holds what the source does not, or something else in its place. Nothing was written to it. */
export class AnotherLedger extends Error {
  override readonly name = 'AnotherLedger';
}
/** Both sides as they were read again when everything had been written. */
export type Copied = Readonly<{ events: number; written: number; sha256: string }>;

/** Events sent at once to a store that keeps the order in which it was asked; small enough to be one transaction there. */
const WINDOW_EVENTS = 200;
type Metadata = Readonly<{ copied?: Readonly<{ recordedAt: string }> }>;

/** The metadata of a moved event says when its first store took it, which wins over the time of every later store. */
function carried(event: Stored): string {
  const metadata = JSON.parse(event.metadata) as Metadata;
  return canonicalText({ ...metadata, copied: metadata.copied ?? { recordedAt: event.recordedAt } });
}
const isCopy = (there: Stored, original: Stored) =>
  there.id === original.id &&
  there.type === original.type &&
  there.stream === original.stream &&
  there.revision === original.revision &&
  there.data === original.data &&
  carried(there) === carried(original);

async function* everything(store: EventStore, after: Position | null = null): AsyncGenerator<Stored, undefined> {
  for (let at = after; ;) {
    const { events, next } = await store.readAll(at);
    yield* events;
    if (events.length === 0) return undefined;
    at = next;
  }
}

/**
 * Moves a ledger to another engine: the same entries to the byte, in the same order. What is already there is not written again,
 * so that an interrupted copy goes on; at the end both sides are read again and compared. Nobody may write to either meanwhile.
 * @throws AnotherLedger
 */
export async function copyLedger(
  catalogue: Catalogue,
  from: EventStore,
  to: EventStore,
  { keepsOrder, onProgress = () => undefined }: { keepsOrder: boolean; onProgress?: (written: number) => void },
): Promise<Copied> {
  const reached = await lastCommon(from, to);
  let waiting: Stored[] = [];
  let written = 0;
  const flush = async () => {
    if (keepsOrder) await Promise.all(waiting.map((event) => appended(to, event)));
    else for (const event of waiting) await appended(to, event);
    written += waiting.length;
    onProgress(written);
    waiting = [];
  };
  for await (const event of everything(from, reached)) {
    if (waiting.push(event) === WINDOW_EVENTS) await flush();
  }
  await flush();
  return { ...(await compared(catalogue, from, to)), written };
}

const appended = (to: EventStore, event: Stored) => {
  const { data, id, revision, stream, type } = event;
  const copy: NewEvent = { id, type, data: JSON.parse(data) as object, metadata: JSON.parse(carried(event)) as object };
  return to.append(stream, revision - 1, [copy]);
};

/** The position in the source up to which the target already holds it. */
async function lastCommon(from: EventStore, to: EventStore): Promise<Position | null> {
  const originals = everything(from);
  let last: Position | null = null;
  let entry = 0;
  for await (const there of everything(to)) {
    const { done, value: original } = await originals.next();
    if (done === true)
      throw new AnotherLedger(`The target holds ${there.type} in ${there.stream} as entry ${entry}, where the source has ended`);
    if (!isCopy(there, original))
      throw new AnotherLedger(
        `The target holds something else: its entry ${entry} is ${there.type} in ${there.stream}, and the source has ${original.type} in ${original.stream}`,
      );
    last = original.position;
    entry += 1;
  }
  return last;
}

/** Reads both sides from the first entry to the last and compares their stored text and their entries. */
async function compared(catalogue: Catalogue, from: EventStore, to: EventStore): Promise<{ events: number; sha256: string }> {
  const hash = createHash('sha256');
  const copies = everything(to);
  let events = 0;
  for await (const original of everything(from)) {
    const { done, value: copy } = await copies.next();
    const entryIn = (event: Stored) => canonicalText(entryOf(factNamed(catalogue, event.type), event));
    if (done === true || !isCopy(copy, original) || entryIn(copy) !== entryIn(original))
      throw new Error(`The copy differs at entry ${events} (${original.type} in ${original.stream}); do not use it`);
    hash.update(entryIn(copy)).update('\n');
    events += 1;
  }
  if ((await copies.next()).done !== true) throw new Error(`The copy has more than the ${events} entries of the source; do not use it`);
  return { events, sha256: hash.digest('hex') };
}

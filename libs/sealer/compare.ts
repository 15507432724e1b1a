import { type Catalogue, type EventStore, factNamed, type LogStore, type Position, type Stored } from '@ledger/event-store';
import { canonicalText } from '@ledger/kernel';
import { entryOf, leafHash } from '@ledger/log';
import type { SealsStore } from './seals-store.js';

/** The log or the store is not what was signed. The writer stops, and says why. */
export class LogContradicted extends Error {
  override readonly name = 'LogContradicted';
}

const PAGE = 500;
const idWrittenIn = ({ metadata }: Stored): string => (JSON.parse(metadata) as { meta: { eventId: string } }).meta.eventId;

/**
 * Holds the log and the store against each other, both ways, from an entry on: each entry's event is there with the same bytes,
 * nothing stands between, and the tree has the digest of each. Answers the first difference in words, or null.
 */
export async function differenceOf(
  { catalogue, log, seals, store }: { store: EventStore; log: LogStore; seals: SealsStore; catalogue: Catalogue },
  from = 0,
  progress?: (done: number, total: number) => void,
): Promise<string | null> {
  const [treeSize, total] = [await seals.treeSize(), await log.size()];
  let position = (from === 0 ? null : ((await log.entry(from - 1))?.position ?? null)) as Position | null;
  for (let entry = from; entry < total; entry += PAGE) {
    const kept = await log.entriesFrom(entry, PAGE);
    const leaves = await seals.fromTree((whole) => kept.filter((row) => row.entry < treeSize).map((row) => whole(0, row.entry)));
    const { events } = await store.readAll(position, { limit: kept.length });
    for (const [index, row] of kept.entries()) {
      const stored = events[index];
      if (stored === undefined) return `The log has entry ${row.entry}, and the store ends before it`;
      const [name, known] = [`entry ${row.entry} (${stored.stream}, revision ${stored.revision})`, catalogue.facts.has(stored.type)];
      if (stored.position !== row.position) return `The store has another event in the place of ${name}`;
      if (!known) return `The event of ${name} is called ${stored.type}, which no catalogue has`;
      let document: string;
      try {
        document = canonicalText(entryOf(factNamed(catalogue, stored.type), stored));
      } catch (thrown) {
        return `The event of ${name} cannot be read: ${(thrown as Error).message}`;
      }
      if (document !== row.document) return `The event of ${name} is not the one that was logged`;
      // The id that a store keeps beside an event stands in no entry; the one in its metadata does.
      if (stored.id !== idWrittenIn(stored)) return `The event of ${name} bears another id than it was written with`;
      if (row.entry < treeSize && leaves[index] !== leafHash(row.document)) return `The log's own ${name} is not the one in its tree`;
    }
    position = kept.at(-1)!.position as Position;
    progress?.(entry + kept.length, total);
  }
  return null;
}

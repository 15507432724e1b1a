import type { LogStore } from '@ledger/event-store';
import { bundleBytes, entriesPath, TILE_WIDTH, tilePath, tilesBetween } from '@ledger/log';
import type { PublishedLog } from './published-log.js';
import type { SealsStore } from './seals-store.js';

type Parts = Readonly<{ log: LogStore; published: PublishedLog; seals: SealsStore }>;

/** Writes the tiles that a log of this size has and one of the earlier size had not; partial tiles of a tile that is whole now go. */
export async function writeTiles({ log, published, seals }: Parts, before: number, size: number): Promise<void> {
  for (const tile of tilesBetween(before, size)) {
    const digests = (await seals.tile(tile.level, tile.index)).slice(0, tile.width * 32);
    published.write(tilePath(tile), Buffer.from(digests, 'latin1'));
    if (tile.level === 0) {
      const entries = await log.entriesFrom(tile.index * TILE_WIDTH, tile.width);
      published.write(entriesPath(tile.index, tile.width), bundleBytes(entries.map(({ document }) => document)));
    }
    if (tile.width === TILE_WIDTH) {
      published.drop(tilePath(tile));
      if (tile.level === 0) published.drop(entriesPath(tile.index, TILE_WIDTH));
    }
  }
}

import { type Digest, digestOf, nodeHash, type WholeAt } from './merkle.js';
import { NotProven } from './note.js';

/** A tile holds this many digests (C2SP tlog-tiles); each level of tiles stands on eight levels of the tree. */
export const TILE_WIDTH = 256;
export const TILE_LEVELS = 8;
const DIGEST_BYTES = 32;
export const ENTRY_BYTES_MAX = 65_535;

export type Tile = Readonly<{ level: number; index: number; width: number }>;

/** 1234067 is written x001/x234/067: no folder of a static site grows beyond a thousand names. */
function numberPath(index: number): string {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return groups.join('/');
}
const partial = (width: number) => (width === TILE_WIDTH ? '' : `.p/${width}`);
export const tilePath = ({ index, level, width }: Tile): string => `tile/${level}/${numberPath(index)}${partial(width)}`;
export const entriesPath = (index: number, width: number): string => `tile/entries/${numberPath(index)}${partial(width)}`;

/** All tiles of a log of this size that a log of an earlier size did not have, whole and partial, the leaves' first. */
export function tilesBetween(before: number, size: number): readonly Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0, unit = 1; Math.floor(size / unit) > 0; level += 1, unit *= TILE_WIDTH) {
    const [from, until] = [Math.floor(before / unit), Math.floor(size / unit)];
    if (from === until) continue;
    for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < until; index += 1)
      tiles.push({ level, index, width: Math.min(TILE_WIDTH, until - index * TILE_WIDTH) });
  }
  return tiles;
}

/** Entries as a tile of them is published: for each, two bytes of length (most significant first) and the bytes. */
export function bundleBytes(entries: readonly string[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const bytes = Buffer.from(entry);
      if (bytes.length > ENTRY_BYTES_MAX) throw new RangeError(`An entry has ${bytes.length} bytes; ${ENTRY_BYTES_MAX} are the most`);
      return [Buffer.of(bytes.length >> 8, bytes.length & 255), bytes];
    }),
  );
}
/** Reads a published tile of entries to its last byte. @throws NotProven */
export function entriesFrom(bytes: Uint8Array, width: number): readonly Buffer[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const entries: Buffer[] = [];
  let at = 0;
  while (at + 2 <= buffer.length) {
    const end = at + 2 + buffer.readUInt16BE(at);
    if (end > buffer.length) break;
    entries.push(buffer.subarray(at + 2, end));
    at = end;
  }
  if (at !== buffer.length || entries.length !== width)
    throw new NotProven(`A tile of ${width} entries holds ${entries.length}, and ${buffer.length - at} bytes besides`);
  return entries;
}

/** The digests of a tile. @throws NotProven when it is not that many */
export function digestsFrom(bytes: Uint8Array, width: number): readonly Digest[] {
  if (bytes.length !== width * DIGEST_BYTES) throw new NotProven(`A tile of ${width} digests has ${bytes.length} bytes`);
  return Array.from({ length: width }, (_, at) => digestOf(bytes.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES)));
}

/** Any whole subtree's digest out of tiles: levels between the tiles' own are hashed from the tile below. */
export const wholeFromTiles = (digestAt: (tileLevel: number, index: number) => Digest): WholeAt => {
  const whole: WholeAt = (level, index) =>
    level % TILE_LEVELS === 0
      ? digestAt(level / TILE_LEVELS, index)
      : nodeHash(whole(level - 1, index * 2), whole(level - 1, index * 2 + 1));
  return whole;
};

/** The same out of published files: each tile is asked for at the width that a log of this size has published. */
export function wholeFromFiles(size: number, read: (path: string) => Uint8Array): WholeAt {
  const kept = new Map<string, readonly Digest[]>();
  return wholeFromTiles((level, index) => {
    const [tile, place] = [Math.floor(index / TILE_WIDTH), index % TILE_WIDTH];
    const width = Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - tile * TILE_WIDTH);
    if (place >= width) throw new NotProven(`A log of ${size} entries has no digest ${index} at level ${level} of its tiles`);
    const path = tilePath({ level, index: tile, width });
    const digests = kept.get(path) ?? digestsFrom(read(path), width);
    kept.set(path, digests);
    return digests[place]!;
  });
}

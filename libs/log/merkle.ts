import { hash } from 'node:crypto';

/**
 * A SHA-256 digest as a latin1 string of 32 characters. Buffers made one by one cost more than the hashing itself:
 * with strings and one reused buffer a tree is built four times faster.
 */
export type Digest = string & { readonly __digest: true };

/** Faster by a third than the general write; Node has it, its types do not say so. */
type Latin1 = Buffer & { latin1Write(text: string, at: number, length: number): number };
const NODE = Buffer.alloc(65) as Latin1;
NODE[0] = 1;
const LEAF = '\u0000';
const sha256 = (data: string | Buffer) => hash('sha256', data, 'binary') as Digest;

/** RFC 6962: the hash of a leaf, SHA-256(0x00 || data). Text is hashed as UTF-8. */
export const leafHash = (data: string | Uint8Array): Digest =>
  typeof data === 'string' ? sha256(LEAF + data) : sha256(Buffer.concat([Buffer.of(0), data]));
/** RFC 6962: the hash of a node, SHA-256(0x01 || left || right). */
export function nodeHash(left: Digest, right: Digest): Digest {
  NODE.latin1Write(left, 1, 32);
  NODE.latin1Write(right, 33, 32);
  return sha256(NODE);
}
/** The root of a tree without leaves, SHA-256 of nothing. */
export const EMPTY_ROOT = sha256('');

export const toHex = (digest: Digest): string => Buffer.from(digest, 'latin1').toString('hex');
export const toBase64 = (digest: Digest): string => Buffer.from(digest, 'latin1').toString('base64');
export const toBytes = (digest: Digest): Buffer => Buffer.from(digest, 'latin1');
/** Thirty-two bytes as a digest. @throws RangeError for any other length */
export function digestOf(bytes: Uint8Array): Digest {
  if (bytes.length !== 32) throw new RangeError(`A SHA-256 digest has 32 bytes, and this has ${bytes.length}`);
  return Buffer.from(bytes.buffer, bytes.byteOffset, 32).toString('latin1') as Digest;
}
export const digestFromHex = (hex: string): Digest => digestOf(Buffer.from(hex, 'hex'));

/** The largest power of two below a size: where RFC 6962 divides a tree. Sizes go beyond 32 bits, so no bit operators. */
export function splitOf(size: number): number {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
}
const isOdd = (value: number) => value % 2 === 1;
const halfOf = (value: number) => Math.floor(value / 2);

/** The right edge of a growing tree: the roots of its whole subtrees, largest first. Enough to append and to give the root; never more than 53 digests. */
export class Frontier {
  private readonly stack: { level: number; digest: Digest }[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  /** Adds a leaf. `whole` hears of every subtree that it completes, level by level, the leaf itself first. */
  push(leaf: Digest, whole?: (level: number, index: number, digest: Digest) => void): void {
    let [level, index, digest] = [0, this.count, leaf];
    whole?.(level, index, digest);
    while (this.stack.at(-1)?.level === level) {
      digest = nodeHash(this.stack.pop()!.digest, digest);
      level += 1;
      index = halfOf(index);
      whole?.(level, index, digest);
    }
    this.stack.push({ level, digest });
    this.count += 1;
  }

  root(): Digest {
    if (this.stack.length === 0) return EMPTY_ROOT;
    let digest = this.stack.at(-1)!.digest;
    for (let at = this.stack.length - 2; at >= 0; at -= 1) digest = nodeHash(this.stack[at]!.digest, digest);
    return digest;
  }

  /** The edge of a tree of this size, from the digests of its whole subtrees. */
  static of(size: number, wholeAt: WholeAt): Frontier {
    const frontier = new Frontier();
    let from = 0;
    for (let level = 52; level >= 0; level -= 1) {
      const width = 2 ** level;
      if (Math.floor(size / width) % 2 === 0) continue;
      frontier.stack.push({ level, digest: wholeAt(level, from / width) });
      from += width;
    }
    frontier.count = size;
    return frontier;
  }
}

/** The digest of a whole subtree: of 2^level leaves, the index-th of its level. */
export type WholeAt = (level: number, index: number) => Digest;

/** The root over the leaves from a multiple of the range's largest power of two on; the range may end with the tree's ragged edge. */
function rangeRoot(from: number, width: number, wholeAt: WholeAt): Digest {
  const level = Math.log2(width);
  if (Number.isInteger(level)) return wholeAt(level, from / width);
  const half = splitOf(width);
  return nodeHash(rangeRoot(from, half, wholeAt), rangeRoot(from + half, width - half, wholeAt));
}
export const rootAt = (size: number, wholeAt: WholeAt): Digest => (size === 0 ? EMPTY_ROOT : rangeRoot(0, size, wholeAt));

/** RFC 6962 section 2.1.1: the digests that lead from a leaf to the root, leaf first. */
export function inclusionProof(index: number, size: number, wholeAt: WholeAt): readonly Digest[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`Entry ${index} is not in a tree of ${size}`);
  const path = (from: number, width: number): Digest[] => {
    if (width === 1) return [];
    const half = splitOf(width);
    return index < from + half
      ? [...path(from, half), rangeRoot(from + half, width - half, wholeAt)]
      : [...path(from + half, width - half), rangeRoot(from, half, wholeAt)];
  };
  return path(0, size);
}

/** RFC 6962 section 2.1.2: the digests that show a tree to be the beginning of a larger one. */
export function consistencyProof(first: number, second: number, wholeAt: WholeAt): readonly Digest[] {
  if (!(first >= 0 && first <= second)) throw new RangeError(`A tree of ${first} is not the beginning of one of ${second}`);
  const path = (from: number, width: number, within: number, known: boolean): Digest[] => {
    if (within === width) return known ? [] : [rangeRoot(from, width, wholeAt)];
    const half = splitOf(width);
    return within <= half
      ? [...path(from, half, within, known), rangeRoot(from + half, width - half, wholeAt)]
      : [...path(from + half, width - half, within - half, false), rangeRoot(from, half, wholeAt)];
  };
  return first === 0 || first === second ? [] : path(0, second, first, true);
}

const isSize = (value: number) => Number.isSafeInteger(value) && value >= 0;

/** RFC 9162 section 2.1.3.2: whether a leaf stands at its place in the tree with this root. */
export function verifyInclusion(leaf: Digest, index: number, size: number, proof: readonly Digest[], root: Digest): boolean {
  if (!isSize(index) || !isSize(size) || index >= size) return false;
  let [node, last, digest] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      digest = nodeHash(sibling, digest);
      while (!isOdd(node) && node !== 0) [node, last] = [halfOf(node), halfOf(last)];
    } else digest = nodeHash(digest, sibling);
    [node, last] = [halfOf(node), halfOf(last)];
  }
  return last === 0 && digest === root;
}

/** RFC 9162 section 2.1.4.2: whether the first tree is the beginning of the second. */
export function verifyConsistency(first: number, second: number, proof: readonly Digest[], firstRoot: Digest, secondRoot: Digest): boolean {
  if (!isSize(first) || !isSize(second) || first > second) return false;
  if (first === second) return proof.length === 0 && firstRoot === secondRoot;
  if (first === 0) return proof.length === 0 && firstRoot === EMPTY_ROOT;
  const path = Number.isInteger(Math.log2(first)) ? [firstRoot, ...proof] : proof;
  const [seed, ...rest] = path;
  if (seed === undefined || proof.length === 0) return false;
  let [node, last] = [first - 1, second - 1];
  while (isOdd(node)) [node, last] = [halfOf(node), halfOf(last)];
  let [before, after] = [seed, seed];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (!isOdd(node) && node !== 0) [node, last] = [halfOf(node), halfOf(last)];
    } else after = nodeHash(after, sibling);
    [node, last] = [halfOf(node), halfOf(last)];
  }
  return last === 0 && before === firstRoot && after === secondRoot;
}

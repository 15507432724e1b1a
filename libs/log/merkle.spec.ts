import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  consistencyProof,
  type Digest,
  digestOf,
  EMPTY_ROOT,
  Frontier,
  inclusionProof,
  leafHash,
  nodeHash,
  rootAt,
  splitOf,
  toHex,
  verifyConsistency,
  verifyInclusion,
  type WholeAt,
} from './merkle.js';

const CASES = join('..', 'shared', 'data', 'transparency-log', 'rfc6962-proofs');
const published = existsSync(CASES) ? describe : describe.skip;

/** The definition of RFC 6962 itself, written as it stands there: what the fast one must equal. */
const rootByDefinition = (leaves: readonly Digest[]): Digest => {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  const half = splitOf(leaves.length);
  return nodeHash(rootByDefinition(leaves.slice(0, half)), rootByDefinition(leaves.slice(half)));
};
const treeOf = (size: number) => {
  const leaves = Array.from({ length: size }, (_, index) => leafHash(`entry ${index}`));
  const wholeAt: WholeAt = (level, index) => rootByDefinition(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));
  return { leaves, wholeAt, root: rootByDefinition(leaves) };
};
const changed = (digest: Digest) => digestOf(Buffer.from(digest, 'latin1').map((byte, at) => (at === 5 ? byte ^ 16 : byte)));

describe('the tree', () => {
  it('gives nothing, a leaf and a node the digests of RFC 6962', () => {
    expect(toHex(EMPTY_ROOT)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(toHex(leafHash(''))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    expect(leafHash('Zoë £')).toBe(leafHash(Buffer.from('Zoë £')));
    expect(nodeHash(leafHash('a'), leafHash('b'))).not.toBe(nodeHash(leafHash('b'), leafHash('a')));
  });
  it('grows leaf by leaf to the root that the definition gives, at every size', () => {
    const { leaves, wholeAt } = treeOf(70);
    const frontier = new Frontier();
    for (let size = 0; size <= 70; size += 1) {
      const root = rootByDefinition(leaves.slice(0, size));
      expect([frontier.root(), rootAt(size, wholeAt), Frontier.of(size, wholeAt).root()]).toEqual([root, root, root]);
      if (size < 70) frontier.push(leaves[size]!);
    }
  });
  it('proves every entry of every tree up to forty, and no other entry with that proof', () => {
    for (let size = 1; size <= 40; size += 1) {
      const { leaves, root, wholeAt } = treeOf(size);
      leaves.forEach((leaf, index) => {
        const proof = inclusionProof(index, size, wholeAt);
        expect(verifyInclusion(leaf, index, size, proof, root)).toBe(true);
        expect(verifyInclusion(leafHash('another'), index, size, proof, root)).toBe(false);
        if (size > 1) expect(verifyInclusion(leaf, (index + 1) % size, size, proof, root)).toBe(false);
        expect(verifyInclusion(leaf, index, size, [...proof, root], root)).toBe(false);
      });
    }
  });
  it('proves of any two sizes that one tree is the beginning of the other, and finds any change to the proof', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.nat(), fc.nat(), (second, a, b) => {
        const first = 1 + (a % second);
        const { leaves, root, wholeAt } = treeOf(second);
        const firstRoot = rootByDefinition(leaves.slice(0, first));
        const proof = consistencyProof(first, second, wholeAt);
        expect(verifyConsistency(first, second, proof, firstRoot, root)).toBe(true);
        if (first === second) return;
        const at = b % proof.length;
        expect(verifyConsistency(first, second, proof.with(at, changed(proof[at]!)), firstRoot, root)).toBe(false);
        expect(verifyConsistency(first, second, proof.slice(0, -1), firstRoot, root)).toBe(false);
        expect(verifyConsistency(first, second, proof, changed(firstRoot), root)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

published('the proofs of RFC 6962 that others published', () => {
  if (!existsSync(CASES)) {
    it('are not here: ../shared/data/transparency-log is absent', () => undefined);
    return;
  }
  type Case = { desc: string; wantErr: boolean; proof: string[] | null } & Record<string, never>;
  const cases = (kind: string) =>
    readdirSync(join(CASES, kind)).flatMap((group) =>
      readdirSync(join(CASES, kind, group)).map((name) => {
        const text = readFileSync(join(CASES, kind, group, name), 'utf8');
        return [`${group}/${name}`, JSON.parse(text) as Case] as const;
      }),
    );
  const digest = (base64: string) => {
    try {
      return digestOf(Buffer.from(base64, 'base64'));
    } catch {
      return undefined;
    }
  };
  const judged = (proof: string[] | null, ends: readonly string[], verify: (proof: Digest[], ends: Digest[]) => boolean) => {
    const [path, known] = [(proof ?? []).map(digest), ends.map(digest)];
    const whole = (all: readonly (Digest | undefined)[]): all is Digest[] => !all.includes(undefined);
    return whole(path) && whole(known) && verify(path, known);
  };

  it.each(cases('inclusion'))('judges inclusion case %s as they do', (_, one) => {
    const {
      leafHash: leaf,
      leafIdx,
      proof,
      root,
      treeSize,
      wantErr,
    } = one as unknown as Record<string, never> & {
      leafHash: string;
      leafIdx: number;
      proof: string[] | null;
      root: string;
      treeSize: number;
      wantErr: boolean;
    };
    expect(judged(proof, [leaf, root], (path, [l, r]) => verifyInclusion(l!, leafIdx, treeSize, path, r!))).toBe(!wantErr);
  });
  it.each(cases('consistency'))('judges consistency case %s as they do', (_, one) => {
    const { proof, root1, root2, size1, size2, wantErr } = one as unknown as {
      proof: string[] | null;
      root1: string;
      root2: string;
      size1: number;
      size2: number;
      wantErr: boolean;
    };
    expect(judged(proof, [root1, root2], (path, [a, b]) => verifyConsistency(size1, size2, path, a!, b!))).toBe(!wantErr);
  });
});

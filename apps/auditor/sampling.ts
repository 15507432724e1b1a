import { createHash } from 'node:crypto';
import { canonicalText, largestRemainder } from '@ledger/kernel';

/** What can be sampled: each population is one kind of fact, and the amount that it names. */
export const SAMPLED = {
  payments: 'PaymentPosted',
  work: 'AccrualPosted',
  promises: 'CommitmentConfirmed',
  awards: 'AwardOffered',
  receipts: 'ReceiptRecorded',
  imports: 'AwardImported',
} as const;
export const METHODS = ['simple', 'stratified', 'monetary-unit'] as const;

/** What will be drawn, written down before anybody can know what that will be. Sums in pence. */
export type Plan = Readonly<{
  format: 'ledger-sampling/1';
  of: keyof typeof SAMPLED;
  method: (typeof METHODS)[number];
  size: number;
  /** Stratified alone: where one stratum ends and the next begins, lowest first. */
  bounds: readonly number[];
  currency: string;
  tenant: string | null;
  from: string | null;
  to: string | null;
  /** 32 random bytes, in hex: known to the auditor alone until the sample is drawn. */
  nonce: string;
}>;
export type Item = Readonly<{ entry: number; pence: number }>;
export type Stratum = Readonly<{ name: string; items: readonly Item[]; chosen: readonly Item[] }>;
export type Draw = Readonly<{
  populationHash: string;
  totalPence: number;
  /** Monetary unit alone: one pound-sized step through the population's money, in pence. */
  interval: number | null;
  strata: readonly Stratum[];
}>;

const sha256 = (...pieces: readonly (string | Buffer)[]): Buffer =>
  pieces.reduce((hash, piece) => hash.update(piece), createHash('sha256')).digest();
const sum = (items: readonly Item[]): number => items.reduce((total, { pence }) => total + pence, 0);

/** What stands in the ledger beforehand: SHA-256 over the plan's canonical text, whose nonce keeps it from being guessed. */
export const commitmentOf = (plan: Plan): string => sha256(canonicalText(plan)).toString('hex');
/** SHA-256 over the nonce's 32 bytes and the 32 bytes of the root. */
export const seedFrom = (nonce: string, root: string): Buffer => sha256(Buffer.from(nonce, 'hex'), Buffer.from(root, 'hex'));
/** SHA-256 over one line for each item, in the order of entries: the entry, a space, the pence, a line feed. */
export const populationHashOf = (items: readonly Item[]): string =>
  sha256(items.map(({ entry, pence }) => `${entry} ${pence}\n`).join('')).toString('hex');

/** The items whose SHA-256 over seed and entry number come first. */
function first(items: readonly Item[], size: number, seed: Buffer): readonly Item[] {
  const drawn = items.map((item) => ({ item, by: sha256(seed, String(item.entry)).toString('hex') }));
  drawn.sort((a, b) => (a.by < b.by ? -1 : 1));
  return drawn
    .slice(0, size)
    .map(({ item }) => item)
    .sort((a, b) => a.entry - b.entry);
}
/** Every item that holds one of the pence start, start + interval, start + twice the interval, and so on. */
function atEach(interval: number, items: readonly Item[], seed: Buffer): readonly Item[] {
  const start = 1 + Number(BigInt(`0x${seed.toString('hex')}`) % BigInt(interval));
  let before = 0;
  return items.filter(({ pence }) => {
    const [from, to] = [before, before + pence];
    before = to;
    const steps = (upTo: number) => (upTo < start ? 0 : Math.floor((upTo - start) / interval) + 1);
    return steps(to) > steps(from);
  });
}
function strataOf({ bounds, size }: Plan, items: readonly Item[], seed: Buffer): readonly Stratum[] {
  const groups = [...bounds, Infinity].map((below, at) => ({
    name: `from ${at === 0 ? 0 : bounds[at - 1]} to less than ${below === Infinity ? 'any more' : below} pence`,
    items: items.filter(({ pence }) => pence < below && pence >= (at === 0 ? 0 : bounds[at - 1]!)),
  }));
  const total = sum(items);
  const shares =
    total === 0
      ? groups.map(() => 0)
      : largestRemainder(
          size,
          groups.map((group) => sum(group.items)),
        );
  return groups.map((group, at) => {
    const wanted = Math.min(group.items.length, Math.max(1, shares[at]!));
    return { ...group, chosen: first(group.items, wanted, seed) };
  });
}

/** Draws a sample. Whoever has the plan, the root and the population draws the same. Items come in the order of their entries. */
export function draw(plan: Plan, items: readonly Item[], seed: Buffer): Draw {
  const totalPence = sum(items);
  const about = { populationHash: populationHashOf(items), totalPence, interval: null };
  if (plan.method === 'stratified') return { ...about, strata: strataOf(plan, items, seed) };
  if (plan.method === 'simple') return { ...about, strata: [{ name: 'all', items, chosen: first(items, plan.size, seed) }] };
  const interval = Math.max(1, Math.floor(totalPence / plan.size));
  return { ...about, interval, strata: [{ name: 'all', items, chosen: atEach(interval, items, seed) }] };
}

/**
 * Poisson factors for an upper limit at 95 per cent confidence, in hundredths, for no error, one, two, and so on.
 * Source: the reliability factors of the AICPA's guide to audit sampling.
 */
export const FACTORS_95 = [300, 475, 630, 776, 916, 1052, 1185, 1315, 1444, 1571, 1697] as const;

export type Projection = Readonly<{
  /** What was found wrong in the sample itself: booked less audited. */
  foundPence: number;
  /** What that comes to over the whole population. */
  projectedPence: number;
  /** Monetary unit alone: with 95 per cent confidence, no more than this is booked too much; null where there is no such limit. */
  upperLimitPence: number | null;
}>;

const divided = (numerator: bigint, denominator: bigint): number => {
  const [n, d] = [numerator < 0n ? -numerator : numerator, denominator];
  const rounded = Number((2n * n + d) / (2n * d));
  return numerator < 0n ? -rounded : rounded;
};
/** Projects the errors that were found over the population; all in whole pence, halves away from nil. */
export function project({ interval, strata }: Draw, audited: ReadonlyMap<number, number>): Projection {
  const errorOf = ({ entry, pence }: Item) => pence - (audited.get(entry) ?? pence);
  const foundPence = strata.reduce((total, { chosen }) => total + chosen.reduce((part, item) => part + errorOf(item), 0), 0);
  if (interval === null) {
    const projectedPence = strata.reduce((total, { chosen, items }) => {
      const found = chosen.reduce((part, item) => part + errorOf(item), 0);
      return chosen.length === 0 ? total : total + divided(BigInt(found) * BigInt(items.length), BigInt(chosen.length));
    }, 0);
    return { foundPence, projectedPence, upperLimitPence: null };
  }
  const wrong = strata.flatMap(({ chosen }) => chosen).filter((item) => errorOf(item) !== 0);
  // An item as large as the interval is always chosen: its error stands for itself alone.
  const certain = wrong.filter(({ pence }) => pence >= interval).reduce((total, item) => total + errorOf(item), 0);
  const stand = wrong
    .filter(({ pence }) => pence < interval)
    .map((item) => ({ error: errorOf(item), pence: item.pence }))
    .sort((a, b) => Number(BigInt(b.error) * BigInt(a.pence) - BigInt(a.error) * BigInt(b.pence)));
  const projected = ({ error, pence }: { error: number; pence: number }) => divided(BigInt(error) * BigInt(interval), BigInt(pence));
  const over = stand.filter(({ error }) => error > 0);
  const hundredths = over.reduce(
    (total, { error, pence }, at) =>
      total + divided(BigInt(error) * BigInt(interval) * BigInt((FACTORS_95[at + 1] ?? 0) - (FACTORS_95[at] ?? 0)), BigInt(pence)),
    FACTORS_95[0] * interval,
  );
  return {
    foundPence,
    projectedPence: certain + stand.reduce((total, one) => total + projected(one), 0),
    upperLimitPence: over.length < FACTORS_95.length ? Math.max(certain, 0) + Math.ceil(hundredths / 100) : null,
  };
}

/** £1,234.56 or £1,234, for a sentence. Takes integer pence. */
export function pounds(pence: number): string {
  const [whole, part] = [Math.trunc(Math.abs(pence) / 100), Math.abs(pence) % 100];
  return `${pence < 0 ? '−' : ''}£${whole.toLocaleString('en-GB')}${part === 0 ? '' : `.${String(part).padStart(2, '0')}`}`;
}

/** Decimal pounds for files: 1234.56. */
export const decimalPounds = (pence: number): string =>
  `${pence < 0 ? '-' : ''}${Math.trunc(Math.abs(pence) / 100)}.${String(Math.abs(pence) % 100).padStart(2, '0')}`;

/** Splits pence by shares in basis points: largest remainder, ties to the earlier share. Integers throughout; the parts come to the whole. */
export function largestRemainder(wholePence: number, shares: readonly number[]): readonly number[] {
  const total = BigInt(shares.reduce((sum, share) => sum + share, 0));
  const exact = shares.map((share) => BigInt(wholePence) * BigInt(share));
  const parts = exact.map((product) => Number(product / total));
  const left = wholePence - parts.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact
    .map((product, index) => ({ index, remainder: product % total }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1));
  for (const { index } of byRemainder.slice(0, left)) parts[index]! += 1;
  return parts;
}

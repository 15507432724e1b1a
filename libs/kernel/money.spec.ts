import fc from 'fast-check';
import { decimalPounds, largestRemainder, pounds } from './money.js';

const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + BigInt(part), 0n);

describe('splitting by largest remainder', () => {
  it('gives a hundred pence in three as 34, 33 and 33', () => expect(largestRemainder(100, [1, 1, 1])).toEqual([34, 33, 33]));
  it('gives two hundred in three as 67, 67 and 66', () => expect(largestRemainder(200, [1, 1, 1])).toEqual([67, 67, 66]));
  it('splits Becontree’s £33,910 to the penny', () =>
    expect(largestRemainder(3_391_000, [1_700, 2_500, 2_500, 3_300])).toEqual([576_470, 847_750, 847_750, 1_119_030]));
  it('splits the levy fifteen and eighty-five, and an odd penny goes to the larger remainder', () => {
    expect(largestRemainder(218_000_000, [1_500, 8_500])).toEqual([32_700_000, 185_300_000]);
    expect(largestRemainder(1, [1_500, 8_500])).toEqual([0, 1]);
    expect(largestRemainder(3, [1_500, 8_500])).toEqual([0, 3]);
    expect(largestRemainder(4, [1_500, 8_500])).toEqual([1, 3]);
  });
  it('gives a tie to the earlier share', () => expect(largestRemainder(1, [5_000, 5_000])).toEqual([1, 0]));
  it('comes to the whole, penny for penny, and no part is a whole penny from its exact share', () => {
    const shares = fc
      .array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 40 })
      .filter((all) => all.some((one) => one > 0));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), shares, (whole, all) => {
        const parts = largestRemainder(whole, all);
        expect(sum(parts)).toBe(BigInt(whole));
        const total = sum(all);
        parts.forEach((part, index) => {
          expect(Number.isSafeInteger(part) && part >= 0).toBe(true);
          const off = BigInt(part) * total - BigInt(whole) * BigInt(all[index]!);
          expect(off > -total && off < total).toBe(true);
        });
      }),
    );
  });
  it('gives an equal or larger share never less', () =>
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 2, maxLength: 10 }), (whole, all) => {
        const parts = largestRemainder(whole, all);
        all.forEach((share, index) => {
          const other = all[index + 1];
          if (other !== undefined && share > other) expect(parts[index]!).toBeGreaterThanOrEqual(parts[index + 1]!);
        });
      }),
    ));
});

describe('pounds in words', () => {
  it.each([
    [0, '£0'],
    [1, '£0.01'],
    [10, '£0.10'],
    [100, '£1'],
    [123_456, '£1,234.56'],
    [32_700_000, '£327,000'],
    [-250, '−£2.50'],
    [Number.MAX_SAFE_INTEGER, '£90,071,992,547,409.91'],
  ])('%d pence are %s', (pence, words) => expect(pounds(pence)).toBe(words));
});

describe('decimal pounds for files', () => {
  it.each([
    [0, '0.00'],
    [1, '0.01'],
    [-1, '-0.01'],
    [123_456, '1234.56'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
  ])('%d pence are %s', (pence, text) => expect(decimalPounds(pence)).toBe(text));
  it('keep every penny', () =>
    fc.assert(fc.property(fc.maxSafeInteger(), (pence) => expect(BigInt(decimalPounds(pence).replace('.', ''))).toBe(BigInt(pence)))));
});

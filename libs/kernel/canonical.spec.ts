import serialize from 'canonicalize';
import fc from 'fast-check';
import { canonicalText, canonicalTextOfSaid, NotCanonical } from './canonical.js';

const whole = fc.maxSafeInteger();
const text = fc.string({ unit: 'grapheme' });
const { json } = fc.letrec((tie) => ({
  json: fc.oneof({ maxDepth: 4 }, whole, text, fc.boolean(), fc.constant(null), fc.array(tie('json')), fc.dictionary(text, tie('json'))),
}));

describe('canonical text', () => {
  it('is to the byte what the reference for RFC 8785 writes, and parses back to the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalText(value)).toBe(serialize(value));
        expect(canonicalText(JSON.parse(canonicalText(value)))).toBe(canonicalText(value));
      }),
      { numRuns: 500 },
    );
  });
  it('sorts names by code unit, at every depth', () => {
    expect(canonicalText({ '€': 1, '\r': 2, '1': 3, '😀': 4, b: { z: 1, a: 2 } })).toBe('{"\\r":2,"1":3,"b":{"a":2,"z":1},"€":1,"😀":4}');
  });
  it.each([
    ['half of a character', { n: 'a\ud800b' }],
    ['half of a character in a name', { '\udc00': 1 }],
    ['a fraction', { n: 0.5 }],
    ['a number that some readers would round', [2 ** 53]],
    ['no number', { n: NaN }],
    ['nothing as a value', { n: undefined }],
    ['a big integer', { n: 1n }],
    ['a function', { toJSON: () => 1 }],
    ['a date', { n: new Date(0) }],
    ['a map', new Map()],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalText(value)).toThrow(NotCanonical);
  });
  it('writes minus nought as nought', () => {
    expect(canonicalText([-0])).toBe('[0]');
  });
  it('of what a program says leaves out what was not said, and takes instances by their fields', () => {
    class Asked {
      constructor(
        readonly title: string,
        readonly reason?: string,
      ) {}
    }
    expect(canonicalTextOfSaid({ b: new Asked('one'), a: undefined })).toBe('{"b":{"title":"one"}}');
    expect(() => canonicalTextOfSaid({ n: 0.5 })).toThrow(NotCanonical);
  });
});

import { catalogue, contexts } from '@ledger/catalogue';
import { CHART, type PostingLeg, postingsOf, sectionOf, UnbalancedPostings } from './postings.js';

const AT = { tenantId: 'council', effectiveAt: '2018-06-05T10:00:00.000Z', fundId: 'levy', currency: 'GBP' };
const pair = (debit: Partial<PostingLeg> = {}, credit: Partial<PostingLeg> = {}): readonly PostingLeg[] => [
  { account: 'C:{class}:{lotId}', amount: 'amountPence', sign: 1, ...debit },
  { account: 'I:{class}:{lotId}', amount: 'amountPence', sign: -1, ...credit },
];
const LOT = { ...AT, class: 'ring_fenced', lotId: 'lot', amountPence: 100 };

describe('a posting rule', () => {
  it('fills its accounts from the fact, and an enum’s underscore becomes a dash', () =>
    expect(postingsOf(pair(), LOT)).toEqual([
      { account: 'Assets:council:Cash:levy:ring-fenced:lot', amountPence: 100, currency: 'GBP', effectiveOn: '2018-06-05' },
      { account: 'Income:council:Received:levy:ring-fenced:lot', amountPence: -100, currency: 'GBP', effectiveOn: '2018-06-05' },
    ]));
  it('posts a leg for each element, which a leading dot reads', () => {
    const rule = [pair()[0]!, { account: 'I:{.class}:{.lotId}', each: 'lots', amount: '.amountPence', sign: -1 } as const];
    const lots = [
      { lotId: 'a', class: 'general', amountPence: 60 },
      { lotId: 'b', class: 'general', amountPence: 40 },
    ];
    expect(postingsOf(rule, { ...LOT, lots }).map(({ account, amountPence }) => [account, amountPence])).toEqual([
      ['Assets:council:Cash:levy:ring-fenced:lot', 100],
      ['Income:council:Received:levy:general:a', -60],
      ['Income:council:Received:levy:general:b', -40],
    ]);
  });
  it('posts a leg only when, and not unless', () => {
    const rule = [...pair(), ...pair({ when: { kind: ['income'] } }, { unless: { kind: ['opening'] } })];
    expect(postingsOf(rule, { ...LOT, kind: 'income' })).toHaveLength(4);
    expect(postingsOf(rule, { ...LOT, kind: 'opening' })).toHaveLength(2);
    expect(() => postingsOf(rule, { ...LOT, kind: 'other' })).toThrow(UnbalancedPostings);
  });
  it('leaves out legs of nothing', () => expect(postingsOf(pair(), { ...LOT, amountPence: 0 })).toEqual([]));
  it('may name its currency and its day', () => {
    const rule = pair({ currency: 'paidIn', on: 'paidOn' }, { currency: 'paidIn', on: 'paidOn' });
    expect(postingsOf(rule, { ...LOT, paidIn: 'EUR', paidOn: '2017-01-01' })).toMatchObject([
      { currency: 'EUR', effectiveOn: '2017-01-01' },
      { currency: 'EUR', effectiveOn: '2017-01-01' },
    ]);
  });
  it.each([
    ['an account’s id', pair({ account: 'C:{nobody}' }), 'nobody'],
    ['an amount', pair({ amount: 'nothing' }), 'nothing'],
    ['a currency', pair({ currency: 'nowhere' }), 'nowhere'],
    ['a day', pair({ on: 'never' }), 'never'],
  ])('that reads %s which the fact does not have is a fault', (_, rule, path) => expect(() => postingsOf(rule, LOT)).toThrow(`"${path}"`));
  it('off by a penny is a fault', () =>
    expect(() => postingsOf(pair({}, { amount: 'less' }), { ...LOT, less: 99 })).toThrow('Money GBP 2018-06-05 is off by 1 pence'));
  it('balances within each section, currency and day: one makes up for no other', () => {
    expect(() => postingsOf(pair({}, { account: 'F:Authority' }), LOT)).toThrow(UnbalancedPostings);
    expect(() => postingsOf(pair({ currency: 'other' }), { ...LOT, other: 'EUR' })).toThrow(UnbalancedPostings);
    expect(() => postingsOf(pair({ on: 'other' }), { ...LOT, other: '2018-06-06' })).toThrow(UnbalancedPostings);
  });
});

describe('the chart of accounts', () => {
  it('keeps budget, money on its way and memory in Equity, so that a tool’s balance sheet shows money alone', () => {
    for (const { prefix, section } of Object.values(CHART)) {
      if (section !== 'Money') expect(prefix).toMatch(/^Equity:/);
      expect(sectionOf(`${prefix}:Leaf`)).toBe(section);
    }
  });
});

describe('every fact of every context', () => {
  const all = Object.entries(contexts).flatMap(([context, facts]) => facts.map((fact) => [context, fact.name, fact] as const));
  it.each(all)(
    '%s: the example of %s has its declared shape, and its postings come to nil in every section',
    (_, __, { check, example, postings }) => {
      check(example);
      const legs = postingsOf(postings, { tenantId: 'council', effectiveAt: AT.effectiveAt, ...(example as object) });
      if (postings.length > 0) expect(legs.length).toBeGreaterThan(1);
      const sums = Map.groupBy(legs, ({ account, currency, effectiveOn }) => `${sectionOf(account)} ${currency} ${effectiveOn}`);
      for (const [section, those] of sums)
        expect([section, those.reduce((sum, { amountPence }) => sum + amountPence, 0)]).toEqual([section, 0]);
      for (const { account } of legs)
        expect(account).toMatch(/^(Assets|Liabilities|Income|Expenses|Equity)(:([A-Z][A-Za-z]*|[a-z0-9][a-z0-9-]*))+$/);
    },
  );
  it.each(all.filter(([, , { postings }]) => postings.length > 0))(
    '%s: %s posts by kinds that its own fields allow',
    (_, __, { fields, postings }) => {
      for (const { unless, when } of postings)
        for (const [path, values] of Object.entries({ ...when, ...unless })) {
          const { anyOf } = (fields.properties[path] ?? { anyOf: undefined }) as { anyOf?: readonly { const: string }[] };
          if (path.startsWith('.') || anyOf === undefined) continue;
          for (const value of values) expect(anyOf.map((one) => one.const)).toContain(value);
        }
    },
  );
  it('has a name of its own, and is in the catalogue', () => {
    expect(new Set(all.map(([, name]) => name)).size).toBe(all.length);
    expect(catalogue.facts.size).toBe(all.length);
  });
  it('refuses a field more, a field less, and half a penny', () => {
    const { check, example } = catalogue.facts.get('AllocationMade')!;
    const { lineId: _, ...less } = example as { lineId: string };
    for (const wrong of [
      { ...example, extra: 1 },
      less,
      { ...example, amountPence: 0.5 },
      { ...example, amountPence: -1 },
      { ...example, amountPence: 2 ** 53 },
      null,
      [],
    ])
      expect(() => check(wrong)).toThrow('AllocationMade does not have its declared shape');
  });
});

import { showsEverything, specify } from '@ledger/kernel/testing';
import type { FundEvent } from '../events/index.js';
import { ForecastIncome, GiveAuthority, OpenFund, RecordReceipt, SplitReceipt } from './fund.commands.js';
import { fund, FUND_REFUSALS } from './fund.decider.js';

type Of<T extends FundEvent['type']> = Extract<FundEvent, { type: T }>;

const opening = {
  fundId: 'levy',
  title: 'Community infrastructure levy',
  class: 'ring_fenced' as const,
  purpose: 'What the area needs',
  purposes: ['neighbourhood'],
  currency: 'GBP',
  holder: 'council',
};
const opened: Of<'FundOpened'> = { type: 'FundOpened', data: opening };
const endowed: Of<'FundOpened'> = { type: 'FundOpened', data: { ...opening, class: 'endowment_permanent' } };
const received = (lotId: string, amountPence: number): Of<'ReceiptRecorded'> => ({
  type: 'ReceiptRecorded',
  data: { fundId: 'levy', lotId, class: 'ring_fenced', kind: 'income', amountPence, currency: 'GBP', source: 'developers' },
});
const handed = (lotId: string, amountPence: number): Of<'AuthorityGiven'> => ({
  type: 'AuthorityGiven',
  data: {
    fundId: 'levy',
    bodyId: 'panel',
    period: '2018-19',
    currency: 'GBP',
    amountPence,
    title: 'Neighbourhood part',
    purposes: ['neighbourhood'],
    lots: [{ lotId, class: 'ring_fenced', amountPence }],
  },
});
const receive = (lotId: string, amountPence = 100) =>
  RecordReceipt.of({ fundId: 'levy', lotId, kind: 'income', amountPence, source: 'developers' });
const split = (lotId: string, ...shares: readonly (readonly [string, number])[]) =>
  SplitReceipt.of({ fundId: 'levy', lotId, shares: shares.map(([part, basisPoints]) => ({ lotId: part, basisPoints })) });
const give = (...lots: readonly (readonly [string, number])[]) =>
  GiveAuthority.of({
    fundId: 'levy',
    bodyId: 'panel',
    period: '2018-19',
    title: 'Neighbourhood part',
    lots: lots.map(([lotId, amountPence]) => ({ lotId, amountPence })),
  });
const spec = specify(fund);
const { given } = spec;

describe('OpenFund', () => {
  it('opens a fund under its restriction', () => given().when(OpenFund.of(opening)).then(opened));
  it('refuses a second opening', () => given(opened).when(OpenFund.of(opening)).refuses('FUND_ALREADY_OPEN'));
});

describe('ForecastIncome', () => {
  const forecast = (lowPence: number, highPence: number) => ForecastIncome.of({ fundId: 'levy', lowPence, highPence, period: '2018-20' });
  it('remembers a range', () =>
    given(opened)
      .when(forecast(15_000_000, 80_000_000))
      .then({
        type: 'IncomeForecast.2',
        data: { fundId: 'levy', lowPence: 15_000_000, highPence: 80_000_000, currency: 'GBP', period: '2018-20' },
      }));
  it('may expect exactly one figure', () => given(opened).when(forecast(5, 5)).thenTypes('IncomeForecast.2'));
  it('refuses a range that is upside down by a penny', () =>
    given(opened).when(forecast(6, 5)).refuses('FORECAST_UPSIDE_DOWN', { lowPence: 6, highPence: 5 }));
  it('refuses a fund that nobody opened', () => given().when(forecast(1, 2)).refuses('FUND_NOT_OPEN'));
  it('is never money: what is only forecast cannot be given', () =>
    given(opened, {
      type: 'IncomeForecast.2',
      data: { fundId: 'levy', lowPence: 15_000_000, highPence: 80_000_000, currency: 'GBP', period: '2018-20' },
    })
      .when(give(['levy', 1]))
      .refuses('LOT_UNKNOWN'));
});

describe('RecordReceipt', () => {
  it('records money received as one lot of the class of its fund', () => given(opened).when(receive('a')).then(received('a', 100)));
  it('refuses a lot that was recorded before', () => given(opened, received('a', 1)).when(receive('a')).refuses('LOT_ALREADY_RECORDED'));
  it('refuses money for a fund that nobody opened', () => given().when(receive('a')).refuses('FUND_NOT_OPEN'));
});

describe('SplitReceipt', () => {
  it('splits the Becontree levy fifteen and eighty-five, to the penny', () =>
    given(opened, received('levy-2018', 218_000_000))
      .when(split('levy-2018', ['neighbourhood', 1_500], ['strategic', 8_500]))
      .then({
        type: 'ReceiptSplit',
        data: {
          fundId: 'levy',
          lotId: 'levy-2018',
          class: 'ring_fenced',
          amountPence: 218_000_000,
          currency: 'GBP',
          shares: [1_500, 8_500],
          lots: [
            { lotId: 'neighbourhood', class: 'ring_fenced', amountPence: 32_700_000 },
            { lotId: 'strategic', class: 'ring_fenced', amountPence: 185_300_000 },
          ],
        },
      }));
  it('refuses shares a hundredth of a per cent short of the whole', () =>
    given(opened, received('a', 100))
      .when(split('a', ['b', 1_500], ['c', 8_499]))
      .refuses('SHARES_NOT_WHOLE', { sum: 9_999 }));
  it('refuses to split a lot of which part was given away', () =>
    given(opened, received('a', 100), handed('a', 1))
      .when(split('a', ['b', 5_000], ['c', 5_000]))
      .refuses('LOT_PARTLY_GIVEN'));
  it('refuses a lot that never came in', () =>
    given(opened)
      .when(split('a', ['b', 5_000], ['c', 5_000]))
      .refuses('LOT_UNKNOWN'));
  it('refuses a part under a name that is taken', () =>
    given(opened, received('a', 100), received('b', 1))
      .when(split('a', ['b', 5_000], ['c', 5_000]))
      .refuses('LOT_ALREADY_RECORDED'));
  it('refuses two parts under one name', () =>
    given(opened, received('a', 100))
      .when(split('a', ['b', 5_000], ['b', 5_000]))
      .refuses('LOT_NAMED_TWICE'));
  it('refuses to split what was split before', () =>
    given(opened, received('a', 100), {
      type: 'ReceiptSplit',
      data: {
        fundId: 'levy',
        lotId: 'a',
        class: 'ring_fenced',
        amountPence: 100,
        currency: 'GBP',
        shares: [10_000],
        lots: [{ lotId: 'b', class: 'ring_fenced', amountPence: 100 }],
      },
    })
      .when(split('a', ['c', 5_000], ['d', 5_000]))
      .refuses('LOT_EMPTY'));
  it('refuses to split what was held when the books began', () => {
    const held: Of<'ReceiptRecorded'> = { type: 'ReceiptRecorded', data: { ...received('a', 100).data, kind: 'opening' } };
    given(opened, held)
      .when(split('a', ['b', 5_000], ['c', 5_000]))
      .refuses('ONLY_INCOME_IS_SPLIT');
  });
  it('refuses to split a penny that cannot be shared', () =>
    given(opened, received('a', 1))
      .when(split('a', ['b', 5_000], ['c', 5_000]))
      .refuses('LOT_TOO_SMALL_TO_SPLIT'));
});

describe('GiveAuthority', () => {
  it('may give the last penny of a lot', () =>
    given(opened, received('a', 100), handed('a', 99))
      .when(give(['a', 1]))
      .then(handed('a', 1)));
  it('refuses a penny more than is left', () =>
    given(opened, received('a', 100), handed('a', 99))
      .when(give(['a', 2]))
      .refuses('INSUFFICIENT_FUNDS', { amountPence: 2, availablePence: 1 }));
  it('refuses a lot that is named twice', () =>
    given(opened, received('a', 100))
      .when(give(['a', 60], ['a', 41]))
      .refuses('LOT_NAMED_TWICE'));
  it('refuses a lot that never came in', () =>
    given(opened)
      .when(give(['a', 1]))
      .refuses('LOT_UNKNOWN'));
  it('refuses a fund that nobody opened', () =>
    given()
      .when(give(['a', 1]))
      .refuses('FUND_NOT_OPEN'));
  it('refuses the capital of a permanent endowment', () =>
    given(endowed, received('a', 100))
      .when(give(['a', 1]))
      .refuses('LOT_NOT_SPENDABLE'));
});

showsEverything(FUND_REFUSALS, spec);

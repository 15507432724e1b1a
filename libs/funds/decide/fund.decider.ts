import { type Decider, type FactOf, largestRemainder, pounds, type Refuse, Register, sayNo } from '@ledger/kernel';
import type { FundEvent, FundOpened } from '../events/index.js';
import type { FundCommand } from './fund.commands.js';

/** In the order in which they are judged. */
export const FUND_REFUSALS = [
  'FUND_ALREADY_OPEN',
  'FUND_NOT_OPEN',
  'FORECAST_UPSIDE_DOWN',
  'LOT_ALREADY_RECORDED',
  'LOT_UNKNOWN',
  'LOT_NAMED_TWICE',
  'ONLY_INCOME_IS_SPLIT',
  'LOT_EMPTY',
  'LOT_PARTLY_GIVEN',
  'SHARES_NOT_WHOLE',
  'LOT_TOO_SMALL_TO_SPLIT',
  'LOT_NOT_SPENDABLE',
  'INSUFFICIENT_FUNDS',
] as const;
export type FundRefusal = (typeof FUND_REFUSALS)[number];
const refuse: Refuse<FundRefusal> = sayNo;

type Opened = FactOf<typeof FundOpened>['data'];
/** Lots remember what came in and what is still unassigned. A forecast is not remembered: no rule may ever count on it. */
type Lot = Readonly<{ kind: 'income' | 'opening'; amountPence: number; unassignedPence: number }>;
type Fund = Readonly<{ opened: Opened | null; lots: Register<string, Lot> }>;

const isOpen = ({ opened }: Fund, fundId: string): Opened => opened ?? refuse('FUND_NOT_OPEN', `Fund ${fundId} has not been opened`);
const SHARES_WHOLE = 10_000;

export const fund: Decider<Fund, FundCommand, FundEvent> = {
  category: 'fund',
  stream: ({ fundId }) => fundId,
  initial: { opened: null, lots: Register() },

  decide: {
    OpenFund({ class: fundClass, currency, fundId, holder, purpose, purposes, title }, { opened }) {
      if (opened !== null) refuse('FUND_ALREADY_OPEN', `Fund ${fundId} is already open`);
      return [{ type: 'FundOpened', data: { fundId, title, class: fundClass, purpose, purposes, currency, holder } }];
    },

    ForecastIncome({ fundId, highPence, lowPence, period }, state) {
      const { currency } = isOpen(state, fundId);
      if (lowPence > highPence)
        refuse('FORECAST_UPSIDE_DOWN', `The low figure ${pounds(lowPence)} is above the high figure ${pounds(highPence)}`, {
          lowPence,
          highPence,
        });
      return [{ type: 'IncomeForecast.2', data: { fundId, lowPence, highPence, currency, period } }];
    },

    RecordReceipt({ amountPence, fundId, kind, lotId, source }, state) {
      const { class: fundClass, currency } = isOpen(state, fundId);
      if (state.lots.has(lotId)) refuse('LOT_ALREADY_RECORDED', `Lot ${lotId} was recorded before`);
      return [{ type: 'ReceiptRecorded', data: { fundId, lotId, class: fundClass, kind, amountPence, currency, source } }];
    },

    SplitReceipt({ fundId, lotId, shares }, state) {
      const { class: fundClass, currency } = isOpen(state, fundId);
      const lot = state.lots.get(lotId) ?? refuse('LOT_UNKNOWN', `No lot ${lotId} was received into this fund`);
      const taken = shares.find((share) => state.lots.has(share.lotId));
      if (taken !== undefined) refuse('LOT_ALREADY_RECORDED', `Lot ${taken.lotId} was recorded before`);
      if (new Set(shares.map((share) => share.lotId)).size < shares.length)
        refuse('LOT_NAMED_TWICE', 'Each part of a receipt needs a name of its own');
      if (lot.kind === 'opening')
        refuse(
          'ONLY_INCOME_IS_SPLIT',
          `Lot ${lotId} was held when the books began: record such money lot by lot, there is no receipt to split`,
        );
      if (lot.amountPence === 0) refuse('LOT_EMPTY', `Lot ${lotId} was split before, and nothing is left in it`);
      if (lot.unassignedPence !== lot.amountPence)
        refuse('LOT_PARTLY_GIVEN', `Part of lot ${lotId} was given away already`, {
          amountPence: lot.amountPence,
          unassignedPence: lot.unassignedPence,
        });
      const sum = shares.reduce((total, { basisPoints }) => total + basisPoints, 0);
      if (sum !== SHARES_WHOLE) refuse('SHARES_NOT_WHOLE', `The shares come to ${sum} basis points, not ${SHARES_WHOLE}`, { sum });
      const parts = largestRemainder(
        lot.amountPence,
        shares.map(({ basisPoints }) => basisPoints),
      );
      if (parts.includes(0))
        refuse('LOT_TOO_SMALL_TO_SPLIT', `${pounds(lot.amountPence)} is too little: one part would be nothing`, {
          amountPence: lot.amountPence,
        });
      const lots = shares.map((share, index) => ({ lotId: share.lotId, class: fundClass, amountPence: parts[index]! }));
      return [
        {
          type: 'ReceiptSplit',
          data: {
            fundId,
            lotId,
            class: fundClass,
            amountPence: lot.amountPence,
            currency,
            lots,
            shares: shares.map(({ basisPoints }) => basisPoints),
          },
        },
      ];
    },

    GiveAuthority({ bodyId, fundId, lots, period, title }, state) {
      const { class: fundClass, currency, purposes } = isOpen(state, fundId);
      if (fundClass === 'endowment_permanent') refuse('LOT_NOT_SPENDABLE', 'The capital of a permanent endowment may never be spent');
      if (new Set(lots.map(({ lotId }) => lotId)).size < lots.length)
        refuse('LOT_NAMED_TWICE', 'Name each lot once, with all that is given from it');
      for (const { amountPence, lotId } of lots) {
        const lot = state.lots.get(lotId) ?? refuse('LOT_UNKNOWN', `No lot ${lotId} was received into this fund`);
        if (amountPence > lot.unassignedPence) {
          const words = `${pounds(amountPence)} was asked for and ${pounds(lot.unassignedPence)} of lot ${lotId} has been received and not yet given`;
          refuse('INSUFFICIENT_FUNDS', words, { amountPence, availablePence: lot.unassignedPence });
        }
      }
      const amountPence = lots.reduce((sum, lot) => sum + lot.amountPence, 0);
      return [
        {
          type: 'AuthorityGiven',
          data: {
            fundId,
            bodyId,
            period,
            currency,
            amountPence,
            title,
            purposes,
            lots: lots.map((lot) => ({ lotId: lot.lotId, class: fundClass, amountPence: lot.amountPence })),
          },
        },
      ];
    },
  },

  evolve: {
    FundOpened: (state, { data }) => ({ ...state, opened: data }),
    'IncomeForecast.2': (state) => state,
    ReceiptRecorded: (state, { data: { amountPence, kind, lotId } }) => ({
      ...state,
      lots: state.lots.set(lotId, { kind, amountPence, unassignedPence: amountPence }),
    }),
    ReceiptSplit: (state, { data: { lotId, lots } }) => ({
      ...state,
      lots: state.lots
        .set(lotId, { kind: 'income', amountPence: 0, unassignedPence: 0 })
        .merge(
          lots.map((lot): [string, Lot] => [lot.lotId, { kind: 'income', amountPence: lot.amountPence, unassignedPence: lot.amountPence }]),
        ),
    }),
    AuthorityGiven: (state, { data: { lots } }) => ({
      ...state,
      lots: lots.reduce(
        (all, { amountPence, lotId }) => all.update(lotId, (lot) => ({ ...lot!, unassignedPence: lot!.unassignedPence - amountPence })),
        state.lots,
      ),
    }),
  },
};

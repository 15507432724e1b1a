import { integer, json, type Projection, put, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
import type { EnvelopeEvent, FundEvent } from '../events/index.js';

export type FundRow = Stamp &
  Readonly<{
    tenantId: string;
    fundId: string;
    title: string;
    class: string;
    purpose: string;
    purposes: readonly string[];
    currency: string;
    holder: string;
  }>;
export const funds: Projection<FundRow, FundEvent> = {
  name: 'funds',
  version: 1,
  key: ['tenantId', 'fundId'],
  columns: {
    tenantId: text,
    fundId: text,
    title: text,
    class: text,
    purpose: text,
    purposes: json,
    currency: text,
    holder: text,
    ...stampColumns,
  },
  on: {
    FundOpened: (event) => {
      const { class: fundClass, currency, fundId, holder, purpose, purposes, tenantId, title } = event.data;
      return [put<FundRow>({ tenantId, fundId, title, class: fundClass, purpose, purposes, currency, holder, ...stampOf(event) })];
    },
  },
};

/** Money that came in, as one lot; or a lot that came of splitting one (`fromLotId`). */
export type LotRow = Stamp &
  Readonly<{
    tenantId: string;
    fundId: string;
    lotId: string;
    fromLotId: string | null;
    giver: string | null;
    amountPence: number;
    currency: string;
    shareBasisPoints: number | null;
  }>;
export const lots: Projection<LotRow, FundEvent> = {
  name: 'lots',
  version: 1,
  key: ['tenantId', 'fundId', 'lotId'],
  columns: {
    tenantId: text,
    fundId: text,
    lotId: text,
    fromLotId: text,
    giver: text,
    amountPence: integer,
    currency: text,
    shareBasisPoints: integer,
    ...stampColumns,
  },
  on: {
    ReceiptRecorded: (event) => {
      const { amountPence, currency, fundId, lotId, source, tenantId } = event.data;
      return [
        put<LotRow>({
          tenantId,
          fundId,
          lotId,
          fromLotId: null,
          giver: source,
          amountPence,
          currency,
          shareBasisPoints: null,
          ...stampOf(event),
        }),
      ];
    },
    ReceiptSplit: (event) => {
      const { currency, fundId, lotId, lots: parts, shares, tenantId } = event.data;
      return parts.map((part, index) =>
        put<LotRow>({
          tenantId,
          fundId,
          lotId: part.lotId,
          fromLotId: lotId,
          giver: null,
          amountPence: part.amountPence,
          currency,
          shareBasisPoints: shares[index] ?? null,
          ...stampOf(event),
        }),
      );
    },
  },
};

/** Income that is expected, as a range. Never added to money. */
export type ForecastRow = Stamp &
  Readonly<{ tenantId: string; fundId: string; period: string; lowPence: number; highPence: number; currency: string }>;
export const forecasts: Projection<ForecastRow, FundEvent> = {
  name: 'forecasts',
  version: 1,
  key: ['tenantId', 'fundId', 'entry'],
  columns: { tenantId: text, fundId: text, period: text, lowPence: integer, highPence: integer, currency: text, ...stampColumns },
  on: {
    'IncomeForecast.2': (event) => {
      const { currency, fundId, highPence, lowPence, period, tenantId } = event.data;
      return [put<ForecastRow>({ tenantId, fundId, period, lowPence, highPence, currency, ...stampOf(event) })];
    },
  },
};

/** A body's authority to spend from a fund in a period, with the decision that gave it where one was named. */
export type EnvelopeRow = Stamp &
  Readonly<{
    tenantId: string;
    fundId: string;
    bodyId: string;
    period: string;
    title: string;
    amountPence: number;
    currency: string;
    purposes: readonly string[];
    /** Which lots it draws on, and how much of each. */
    lots: readonly Readonly<{ lotId: string; amountPence: number }>[];
    decisionRef: string | null;
  }>;
export const envelopes: Projection<EnvelopeRow, FundEvent> = {
  name: 'envelopes',
  version: 2,
  key: ['tenantId', 'fundId', 'bodyId', 'period', 'entry'],
  columns: {
    tenantId: text,
    fundId: text,
    bodyId: text,
    period: text,
    title: text,
    amountPence: integer,
    currency: text,
    purposes: json,
    lots: json,
    decisionRef: text,
    ...stampColumns,
  },
  on: {
    AuthorityGiven: (event) => {
      const { amountPence, bodyId, currency, decisionRef, fundId, lots: from, period, purposes, tenantId, title } = event.data;
      return [
        put<EnvelopeRow>({
          tenantId,
          fundId,
          bodyId,
          period,
          title,
          amountPence,
          currency,
          purposes,
          lots: from.map((lot) => ({ lotId: lot.lotId, amountPence: lot.amountPence })),
          decisionRef: decisionRef ?? null,
          ...stampOf(event),
        }),
      ];
    },
  },
};

/** A line and its title. Each allocation is a row of its own, so that a later one does not hide the earlier day. */
export type LineRow = Stamp & Readonly<{ tenantId: string; fundId: string; bodyId: string; period: string; lineId: string; title: string }>;
export const lines: Projection<LineRow, EnvelopeEvent> = {
  name: 'lines',
  version: 2,
  key: ['tenantId', 'fundId', 'bodyId', 'period', 'lineId', 'entry'],
  columns: { tenantId: text, fundId: text, bodyId: text, period: text, lineId: text, title: text, ...stampColumns },
  on: {
    AllocationMade: (event) => {
      const { bodyId, fundId, lineId, period, tenantId, title } = event.data;
      return [put<LineRow>({ tenantId, fundId, bodyId, period, lineId, title, ...stampOf(event) })];
    },
  },
};

import { alter, integer, json, type Projection, put, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
import type { CommissioningEvent } from '../events/index.js';

export type RoundRow = Stamp &
  Readonly<{
    tenantId: string;
    exerciseId: string;
    title: string;
    bodyId: string;
    fundId: string;
    period: string;
    lineId: string;
    deadline: string;
    closedOn: string | null;
    closedEntry: number | null;
    bids: number | null;
  }>;
export const rounds: Projection<RoundRow, CommissioningEvent> = {
  name: 'rounds',
  version: 1,
  key: ['tenantId', 'exerciseId'],
  columns: {
    tenantId: text,
    exerciseId: text,
    title: text,
    bodyId: text,
    fundId: text,
    period: text,
    lineId: text,
    deadline: text,
    closedOn: text,
    closedEntry: integer,
    bids: integer,
    ...stampColumns,
  },
  on: {
    OpportunityOpened: (event) => {
      const { bodyId, deadline, exerciseId, fundId, lineId, period, tenantId, title } = event.data;
      return [
        put<RoundRow>({
          tenantId,
          exerciseId,
          title,
          bodyId,
          fundId,
          period,
          lineId,
          deadline,
          closedOn: null,
          closedEntry: null,
          bids: null,
          ...stampOf(event),
        }),
      ];
    },
    OpportunityClosed: (event) => {
      const { bids, exerciseId, tenantId } = event.data;
      const { effectiveOn, entry } = stampOf(event);
      return [alter<RoundRow>({ tenantId, exerciseId }, (row) => ({ ...row, closedOn: effectiveOn, closedEntry: entry, bids }))];
    },
  },
};

/** A bid. What it asks for stays in `sealed`, which a query shows only once the round was closed. */
export type BidRow = Stamp &
  Readonly<{
    tenantId: string;
    bidId: string;
    exerciseId: string;
    bidderId: string;
    currency: string;
    contentCommitment: string;
    sealed: Readonly<{ project: string; amountPence: number }>;
  }>;
export const bids: Projection<BidRow, CommissioningEvent> = {
  name: 'bids',
  version: 1,
  key: ['tenantId', 'bidId'],
  columns: {
    tenantId: text,
    bidId: text,
    exerciseId: text,
    bidderId: text,
    currency: text,
    contentCommitment: text,
    sealed: json,
    ...stampColumns,
  },
  on: {
    BidSubmitted: (event) => {
      const { amountPence, bidId, bidderId, contentCommitment, currency, exerciseId, project, tenantId } = event.data;
      return [
        put<BidRow>({
          tenantId,
          bidId,
          exerciseId,
          bidderId,
          currency,
          contentCommitment,
          sealed: { project, amountPence },
          ...stampOf(event),
        }),
      ];
    },
  },
};

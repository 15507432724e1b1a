import { integer, type Projection, put, type Seen, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
import type { EnvelopeEvent, FundEvent } from '../events/index.js';

/** One fact that moved money or authority, in the words' parts: what, how much, between which places, for whom, under which decision. */
export type MovementRow = Stamp &
  Readonly<{
    tenantId: string;
    type: string;
    fundId: string;
    bodyId: string | null;
    period: string | null;
    lineId: string | null;
    amountPence: number;
    currency: string;
    awardId: string | null;
    recipientId: string | null;
    decisionId: string | null;
    detail: string | null;
  }>;

type Moving = Readonly<{
  fundId: string;
  amountPence: number;
  currency: string;
  bodyId?: string;
  period?: string;
  lineId?: string;
  toLineId?: string;
  fromLineId?: string;
  awardId?: string;
  recipientId?: string;
  title?: string;
  source?: string;
  lotId?: string;
}>;

const moved = (event: Seen<FundEvent | EnvelopeEvent>): readonly ReturnType<typeof put<MovementRow>>[] => {
  const data = event.data as unknown as Moving & { tenantId: string; decisionRef?: string };
  return [
    put<MovementRow>({
      tenantId: data.tenantId,
      type: event.type,
      fundId: data.fundId,
      bodyId: data.bodyId ?? null,
      period: data.period ?? null,
      lineId: data.lineId ?? data.toLineId ?? null,
      amountPence: data.amountPence,
      currency: data.currency,
      awardId: data.awardId ?? null,
      recipientId: data.recipientId ?? null,
      decisionId: data.decisionRef ?? null,
      detail: data.title ?? data.fromLineId ?? data.source ?? data.lotId ?? null,
      ...stampOf(event),
    }),
  ];
};

export const movements: Projection<MovementRow, FundEvent | EnvelopeEvent> = {
  name: 'movements',
  version: 1,
  key: ['tenantId', 'entry'],
  columns: {
    tenantId: text,
    type: text,
    fundId: text,
    bodyId: text,
    period: text,
    lineId: text,
    amountPence: integer,
    currency: text,
    awardId: text,
    recipientId: text,
    decisionId: text,
    detail: text,
    ...stampColumns,
  },
  on: {
    ReceiptRecorded: moved,
    ReceiptSplit: moved,
    AuthorityGiven: moved,
    AllocationMade: moved,
    VirementMade: moved,
    FundsReserved: moved,
    ReservationShort: moved,
    ReservationReleased: moved,
    CommitmentConfirmed: moved,
    CommitmentReleased: moved,
    PaymentPosted: moved,
  },
};

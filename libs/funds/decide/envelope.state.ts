import { type Decider, Register } from '@ledger/kernel';
import type { EnvelopeEvent, FUND_CLASSES } from '../events/index.js';
import type { EnvelopeCommand, NotedEffect } from './envelope.commands.js';

/** Pence by id. */
type Amounts = Register<string, number>;
/** Of one line, in pence: what is free, held for a bid, promised to an award, and accepted but not yet paid. */
export type Line = Readonly<{
  availablePence: number;
  reserved: Amounts;
  committed: Amounts;
  accrued: Amounts;
}>;
export type Allowed = Readonly<{
  standing: 'recorded' | 'beyond_mandate' | 'confirmed' | 'rescinded';
  recordedBy: string;
  effects: readonly NotedEffect[];
}>;
export type Lot = Readonly<{ lotId: string; class: (typeof FUND_CLASSES)[number]; amountPence: number }>;
/** Work that was accepted: which lots it will be paid from was settled then. The lots say what of it is still unpaid. */
export type Accrual = Readonly<{ accrualId: string; lineId: string; awardId: string; recipientId: string; lots: readonly Lot[] }>;
/** Only what the rules need to remember. */
export type Envelope = Readonly<{
  currency: string | null;
  purposes: readonly string[];
  unallocatedPence: number;
  /** What each lot still has for accruals and payments to come. */
  lots: readonly Lot[];
  lines: Readonly<Record<string, Line>>;
  decisions: Register<string, Allowed>;
  /** What each award has been promised in all, and which line it stands on. */
  promised: Register<string, Readonly<{ lineId: string; pence: number }>>;
  /** What of each award was accepted or paid: no decision is drawn on twice. */
  drawn: Amounts;
  accruals: readonly Accrual[];
  payments: readonly string[];
}>;
export const NEW_LINE: Line = { availablePence: 0, reserved: Register(), committed: Register(), accrued: Register() };
export const NO_ENVELOPE: Envelope = {
  currency: null,
  purposes: [],
  unallocatedPence: 0,
  lots: [],
  lines: {},
  decisions: Register(),
  promised: Register(),
  drawn: Register(),
  accruals: [],
  payments: [],
};

export const sumOf = (lots: readonly Lot[]): number => lots.reduce((sum, { amountPence }) => sum + amountPence, 0);

/** First in, first out: which lots an amount takes. The envelope's authority never exceeds its lots, so they suffice. */
export function consume(lots: readonly Lot[], amountPence: number): Lot[] {
  let left = amountPence;
  return lots.flatMap((lot) => {
    const part = Math.min(left, lot.amountPence);
    left -= part;
    return part === 0 ? [] : [{ ...lot, amountPence: part }];
  });
}
const without = (lots: readonly Lot[], taken: readonly Lot[]): Lot[] =>
  lots.map((lot) => ({ ...lot, amountPence: lot.amountPence - sumOf(taken.filter(({ lotId }) => lotId === lot.lotId)) }));
const withBack = (lots: readonly Lot[], given: readonly Lot[]): Lot[] =>
  lots.map((lot) => ({ ...lot, amountPence: lot.amountPence + sumOf(given.filter(({ lotId }) => lotId === lot.lotId)) }));

/** Pays accepted work, oldest first, out of the very lots that were settled when it was accepted. */
export function settle(
  accruals: readonly Accrual[],
  { amountPence, awardId, lineId }: Readonly<{ amountPence: number; awardId: string; lineId: string }>,
): Readonly<{ accruals: Accrual[]; lots: Lot[] }> {
  let left = amountPence;
  const paid: Lot[] = [];
  const after = accruals.map((accrual) => {
    if (accrual.awardId !== awardId || accrual.lineId !== lineId) return accrual;
    const taken = consume(accrual.lots, left);
    left -= sumOf(taken);
    paid.push(...taken);
    return { ...accrual, lots: without(accrual.lots, taken) };
  });
  const lots = [...Map.groupBy(paid, ({ lotId }) => lotId).values()].map((parts) => ({ ...parts[0]!, amountPence: sumOf(parts) }));
  return { accruals: after, lots };
}

export const envelopeEvolves: Decider<Envelope, EnvelopeCommand, EnvelopeEvent>['evolve'] = {
  EnvelopeApproved: (state, { data: { amountPence, currency, lots, purposes } }) => ({
    ...state,
    currency,
    purposes,
    unallocatedPence: amountPence,
    lots,
  }),
  AllocationMade: (state, { data: { amountPence, lineId } }) => ({
    ...onLine(state, lineId, (line) => ({ ...line, availablePence: line.availablePence + amountPence })),
    unallocatedPence: state.unallocatedPence - amountPence,
  }),
  VirementMade: (state, { data: { amountPence, fromLineId, toLineId } }) =>
    onLine(
      onLine(state, fromLineId, (line) => ({ ...line, availablePence: line.availablePence - amountPence })),
      toLineId,
      (line) => ({ ...line, availablePence: line.availablePence + amountPence }),
    ),
  DecisionNoted: (state, { data: { decisionId, effects, recordedBy, standing } }) => ({
    ...state,
    decisions: state.decisions.set(decisionId, { standing, recordedBy, effects }),
  }),
  DecisionConfirmationNoted: (state, { data: { decisionId } }) => standing(state, decisionId, 'confirmed'),
  DecisionRescissionNoted: (state, { data: { decisionId } }) => standing(state, decisionId, 'rescinded'),
  ReservationShort: (state) => state,
  FundsReserved: (state, { data: { amountPence, lineId, ref } }) =>
    onLine(state, lineId, (line) => ({
      ...line,
      availablePence: line.availablePence - amountPence,
      reserved: more(line.reserved, ref, amountPence),
    })),
  ReservationReleased: (state, { data: { amountPence, lineId, ref } }) =>
    onLine(state, lineId, (line) => ({
      ...line,
      availablePence: line.availablePence + amountPence,
      reserved: less(line.reserved, ref, amountPence),
    })),
  CommitmentConfirmed: (state, { data: { amountPence, awardId, from, lineId, ref } }) => ({
    ...onLine(state, lineId, (line) => ({
      ...line,
      availablePence: line.availablePence - (from === 'available' ? amountPence : 0),
      reserved: from === 'reserved' ? less(line.reserved, ref, amountPence) : line.reserved,
      committed: more(line.committed, awardId, amountPence),
    })),
    promised: promise(state, awardId, lineId, amountPence),
  }),
  CommitmentReleased: (state, { data: { amountPence, awardId, lineId } }) => ({
    ...onLine(state, lineId, (line) => ({
      ...line,
      availablePence: line.availablePence + amountPence,
      committed: less(line.committed, awardId, amountPence),
    })),
    promised: promise(state, awardId, lineId, -amountPence),
  }),
  AccrualPosted: (state, { data: { accrualId, amountPence, awardId, lineId, lots, recipientId } }) => ({
    ...onLine(state, lineId, (line) => ({
      ...line,
      committed: less(line.committed, awardId, amountPence),
      accrued: more(line.accrued, awardId, amountPence),
    })),
    lots: without(state.lots, lots),
    drawn: more(state.drawn, awardId, amountPence),
    accruals: [...state.accruals, { accrualId, lineId, awardId, recipientId, lots }],
  }),
  AccrualReversed: (state, { data: { accrualId, amountPence, awardId, lineId, lots } }) => ({
    ...onLine(state, lineId, (line) => ({
      ...line,
      committed: more(line.committed, awardId, amountPence),
      accrued: less(line.accrued, awardId, amountPence),
    })),
    lots: withBack(state.lots, lots),
    drawn: less(state.drawn, awardId, amountPence),
    accruals: state.accruals.map((one) => (one.accrualId === accrualId ? { ...one, lots: [] } : one)),
  }),
  PaymentPosted: (state, { data }) => {
    const { amountPence, awardId, from, lineId, lots, paymentId } = data;
    const payments = [...state.payments, paymentId];
    if (from === 'accrued')
      return {
        ...onLine(state, lineId, (line) => ({ ...line, accrued: less(line.accrued, awardId, amountPence) })),
        accruals: settle(state.accruals, data).accruals,
        payments,
      };
    return {
      ...onLine(state, lineId, (line) => ({ ...line, committed: less(line.committed, awardId, amountPence) })),
      lots: without(state.lots, lots),
      drawn: more(state.drawn, awardId, amountPence),
      payments,
    };
  },
};

const onLine = (state: Envelope, lineId: string, next: (line: Line) => Line): Envelope => ({
  ...state,
  lines: { ...state.lines, [lineId]: next(state.lines[lineId] ?? NEW_LINE) },
});
const standing = (state: Envelope, decisionId: string, now: Allowed['standing']): Envelope => ({
  ...state,
  decisions: state.decisions.update(decisionId, (decision) => ({ ...decision!, standing: now })),
});
const promise = ({ promised }: Envelope, awardId: string, lineId: string, pence: number): Envelope['promised'] =>
  promised.set(awardId, { lineId, pence: (promised.get(awardId)?.pence ?? 0) + pence });
const more = (amounts: Amounts, key: string, pence: number): Amounts => amounts.set(key, amounts.get(key, 0) + pence);
/** Takes an amount off an entry, and the entry away once it is nothing. */
function less(amounts: Amounts, key: string, pence: number): Amounts {
  const left = amounts.get(key, 0) - pence;
  return left === 0 ? amounts.delete(key) : amounts.set(key, left);
}

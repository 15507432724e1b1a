import { type Asked, type Decider, pounds, type Refuse, sayNo } from '@ledger/kernel';
import type { EnvelopeEvent, FUND_CLASSES } from '../events/index.js';
import type { ConfirmCommitment, EnvelopeCommand, NotedEffect, PostPayment } from './envelope.commands.js';

/** In the order in which they are judged: the place, the mandate, the purpose, the people, and the money last. */
export type EnvelopeRefusal =
  | 'ENVELOPE_ALREADY_APPROVED'
  | 'ENVELOPE_NOT_APPROVED'
  | 'LINE_UNKNOWN'
  | 'LINE_RESERVED_NAME'
  | 'SAME_LINE'
  | 'DECISION_ALREADY_NOTED'
  | 'DECISION_MISSING'
  | 'DECISION_BEYOND_MANDATE'
  | 'DECISION_RESCINDED'
  | 'DECISION_NOT_CONFIRMED'
  | 'DECISION_NOT_FOR_THIS_AWARD'
  | 'DECISION_FOR_ANOTHER_PURPOSE'
  | 'DECISION_TOO_SMALL'
  | 'RECORDER_MAY_NOT_PAY'
  | 'COMMITMENT_UNKNOWN'
  | 'COMMITMENT_TOO_SMALL'
  | 'PAYMENT_ALREADY_POSTED'
  | 'INSUFFICIENT_FUNDS';
const refuse: Refuse<EnvelopeRefusal> = sayNo;

type Line = Readonly<{ availablePence: number; reserved: Readonly<Record<string, number>>; committed: Readonly<Record<string, number>> }>;
type Allowed = Readonly<{
  standing: 'recorded' | 'beyond_mandate' | 'confirmed' | 'rescinded';
  recordedBy: string;
  effects: readonly NotedEffect[];
}>;
type Lot = Readonly<{ lotId: string; class: (typeof FUND_CLASSES)[number]; amountPence: number }>;
type Envelope = Readonly<{
  currency: string | null;
  unallocatedPence: number;
  lots: readonly Lot[];
  lines: Readonly<Record<string, Line>>;
  decisions: Readonly<Record<string, Allowed>>;
  /** What each award has been promised in all under each decision, and which line it stands on. */
  promised: Readonly<Record<string, Readonly<{ lineId: string; pence: number }>>>;
  payments: readonly string[];
}>;
const NEW_LINE: Line = { availablePence: 0, reserved: {}, committed: {} };
const UNALLOCATED = 'unallocated';

const here = ({ bodyId, fundId, period }: { fundId: string; bodyId: string; period: string }) => ({ fundId, bodyId, period });
const approved = ({ currency }: Envelope): string =>
  currency ?? refuse('ENVELOPE_NOT_APPROVED', 'This body has no authority to spend from this fund in this period');
const lineOf = ({ lines }: Envelope, lineId: string): Line =>
  lines[lineId] ?? refuse('LINE_UNKNOWN', `This envelope has no line ${lineId}`);

/** Every pound carries its mandate: the one place where a decision is held against what is asked. */
function mandateFor(
  state: Envelope,
  { amountPence, awardId, decisionRef, lineId, purpose, recipientId }: ConfirmCommitment | PostPayment,
): Allowed {
  if (decisionRef === undefined) return refuse('DECISION_MISSING', 'No decision was named that allows this');
  const decision = state.decisions[decisionRef] ?? refuse('DECISION_MISSING', `No decision ${decisionRef} is known here`);
  if (decision.standing === 'beyond_mandate')
    refuse('DECISION_BEYOND_MANDATE', `Decision ${decisionRef} goes beyond what its body may decide`);
  if (decision.standing === 'rescinded') refuse('DECISION_RESCINDED', `Decision ${decisionRef} was rescinded`);
  if (decision.standing === 'recorded')
    refuse('DECISION_NOT_CONFIRMED', `Decision ${decisionRef} is not confirmed yet: its call-in period must pass first`);
  const effect =
    decision.effects.find((one) => one.awardId === awardId && one.lineId === lineId && one.recipientId === recipientId) ??
    refuse('DECISION_NOT_FOR_THIS_AWARD', `Decision ${decisionRef} does not name award ${awardId} to this recipient on this line`);
  if (effect.purpose !== purpose)
    refuse('DECISION_FOR_ANOTHER_PURPOSE', `Decision ${decisionRef} allows "${effect.purpose}", and "${purpose}" was asked for`);
  if (amountPence > effect.amountPence)
    refuse('DECISION_TOO_SMALL', `Decision ${decisionRef} allows ${pounds(effect.amountPence)}, and ${pounds(amountPence)} was asked for`, {
      amountPence,
      allowedPence: effect.amountPence,
    });
  return decision;
}

function enough(line: Line, amountPence: number): void {
  if (amountPence <= line.availablePence) return;
  refuse('INSUFFICIENT_FUNDS', `${pounds(amountPence)} was asked for and ${pounds(line.availablePence)} is left`, {
    amountPence,
    availablePence: line.availablePence,
  });
}

/** First in, first out: which lots a payment consumes. The envelope's authority never exceeds its lots, so they suffice. */
function consume(lots: readonly Lot[], amountPence: number): Lot[] {
  let left = amountPence;
  return lots.flatMap((lot) => {
    const part = Math.min(left, lot.amountPence);
    left -= part;
    return part === 0 ? [] : [{ ...lot, amountPence: part }];
  });
}

function noted(command: Extract<EnvelopeCommand, { type: 'NoteDecision' }>, state: Envelope): readonly EnvelopeEvent[] {
  const { decisionId, effects, recordedBy, standing } = command;
  const currency = approved(state);
  if (decisionId in state.decisions) refuse('DECISION_ALREADY_NOTED', `Decision ${decisionId} was noted before`);
  const plain = effects.map(({ amountPence, awardId, lineId, purpose, recipientId }) => ({
    lineId,
    awardId,
    recipientId,
    purpose,
    amountPence,
  }));
  const note: EnvelopeEvent = { type: 'DecisionNoted', data: { ...here(command), decisionId, standing, recordedBy, effects: plain } };
  if (standing === 'beyond_mandate') return [note];
  const free: Record<string, number> = Object.fromEntries(
    Object.entries(state.lines).map(([lineId, { availablePence }]) => [lineId, availablePence]),
  );
  const holds = plain.map(({ amountPence, awardId, lineId, recipientId }): EnvelopeEvent => {
    const availablePence = free[lineId] ?? 0;
    const data = { ...here(command), lineId, currency, amountPence, ref: awardId };
    if (amountPence > availablePence) return { type: 'ReservationShort', data: { ...data, availablePence } };
    free[lineId] = availablePence - amountPence;
    return { type: 'FundsReserved', data: { ...data, awardId, recipientId } };
  });
  return [note, ...holds];
}

export const envelope: Decider<Envelope, EnvelopeCommand, EnvelopeEvent> = {
  category: 'envelope',
  stream: ({ bodyId, fundId, period }) => `${fundId}_${bodyId}_${period}`,
  initial: { currency: null, unallocatedPence: 0, lots: [], lines: {}, decisions: {}, promised: {}, payments: [] },

  decide: {
    ApproveEnvelope(command, state) {
      if (state.currency !== null) refuse('ENVELOPE_ALREADY_APPROVED', 'This envelope was approved before');
      const { amountPence, currency, lots, purposes, title } = command;
      return [
        {
          type: 'EnvelopeApproved',
          data: {
            ...here(command),
            currency,
            amountPence,
            title,
            purposes,
            lots: lots.map(({ amountPence: part, class: fundClass, lotId }) => ({ lotId, class: fundClass, amountPence: part })),
          },
        },
      ];
    },

    Allocate(command, state) {
      const currency = approved(state);
      const { amountPence, lineId, title } = command;
      if (lineId === UNALLOCATED) refuse('LINE_RESERVED_NAME', `"${UNALLOCATED}" is the name of what is on no line yet`);
      enough({ ...NEW_LINE, availablePence: state.unallocatedPence }, amountPence);
      return [{ type: 'AllocationMade', data: { ...here(command), currency, lineId, amountPence, title } }];
    },

    Vire(command, state) {
      const currency = approved(state);
      const { amountPence, fromLineId, toLineId } = command;
      if (fromLineId === toLineId) refuse('SAME_LINE', 'Money can only move from one line to another one');
      lineOf(state, toLineId);
      enough(lineOf(state, fromLineId), amountPence);
      return [{ type: 'VirementMade', data: { ...here(command), currency, amountPence, side: 'within', fromLineId, toLineId } }];
    },

    NoteDecision: noted,

    NoteConfirmation(command, state) {
      const currency = approved(state);
      const decision = state.decisions[command.decisionId] ?? refuse('DECISION_MISSING', `No decision ${command.decisionId} is known here`);
      return decision.standing === 'recorded'
        ? [
            {
              type: 'DecisionConfirmationNoted',
              data: { ...here(command), currency, decisionId: command.decisionId, effects: [...decision.effects] },
            },
          ]
        : [];
    },

    NoteRescission(command, state) {
      const currency = approved(state);
      const decision = state.decisions[command.decisionId] ?? refuse('DECISION_MISSING', `No decision ${command.decisionId} is known here`);
      const releases = decision.effects.flatMap(({ awardId, lineId }): EnvelopeEvent[] => {
        const amountPence = state.lines[lineId]?.reserved[awardId];
        return amountPence === undefined
          ? []
          : [{ type: 'ReservationReleased', data: { ...here(command), lineId, currency, amountPence, ref: awardId, awardId } }];
      });
      return [{ type: 'DecisionRescissionNoted', data: { ...here(command), decisionId: command.decisionId } }, ...releases];
    },

    ConfirmCommitment(command, state) {
      const currency = approved(state);
      const { amountPence, awardId, lineId, recipientId } = command;
      const line = lineOf(state, lineId);
      const decision = mandateFor(state, command);
      const allowedPence = decision.effects.find((one) => one.awardId === awardId)!.amountPence;
      const before = state.promised[awardId]?.pence ?? 0;
      if (before + amountPence > allowedPence)
        refuse('DECISION_TOO_SMALL', `The decision allows ${pounds(allowedPence)}, of which ${pounds(before)} is promised already`, {
          amountPence,
          allowedPence,
        });
      const held = line.reserved[awardId] ?? 0;
      const data = { ...here(command), lineId, currency, awardId, recipientId, ref: awardId };
      const fromHeld = Math.min(held, amountPence);
      const rest = amountPence - fromHeld;
      if (rest > 0) enough(line, rest);
      return [
        ...(fromHeld > 0 ? [{ type: 'CommitmentConfirmed', data: { ...data, amountPence: fromHeld, from: 'reserved' } } as const] : []),
        ...(rest > 0 ? [{ type: 'CommitmentConfirmed', data: { ...data, amountPence: rest, from: 'available' } } as const] : []),
      ];
    },

    ReleaseCommitment(command, state) {
      const currency = approved(state);
      const { amountPence, awardId } = command;
      const lineId = state.promised[awardId]?.lineId ?? refuse('COMMITMENT_UNKNOWN', `Nothing is promised to award ${awardId}`);
      const owedPence = state.lines[lineId]?.committed[awardId] ?? 0;
      if (amountPence > owedPence)
        refuse('COMMITMENT_TOO_SMALL', `${pounds(amountPence)} was to be released and ${pounds(owedPence)} is still promised`, {
          amountPence,
          owedPence,
        });
      return [{ type: 'CommitmentReleased', data: { ...here(command), lineId, currency, amountPence, awardId } }];
    },

    PostPayment(command, state, { onBehalfOf }: Asked) {
      const currency = approved(state);
      const { amountPence, awardId, lineId, paymentId, recipientId } = command;
      const line = lineOf(state, lineId);
      const { recordedBy } = mandateFor(state, command);

      // Two people must touch public money before it moves: one records the decision, another pays.
      if (recordedBy === onBehalfOf) refuse('RECORDER_MAY_NOT_PAY', 'Whoever recorded a decision may not pay from it');
      if (state.payments.includes(paymentId)) refuse('PAYMENT_ALREADY_POSTED', `Payment ${paymentId} was posted before`);

      const owedPence = line.committed[awardId] ?? 0;
      if (amountPence > owedPence)
        refuse('COMMITMENT_TOO_SMALL', `${pounds(amountPence)} was to be paid and ${pounds(owedPence)} is promised and unpaid`, {
          amountPence,
          owedPence,
        });
      return [
        {
          type: 'PaymentPosted',
          data: {
            ...here(command),
            lineId,
            currency,
            amountPence,
            awardId,
            recipientId,
            paymentId,
            from: 'committed',
            lots: consume(state.lots, amountPence),
          },
        },
      ];
    },
  },

  evolve: {
    EnvelopeApproved: (state, { data: { amountPence, currency, lots } }) => ({ ...state, currency, unallocatedPence: amountPence, lots }),
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
      decisions: { ...state.decisions, [decisionId]: { standing, recordedBy, effects } },
    }),
    DecisionConfirmationNoted: (state, { data: { decisionId } }) => standing(state, decisionId, 'confirmed'),
    DecisionRescissionNoted: (state, { data: { decisionId } }) => standing(state, decisionId, 'rescinded'),
    ReservationShort: (state) => state,
    FundsReserved: (state, { data: { amountPence, lineId, ref } }) =>
      onLine(state, lineId, (line) => ({
        ...line,
        availablePence: line.availablePence - amountPence,
        reserved: { ...line.reserved, [ref]: amountPence },
      })),
    ReservationReleased: (state, { data: { amountPence, lineId, ref } }) =>
      onLine(state, lineId, (line) => ({
        ...line,
        availablePence: line.availablePence + amountPence,
        reserved: less(line.reserved, ref, amountPence),
      })),
    CommitmentConfirmed: (state, { data: { amountPence, awardId, from, lineId, ref } }) => ({
      ...onLine(state, lineId, (line) => ({
        availablePence: line.availablePence - (from === 'available' ? amountPence : 0),
        reserved: from === 'reserved' ? less(line.reserved, ref, amountPence) : line.reserved,
        committed: { ...line.committed, [awardId]: (line.committed[awardId] ?? 0) + amountPence },
      })),
      promised: { ...state.promised, [awardId]: { lineId, pence: (state.promised[awardId]?.pence ?? 0) + amountPence } },
    }),
    CommitmentReleased: (state, { data: { amountPence, awardId, lineId } }) => ({
      ...onLine(state, lineId, (line) => ({
        ...line,
        availablePence: line.availablePence + amountPence,
        committed: less(line.committed, awardId, amountPence),
      })),
      promised: { ...state.promised, [awardId]: { lineId, pence: (state.promised[awardId]?.pence ?? 0) - amountPence } },
    }),
    PaymentPosted: (state, { data: { amountPence, awardId, lineId, lots, paymentId } }) => ({
      ...onLine(state, lineId, (line) => ({ ...line, committed: less(line.committed, awardId, amountPence) })),
      lots: state.lots.map((lot) => ({
        ...lot,
        amountPence: lot.amountPence - (lots.find(({ lotId }) => lotId === lot.lotId)?.amountPence ?? 0),
      })),
      payments: [...state.payments, paymentId],
    }),
  },
};

const onLine = (state: Envelope, lineId: string, next: (line: Line) => Line): Envelope => ({
  ...state,
  lines: { ...state.lines, [lineId]: next(state.lines[lineId] ?? NEW_LINE) },
});
const standing = (state: Envelope, decisionId: string, now: Allowed['standing']): Envelope => ({
  ...state,
  decisions: { ...state.decisions, [decisionId]: { ...state.decisions[decisionId]!, standing: now } },
});
/** Takes an amount off an entry, and the entry away once it is nothing. */
function less(amounts: Readonly<Record<string, number>>, key: string, pence: number): Readonly<Record<string, number>> {
  const left = (amounts[key] ?? 0) - pence;
  const { [key]: _, ...others } = amounts;
  return left === 0 ? others : { ...others, [key]: left };
}

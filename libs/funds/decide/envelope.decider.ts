import { type Asked, type Decider, pounds, type Refuse, sayNo } from '@ledger/kernel';
import type { EnvelopeEvent } from '../events/index.js';
import type { ConfirmCommitment, EnvelopeCommand, PostAccrual, PostPayment } from './envelope.commands.js';
import {
  type Allowed,
  consume,
  type Envelope,
  envelopeEvolves,
  type Line,
  NEW_LINE,
  NO_ENVELOPE,
  settle,
  sumOf,
} from './envelope.state.js';

/** In the order in which they are judged: the place, the mandate, the purpose, the people, and the money last. */
export const ENVELOPE_REFUSALS = [
  'ENVELOPE_ALREADY_APPROVED',
  'ENVELOPE_NOT_APPROVED',
  'LINE_RESERVED_NAME',
  'SAME_LINE',
  'LINE_UNKNOWN',
  'DECISION_ALREADY_NOTED',
  'DECISION_MISSING',
  'DECISION_BEYOND_MANDATE',
  'DECISION_RESCINDED',
  'DECISION_NOT_CONFIRMED',
  'DECISION_NOT_FOR_THIS_AWARD',
  'DECISION_FOR_ANOTHER_PURPOSE',
  'PURPOSE_OUTSIDE_FUND',
  'DECISION_TOO_SMALL',
  'RECORDER_MAY_NOT_PAY',
  'EVIDENCE_MISSING',
  'ACCRUAL_ALREADY_POSTED',
  'ACCRUAL_UNKNOWN',
  'ACCRUAL_SETTLED',
  'COMMITMENT_UNKNOWN',
  'PAYMENT_ALREADY_POSTED',
  'COMMITMENT_TOO_SMALL',
  'ACCRUED_TOO_SMALL',
  'INSUFFICIENT_FUNDS',
] as const;
export type EnvelopeRefusal = (typeof ENVELOPE_REFUSALS)[number];
const refuse: Refuse<EnvelopeRefusal> = sayNo;

const UNALLOCATED = 'unallocated';

const here = ({ bodyId, fundId, period }: { fundId: string; bodyId: string; period: string }) => ({ fundId, bodyId, period });
const approved = ({ currency }: Envelope): string =>
  currency ?? refuse('ENVELOPE_NOT_APPROVED', 'This body has no authority to spend from this fund in this period');
const lineOf = ({ lines }: Envelope, lineId: string): Line =>
  lines[lineId] ?? refuse('LINE_UNKNOWN', `This envelope has no line ${lineId}`);

/**
 * Every pound carries its mandate: the one place where a decision is held against what is asked.
 * `beforePence` is what the award has had already of the kind that is asked for, so that no decision is used twice.
 */
function mandateFor(
  state: Envelope,
  { amountPence, awardId, decisionRef, lineId, purpose, recipientId }: ConfirmCommitment | PostAccrual | PostPayment,
  beforePence: number,
): Allowed {
  if (decisionRef === undefined) return refuse('DECISION_MISSING', 'No decision was named that allows this');
  const decision = state.decisions.get(decisionRef) ?? refuse('DECISION_MISSING', `No decision ${decisionRef} is known here`);
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
  if (!state.purposes.includes(purpose))
    refuse('PURPOSE_OUTSIDE_FUND', `"${purpose}" is not among what this fund is for: ${state.purposes.join(', ')}`);
  if (beforePence + amountPence > effect.amountPence) {
    const already = beforePence === 0 ? '' : ` on top of ${pounds(beforePence)}`;
    refuse(
      'DECISION_TOO_SMALL',
      `Decision ${decisionRef} allows ${pounds(effect.amountPence)}, and ${pounds(amountPence)}${already} was asked for`,
      { amountPence, allowedPence: effect.amountPence, beforePence },
    );
  }
  return decision;
}

function enough(line: Line, amountPence: number): void {
  if (amountPence <= line.availablePence) return;
  refuse('INSUFFICIENT_FUNDS', `${pounds(amountPence)} was asked for and ${pounds(line.availablePence)} is left`, {
    amountPence,
    availablePence: line.availablePence,
  });
}

function promisedEnough(line: Line, awardId: string, amountPence: number, what: 'released' | 'accepted' | 'paid'): void {
  const owedPence = line.committed.get(awardId, 0);
  if (amountPence > owedPence)
    refuse('COMMITMENT_TOO_SMALL', `${pounds(amountPence)} was to be ${what} and ${pounds(owedPence)} is still promised`, {
      amountPence,
      owedPence,
    });
}

function noted(command: Extract<EnvelopeCommand, { type: 'NoteDecision' }>, state: Envelope): readonly EnvelopeEvent[] {
  const { decisionId, effects, recordedBy, standing } = command;
  const currency = approved(state);
  if (state.decisions.has(decisionId)) refuse('DECISION_ALREADY_NOTED', `Decision ${decisionId} was noted before`);
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
  initial: NO_ENVELOPE,

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
      const decision =
        state.decisions.get(command.decisionId) ?? refuse('DECISION_MISSING', `No decision ${command.decisionId} is known here`);
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
      const decision =
        state.decisions.get(command.decisionId) ?? refuse('DECISION_MISSING', `No decision ${command.decisionId} is known here`);
      if (decision.standing === 'rescinded') return [];
      // Each effect gives back no more than its own part: another one, of this decision or the next, may hold money for the same award.
      const held = new Map<string, number>(
        Object.entries(state.lines).flatMap(([lineId, { reserved }]) =>
          [...reserved].map(([awardId, pence]) => [`${lineId} ${awardId}`, pence] as const),
        ),
      );
      const releases = decision.effects.flatMap(({ amountPence: allowedPence, awardId, lineId }): EnvelopeEvent[] => {
        const place = `${lineId} ${awardId}`;
        const heldPence = held.get(place) ?? 0;
        const amountPence = Math.min(heldPence, allowedPence);
        held.set(place, heldPence - amountPence);
        return amountPence === 0
          ? []
          : [{ type: 'ReservationReleased', data: { ...here(command), lineId, currency, amountPence, ref: awardId, awardId } }];
      });
      return [{ type: 'DecisionRescissionNoted', data: { ...here(command), decisionId: command.decisionId } }, ...releases];
    },

    ConfirmCommitment(command, state) {
      const currency = approved(state);
      const { amountPence, awardId, lineId, recipientId } = command;
      const line = lineOf(state, lineId);
      mandateFor(state, command, state.promised.get(awardId)?.pence ?? 0);
      const held = line.reserved.get(awardId, 0);
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
      const lineId = state.promised.get(awardId)?.lineId ?? refuse('COMMITMENT_UNKNOWN', `Nothing is promised to award ${awardId}`);
      promisedEnough(lineOf(state, lineId), awardId, amountPence, 'released');
      return [{ type: 'CommitmentReleased', data: { ...here(command), lineId, currency, amountPence, awardId } }];
    },

    PostAccrual(command, state) {
      const currency = approved(state);
      const { accrualId, amountPence, awardId, evidence, lineId, recipientId } = command;
      const line = lineOf(state, lineId);
      mandateFor(state, command, state.drawn.get(awardId, 0));
      if ((evidence ?? []).length === 0)
        refuse('EVIDENCE_MISSING', 'Work is only accepted when there is evidence for it: name the document by its hash');
      if (state.accruals.some((one) => one.accrualId === accrualId))
        refuse('ACCRUAL_ALREADY_POSTED', `Accrual ${accrualId} was posted before`);
      promisedEnough(line, awardId, amountPence, 'accepted');
      const lots = consume(state.lots, amountPence);
      return [{ type: 'AccrualPosted', data: { ...here(command), lineId, currency, amountPence, awardId, recipientId, accrualId, lots } }];
    },

    ReverseAccrual(command, state) {
      const currency = approved(state);
      const { accrualId } = command;
      const accrual =
        state.accruals.find((one) => one.accrualId === accrualId) ??
        refuse('ACCRUAL_UNKNOWN', `Nothing was accepted under the name ${accrualId}`);
      const lots = accrual.lots.filter((lot) => lot.amountPence > 0);
      if (lots.length === 0) refuse('ACCRUAL_SETTLED', `Nothing of ${accrualId} is unpaid: it was paid, or taken back before`);
      const { awardId, lineId, recipientId } = accrual;
      const data = { ...here(command), lineId, currency, amountPence: sumOf(lots), awardId, recipientId, accrualId, lots };
      return [{ type: 'AccrualReversed', data }];
    },

    PostPayment(command, state, { onBehalfOf }: Asked) {
      const currency = approved(state);
      const { amountPence, awardId, lineId, paymentId, recipientId } = command;
      const line = lineOf(state, lineId);
      const owedPence = line.accrued.get(awardId, 0);
      const from = command.from ?? (owedPence > 0 ? 'accrued' : 'committed');
      // What is paid out of accepted work was counted when it was accepted.
      const drawnPence = state.drawn.get(awardId, 0) - (from === 'accrued' ? amountPence : 0);
      const { recordedBy } = mandateFor(state, command, Math.max(0, drawnPence));

      // Two people must touch public money before it moves: one records the decision, another pays.
      if (recordedBy === onBehalfOf) refuse('RECORDER_MAY_NOT_PAY', 'Whoever recorded a decision may not pay from it');
      if (state.payments.includes(paymentId)) refuse('PAYMENT_ALREADY_POSTED', `Payment ${paymentId} was posted before`);

      if (from === 'committed') promisedEnough(line, awardId, amountPence, 'paid');
      else if (amountPence > owedPence)
        refuse('ACCRUED_TOO_SMALL', `${pounds(amountPence)} was to be paid and ${pounds(owedPence)} was accepted and is unpaid`, {
          amountPence,
          owedPence,
        });
      const lots = from === 'accrued' ? settle(state.accruals, command).lots : consume(state.lots, amountPence);
      return [
        { type: 'PaymentPosted', data: { ...here(command), lineId, currency, amountPence, awardId, recipientId, paymentId, from, lots } },
      ];
    },
  },

  evolve: envelopeEvolves,
};

import { showsEverything, specify } from '@ledger/kernel/testing';
import type { EnvelopeEvent } from '../events/index.js';
import {
  Allocate,
  ApproveEnvelope,
  ConfirmCommitment,
  NoteConfirmation,
  NoteDecision,
  NoteRescission,
  PostAccrual,
  PostPayment,
  ReleaseCommitment,
  ReverseAccrual,
  Vire,
} from './envelope.commands.js';
import { envelope, ENVELOPE_REFUSALS } from './envelope.decider.js';

type Of<T extends EnvelopeEvent['type']> = Extract<EnvelopeEvent, { type: T }>;
const here = { fundId: 'levy', bodyId: 'panel', period: '2018-19' } as const;
const money = { ...here, currency: 'GBP' } as const;
const lot = (lotId: string, amountPence: number) => ({ lotId, class: 'ring_fenced' as const, amountPence });

const approval = {
  ...money,
  amountPence: 1_000,
  title: 'Neighbourhood part',
  purposes: ['neighbourhood'],
  lots: [lot('first', 400), lot('second', 600)],
};
const approved: Of<'EnvelopeApproved'> = { type: 'EnvelopeApproved', data: approval };
const allocated = (lineId = 'round', amountPence = 1_000): Of<'AllocationMade'> => ({
  type: 'AllocationMade',
  data: { ...money, lineId, amountPence, title: 'Round one' },
});
const effect = (awardId = 'award', amountPence = 300, purpose = 'neighbourhood') => ({
  lineId: 'round',
  awardId,
  recipientId: 'group',
  purpose,
  amountPence,
});
const noted = (
  effects = [effect()],
  standing: 'recorded' | 'beyond_mandate' = 'recorded',
  decisionId = 'decision',
): Of<'DecisionNoted'> => ({
  type: 'DecisionNoted',
  data: { ...here, decisionId, standing, recordedBy: 'clerk', effects },
});
const reserved = (amountPence = 300): Of<'FundsReserved'> => ({
  type: 'FundsReserved',
  data: { ...money, lineId: 'round', amountPence, ref: 'award', awardId: 'award', recipientId: 'group' },
});
const confirmed: Of<'DecisionConfirmationNoted'> = {
  type: 'DecisionConfirmationNoted',
  data: { ...money, decisionId: 'decision', effects: [effect()] },
};
const rescinded: Of<'DecisionRescissionNoted'> = { type: 'DecisionRescissionNoted', data: { ...here, decisionId: 'decision' } };
const committed = (amountPence = 300, from: 'reserved' | 'available' = 'reserved'): Of<'CommitmentConfirmed'> => ({
  type: 'CommitmentConfirmed',
  data: { ...money, lineId: 'round', amountPence, awardId: 'award', recipientId: 'group', ref: 'award', from },
});
const drawing = { ...money, lineId: 'round', awardId: 'award', recipientId: 'group' } as const;
const accrued = (amountPence: number, lots = [lot('first', amountPence)], accrualId = 'milestone'): Of<'AccrualPosted'> => ({
  type: 'AccrualPosted',
  data: { ...drawing, amountPence, accrualId, lots },
});
const paid = (
  amountPence: number,
  from: 'accrued' | 'committed' = 'committed',
  lots = [lot('first', amountPence)],
  paymentId = 'payment',
): Of<'PaymentPosted'> => ({ type: 'PaymentPosted', data: { ...drawing, amountPence, paymentId, from, lots } });

const allocate = (amountPence: number, lineId = 'round') => Allocate.of({ ...here, lineId, title: 'Round one', amountPence });
const note = (...effects: readonly ReturnType<typeof effect>[]) =>
  NoteDecision.of({ ...here, decisionId: 'decision', standing: 'recorded', recordedBy: 'clerk', effects: [...effects] });
const asked = { ...here, lineId: 'round', awardId: 'award', recipientId: 'group', purpose: 'neighbourhood' } as const;
const commit = (amountPence = 300, more: object = {}) => ConfirmCommitment.of({ ...asked, amountPence, decisionRef: 'decision', ...more });
const evidence = [{ sha256: 'ab'.repeat(32), bytes: 1, mediaType: 'application/pdf', title: 'Visit report' }];
const accrue = (amountPence: number, more: object = {}) =>
  PostAccrual.of({ ...asked, amountPence, accrualId: 'milestone', decisionRef: 'decision', evidence, ...more });
const reverse = (accrualId = 'milestone') => ReverseAccrual.of({ ...here, accrualId });
const pay = (amountPence: number, more: object = {}) =>
  PostPayment.of({ ...asked, amountPence, paymentId: 'payment', decisionRef: 'decision', ...more });

const open = [approved, allocated()] as const;
const decided = [...open, noted(), reserved(), confirmed] as const;
const promised = [...decided, committed()] as const;
const spec = specify(envelope);
const { given } = spec;

describe('ApproveEnvelope, Allocate and Vire', () => {
  const vire = (amountPence: number, fromLineId = 'round', toLineId = 'later') => Vire.of({ ...here, fromLineId, toLineId, amountPence });
  it('takes up what the fund gave', () => given().when(ApproveEnvelope.of(approval)).then(approved));
  it('refuses to take it up twice', () => given(approved).when(ApproveEnvelope.of(approval)).refuses('ENVELOPE_ALREADY_APPROVED'));
  it('may put the last penny on a line', () =>
    given(approved, allocated('round', 999)).when(allocate(1, 'later')).then(allocated('later', 1)));
  it('refuses to put a penny more on a line than was given', () =>
    given(approved, allocated('round', 999)).when(allocate(2)).refuses('INSUFFICIENT_FUNDS', { amountPence: 2, availablePence: 1 }));
  it('refuses a line with the name of what is on no line', () =>
    given(approved).when(allocate(1, 'unallocated')).refuses('LINE_RESERVED_NAME'));
  it('refuses an envelope that nobody approved', () => given().when(allocate(1)).refuses('ENVELOPE_NOT_APPROVED'));
  it('moves authority from line to line, and never more than is free there', () => {
    const two = [approved, allocated('round', 600), allocated('later', 400)];
    given(...two)
      .when(vire(600))
      .then({ type: 'VirementMade', data: { ...money, amountPence: 600, side: 'within', fromLineId: 'round', toLineId: 'later' } });
    given(...two)
      .when(vire(601))
      .refuses('INSUFFICIENT_FUNDS', { amountPence: 601, availablePence: 600 });
  });
  it('refuses to move money from a line to itself', () =>
    given(...open)
      .when(vire(1, 'round', 'round'))
      .refuses('SAME_LINE'));
  it('refuses to move money to or from a line that is not there', () => {
    given(...open)
      .when(vire(1))
      .refuses('LINE_UNKNOWN');
    given(...open)
      .when(vire(1, 'later', 'round'))
      .refuses('LINE_UNKNOWN');
  });
});

describe('NoteDecision, NoteConfirmation and NoteRescission', () => {
  const confirm = NoteConfirmation.of({ ...here, decisionId: 'decision' });
  const rescind = NoteRescission.of({ ...here, decisionId: 'decision' });
  it('sets the money aside as soon as the decision is recorded', () =>
    given(...open)
      .when(note(effect()))
      .then(noted(), reserved()));
  it('says what is short, and reserves nothing for it', () =>
    given(approved, allocated('round', 299))
      .when(note(effect()))
      .then(noted(), {
        type: 'ReservationShort',
        data: { ...money, lineId: 'round', amountPence: 300, ref: 'award', availablePence: 299 },
      }));
  it('counts what the awards before took: the second of two is short', () =>
    given(approved, allocated('round', 500))
      .when(note(effect(), effect('other')))
      .thenTypes('DecisionNoted', 'FundsReserved', 'ReservationShort'));
  it('reserves nothing under a decision beyond its mandate', () =>
    given(...open)
      .when(NoteDecision.of({ ...here, decisionId: 'decision', standing: 'beyond_mandate', recordedBy: 'clerk', effects: [effect()] }))
      .then(noted([effect()], 'beyond_mandate')));
  it('refuses to note a decision twice', () =>
    given(...open, noted())
      .when(note(effect()))
      .refuses('DECISION_ALREADY_NOTED'));
  it('notes a confirmation once', () => {
    given(...open, noted())
      .when(confirm)
      .then(confirmed);
    given(...open, noted(), confirmed)
      .when(confirm)
      .then();
  });
  it('never confirms what is beyond the mandate, or was rescinded', () => {
    given(...open, noted([effect()], 'beyond_mandate'))
      .when(confirm)
      .then();
    given(...open, noted(), rescinded)
      .when(confirm)
      .then();
  });
  it('refuses to confirm what nobody decided', () =>
    given(...open)
      .when(confirm)
      .refuses('DECISION_MISSING'));
  it('frees what was set aside when the decision is rescinded', () =>
    given(...open, noted(), reserved())
      .when(rescind)
      .then(rescinded, {
        type: 'ReservationReleased',
        data: { ...money, lineId: 'round', amountPence: 300, ref: 'award', awardId: 'award' },
      }));
  it('frees only what is not promised yet', () =>
    given(...decided, committed(120))
      .when(rescind)
      .then(rescinded, {
        type: 'ReservationReleased',
        data: { ...money, lineId: 'round', amountPence: 180, ref: 'award', awardId: 'award' },
      }));
  it('leaves what another decision holds for the same award', () =>
    given(...open, noted(), reserved(), noted([effect('award', 200)], 'recorded', 'other'), reserved(200))
      .when(rescind)
      .then(rescinded, {
        type: 'ReservationReleased',
        data: { ...money, lineId: 'round', amountPence: 300, ref: 'award', awardId: 'award' },
      }));
  it('frees once what two effects of one decision share', () =>
    given(...open, noted([effect('award', 300), effect('award', 800)]), reserved(300))
      .when(rescind)
      .thenTypes('DecisionRescissionNoted', 'ReservationReleased'));
  it('notes a rescission once', () =>
    given(...open, noted(), rescinded)
      .when(rescind)
      .then());
  it('refuses to rescind what nobody decided', () =>
    given(...open)
      .when(rescind)
      .refuses('DECISION_MISSING'));
});

describe('every pound carries its mandate', () => {
  const ways = [
    ['a commitment', commit, [...decided]],
    ['an acceptance', (amountPence = 300, more: object = {}) => accrue(amountPence, more), [...promised]],
    ['a payment', (amountPence = 300, more: object = {}) => pay(amountPence, more), [...promised]],
  ] as const;
  describe.each(ways)('%s', (_, ask, facts) => {
    const unconfirmed = facts.filter(({ type }) => type !== 'DecisionConfirmationNoted');
    it('is refused when no decision is named', () =>
      given(...facts)
        .when(ask(300, { decisionRef: undefined }))
        .refuses('DECISION_MISSING'));
    it('is refused when nobody took the decision', () =>
      given(...facts)
        .when(ask(300, { decisionRef: 'rumour' }))
        .refuses('DECISION_MISSING'));
    it('is refused when the decision is not confirmed', () =>
      given(...unconfirmed)
        .when(ask())
        .refuses('DECISION_NOT_CONFIRMED'));
    it('is refused when the decision was rescinded, also after it was promised', () =>
      given(...facts, rescinded)
        .when(ask())
        .refuses('DECISION_RESCINDED'));
    it('is refused when the decision goes beyond the mandate', () =>
      given(
        ...facts
          .map((one) => (one.type === 'DecisionNoted' ? noted([effect()], 'beyond_mandate') : one))
          .filter(({ type }) => type !== 'DecisionConfirmationNoted'),
      )
        .when(ask())
        .refuses('DECISION_BEYOND_MANDATE'));
    it('is refused for another award, recipient or line', () => {
      given(...facts)
        .when(ask(300, { awardId: 'other' }))
        .refuses('DECISION_NOT_FOR_THIS_AWARD');
      given(...facts)
        .when(ask(300, { recipientId: 'friend' }))
        .refuses('DECISION_NOT_FOR_THIS_AWARD');
      given(...facts, allocatedLater)
        .when(ask(300, { lineId: 'later' }))
        .refuses('DECISION_NOT_FOR_THIS_AWARD');
    });
    it('is refused for another purpose', () =>
      given(...facts)
        .when(ask(300, { purpose: 'statues' }))
        .refuses('DECISION_FOR_ANOTHER_PURPOSE'));
    it('is refused for what the fund is not for, whatever was decided', () =>
      given(...facts.map((one) => (one.type === 'DecisionNoted' ? noted([effect('award', 300, 'statues')]) : one)))
        .when(ask(300, { purpose: 'statues' }))
        .refuses('PURPOSE_OUTSIDE_FUND'));
    it('is refused for a penny more than was decided', () =>
      given(...facts)
        .when(ask(301))
        .refuses('DECISION_TOO_SMALL', { amountPence: 301, allowedPence: 300 }));
    it('is refused on a line that is not there', () =>
      given(...facts)
        .when(ask(300, { lineId: 'nowhere' }))
        .refuses('LINE_UNKNOWN'));
    it('is refused without an envelope', () => given().when(ask()).refuses('ENVELOPE_NOT_APPROVED'));
  });
  const allocatedLater: Of<'VirementMade'> = {
    type: 'VirementMade',
    data: { ...money, amountPence: 1, side: 'within', fromLineId: 'round', toLineId: 'later' },
  };
  it('says who may not before what is not there: the mandate is judged before the money', () =>
    given(...decided.filter(({ type }) => type !== 'DecisionConfirmationNoted'))
      .when(commit(5_000, { purpose: 'statues' }))
      .refuses('DECISION_NOT_CONFIRMED'));
});

describe('ConfirmCommitment and ReleaseCommitment', () => {
  const release = (amountPence: number) => ReleaseCommitment.of({ ...here, awardId: 'award', amountPence });
  it('promises what was set aside', () =>
    given(...decided)
      .when(commit())
      .then(committed()));
  it('takes the rest from what is free when less was set aside', () =>
    given(...open, noted(), reserved(100), confirmed)
      .when(commit())
      .then(committed(100), committed(200, 'available')));
  it('refuses a penny more than is free', () =>
    given(approved, allocated('round', 299), noted(), confirmed)
      .when(commit())
      .refuses('INSUFFICIENT_FUNDS', { amountPence: 300, availablePence: 299 }));
  it('never uses a decision twice', () =>
    given(...promised)
      .when(commit(1))
      .refuses('DECISION_TOO_SMALL', { amountPence: 1, allowedPence: 300, beforePence: 300 }));
  it('gives back what is promised, and may promise it again', () => {
    const released: Of<'CommitmentReleased'> = {
      type: 'CommitmentReleased',
      data: { ...money, lineId: 'round', amountPence: 300, awardId: 'award' },
    };
    given(...promised)
      .when(release(300))
      .then(released);
    given(...promised, released)
      .when(commit())
      .then(committed(300, 'available'));
  });
  it('refuses to give back what is accepted or paid', () =>
    given(...promised, accrued(100), paid(100))
      .when(release(101))
      .refuses('COMMITMENT_TOO_SMALL', { amountPence: 101, owedPence: 100 }));
  it('refuses to give back what nobody promised', () =>
    given(...decided)
      .when(release(1))
      .refuses('COMMITMENT_UNKNOWN'));
});

describe('PostAccrual and ReverseAccrual', () => {
  it('accepts work, and settles there and then which lots will pay for it', () =>
    given(...promised, paid(150))
      .when(accrue(150))
      .then(accrued(150, [lot('first', 150)])));
  it('takes from the next lot what the first cannot pay', () =>
    given(approved, allocated(), noted([effect('award', 900)]), { ...confirmed }, committed(900, 'available'))
      .when(accrue(500))
      .then(accrued(500, [lot('first', 400), lot('second', 100)])));
  it('refuses work without evidence', () =>
    given(...promised)
      .when(accrue(1, { evidence: [] }))
      .refuses('EVIDENCE_MISSING'));
  it('refuses the same acceptance again', () =>
    given(...promised, accrued(1))
      .when(accrue(1))
      .refuses('ACCRUAL_ALREADY_POSTED'));
  it('refuses a penny more than is promised', () =>
    given(...decided, committed(299))
      .when(accrue(300))
      .refuses('COMMITMENT_TOO_SMALL', { amountPence: 300, owedPence: 299 }));
  it('takes back what is unpaid, and only that', () => {
    given(...promised, accrued(200))
      .when(reverse())
      .then({ type: 'AccrualReversed', data: accrued(200).data });
    given(...promised, accrued(200), paid(150, 'accrued'))
      .when(reverse())
      .then({ type: 'AccrualReversed', data: accrued(50).data });
  });
  it('promises again what was taken back', () =>
    given(...promised, accrued(200), { type: 'AccrualReversed', data: accrued(200).data })
      .when(accrue(300, { accrualId: 'again' }))
      .then(accrued(300, [lot('first', 300)], 'again')));
  it('refuses to take back what was never accepted', () =>
    given(...promised)
      .when(reverse())
      .refuses('ACCRUAL_UNKNOWN'));
  it('refuses to take back what is paid, or was taken back', () => {
    given(...promised, accrued(200), paid(200, 'accrued'))
      .when(reverse())
      .refuses('ACCRUAL_SETTLED');
    given(...promised, accrued(200), { type: 'AccrualReversed', data: accrued(200).data })
      .when(reverse())
      .refuses('ACCRUAL_SETTLED');
  });
});

describe('PostPayment', () => {
  it('pays straight out of the promise, from the lots that came in first', () =>
    given(...promised)
      .when(pay(300))
      .then(paid(300)));
  it('pays accepted work first, out of the very lots that were settled then', () =>
    given(...promised, accrued(100, [lot('second', 100)]))
      .when(pay(100))
      .then(paid(100, 'accrued', [lot('second', 100)])));
  it('pays several acceptances at once, oldest first', () =>
    given(...promised, accrued(100, [lot('second', 100)]), accrued(50, [lot('first', 30), lot('second', 20)], 'next'))
      .when(pay(140))
      .then(paid(140, 'accrued', [lot('second', 110), lot('first', 30)])));
  it('may pay an advance out of the promise while accepted work waits', () =>
    given(...promised, accrued(100))
      .when(pay(200, { from: 'committed' }))
      .then(paid(200, 'committed', [lot('first', 200)])));
  it('refuses a penny more than was accepted', () =>
    given(...promised, accrued(100))
      .when(pay(101))
      .refuses('ACCRUED_TOO_SMALL', { amountPence: 101, owedPence: 100 }));
  it('refuses a penny more than is promised', () =>
    given(...decided, committed(299))
      .when(pay(300))
      .refuses('COMMITMENT_TOO_SMALL', { amountPence: 300, owedPence: 299 }));
  it('refuses the same payment again', () =>
    given(...promised, paid(1))
      .when(pay(1))
      .refuses('PAYMENT_ALREADY_POSTED'));
  it('refuses whoever recorded the decision, also through somebody else’s hands', () => {
    given(...promised)
      .when(pay(1), { by: 'clerk' })
      .refuses('RECORDER_MAY_NOT_PAY');
    given(...promised)
      .when(pay(1), { by: 'archivist', onBehalfOf: 'clerk' })
      .refuses('RECORDER_MAY_NOT_PAY');
  });
  it('refuses to draw through a small decision on what a rescinded one had promised', () => {
    const small = noted([effect('award', 10)], 'recorded', 'small');
    const smallConfirmed: EnvelopeEvent = {
      type: 'DecisionConfirmationNoted',
      data: { ...money, decisionId: 'small', effects: [effect('award', 10)] },
    };
    const facts = [...promised, rescinded, small, smallConfirmed];
    given(...facts)
      .when(pay(10, { decisionRef: 'small' }))
      .then(paid(10));
    given(...facts, paid(10))
      .when(pay(1, { decisionRef: 'small', paymentId: 'next' }))
      .refuses('DECISION_TOO_SMALL', { amountPence: 1, allowedPence: 10, beforePence: 10 });
  });
});

showsEverything(ENVELOPE_REFUSALS, spec);

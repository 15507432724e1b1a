import { catalogue } from '@ledger/catalogue';
import type { Planted } from './a-planted-bundle.js';

type More = Readonly<Record<string, unknown>>;
type Rest = Omit<Planted, 'type' | 'on' | 'data'>;
/** A fact with the data of its own example, but for what is said. */
export const fact = (type: string, on: string, data: More = {}, rest: Rest = {}): Planted => ({
  type,
  on,
  data: { ...(catalogue.facts.get(type)?.example as More), ...data },
  ...rest,
});

const where = { fundId: 'levy', bodyId: 'panel', period: '2019', currency: 'GBP' };
const onLine = { ...where, lineId: 'round' };
const lots = (amountPence: number) => [{ lotId: 'lot', class: 'ring_fenced', amountPence }];
const effect = (awardId: string, recipientId: string, amountPence: number) => ({
  ...onLine,
  awardId,
  recipientId,
  purpose: 'neighbourhood',
  amountPence,
});
/** A decision of the panel for one award, and everything up to the signed agreement. */
export const decided = (awardId: string, recipientId: string, amountPence: number, on: string): readonly Planted[] => {
  const decision = { decisionId: `for-${awardId}`, bodyId: 'panel', effects: [effect(awardId, recipientId, amountPence)] };
  const award = { ...onLine, awardId, recipientId, purpose: 'neighbourhood', amountPence, decisionId: `for-${awardId}` };
  const cited = { decisionRef: `for-${awardId}` };
  const sat = [{ seatClass: 'resident', seats: 3, tookPart: 3, stoodAside: 0, away: 0 }];
  return [
    fact(
      'DecisionRecorded',
      on,
      { ...decision, mandateId: 'mandate', ruleSetId: 'rules', tally: { for: 3, against: 0, abstained: 0, present: 3, eligible: 3 }, sat },
      { by: 'clerk' },
    ),
    fact('DecisionConfirmed', on, decision, { by: 'officer' }),
    fact('FundsReserved', on, { ...onLine, ref: awardId, awardId, recipientId, amountPence }),
    fact('AwardOffered', on, award),
    fact('AgreementSigned', on, award, { by: 'commissioner' }),
    fact('CommitmentConfirmed', on, { ...onLine, awardId, recipientId, ref: awardId, from: 'reserved', amountPence }, cited),
  ];
};
export const accepted = (awardId: string, amountPence: number, on: string, more: More = {}, rest: Rest = {}): Planted =>
  fact(
    'AccrualPosted',
    on,
    { ...onLine, awardId, recipientId: awardId, accrualId: `work-${awardId}`, amountPence, lots: lots(amountPence), ...more },
    { by: 'surveyor', decisionRef: `for-${awardId}`, ...rest },
  );
export const paid = (awardId: string, amountPence: number, on: string, more: More = {}, rest: Rest = {}): Planted =>
  fact(
    'PaymentPosted',
    on,
    {
      ...onLine,
      awardId,
      recipientId: awardId,
      paymentId: `pay-${awardId}`,
      from: 'accrued',
      amountPence,
      lots: lots(amountPence),
      ...more,
    },
    { by: 'treasurer', decisionRef: `for-${awardId}`, ...rest },
  );

/** A year of a small town in which nothing is wrong: two awards, one of them accepted and paid, a duty done in time. */
export const SOUND: readonly Planted[] = [
  fact('RoleGranted', '2019-01-02', { subject: 'treasurer', role: 'finance-officer', grantedBy: 'operator' }),
  fact('RoleGranted', '2019-01-02', { subject: 'surveyor', role: 'clerk', grantedBy: 'operator' }),
  fact('BodyConstituted', '2019-01-03', { bodyId: 'panel', composition: [{ seatClass: 'resident', seats: 3 }] }),
  ...['p-1', 'p-2', 'p-3'].map((subjectRef) => fact('SeatFilled', '2019-01-03', { bodyId: 'panel', seatClass: 'resident', subjectRef })),
  fact('RuleSetAdopted', '2019-01-03', { ruleSetId: 'rules', bodyId: 'panel', quorum: 2 }),
  fact('MandateGranted', '2019-01-03', { mandateId: 'mandate', bodyId: 'panel', ceilingPence: 900_000 }),
  fact('FundOpened', '2019-01-04', { fundId: 'levy' }),
  fact('ReceiptRecorded', '2019-01-05', { fundId: 'levy', lotId: 'lot', amountPence: 1_000_000 }),
  fact('AuthorityGiven', '2019-01-06', { ...where, amountPence: 1_000_000, lots: lots(1_000_000) }),
  fact('EnvelopeApproved', '2019-01-06', { ...where, amountPence: 1_000_000, lots: lots(1_000_000) }),
  fact('AllocationMade', '2019-01-06', { ...onLine, amountPence: 1_000_000 }),
  ...decided('garden', 'garden', 312_345, '2019-02-01'),
  ...decided('kitchen', 'kitchen', 250_050, '2019-02-02'),
  accepted('garden', 212_345, '2019-03-01'),
  paid('garden', 112_345, '2019-03-10'),
  paid('kitchen', 50_050, '2019-03-12', { from: 'committed' }),
  fact('BindingObligationCreated', '2019-02-03', { obligationId: 'duty', dueBy: '2019-04-30' }),
  fact('ObligationDischarged', '2019-04-29', { obligationId: 'duty' }),
];

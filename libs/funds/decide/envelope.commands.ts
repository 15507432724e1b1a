import { Currency, Id, Ids, LedgerCommand, MayBeAskedBy, OneOf, Pence, Several, Words } from '@ledger/event-store';
import { Equals } from 'class-validator';
import { FUND_CLASSES, PAID_FROM } from '../events/index.js';

/** One fund, one body, one period: the place from which money is spent. */
abstract class EnvelopeCommandBase extends LedgerCommand {
  @Id() readonly fundId!: string;
  @Id() readonly bodyId!: string;
  @Id({ example: '2018-19' }) readonly period!: string;
}

export class ApprovedLot {
  @Id() readonly lotId!: string;
  @OneOf(FUND_CLASSES) readonly class!: (typeof FUND_CLASSES)[number];
  @Pence() readonly amountPence!: number;
}
/** Please take up the authority that the fund gave. Asked by a policy when it was given. */
@MayBeAskedBy('policy')
export class ApproveEnvelope extends EnvelopeCommandBase {
  @Equals('ApproveEnvelope') readonly type = 'ApproveEnvelope';
  @Words(200) readonly title!: string;
  @Ids(1, 20) readonly purposes!: string[];
  @Currency() readonly currency!: string;
  @Pence() readonly amountPence!: number;
  @Several(() => ApprovedLot, 1, 20) readonly lots!: ApprovedLot[];
}

/** Please put part of the envelope on a line. */
@MayBeAskedBy('finance-officer')
export class Allocate extends EnvelopeCommandBase {
  @Equals('Allocate') readonly type = 'Allocate';
  @Id() readonly lineId!: string;
  @Words(200) readonly title!: string;
  @Pence() readonly amountPence!: number;
}

/** Please move authority from one line to another. */
@MayBeAskedBy('finance-officer')
export class Vire extends EnvelopeCommandBase {
  @Equals('Vire') readonly type = 'Vire';
  @Id() readonly fromLineId!: string;
  @Id() readonly toLineId!: string;
  @Pence() readonly amountPence!: number;
}

export class NotedEffect {
  @Id() readonly lineId!: string;
  @Id() readonly awardId!: string;
  @Id() readonly recipientId!: string;
  @Id() readonly purpose!: string;
  @Pence() readonly amountPence!: number;
}
/** Please take note of what a decision allows here, and set the money aside. Asked by a policy. */
@MayBeAskedBy('policy')
export class NoteDecision extends EnvelopeCommandBase {
  @Equals('NoteDecision') readonly type = 'NoteDecision';
  @Id() readonly decisionId!: string;
  @OneOf(['recorded', 'beyond_mandate']) readonly standing!: 'recorded' | 'beyond_mandate';
  @Words(100) readonly recordedBy!: string;
  @Several(() => NotedEffect, 0, 40) readonly effects!: NotedEffect[];
}
@MayBeAskedBy('policy')
export class NoteConfirmation extends EnvelopeCommandBase {
  @Equals('NoteConfirmation') readonly type = 'NoteConfirmation';
  @Id() readonly decisionId!: string;
}
@MayBeAskedBy('policy')
export class NoteRescission extends EnvelopeCommandBase {
  @Equals('NoteRescission') readonly type = 'NoteRescission';
  @Id() readonly decisionId!: string;
}

/** Please promise money to a recipient, under a decision (`decisionRef`). */
@MayBeAskedBy('finance-officer', 'policy')
export class ConfirmCommitment extends EnvelopeCommandBase {
  @Equals('ConfirmCommitment') readonly type = 'ConfirmCommitment';
  @Id() readonly lineId!: string;
  @Id() readonly awardId!: string;
  @Id() readonly recipientId!: string;
  @Id() readonly purpose!: string;
  @Pence() readonly amountPence!: number;
}
/** Please give back what is still promised to an award. */
@MayBeAskedBy('finance-officer')
export class ReleaseCommitment extends EnvelopeCommandBase {
  @Equals('ReleaseCommitment') readonly type = 'ReleaseCommitment';
  @Id() readonly awardId!: string;
  @Pence() readonly amountPence!: number;
}
/** Please accept a milestone: the work was done, and the money for it is owed, under a decision (`decisionRef`). Name the evidence. */
@MayBeAskedBy('commissioner', 'clerk')
export class PostAccrual extends EnvelopeCommandBase {
  @Equals('PostAccrual') readonly type = 'PostAccrual';
  @Id() readonly accrualId!: string;
  @Id() readonly lineId!: string;
  @Id() readonly awardId!: string;
  @Id() readonly recipientId!: string;
  @Id() readonly purpose!: string;
  @Pence() readonly amountPence!: number;
}
/** Please take back an acceptance: what of it is unpaid is only promised again. */
@MayBeAskedBy('commissioner', 'clerk')
export class ReverseAccrual extends EnvelopeCommandBase {
  @Equals('ReverseAccrual') readonly type = 'ReverseAccrual';
  @Id() readonly accrualId!: string;
}
/** Please pay part of what was promised, under a decision (`decisionRef`). */
@MayBeAskedBy('finance-officer')
export class PostPayment extends EnvelopeCommandBase {
  @Equals('PostPayment') readonly type = 'PostPayment';
  @Id() readonly paymentId!: string;
  @Id() readonly lineId!: string;
  @Id() readonly awardId!: string;
  @Id() readonly recipientId!: string;
  @Id() readonly purpose!: string;
  @Pence() readonly amountPence!: number;
  /** Out of accepted work, or straight out of the promise. Left out: out of accepted work while any is unpaid. */
  @OneOf(PAID_FROM, { optional: true }) readonly from?: (typeof PAID_FROM)[number];
}

export type EnvelopeCommand =
  | ApproveEnvelope
  | Allocate
  | Vire
  | NoteDecision
  | NoteConfirmation
  | NoteRescission
  | ConfirmCommitment
  | ReleaseCommitment
  | PostAccrual
  | ReverseAccrual
  | PostPayment;

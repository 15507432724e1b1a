import { Currency, Day, Hash, Id, LedgerCommand, MayBeAskedBy, One, OneOf, Pence, Several, Whole, Words, YesNo } from '@ledger/event-store';
import { Equals, IsDefined } from 'class-validator';

const COUNT_MAX = 10_000_000;

export class Quota {
  @Words(200) readonly stratum!: string;
  @Whole(0, COUNT_MAX) readonly seats!: number;
}
/** Please define a draw by lot. */
@MayBeAskedBy('clerk')
export class DefineSortition extends LedgerCommand {
  @Equals('DefineSortition') readonly type = 'DefineSortition';
  @Id() readonly sortitionId!: string;
  @Id() readonly bodyId!: string;
  @Whole(1, COUNT_MAX) readonly target!: number;
  @Whole(1, COUNT_MAX) readonly invitations!: number;
  @Several(() => Quota, 0, 40) readonly quotas!: Quota[];
  @Words(200) readonly algorithm!: string;
}
@MayBeAskedBy('clerk')
export class IssueInvitations extends LedgerCommand {
  @Equals('IssueInvitations') readonly type = 'IssueInvitations';
  @Id() readonly sortitionId!: string;
  @Whole(1, COUNT_MAX) readonly invitations!: number;
}
@MayBeAskedBy('clerk')
export class SealPool extends LedgerCommand {
  @Equals('SealPool') readonly type = 'SealPool';
  @Id() readonly sortitionId!: string;
  @Hash() readonly commitment!: string;
}
/** Please record a draw that was held elsewhere: how many were chosen, and the hash of the result. */
@MayBeAskedBy('clerk')
export class RecordDraw extends LedgerCommand {
  @Equals('RecordDraw') readonly type = 'RecordDraw';
  @Id() readonly sortitionId!: string;
  @Whole(1, COUNT_MAX) readonly selected!: number;
  @Hash() readonly outputHash!: string;
}
export type SortitionCommand = DefineSortition | IssueInvitations | SealPool | RecordDraw;

/** Please call an assembly on one question; what binds is fixed from here on. */
@MayBeAskedBy('clerk')
export class ConveneAssembly extends LedgerCommand {
  @Equals('ConveneAssembly') readonly type = 'ConveneAssembly';
  @Id() readonly assemblyId!: string;
  @Id() readonly bodyId!: string;
  @Words(2000) readonly question!: string;
  @Id() readonly commissionedBy!: string;
  @Whole(1, 10_000) readonly thresholdNumerator!: number;
  @Whole(1, 10_000) readonly thresholdDenominator!: number;
  @OneOf(['votes_cast', 'participants']) readonly denominator!: 'votes_cast' | 'participants';
}
@MayBeAskedBy('clerk')
export class PublishInformationPack extends LedgerCommand {
  @Equals('PublishInformationPack') readonly type = 'PublishInformationPack';
  @Id() readonly assemblyId!: string;
  @Hash() readonly sha256!: string;
  @Words(200) readonly title!: string;
}
/** Please record how an assembly voted on a recommendation, as counts. */
@MayBeAskedBy('clerk')
export class RecordVote extends LedgerCommand {
  @Equals('RecordVote') readonly type = 'RecordVote';
  @Id() readonly assemblyId!: string;
  @Id() readonly recommendationId!: string;
  @Words(2000) readonly text!: string;
  @Whole(0, COUNT_MAX) readonly for!: number;
  @Whole(0, COUNT_MAX) readonly against!: number;
  @Whole(0, COUNT_MAX) readonly abstain!: number;
  @Whole(1, COUNT_MAX) readonly participants!: number;
  @Id() readonly dutyOn!: string;
  @Day() readonly dueBy!: string;
}
export type AssemblyCommand = ConveneAssembly | PublishInformationPack | RecordVote;

export class OptionConsidered {
  @Words(200) readonly option!: string;
  @YesNo() readonly chosen!: boolean;
  @Words(2000) readonly why!: string;
}
export class Tally {
  @Whole(0, COUNT_MAX) readonly for!: number;
  @Whole(0, COUNT_MAX) readonly against!: number;
  @Whole(0, COUNT_MAX) readonly abstained!: number;
  @Whole(0, COUNT_MAX) readonly present!: number;
  @Whole(0, COUNT_MAX) readonly eligible!: number;
  /** How the chair broke a tie, where the rules let the chair do so. */
  @OneOf(['for', 'against'], { optional: true }) readonly castingVote?: 'for' | 'against';
}
/** Who sat, counted by seat class. Every seat of the class took part, stood aside or was away. */
export class SatByClass {
  @Id() readonly seatClass!: string;
  @Whole(0, COUNT_MAX) readonly seats!: number;
  @Whole(0, COUNT_MAX) readonly tookPart!: number;
  @Whole(0, COUNT_MAX) readonly stoodAside!: number;
  @Whole(0, COUNT_MAX) readonly away!: number;
}
export class Effect {
  @Id() readonly fundId!: string;
  @Id() readonly bodyId!: string;
  @Id() readonly period!: string;
  @Id() readonly lineId!: string;
  @Id() readonly awardId!: string;
  @Id() readonly recipientId!: string;
  @Id() readonly purpose!: string;
  @Pence() readonly amountPence!: number;
  @Currency() readonly currency!: string;
}
export class Duty {
  @Id() readonly obligationId!: string;
  @Words(2000) readonly duty!: string;
  @Id() readonly on!: string;
  @Day() readonly dueBy!: string;
}
/** Please record a decision in full. Money waits until it is confirmed. */
@MayBeAskedBy('clerk', 'chair')
export class RecordDecision extends LedgerCommand {
  @Equals('RecordDecision') readonly type = 'RecordDecision';
  @Id() readonly decisionId!: string;
  @Id() readonly bodyId!: string;
  @Id() readonly mandateId!: string;
  @Words(200) readonly title!: string;
  @Words(2000) readonly question!: string;
  @Several(() => OptionConsidered, 1, 20) readonly options!: OptionConsidered[];
  @Words(2000) readonly reasons!: string;
  @Words(2000) readonly conflicts!: string;
  @IsDefined() @One(() => Tally) readonly tally!: Tally;
  @Several(() => SatByClass, 0, 20) readonly sat!: SatByClass[];
  @Id() readonly ruleSetId!: string;
  @Whole(1, 10_000) readonly ruleSetVersion!: number;
  /** The entry its members saw; left out, the file says "not stated". */
  @Whole(0, Number.MAX_SAFE_INTEGER, { optional: true }) readonly seenEntry?: number;
  @Day() readonly callInUntil!: string;
  @Several(() => Effect, 0, 40) readonly effects!: Effect[];
  /** What it obliges somebody to do, and by when; a duty from its confirmation on. */
  @Several(() => Duty, 0, 20, { optional: true }) readonly duties?: Duty[];
}
@MayBeAskedBy('clerk', 'chair', 'commissioner')
export class ConfirmDecision extends LedgerCommand {
  @Equals('ConfirmDecision') readonly type = 'ConfirmDecision';
  @Id() readonly decisionId!: string;
}
@MayBeAskedBy('clerk', 'chair', 'commissioner')
export class RescindDecision extends LedgerCommand {
  @Equals('RescindDecision') readonly type = 'RescindDecision';
  @Id() readonly decisionId!: string;
  @Words(2000) readonly why!: string;
}
@MayBeAskedBy('policy')
export class NoteBeyondMandate extends LedgerCommand {
  @Equals('NoteBeyondMandate') readonly type = 'NoteBeyondMandate';
  @Id() readonly decisionId!: string;
  @Words(200) readonly code!: string;
  @Words(2000) readonly words!: string;
}
export type DecisionCommand = RecordDecision | NoteBeyondMandate | ConfirmDecision | RescindDecision;

@MayBeAskedBy('policy')
export class CreateObligation extends LedgerCommand {
  @Equals('CreateObligation') readonly type = 'CreateObligation';
  @Id() readonly obligationId!: string;
  @Words(2000) readonly duty!: string;
  @Id() readonly on!: string;
  @Day() readonly dueBy!: string;
  @Id() readonly createdBy!: string;
  @Id() readonly because!: string;
}
@MayBeAskedBy('clerk', 'commissioner')
export class ReportProgress extends LedgerCommand {
  @Equals('ReportProgress') readonly type = 'ReportProgress';
  @Id() readonly obligationId!: string;
  @Whole(0, 10_000) readonly shareBasisPoints!: number;
  @Words(2000) readonly words!: string;
}
/** Please close an obligation as done; name the hash of the evidence. */
@MayBeAskedBy('clerk', 'commissioner')
export class DischargeObligation extends LedgerCommand {
  @Equals('DischargeObligation') readonly type = 'DischargeObligation';
  @Id() readonly obligationId!: string;
  @Hash({ optional: true }) readonly sha256?: string;
}
@MayBeAskedBy('clerk', 'chair', 'commissioner')
export class ReleaseObligation extends LedgerCommand {
  @Equals('ReleaseObligation') readonly type = 'ReleaseObligation';
  @Id() readonly obligationId!: string;
  @Id() readonly releasedBy!: string;
  @Words(2000) readonly why!: string;
}
export type ObligationCommand = CreateObligation | ReportProgress | DischargeObligation | ReleaseObligation;

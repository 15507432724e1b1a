import { Currency, Day, Hash, Id, Ids, LedgerCommand, MayBeAskedBy, OneOf, Pence, Several, Whole, Words } from '@ledger/event-store';
import { Equals } from 'class-validator';
import { BINDING_MODES, BODY_TYPES, ORGANISATION_KINDS, SEAT_ROUTES } from '../events/index.js';

const COUNT_MAX = 1_000_000;

/** Please begin this ledger. Asked once, by the operator. */
@MayBeAskedBy('operator')
export class OpenLedger extends LedgerCommand {
  @Equals('OpenLedger') readonly type = 'OpenLedger';
  @Hash() readonly catalogueHash!: string;
}

export class Identifier {
  @Id({ example: 'gb-chc' }) readonly scheme!: string;
  @Words(200) readonly value!: string;
}
/** Please register an organisation under its official name. */
@MayBeAskedBy('clerk', 'commissioner', 'finance-officer')
export class RegisterOrganisation extends LedgerCommand {
  @Equals('RegisterOrganisation') readonly type = 'RegisterOrganisation';
  @Id() readonly organisationId!: string;
  @Words(200) readonly name!: string;
  @OneOf(ORGANISATION_KINDS) readonly kind!: (typeof ORGANISATION_KINDS)[number];
  @Several(() => Identifier, 0, 10) readonly identifiers!: Identifier[];
}

/** Please give somebody a role. */
@MayBeAskedBy('operator', 'role-granter')
export class GrantRole extends LedgerCommand {
  @Equals('GrantRole') readonly type = 'GrantRole';
  @Id() readonly subject!: string;
  @Id() readonly role!: string;
}
/** Please take a role back. */
@MayBeAskedBy('operator', 'role-granter')
export class RevokeRole extends LedgerCommand {
  @Equals('RevokeRole') readonly type = 'RevokeRole';
  @Id() readonly subject!: string;
  @Id() readonly role!: string;
}

export class SeatClass {
  @Id() readonly seatClass!: string;
  @Whole(1, COUNT_MAX) readonly seats!: number;
}
/** Please set up a body that decides. */
@MayBeAskedBy('clerk')
export class ConstituteBody extends LedgerCommand {
  @Equals('ConstituteBody') readonly type = 'ConstituteBody';
  @Id() readonly bodyId!: string;
  @Words(200) readonly name!: string;
  @OneOf(BODY_TYPES) readonly bodyType!: (typeof BODY_TYPES)[number];
  @Words(200) readonly area!: string;
  @Several(() => SeatClass, 1, 20) readonly composition!: SeatClass[];
}
/** Please fill a seat with a person, named by a pseudonym. */
@MayBeAskedBy('clerk')
export class FillSeat extends LedgerCommand {
  @Equals('FillSeat') readonly type = 'FillSeat';
  @Id() readonly bodyId!: string;
  @Id() readonly seatClass!: string;
  @Id() readonly subjectRef!: string;
  @OneOf(SEAT_ROUTES) readonly route!: (typeof SEAT_ROUTES)[number];
  @Day({ optional: true }) readonly termUntil?: string;
}
@MayBeAskedBy('clerk')
export class VacateSeat extends LedgerCommand {
  @Equals('VacateSeat') readonly type = 'VacateSeat';
  @Id() readonly bodyId!: string;
  @Id() readonly subjectRef!: string;
  @OneOf(['term_ended', 'resigned', 'removed', 'other']) readonly why!: 'term_ended' | 'resigned' | 'removed' | 'other';
}

abstract class Rules extends LedgerCommand {
  @Id() readonly ruleSetId!: string;
  @Whole(1, 10_000) readonly version!: number;
  @Id() readonly bodyId!: string;
  @Hash() readonly hash!: string;
  @Day() readonly effectiveFrom!: string;
  @Whole(1, COUNT_MAX) readonly quorum!: number;
  @Whole(1, COUNT_MAX) readonly thresholdNumerator!: number;
  @Whole(1, COUNT_MAX) readonly thresholdDenominator!: number;
  @OneOf(['votes_cast', 'participants', 'members']) readonly denominator!: 'votes_cast' | 'participants' | 'members';
  @Whole(0, 365) readonly callInDays!: number;
  @OneOf(['lost', 'chair']) readonly tieBreak!: 'lost' | 'chair';
}
/** Please adopt a body's rules of procedure. */
@MayBeAskedBy('clerk')
export class AdoptRuleSet extends Rules {
  @Equals('AdoptRuleSet') readonly type = 'AdoptRuleSet';
}
@MayBeAskedBy('policy')
export class NoteRuleSet extends Rules {
  @Equals('NoteRuleSet') readonly type = 'NoteRuleSet';
}

abstract class MandateTerms extends LedgerCommand {
  @Id() readonly mandateId!: string;
  @Id() readonly bodyId!: string;
  @Id() readonly grantedBy!: string;
  @Words(2000) readonly scope!: string;
  @Ids(1, 20) readonly purposes!: string[];
  @OneOf(BINDING_MODES) readonly bindingMode!: (typeof BINDING_MODES)[number];
  @Pence({ nought: true }) readonly ceilingPence!: number;
  @Currency() readonly currency!: string;
  @Day() readonly from!: string;
  @Day({ optional: true }) readonly until?: string;
}
/** Please give a body the power to decide. */
@MayBeAskedBy('clerk', 'commissioner')
export class GrantMandate extends MandateTerms {
  @Equals('GrantMandate') readonly type = 'GrantMandate';
}
@MayBeAskedBy('policy')
export class NoteMandate extends MandateTerms {
  @Equals('NoteMandate') readonly type = 'NoteMandate';
}

export class DecidedEffect {
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
/** Please hold a recorded decision against the body's mandate and rules. Asked by a policy. */
@MayBeAskedBy('policy')
export class WeighDecision extends LedgerCommand {
  @Equals('WeighDecision') readonly type = 'WeighDecision';
  @Id() readonly bodyId!: string;
  @Id() readonly decisionId!: string;
  @Id() readonly mandateId!: string;
  @Id() readonly ruleSetId!: string;
  @Whole(1, 10_000) readonly ruleSetVersion!: number;
  @Whole(0, COUNT_MAX) readonly for!: number;
  @Whole(0, COUNT_MAX) readonly against!: number;
  @Whole(0, COUNT_MAX) readonly abstained!: number;
  @Whole(0, COUNT_MAX) readonly present!: number;
  @OneOf(['for', 'against'], { optional: true }) readonly castingVote?: 'for' | 'against';
  @Day() readonly callInUntil!: string;
  @Words(100) readonly recordedBy!: string;
  @Several(() => DecidedEffect, 0, 40) readonly effects!: DecidedEffect[];
}

export type RoleCommand = GrantRole | RevokeRole;
export type BodyCommand = ConstituteBody | FillSeat | VacateSeat | NoteRuleSet | NoteMandate | WeighDecision;

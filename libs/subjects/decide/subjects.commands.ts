import { Day, Id, Ids, LedgerCommand, MayBeAskedBy, OneOf, Pseudonym, Words } from '@ledger/event-store';
import { Equals } from 'class-validator';
import { CAPACITIES, ERASURE_GROUNDS, LAWFUL_BASES, REFUSAL_BASES } from '../events/index.js';

const NAME_MAX = 200;
const CONTACT_MAX = 500;
const WHY_MAX = 2000;
const RECIPIENTS_MAX = 50;
/** Who decides about people's data, and nobody else. */
export const PROTECTOR = 'data-protection-officer';

abstract class AboutSubject extends LedgerCommand {
  @Pseudonym() readonly subjectRef!: string;
}

/** Please take in a person's details, sealed by a key of their own. */
@MayBeAskedBy('clerk', PROTECTOR)
export class EnrolSubject extends AboutSubject {
  @Equals('EnrolSubject') readonly type = 'EnrolSubject';
  @OneOf(CAPACITIES) readonly capacity!: (typeof CAPACITIES)[number];
  @OneOf(LAWFUL_BASES) readonly lawfulBasis!: (typeof LAWFUL_BASES)[number];
  @Words(NAME_MAX) readonly name!: string;
  /** An address, a number: however the person wishes to be reached. */
  @Words(CONTACT_MAX, { optional: true }) readonly contact?: string;
}
/** Please put a person's details right. What is left out stays as it is. */
@MayBeAskedBy('clerk', PROTECTOR)
export class RectifyDetails extends AboutSubject {
  @Equals('RectifyDetails') readonly type = 'RectifyDetails';
  @Words(NAME_MAX, { optional: true }) readonly name?: string;
  @Words(CONTACT_MAX, { optional: true }) readonly contact?: string;
}
/** Please let nothing about a person be erased until further notice. */
@MayBeAskedBy(PROTECTOR)
export class PlaceLegalHold extends AboutSubject {
  @Equals('PlaceLegalHold') readonly type = 'PlaceLegalHold';
  @Id() readonly holdId!: string;
  @Words(WHY_MAX) readonly why!: string;
}
@MayBeAskedBy(PROTECTOR)
export class LiftLegalHold extends AboutSubject {
  @Equals('LiftLegalHold') readonly type = 'LiftLegalHold';
  @Id() readonly holdId!: string;
}
/** A person asks to be erased. */
@MayBeAskedBy('clerk', PROTECTOR)
export class RequestErasure extends AboutSubject {
  @Equals('RequestErasure') readonly type = 'RequestErasure';
  @OneOf(ERASURE_GROUNDS) readonly ground!: (typeof ERASURE_GROUNDS)[number];
}
/** The answer is no, by this basis in law; the explanation is public, and says nothing about the person. */
@MayBeAskedBy(PROTECTOR)
export class RefuseErasure extends AboutSubject {
  @Equals('RefuseErasure') readonly type = 'RefuseErasure';
  @OneOf(REFUSAL_BASES) readonly basis!: (typeof REFUSAL_BASES)[number];
  @Words(WHY_MAX) readonly explanation!: string;
  @Day({ optional: true }) readonly reviewOn?: string;
}
/** The answer is yes: the key may be destroyed, which nobody can undo. The last backup that holds it expires on the day named. */
@MayBeAskedBy(PROTECTOR)
export class GrantErasure extends AboutSubject {
  @Equals('GrantErasure') readonly type = 'GrantErasure';
  @Day() readonly backupsExpireOn!: string;
}
/** Please destroy the key now. Only the ledger itself asks, when an erasure was granted. */
@MayBeAskedBy('policy')
export class ExecuteErasure extends AboutSubject {
  @Equals('ExecuteErasure') readonly type = 'ExecuteErasure';
}
/** Whoever had been given the person's details was told; an empty list says that nobody had been. */
@MayBeAskedBy('clerk', PROTECTOR)
export class TellRecipients extends AboutSubject {
  @Equals('TellRecipients') readonly type = 'TellRecipients';
  @Ids(0, RECIPIENTS_MAX) readonly recipients!: string[];
}
/** The last backup that held the key has expired. */
@MayBeAskedBy(PROTECTOR)
export class CompleteErasure extends AboutSubject {
  @Equals('CompleteErasure') readonly type = 'CompleteErasure';
}

export type SubjectCommand =
  | EnrolSubject
  | RectifyDetails
  | PlaceLegalHold
  | LiftLegalHold
  | RequestErasure
  | RefuseErasure
  | GrantErasure
  | ExecuteErasure
  | TellRecipients
  | CompleteErasure;

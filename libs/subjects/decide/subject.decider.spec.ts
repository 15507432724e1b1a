import { showsEverything, specify } from '@ledger/kernel/testing';
import type { SubjectEvent } from '../events/index.js';
import { subject, SUBJECT_REFUSALS } from './subject.decider.js';
import {
  CompleteErasure,
  EnrolSubject,
  ExecuteErasure,
  GrantErasure,
  LiftLegalHold,
  PlaceLegalHold,
  RectifyDetails,
  RefuseErasure,
  RequestErasure,
  TellRecipients,
} from './subjects.commands.js';

const spec = specify(subject);
const { given } = spec;
const subjectRef = 'p-4f1c09d2';
const person = { subjectRef, capacity: 'assembly_member', lawfulBasis: 'public_task', name: 'Ada Example' } as const;
const enrolled = { type: 'SubjectEnrolled', data: person } as const;
const held = { type: 'LegalHoldPlaced', data: { subjectRef, holdId: 'appeal', why: 'An appeal is heard' } } as const;
const lifted = { type: 'LegalHoldLifted', data: { subjectRef, holdId: 'appeal' } } as const;
const requested = {
  type: 'ErasureRequested',
  data: { subjectRef, ground: 'no_longer_needed', answerBy: '2026-05-06', takenInBy: 'clerk' },
} as const;
const refused = {
  type: 'ErasureRefused',
  data: { subjectRef, basis: 'archiving', explanation: 'It is kept for the public archive' },
} as const;
const granted = { type: 'ErasureGranted', data: { subjectRef, backupsExpireOn: '2026-05-11' } } as const;
const executed = { type: 'ErasureExecuted', data: { subjectRef, backupsExpireOn: '2026-05-11' } } as const;
const told = { type: 'RecipientsTold', data: { subjectRef, recipients: ['facilitator'] } } satisfies SubjectEvent;
const completed = { type: 'ErasureCompleted', data: { subjectRef } } as const;

const ask = RequestErasure.of({ subjectRef, ground: 'no_longer_needed' });
const grant = GrantErasure.of({ subjectRef, backupsExpireOn: '2026-05-11' });
const hold = PlaceLegalHold.of({ subjectRef, holdId: 'appeal', why: 'An appeal is heard' });
const execute = ExecuteErasure.of({ subjectRef });
const tell = TellRecipients.of({ subjectRef, recipients: ['facilitator'] });
const complete = CompleteErasure.of({ subjectRef });
const officer = { by: 'officer' };

describe('taking a person’s details in', () => {
  it('enrols a person once, under one pseudonym', () => {
    given().when(EnrolSubject.of(person)).then(enrolled);
    given(enrolled).when(EnrolSubject.of(person)).refuses('ALREADY_ENROLLED');
  });
  it('never gives the pseudonym of somebody erased to somebody else', () =>
    given(enrolled, requested, granted, executed).when(EnrolSubject.of(person)).refuses('ALREADY_ENROLLED'));
  it('puts details right, those that are named', () => {
    given(enrolled)
      .when(RectifyDetails.of({ subjectRef, contact: 'ada@example.org' }))
      .then({ type: 'DetailsRectified', data: { subjectRef, contact: 'ada@example.org' } });
    given(enrolled).when(RectifyDetails.of({ subjectRef })).refuses('NOTHING_TO_RECTIFY');
    given()
      .when(RectifyDetails.of({ subjectRef, name: 'Ada' }))
      .refuses('NOT_ENROLLED');
  });
});

describe('a legal hold', () => {
  it('is placed and lifted by its own name', () => {
    given(enrolled).when(hold).then(held);
    given(enrolled, held)
      .when(LiftLegalHold.of({ subjectRef, holdId: 'appeal' }))
      .then(lifted);
    given(enrolled, held).when(hold).refuses('HOLD_ALREADY_PLACED');
    given(enrolled, held, lifted)
      .when(LiftLegalHold.of({ subjectRef, holdId: 'appeal' }))
      .refuses('NO_SUCH_HOLD');
  });
  it('stops an erasure until the last one is lifted', () => {
    given(enrolled, held, requested).when(grant, officer).refuses('UNDER_LEGAL_HOLD', { holds: 1 });
    given(enrolled, requested, held, lifted).when(grant, officer).then(granted);
  });
  it('comes too late once the erasure was granted: the key may be gone already', () =>
    given(enrolled, requested, granted).when(hold).refuses('BEYOND_USE'));
});

describe('asking to be erased', () => {
  it('is answered within a month, to the day, or by the last day of a shorter one', () => {
    given(enrolled).when(ask, { by: 'clerk', at: '2026-04-06T10:00:00.000Z' }).then(requested);
    given(enrolled)
      .when(ask, { by: 'clerk', at: '2027-01-31T10:00:00.000Z' })
      .then({ ...requested, data: { ...requested.data, answerBy: '2027-02-28' } });
    given(enrolled)
      .when(ask, { by: 'clerk', at: '2026-12-31T10:00:00.000Z' })
      .then({ ...requested, data: { ...requested.data, answerBy: '2027-01-31' } });
  });
  it('is asked by people who are here, and once at a time', () => {
    given().when(ask).refuses('NOT_ENROLLED');
    given(enrolled, requested).when(ask).refuses('ERASURE_ALREADY_REQUESTED');
    given(enrolled, requested, granted, executed).when(ask).refuses('BEYOND_USE');
  });
  it('is refused by a basis in law, under a hold too, and may be asked again', () => {
    given(enrolled, held, requested).when(RefuseErasure.of(refused.data)).then(refused);
    given(enrolled, requested)
      .when(RefuseErasure.of({ ...refused.data, reviewOn: '2026-09-01' }))
      .then({ ...refused, data: { ...refused.data, reviewOn: '2026-09-01' } });
    given(enrolled, requested, refused).when(ask, { by: 'clerk' }).then(requested);
    given(enrolled, requested, refused).when(RefuseErasure.of(refused.data)).refuses('ERASURE_NOT_REQUESTED');
  });
  it('is granted by somebody else than took it in: a key cannot be destroyed back', () => {
    given(enrolled, requested).when(grant, officer).then(granted);
    given(enrolled, requested).when(grant, { by: 'clerk' }).refuses('SAME_PERSON_TOOK_IT_IN');
    given(enrolled, requested).when(grant, { by: 'archivist', onBehalfOf: 'clerk' }).refuses('SAME_PERSON_TOOK_IT_IN');
    given(enrolled).when(grant, officer).refuses('ERASURE_NOT_REQUESTED');
  });
  it('names a day for the last backup that is not past', () => {
    given(enrolled, requested)
      .when(grant, { ...officer, at: '2026-05-11T23:59:59.999Z' })
      .then(granted);
    given(enrolled, requested)
      .when(grant, { ...officer, at: '2026-05-12T00:00:00.000Z' })
      .refuses('BACKUPS_ALREADY_EXPIRED');
  });
});

describe('being erased', () => {
  it('is executed once it was granted, and once only', () => {
    given(enrolled, requested, granted).when(execute).then(executed);
    given(enrolled, requested).when(execute).refuses('ERASURE_NOT_GRANTED');
    given(enrolled, requested, granted, executed).when(execute).refuses('ERASURE_NOT_GRANTED');
  });
  it('is told to whoever had been given the details, once', () => {
    given(enrolled, requested, granted, executed).when(tell).then(told);
    given(enrolled, requested, granted).when(tell).refuses('KEY_NOT_DESTROYED');
    given(enrolled, requested, granted, executed, told).when(tell).refuses('RECIPIENTS_ALREADY_TOLD');
  });
  it('is complete the day after the last backup expired, not on that day, and not before the recipients were told', () => {
    given(enrolled, requested, granted, executed, told).when(complete, { at: '2026-05-12T00:00:00.000Z' }).then(completed);
    given(enrolled, requested, granted, executed, told).when(complete, { at: '2026-05-11T23:59:59.999Z' }).refuses('HORIZON_NOT_REACHED');
    given(enrolled, requested, granted, executed).when(complete, { at: '2026-05-12T00:00:00.000Z' }).refuses('RECIPIENTS_NOT_TOLD');
    given(enrolled, requested, granted).when(complete, { at: '2026-05-12T00:00:00.000Z' }).refuses('KEY_NOT_DESTROYED');
    given(enrolled, requested, granted, executed, told, completed).when(complete, { at: '2026-05-13T00:00:00.000Z' }).then();
  });
});

showsEverything(SUBJECT_REFUSALS, spec);

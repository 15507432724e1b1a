import { type Decider, monthAfter, type Refuse, sayNo } from '@ledger/kernel';
import type { SubjectEvent } from '../events/index.js';
import type { SubjectCommand } from './subjects.commands.js';

export const SUBJECT_REFUSALS = [
  'ALREADY_ENROLLED',
  'NOT_ENROLLED',
  'BEYOND_USE',
  'NOTHING_TO_RECTIFY',
  'HOLD_ALREADY_PLACED',
  'NO_SUCH_HOLD',
  'ERASURE_ALREADY_REQUESTED',
  'ERASURE_NOT_REQUESTED',
  'UNDER_LEGAL_HOLD',
  'SAME_PERSON_TOOK_IT_IN',
  'BACKUPS_ALREADY_EXPIRED',
  'ERASURE_NOT_GRANTED',
  'KEY_NOT_DESTROYED',
  'RECIPIENTS_ALREADY_TOLD',
  'RECIPIENTS_NOT_TOLD',
  'HORIZON_NOT_REACHED',
] as const;
const refuse: Refuse<(typeof SUBJECT_REFUSALS)[number]> = sayNo;

/** How far the person's erasure has come; a refused one is back at `none`. */
type Erasure = 'none' | 'requested' | 'granted' | 'executed' | 'told' | 'completed';
/** What the rules need of a person: no name, no address. `takenInBy` entered the open request. */
type Subject = Readonly<{ enrolled: boolean; holds: readonly string[]; erasure: Erasure; takenInBy: string; backupsExpireOn: string }>;

/** Enrolled, and not on the way out: only then may something new be said about a person. */
function mustBeHere({ enrolled, erasure }: Subject, subjectRef: string): void {
  if (!enrolled) refuse('NOT_ENROLLED', `${subjectRef} is nobody whose details are kept here`);
  if (erasure !== 'none' && erasure !== 'requested')
    refuse('BEYOND_USE', `What was kept about ${subjectRef} is put beyond use: nothing can be added to it`);
}
function mustBeAsked({ erasure }: Subject, subjectRef: string): void {
  if (erasure !== 'requested') refuse('ERASURE_NOT_REQUESTED', `No request to erase ${subjectRef} waits for an answer`);
}
function mustBeExecuted({ erasure }: Subject, subjectRef: string): void {
  if (!['executed', 'told', 'completed'].includes(erasure))
    refuse('KEY_NOT_DESTROYED', `The key of ${subjectRef} was not destroyed: nothing was erased yet`);
}

/** One person under a pseudonym, from taking in to putting beyond use. One stream, so that no hold races a destroyed key. */
export const subject: Decider<Subject, SubjectCommand, SubjectEvent> = {
  category: 'subject',
  stream: ({ subjectRef }) => subjectRef,
  initial: { enrolled: false, holds: [], erasure: 'none', takenInBy: '', backupsExpireOn: '' },
  decide: {
    EnrolSubject({ capacity, contact, lawfulBasis, name, subjectRef }, { enrolled }) {
      if (enrolled) refuse('ALREADY_ENROLLED', `${subjectRef} is enrolled already, or was: a pseudonym is never given twice`);
      return [
        { type: 'SubjectEnrolled', data: { subjectRef, capacity, lawfulBasis, name, ...(contact === undefined ? {} : { contact }) } },
      ];
    },
    RectifyDetails({ contact, name, subjectRef }, state) {
      mustBeHere(state, subjectRef);
      if (name === undefined && contact === undefined) refuse('NOTHING_TO_RECTIFY', 'Say which detail is to be put right: name or contact');
      return [
        {
          type: 'DetailsRectified',
          data: { subjectRef, ...(name === undefined ? {} : { name }), ...(contact === undefined ? {} : { contact }) },
        },
      ];
    },
    PlaceLegalHold({ holdId, subjectRef, why }, state) {
      mustBeHere(state, subjectRef);
      if (state.holds.includes(holdId)) refuse('HOLD_ALREADY_PLACED', `The hold ${holdId} stands already`);
      return [{ type: 'LegalHoldPlaced', data: { subjectRef, holdId, why } }];
    },
    LiftLegalHold({ holdId, subjectRef }, { holds }) {
      if (!holds.includes(holdId)) refuse('NO_SUCH_HOLD', `No hold ${holdId} stands here`);
      return [{ type: 'LegalHoldLifted', data: { subjectRef, holdId } }];
    },
    RequestErasure({ ground, subjectRef }, state, { at, onBehalfOf }) {
      mustBeHere(state, subjectRef);
      if (state.erasure === 'requested')
        refuse('ERASURE_ALREADY_REQUESTED', `A request to erase ${subjectRef} waits for an answer already`);
      return [{ type: 'ErasureRequested', data: { subjectRef, ground, answerBy: monthAfter(at.slice(0, 10)), takenInBy: onBehalfOf } }];
    },
    RefuseErasure({ basis, explanation, reviewOn, subjectRef }, state) {
      mustBeAsked(state, subjectRef);
      return [{ type: 'ErasureRefused', data: { subjectRef, basis, explanation, ...(reviewOn === undefined ? {} : { reviewOn }) } }];
    },
    GrantErasure({ backupsExpireOn, subjectRef }, state, { at, onBehalfOf }) {
      mustBeAsked(state, subjectRef);
      if (state.holds.length > 0)
        refuse('UNDER_LEGAL_HOLD', `${subjectRef} is under a legal hold: lift it first, or refuse the erasure by it`, {
          holds: state.holds.length,
        });
      if (state.takenInBy === onBehalfOf)
        refuse('SAME_PERSON_TOOK_IT_IN', 'Destroying a key cannot be undone: whoever took the request in may not grant it as well');
      if (backupsExpireOn < at.slice(0, 10))
        refuse('BACKUPS_ALREADY_EXPIRED', 'The last backup that holds the key cannot have expired before the key is destroyed');
      return [{ type: 'ErasureGranted', data: { subjectRef, backupsExpireOn } }];
    },
    ExecuteErasure({ subjectRef }, { backupsExpireOn, erasure }) {
      if (erasure !== 'granted') refuse('ERASURE_NOT_GRANTED', `No erasure of ${subjectRef} was granted that still waits`);
      return [{ type: 'ErasureExecuted', data: { subjectRef, backupsExpireOn } }];
    },
    TellRecipients({ recipients, subjectRef }, state) {
      mustBeExecuted(state, subjectRef);
      if (state.erasure !== 'executed') refuse('RECIPIENTS_ALREADY_TOLD', 'They were told already');
      return [{ type: 'RecipientsTold', data: { subjectRef, recipients } }];
    },
    CompleteErasure({ subjectRef }, state, { at }) {
      mustBeExecuted(state, subjectRef);
      if (state.erasure === 'executed')
        refuse('RECIPIENTS_NOT_TOLD', 'Say first who had been given the details and was told, or that nobody had been');
      if (at.slice(0, 10) <= state.backupsExpireOn)
        refuse('HORIZON_NOT_REACHED', `Backups hold the key until the end of ${state.backupsExpireOn}`);
      return state.erasure === 'completed' ? [] : [{ type: 'ErasureCompleted', data: { subjectRef } }];
    },
  },
  evolve: {
    SubjectEnrolled: (state) => ({ ...state, enrolled: true }),
    DetailsRectified: (state) => state,
    LegalHoldPlaced: (state, { data: { holdId } }) => ({ ...state, holds: [...state.holds, holdId] }),
    LegalHoldLifted: (state, { data: { holdId } }) => ({ ...state, holds: state.holds.filter((one) => one !== holdId) }),
    ErasureRequested: (state, { data: { takenInBy } }) => ({ ...state, erasure: 'requested', takenInBy }),
    ErasureRefused: (state) => ({ ...state, erasure: 'none' }),
    ErasureGranted: (state, { data: { backupsExpireOn } }) => ({ ...state, erasure: 'granted', backupsExpireOn }),
    ErasureExecuted: (state) => ({ ...state, erasure: 'executed' }),
    RecipientsTold: (state) => ({ ...state, erasure: 'told' }),
    ErasureCompleted: (state) => ({ ...state, erasure: 'completed' }),
  },
};

import { day, fact, type FactOf, list, office, officialReason, oneOf, optional, personalText, shownTo, slug } from '@ledger/kernel';

/** Why somebody's details are kept at all. */
export const CAPACITIES = ['seat_holder', 'assembly_member', 'panel_member', 'contact_person', 'correspondent'] as const;
/** UK GDPR, article 6(1). */
export const LAWFUL_BASES = ['public_task', 'consent', 'contract', 'legal_obligation', 'legitimate_interests'] as const;
/** UK GDPR, article 17(1): why somebody may ask to be erased. */
export const ERASURE_GROUNDS = ['no_longer_needed', 'consent_withdrawn', 'objection', 'unlawful', 'legal_obligation', 'child'] as const;
/** UK GDPR, article 17(3): why an erasure may be refused, and one more for a request that no ground carries. */
export const REFUSAL_BASES = [
  'freedom_of_expression',
  'legal_obligation',
  'public_task',
  'public_health',
  'archiving',
  'legal_claims',
  'no_ground',
] as const;

/** Words about a person, for those who do the work; nobody's name belongs here. */
const inside = shownTo('tenant', officialReason);
const subjectRef = slug;
const person = 'p-4f1c09d2';

export const SubjectEnrolled = fact('SubjectEnrolled', {
  says: 'A person’s details were taken in under a pseudonym, sealed by a key of their own; the record keeps a commitment to that key.',
  fields: {
    subjectRef,
    capacity: oneOf(...CAPACITIES),
    lawfulBasis: oneOf(...LAWFUL_BASES),
    name: personalText,
    contact: optional(personalText),
  },
  key: 'made',
  example: {
    subjectRef: person,
    capacity: 'assembly_member',
    lawfulBasis: 'public_task',
    name: 'Example Person',
    contact: 'example@example.org',
  },
});
export const DetailsRectified = fact('DetailsRectified', {
  says: 'A person’s details were put right; what stood before is sealed by the same key.',
  fields: { subjectRef, name: optional(personalText), contact: optional(personalText) },
  example: { subjectRef: person, contact: 'another@example.org' },
});
export const LegalHoldPlaced = fact('LegalHoldPlaced', {
  says: 'Nothing about a person may be erased while this hold stands.',
  fields: { subjectRef, holdId: slug, why: inside },
  example: { subjectRef: person, holdId: 'appeal-7', why: 'An appeal against the draw is being heard' },
});
export const LegalHoldLifted = fact('LegalHoldLifted', {
  says: 'A hold came to its end.',
  fields: { subjectRef, holdId: slug },
  example: { subjectRef: person, holdId: 'appeal-7' },
});
export const ErasureRequested = fact('ErasureRequested', {
  says: 'A person asked to be erased. The answer is due within a month.',
  fields: { subjectRef, ground: shownTo('tenant', oneOf(...ERASURE_GROUNDS)), answerBy: day, takenInBy: office },
  example: { subjectRef: person, ground: 'no_longer_needed', answerBy: '2026-04-02', takenInBy: 'panel-clerk' },
});
export const ErasureRefused = fact('ErasureRefused', {
  says: 'An erasure was refused, by a basis in law; the person may complain to the regulator.',
  fields: { subjectRef, basis: oneOf(...REFUSAL_BASES), explanation: officialReason, reviewOn: optional(day) },
  example: {
    subjectRef: person,
    basis: 'legal_claims',
    explanation: 'The record is needed for an appeal that is being heard',
    reviewOn: '2026-09-01',
  },
});
export const ErasureGranted = fact('ErasureGranted', {
  says: 'An erasure was granted: the key is to be destroyed. The last backup that holds it expires on the day named.',
  fields: { subjectRef, backupsExpireOn: day },
  example: { subjectRef: person, backupsExpireOn: '2026-04-20' },
});
export const ErasureExecuted = fact('ErasureExecuted', {
  says: 'The person’s key was destroyed. What it sealed is put beyond use, here and in every copy; every hash over it still stands.',
  fields: { subjectRef, backupsExpireOn: day },
  key: 'destroyed',
  example: { subjectRef: person, backupsExpireOn: '2026-04-20' },
});
export const RecipientsTold = fact('RecipientsTold', {
  says: 'Whoever had been given the person’s details was told that they are erased. No name stands here when nobody had been.',
  fields: { subjectRef, recipients: list(slug, { maxItems: 50 }) },
  example: { subjectRef: person, recipients: ['independent-facilitator'] },
});
export const ErasureCompleted = fact('ErasureCompleted', {
  says: 'The last backup that held the key has expired: no copy of it is left.',
  fields: { subjectRef },
  example: { subjectRef: person },
});

export const subjectFacts = [
  SubjectEnrolled,
  DetailsRectified,
  LegalHoldPlaced,
  LegalHoldLifted,
  ErasureRequested,
  ErasureRefused,
  ErasureGranted,
  ErasureExecuted,
  RecipientsTold,
  ErasureCompleted,
] as const;
export type SubjectEvent = { [K in keyof typeof subjectFacts]: FactOf<(typeof subjectFacts)[K]> }[number];

import {
  count,
  currency,
  day,
  fact,
  type FactOf,
  flag,
  group,
  hash,
  item,
  list,
  office,
  officialReason,
  oneOf,
  optional,
  pence,
  slug,
  title,
} from '@ledger/kernel';

export const SortitionDefined = fact('SortitionDefined', {
  says: 'A draw by lot was defined: how many people, from how many invitations, by which method.',
  fields: {
    sortitionId: slug,
    bodyId: slug,
    target: count,
    invitations: count,
    quotas: list(item({ stratum: title, seats: count })),
    algorithm: title,
  },
  example: {
    sortitionId: 'panel-2018',
    bodyId: 'residents-panel',
    target: 20,
    invitations: 1_000,
    quotas: [],
    algorithm: 'stratified, by an outside body',
  },
});
export const InvitationsIssued = fact('InvitationsIssued', {
  says: 'Invitations to the draw went out. Only the count is kept.',
  fields: { sortitionId: slug, invitations: count },
  example: { sortitionId: 'panel-2018', invitations: 1_000 },
});
export const PoolSealed = fact('PoolSealed', {
  says: 'The pool of those who said yes was fixed; a salted hash commits to it.',
  fields: { sortitionId: slug, commitment: hash },
  example: { sortitionId: 'panel-2018', commitment: 'ab'.repeat(32) },
});
export const DrawExecuted = fact('DrawExecuted', {
  says: 'The draw was held: so many people were chosen, and a hash commits to the result.',
  fields: { sortitionId: slug, selected: count, outputHash: hash },
  example: { sortitionId: 'panel-2018', selected: 20, outputHash: 'cd'.repeat(32) },
});

export const AssemblyConvened = fact('AssemblyConvened', {
  says: 'An assembly was called on one question; the share that binds, and of whom, is fixed from here on.',
  fields: {
    assemblyId: slug,
    bodyId: slug,
    question: officialReason,
    commissionedBy: slug,
    thresholdNumerator: count,
    thresholdDenominator: count,
    denominator: oneOf('votes_cast', 'participants'),
  },
  example: {
    assemblyId: 'flooding',
    bodyId: 'citizens-assembly',
    question: 'How should the city prepare for heavy rain?',
    commissionedBy: 'gdansk',
    thresholdNumerator: 80,
    thresholdDenominator: 100,
    denominator: 'participants',
  },
});
export const InformationPackPublished = fact('InformationPackPublished', {
  says: 'What the members were given to read was published; its hash is kept.',
  fields: { assemblyId: slug, sha256: hash, title },
  example: { assemblyId: 'flooding', sha256: 'ab'.repeat(32), title: 'Information pack' },
});
const vote = {
  assemblyId: slug,
  recommendationId: slug,
  text: officialReason,
  for: count,
  against: count,
  abstain: count,
  participants: count,
} as const;
const voteExample = {
  assemblyId: 'flooding',
  recommendationId: 'rain-gardens',
  text: 'Build rain gardens in every district',
  for: 45,
  against: 9,
  abstain: 2,
  participants: 56,
} as const;
export const RecommendationVoted = fact('RecommendationVoted', {
  says: 'An assembly voted on a recommendation; the counts are kept, the evidence by hash.',
  fields: vote,
  example: voteExample,
});
const met = { assemblyId: slug, recommendationId: slug, text: officialReason, for: count, participants: count, needed: count } as const;
export const ThresholdMet = fact('ThresholdMet', {
  says: 'The share that binds was reached.',
  fields: { ...met, dutyOn: slug, dueBy: day },
  example: {
    assemblyId: 'flooding',
    recommendationId: 'rain-gardens',
    text: 'Build rain gardens in every district',
    for: 45,
    participants: 56,
    needed: 45,
    dutyOn: 'gdansk',
    dueBy: '2017-12-31',
  },
});
export const ThresholdMissed = fact('ThresholdMissed', {
  says: 'The share that binds was not reached: the recommendation stands as advice.',
  fields: met,
  example: {
    assemblyId: 'flooding',
    recommendationId: 'rain-gardens',
    text: 'Build rain gardens in every district',
    for: 44,
    participants: 56,
    needed: 45,
  },
});

const effects = list(
  item({
    fundId: slug,
    bodyId: slug,
    period: slug,
    lineId: slug,
    awardId: slug,
    recipientId: slug,
    purpose: slug,
    amountPence: pence,
    currency,
  }),
  { maxItems: 40 },
);
const effectsExample = [
  {
    fundId: 'levy',
    bodyId: 'residents-panel',
    period: '2018-19',
    lineId: 'round-one',
    awardId: 'award-1',
    recipientId: 'north-end',
    purpose: 'neighbourhood',
    amountPence: 1_700_000,
    currency: 'GBP',
  },
];
/** What a decision obliges somebody to do. It becomes a duty once the decision is confirmed. */
const duties = optional(list(item({ obligationId: slug, duty: officialReason, on: slug, dueBy: day }), { maxItems: 20 }));
export const DecisionRecorded = fact('DecisionRecorded', {
  says: 'A decision was recorded in full: what was asked, what else was considered, why, how they voted, under which rules, what money follows.',
  fields: {
    decisionId: slug,
    bodyId: slug,
    mandateId: slug,
    title,
    question: officialReason,
    options: list(item({ option: title, chosen: flag, why: officialReason }), { minItems: 1, maxItems: 20 }),
    reasons: officialReason,
    conflicts: officialReason,
    tally: group({
      for: count,
      against: count,
      abstained: count,
      present: count,
      eligible: count,
      castingVote: optional(oneOf('for', 'against')),
    }),
    /** Who sat, counted by seat class, never by name. */
    sat: list(item({ seatClass: slug, seats: count, tookPart: count, stoodAside: count, away: count }), { maxItems: 20 }),
    ruleSetId: slug,
    ruleSetVersion: count,
    recordedBy: office,
    /** The entry its members saw, or that nobody stated it. */
    seen: oneOf('entry', 'not_stated'),
    seenEntry: optional(count),
    callInUntil: day,
    effects,
    duties,
  },
  example: {
    decisionId: 'round-one',
    bodyId: 'residents-panel',
    mandateId: 'panel-mandate',
    title: 'Round one',
    question: 'Which groups should round one fund?',
    options: [{ option: 'Fund five groups', chosen: true, why: 'They reach most residents' }],
    reasons: 'They reach most residents',
    conflicts: 'None declared',
    tally: { for: 13, against: 3, abstained: 1, present: 17, eligible: 20 },
    sat: [{ seatClass: 'resident', seats: 20, tookPart: 17, stoodAside: 1, away: 2 }],
    ruleSetId: 'panel-rules',
    ruleSetVersion: 1,
    recordedBy: 'panel-clerk',
    seen: 'not_stated',
    callInUntil: '2018-06-12',
    effects: effectsExample,
  },
});
export const BeyondMandateNoted = fact('BeyondMandateNoted', {
  says: 'It was found that a decision goes beyond what its body may decide. It cannot be confirmed.',
  fields: { decisionId: slug, code: title, words: officialReason },
  example: { decisionId: 'round-one', code: 'BEYOND_CEILING', words: '£400,000 was decided and the mandate goes to £327,000' },
});
export const DecisionConfirmed = fact('DecisionConfirmed', {
  says: 'A decision was confirmed after its call-in period: what it says may now be done.',
  fields: { decisionId: slug, bodyId: slug, effects, duties },
  example: { decisionId: 'round-one', bodyId: 'residents-panel', effects: effectsExample },
});
export const DecisionRescinded = fact('DecisionRescinded', {
  says: 'A decision was taken back, for a reason the public can read.',
  fields: { decisionId: slug, bodyId: slug, why: officialReason, effects },
  example: { decisionId: 'round-one', bodyId: 'residents-panel', why: 'The vote was inquorate', effects: effectsExample },
});

export const BindingObligationCreated = fact('BindingObligationCreated', {
  says: 'A binding result became a duty on a named body, with a day by which it is due.',
  fields: { obligationId: slug, duty: officialReason, on: slug, dueBy: day, createdBy: slug, because: slug },
  example: {
    obligationId: 'rain-gardens',
    duty: 'Build rain gardens in every district',
    on: 'gdansk',
    dueBy: '2017-12-31',
    createdBy: 'citizens-assembly',
    because: 'flooding',
  },
});
export const ObligationProgressReported = fact('ObligationProgressReported', {
  says: 'The body reported how far it has come.',
  fields: { obligationId: slug, shareBasisPoints: count, words: officialReason },
  example: { obligationId: 'rain-gardens', shareBasisPoints: 5_000, words: 'Half of the districts are done' },
});
export const ObligationDischarged = fact('ObligationDischarged', {
  says: 'The duty was done, and there is evidence for it.',
  fields: { obligationId: slug, sha256: hash },
  example: { obligationId: 'rain-gardens', sha256: 'ab'.repeat(32) },
});
export const ObligationReleased = fact('ObligationReleased', {
  says: 'The body that created the duty let it go, for a reason the public can read.',
  fields: { obligationId: slug, releasedBy: slug, why: officialReason },
  example: { obligationId: 'rain-gardens', releasedBy: 'citizens-assembly', why: 'A larger scheme took its place' },
});

export const deliberationFacts = [
  SortitionDefined,
  InvitationsIssued,
  PoolSealed,
  DrawExecuted,
  AssemblyConvened,
  InformationPackPublished,
  RecommendationVoted,
  ThresholdMet,
  ThresholdMissed,
  DecisionRecorded,
  BeyondMandateNoted,
  DecisionConfirmed,
  DecisionRescinded,
  BindingObligationCreated,
  ObligationProgressReported,
  ObligationDischarged,
  ObligationReleased,
] as const;
export type DeliberationEvent = { [K in keyof typeof deliberationFacts]: FactOf<(typeof deliberationFacts)[K]> }[number];

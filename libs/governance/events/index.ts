import {
  count,
  currency,
  day,
  fact,
  type FactOf,
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

export const BINDING_MODES = ['operational', 'advisory', 'binding', 'formal'] as const;
export const SEAT_ROUTES = ['elected', 'appointed', 'sortition', 'nominated'] as const;
export const BODY_TYPES = ['council', 'cabinet', 'joint_action_board', 'area_partnership', 'panel', 'assembly', 'trustees'] as const;
export const ORGANISATION_KINDS = ['council', 'health_body', 'charity', 'company', 'community_group', 'business'] as const;

/** The first fact of every ledger: these are the rules that an auditor checks it by. */
export const LedgerOpened = fact('LedgerOpened', {
  says: 'The ledger was opened; the catalogue of facts had this hash.',
  fields: { catalogueHash: hash },
  example: { catalogueHash: 'ab'.repeat(32) },
});
/** An organisation that gives, holds or receives money. Its name is public: it is never a person. */
export const OrganisationRegistered = fact('OrganisationRegistered', {
  says: 'An organisation was registered under its official name.',
  fields: {
    organisationId: slug,
    name: title,
    kind: oneOf(...ORGANISATION_KINDS),
    identifiers: list(item({ scheme: slug, value: title })),
  },
  example: {
    organisationId: 'barking-and-dagenham',
    name: 'London Borough of Barking and Dagenham',
    kind: 'council',
    identifiers: [{ scheme: 'gb-la', value: 'BDG' }],
  },
});
export const RoleGranted = fact('RoleGranted', {
  says: 'Somebody was given a role. Roles are facts, so that anyone can see later who could have done what.',
  fields: { subject: slug, role: slug, grantedBy: office },
  example: { subject: 'finance-manager', role: 'finance-officer', grantedBy: 'operator' },
});
export const RoleRevoked = fact('RoleRevoked', {
  says: 'A role was taken back.',
  fields: { subject: slug, role: slug },
  example: { subject: 'finance-manager', role: 'finance-officer' },
});
export const BodyConstituted = fact('BodyConstituted', {
  says: 'A body that decides was set up, with so many seats of each class.',
  fields: {
    bodyId: slug,
    name: title,
    bodyType: oneOf(...BODY_TYPES),
    area: title,
    composition: list(item({ seatClass: slug, seats: count }), { minItems: 1 }),
  },
  example: {
    bodyId: 'residents-panel',
    name: 'Residents’ Panel',
    bodyType: 'panel',
    area: 'Barking and Dagenham',
    composition: [{ seatClass: 'resident', seats: 20 }],
  },
});
export const SeatFilled = fact('SeatFilled', {
  says: 'A person, under a pseudonym, took a seat.',
  fields: { bodyId: slug, seatClass: slug, subjectRef: slug, route: oneOf(...SEAT_ROUTES), termUntil: optional(day) },
  example: { bodyId: 'residents-panel', seatClass: 'resident', subjectRef: 'p-4f1c', route: 'sortition' },
});
export const SeatVacated = fact('SeatVacated', {
  says: 'A seat became free.',
  fields: { bodyId: slug, seatClass: slug, subjectRef: slug, why: oneOf('term_ended', 'resigned', 'removed', 'other') },
  example: { bodyId: 'residents-panel', seatClass: 'resident', subjectRef: 'p-4f1c', why: 'resigned' },
});

const rules = {
  ruleSetId: slug,
  version: count,
  bodyId: slug,
  hash,
  effectiveFrom: day,
  /** How many members must be there. */
  quorum: count,
  /** What share of the denominator must be for it, as a fraction of whole numbers. */
  thresholdNumerator: count,
  thresholdDenominator: count,
  denominator: oneOf('votes_cast', 'participants', 'members'),
  callInDays: count,
  tieBreak: oneOf('lost', 'chair'),
} as const;
const rulesExample = {
  ruleSetId: 'panel-rules',
  version: 1,
  bodyId: 'residents-panel',
  hash: 'cd'.repeat(32),
  effectiveFrom: '2018-02-27',
  quorum: 11,
  thresholdNumerator: 1,
  thresholdDenominator: 2,
  denominator: 'votes_cast',
  callInDays: 5,
  tieBreak: 'lost',
} as const;
export const RuleSetAdopted = fact('RuleSetAdopted', {
  says: 'A body’s rules came into force: quorum, threshold and its denominator, call-in, ties.',
  fields: rules,
  example: rulesExample,
});
export const RuleSetNoted = fact('RuleSetNoted', {
  says: 'The body took note of the rules that it must decide under.',
  fields: rules,
  example: rulesExample,
});

const mandate = {
  mandateId: slug,
  bodyId: slug,
  grantedBy: slug,
  scope: officialReason,
  purposes: list(slug, { minItems: 1 }),
  bindingMode: oneOf(...BINDING_MODES),
  ceilingPence: pence,
  currency,
  from: day,
  until: optional(day),
} as const;
const mandateExample = {
  mandateId: 'panel-mandate',
  bodyId: 'residents-panel',
  grantedBy: 'barking-and-dagenham',
  scope: 'Which local groups the neighbourhood part of the levy goes to',
  purposes: ['neighbourhood'] as string[],
  bindingMode: 'binding',
  ceilingPence: 32_700_000,
  currency: 'GBP',
  from: '2018-02-27',
} as const;
export const MandateGranted = fact('MandateGranted', {
  says: 'A body was given the power to decide: what about, up to how much, and how far it binds.',
  fields: mandate,
  example: mandateExample,
});
export const MandateNoted = fact('MandateNoted', { says: 'The body took note of its mandate.', fields: mandate, example: mandateExample });

/** What money follows from a decision. */
export const effects = list(
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
export const effectsExample = [
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
export const DecisionAdmitted = fact('DecisionAdmitted', {
  says: 'The body’s own rules and mandate were held against a decision, and it stands within them.',
  fields: { decisionId: slug, bodyId: slug, mandateId: slug, recordedBy: office, effects },
  example: {
    decisionId: 'round-one',
    bodyId: 'residents-panel',
    mandateId: 'panel-mandate',
    recordedBy: 'panel-clerk',
    effects: effectsExample,
  },
});
export const UltraViresFlagged = fact('UltraViresFlagged', {
  says: 'A decision went beyond what its body may decide. No money can follow from it.',
  fields: { decisionId: slug, bodyId: slug, code: title, words: officialReason, recordedBy: office, effects },
  example: {
    decisionId: 'round-one',
    bodyId: 'residents-panel',
    code: 'BEYOND_CEILING',
    words: '£400,000 was decided and the mandate goes to £327,000',
    recordedBy: 'panel-clerk',
    effects: effectsExample,
  },
});

export const governanceFacts = [
  LedgerOpened,
  OrganisationRegistered,
  RoleGranted,
  RoleRevoked,
  BodyConstituted,
  SeatFilled,
  SeatVacated,
  RuleSetAdopted,
  RuleSetNoted,
  MandateGranted,
  MandateNoted,
  DecisionAdmitted,
  UltraViresFlagged,
] as const;
export type GovernanceEvent = { [K in keyof typeof governanceFacts]: FactOf<(typeof governanceFacts)[K]> }[number];

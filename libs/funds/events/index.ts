import { basisPoints, currency, fact, type FactOf, item, list, office, officialReason, oneOf, pence, slug, title } from '@ledger/kernel';

export const FUND_CLASSES = [
  'general',
  'ring_fenced',
  'grant_conditional',
  'capital',
  'unrestricted_general',
  'unrestricted_designated',
  'restricted_income',
  'endowment_expendable',
  'endowment_permanent',
] as const;
const fundClass = oneOf(...FUND_CLASSES);
const lots = list(item({ lotId: slug, class: fundClass, amountPence: pence }), { minItems: 1, maxItems: 40 });
const NOT_SPENDABLE = ['endowment_permanent'] as const;
const envelope = { fundId: slug, bodyId: slug, period: slug, currency, amountPence: pence } as const;
const line = { ...envelope, lineId: slug } as const;
const where = { fundId: 'levy', bodyId: 'residents-panel', period: '2018-19', currency: 'GBP' } as const;

export const FundOpened = fact('FundOpened', {
  says: 'A fund was opened: money held for a purpose, under a restriction.',
  fields: { fundId: slug, title, class: fundClass, purpose: officialReason, purposes: list(slug, { minItems: 1 }), currency, holder: slug },
  example: {
    fundId: 'levy',
    title: 'Community infrastructure levy',
    class: 'ring_fenced',
    purpose: 'What the area needs because of new building',
    purposes: ['neighbourhood'],
    currency: 'GBP',
    holder: 'barking-and-dagenham',
  },
});

/** A forecast as it was first told, a single figure. Read as a range of one since income was forecast in ranges. */
export const IncomeForecast = fact('IncomeForecast', {
  says: 'Income was expected (the first form, a single figure; read as a range today).',
  fields: { fundId: slug, amountPence: pence, currency, period: slug },
  example: { fundId: 'levy', amountPence: 50_000_000, currency: 'GBP', period: '2018-19' },
});
export const IncomeForecast2 = fact('IncomeForecast.2', {
  version: 2,
  says: 'Income is expected between two figures. A forecast is not money: nothing can be promised or spent from it.',
  fields: { fundId: slug, lowPence: pence, highPence: pence, currency, period: slug },
  example: { fundId: 'levy', lowPence: 15_000_000, highPence: 80_000_000, currency: 'GBP', period: '2018-20' },
});
export const ReceiptRecorded = fact('ReceiptRecorded', {
  says: 'Money was received into a fund, as one lot.',
  fields: { fundId: slug, lotId: slug, class: fundClass, kind: oneOf('income', 'opening'), amountPence: pence, currency, source: slug },
  postings: [
    { account: 'C:{class}:{lotId}', amount: 'amountPence', sign: 1 },
    { account: 'I:{class}:{lotId}', amount: 'amountPence', sign: -1, when: { kind: ['income'] } },
    { account: 'O:{class}:{lotId}', amount: 'amountPence', sign: -1, when: { kind: ['opening'] } },
    { account: 'F:Unassigned:{lotId}', amount: 'amountPence', sign: 1, unless: { class: NOT_SPENDABLE } },
    { account: 'F:Authority', amount: 'amountPence', sign: -1, unless: { class: NOT_SPENDABLE } },
  ],
  example: {
    fundId: 'levy',
    lotId: 'levy-2018',
    class: 'ring_fenced',
    kind: 'income',
    amountPence: 218_000_000,
    currency: 'GBP',
    source: 'developers',
  },
});
export const ReceiptSplit = fact('ReceiptSplit', {
  says: 'A receipt was split into lots by shares in basis points; the lots come to the receipt.',
  fields: { fundId: slug, lotId: slug, class: fundClass, amountPence: pence, currency, lots, shares: list(basisPoints) },
  postings: [
    { account: 'I:{class}:{lotId}', amount: 'amountPence', sign: 1 },
    { account: 'C:{.class}:{.lotId}', each: 'lots', amount: '.amountPence', sign: 1 },
    { account: 'F:Unassigned:{.lotId}', each: 'lots', amount: '.amountPence', sign: 1, unless: { '.class': NOT_SPENDABLE } },
    { account: 'C:{class}:{lotId}', amount: 'amountPence', sign: -1 },
    { account: 'I:{.class}:{.lotId}', each: 'lots', amount: '.amountPence', sign: -1 },
    { account: 'F:Unassigned:{lotId}', amount: 'amountPence', sign: -1, unless: { class: NOT_SPENDABLE } },
  ],
  example: {
    fundId: 'levy',
    lotId: 'levy-2018',
    class: 'ring_fenced',
    amountPence: 218_000_000,
    currency: 'GBP',
    shares: [1_500, 8_500],
    lots: [
      { lotId: 'neighbourhood', class: 'ring_fenced', amountPence: 32_700_000 },
      { lotId: 'strategic', class: 'ring_fenced', amountPence: 185_300_000 },
    ],
  },
});
const given = { ...envelope, lots, title, purposes: list(slug, { minItems: 1 }) } as const;
const givenExample = {
  ...where,
  amountPence: 32_700_000,
  title: 'Neighbourhood part of the levy, 2018–19',
  purposes: ['neighbourhood'],
  lots: [{ lotId: 'neighbourhood', class: 'ring_fenced', amountPence: 32_700_000 }],
} as const;
export const AuthorityGiven = fact('AuthorityGiven', {
  says: 'Authority to spend was given from a fund to a body for a period.',
  fields: given,
  postings: [
    { account: 'F:Giving:{bodyId}:{period}', amount: 'amountPence', sign: 1 },
    { account: 'F:Unassigned:{.lotId}', each: 'lots', amount: '.amountPence', sign: -1 },
  ],
  example: { ...givenExample, lots: [...givenExample.lots], purposes: [...givenExample.purposes] },
});
export const EnvelopeApproved = fact('EnvelopeApproved', {
  says: 'A body has authority to spend from a fund in a period.',
  fields: given,
  postings: [
    { account: 'U:Available', amount: 'amountPence', sign: 1 },
    { account: 'F:Authority', amount: 'amountPence', sign: 1 },
    { account: 'U:Authority:Approved', amount: 'amountPence', sign: -1 },
    { account: 'F:Giving:{bodyId}:{period}', amount: 'amountPence', sign: -1 },
  ],
  example: { ...givenExample, lots: [...givenExample.lots], purposes: [...givenExample.purposes] },
});
export const AllocationMade = fact('AllocationMade', {
  says: 'Part of an envelope was put on a line: an area, a theme or a round. No cash moved.',
  fields: { ...line, title },
  postings: [
    { account: 'L:Available', amount: 'amountPence', sign: 1 },
    { account: 'U:Authority:Allocated', amount: 'amountPence', sign: 1 },
    { account: 'L:Authority:Allocated', amount: 'amountPence', sign: -1 },
    { account: 'U:Available', amount: 'amountPence', sign: -1 },
  ],
  example: { ...where, lineId: 'round-one', amountPence: 32_700_000, title: 'Round one' },
});
export const VirementMade = fact('VirementMade', {
  says: 'Authority moved from one line of an envelope to another.',
  fields: { ...envelope, side: oneOf('within'), fromLineId: slug, toLineId: slug },
  postings: [
    { account: 'E:{fromLineId}:Authority:VirementOut', amount: 'amountPence', sign: 1 },
    { account: 'E:{fromLineId}:Available', amount: 'amountPence', sign: -1 },
    { account: 'E:{toLineId}:Available', amount: 'amountPence', sign: 1 },
    { account: 'E:{toLineId}:Authority:VirementIn', amount: 'amountPence', sign: -1 },
  ],
  example: { ...where, amountPence: 100_000, side: 'within', fromLineId: 'round-one', toLineId: 'round-two' },
});

const effect = item({ lineId: slug, awardId: slug, recipientId: slug, purpose: slug, amountPence: pence });
export const DecisionNoted = fact('DecisionNoted', {
  says: 'The envelope took note of a decision: what it allows, or that it went beyond its mandate.',
  fields: {
    fundId: slug,
    bodyId: slug,
    period: slug,
    decisionId: slug,
    standing: oneOf('recorded', 'beyond_mandate'),
    recordedBy: office,
    effects: list(effect, { maxItems: 40 }),
  },
  example: {
    fundId: 'levy',
    bodyId: 'residents-panel',
    period: '2018-19',
    decisionId: 'round-one',
    standing: 'recorded',
    recordedBy: 'panel-clerk',
    effects: [],
  },
});
export const DecisionConfirmationNoted = fact('DecisionConfirmationNoted', {
  says: 'The envelope took note that a decision was confirmed after call-in: money may now follow.',
  fields: { fundId: slug, bodyId: slug, period: slug, currency, decisionId: slug, effects: list(effect, { maxItems: 40 }) },
  example: { fundId: 'levy', bodyId: 'residents-panel', period: '2018-19', currency: 'GBP', decisionId: 'round-one', effects: [] },
});
export const DecisionRescissionNoted = fact('DecisionRescissionNoted', {
  says: 'The envelope took note that a decision was rescinded: no more money may follow.',
  fields: { fundId: slug, bodyId: slug, period: slug, decisionId: slug },
  example: { fundId: 'levy', bodyId: 'residents-panel', period: '2018-19', decisionId: 'round-one' },
});
export const ReservationShort = fact('ReservationShort', {
  says: 'A decision named more than its line has free; nothing was reserved for it.',
  fields: { ...line, ref: slug, availablePence: pence },
  example: { ...where, lineId: 'round-one', ref: 'award-1', amountPence: 40_000_000, availablePence: 32_700_000 },
});
export const FundsReserved = fact('FundsReserved', {
  says: 'Money was set aside for an award that was decided but not yet agreed.',
  fields: { ...line, ref: slug, awardId: slug, recipientId: slug },
  postings: [
    { account: 'L:Reserved:{ref}', amount: 'amountPence', sign: 1 },
    { account: 'L:Available', amount: 'amountPence', sign: -1 },
  ],
  example: { ...where, lineId: 'round-one', ref: 'award-1', awardId: 'award-1', recipientId: 'north-end', amountPence: 1_700_000 },
});
export const ReservationReleased = fact('ReservationReleased', {
  says: 'Money set aside became free again.',
  fields: { ...line, ref: slug, awardId: slug },
  postings: [
    { account: 'L:Available', amount: 'amountPence', sign: 1 },
    { account: 'L:Reserved:{ref}', amount: 'amountPence', sign: -1 },
  ],
  example: { ...where, lineId: 'round-one', ref: 'award-1', awardId: 'award-1', amountPence: 1_700_000 },
});
export const CommitmentConfirmed = fact('CommitmentConfirmed', {
  says: 'Money was promised by a signed agreement.',
  fields: { ...line, awardId: slug, recipientId: slug, from: oneOf('reserved', 'available'), ref: slug },
  postings: [
    { account: 'L:Committed:{awardId}', amount: 'amountPence', sign: 1 },
    { account: 'L:Reserved:{ref}', amount: 'amountPence', sign: -1, when: { from: ['reserved'] } },
    { account: 'L:Available', amount: 'amountPence', sign: -1, when: { from: ['available'] } },
  ],
  example: {
    ...where,
    lineId: 'round-one',
    awardId: 'award-1',
    recipientId: 'north-end',
    from: 'reserved',
    ref: 'award-1',
    amountPence: 1_700_000,
  },
});
export const CommitmentReleased = fact('CommitmentReleased', {
  says: 'A promise was given back, and its money became free again.',
  fields: { ...line, awardId: slug },
  postings: [
    { account: 'L:Available', amount: 'amountPence', sign: 1 },
    { account: 'L:Committed:{awardId}', amount: 'amountPence', sign: -1 },
  ],
  example: { ...where, lineId: 'round-one', awardId: 'award-1', amountPence: 1_700_000 },
});
const accrual = { ...line, awardId: slug, recipientId: slug, accrualId: slug, lots } as const;
const accrualExample = {
  ...where,
  lineId: 'round-one',
  awardId: 'award-1',
  recipientId: 'north-end',
  accrualId: 'milestone-1',
  amountPence: 425_000,
  lots: [{ lotId: 'neighbourhood', class: 'ring_fenced' as const, amountPence: 425_000 }],
};
export const AccrualPosted = fact('AccrualPosted', {
  says: 'Work was accepted: the money for it is owed, and not yet paid.',
  fields: accrual,
  postings: [
    { account: 'L:Accrued:{awardId}', amount: 'amountPence', sign: 1 },
    { account: 'S:{.class}:{.lotId}:{awardId}', each: 'lots', amount: '.amountPence', sign: 1 },
    { account: 'L:Committed:{awardId}', amount: 'amountPence', sign: -1 },
    { account: 'P:{awardId}', amount: 'amountPence', sign: -1 },
  ],
  example: accrualExample,
});
export const AccrualReversed = fact('AccrualReversed', {
  says: 'An acceptance was taken back: what of it was unpaid is only promised again.',
  fields: accrual,
  postings: [
    { account: 'L:Committed:{awardId}', amount: 'amountPence', sign: 1 },
    { account: 'P:{awardId}', amount: 'amountPence', sign: 1 },
    { account: 'L:Accrued:{awardId}', amount: 'amountPence', sign: -1 },
    { account: 'S:{.class}:{.lotId}:{awardId}', each: 'lots', amount: '.amountPence', sign: -1 },
  ],
  example: accrualExample,
});
/** Where a payment comes from: work that was accepted, whose expense arose then, or straight from what was promised. */
export const PAID_FROM = ['accrued', 'committed'] as const;
export const PaymentPosted = fact('PaymentPosted', {
  says: 'Promised money was paid: for work that was accepted, or straight out of the promise.',
  fields: { ...line, awardId: slug, recipientId: slug, paymentId: slug, from: oneOf(...PAID_FROM), lots },
  postings: [
    { account: 'L:Paid:{awardId}', amount: 'amountPence', sign: 1 },
    { account: 'P:{awardId}', amount: 'amountPence', sign: 1, when: { from: ['accrued'] } },
    { account: 'S:{.class}:{.lotId}:{awardId}', each: 'lots', amount: '.amountPence', sign: 1, when: { from: ['committed'] } },
    { account: 'L:Accrued:{awardId}', amount: 'amountPence', sign: -1, when: { from: ['accrued'] } },
    { account: 'L:Committed:{awardId}', amount: 'amountPence', sign: -1, when: { from: ['committed'] } },
    { account: 'C:{.class}:{.lotId}', each: 'lots', amount: '.amountPence', sign: -1 },
  ],
  example: {
    ...where,
    lineId: 'round-one',
    awardId: 'award-1',
    recipientId: 'north-end',
    paymentId: 'payment-1',
    from: 'committed',
    amountPence: 425_000,
    lots: [{ lotId: 'neighbourhood', class: 'ring_fenced', amountPence: 425_000 }],
  },
});

export const fundFacts = [FundOpened, IncomeForecast, IncomeForecast2, ReceiptRecorded, ReceiptSplit, AuthorityGiven] as const;
export const envelopeFacts = [
  EnvelopeApproved,
  AllocationMade,
  VirementMade,
  DecisionNoted,
  DecisionConfirmationNoted,
  DecisionRescissionNoted,
  ReservationShort,
  FundsReserved,
  ReservationReleased,
  CommitmentConfirmed,
  CommitmentReleased,
  AccrualPosted,
  AccrualReversed,
  PaymentPosted,
] as const;
export type FundEvent = Exclude<{ [K in keyof typeof fundFacts]: FactOf<(typeof fundFacts)[K]> }[number], { type: 'IncomeForecast' }>;
export type EnvelopeEvent = { [K in keyof typeof envelopeFacts]: FactOf<(typeof envelopeFacts)[K]> }[number];

/** How facts of an old shape are read today. */
export const fundUpcasters = {
  IncomeForecast: {
    to: 'IncomeForecast.2',
    lift: ({ amountPence, ...rest }: Readonly<Record<string, unknown>>) => ({ ...rest, lowPence: amountPence, highPence: amountPence }),
  },
} as const;

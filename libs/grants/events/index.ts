import { count, currency, day, fact, type FactOf, hash, office, oneOf, optional, pence, published, slug } from '@ledger/kernel';

const award = {
  awardId: slug,
  fundId: slug,
  bodyId: slug,
  period: slug,
  lineId: slug,
  recipientId: slug,
  purpose: slug,
  amountPence: pence,
  currency,
  decisionId: slug,
} as const;
const awardExample = {
  awardId: 'award-1',
  fundId: 'levy',
  bodyId: 'residents-panel',
  period: '2018-19',
  lineId: 'round-one',
  recipientId: 'north-end',
  purpose: 'neighbourhood',
  amountPence: 1_700_000,
  currency: 'GBP',
  decisionId: 'round-one',
} as const;
export const AwardOffered = fact('AwardOffered', {
  says: 'A group was offered what a confirmed decision gives it.',
  fields: award,
  example: awardExample,
});
export const AwardAccepted = fact('AwardAccepted', {
  says: 'The group accepted the offer.',
  fields: { awardId: slug },
  example: { awardId: 'award-1' },
});
export const AgreementSigned = fact('AgreementSigned', {
  says: 'Both sides signed the agreement; its hash is kept. The money is promised from here on.',
  fields: { ...award, agreementHash: hash },
  example: { ...awardExample, agreementHash: 'ab'.repeat(32) },
});
/**
 * An award of the past, brought in from a published file: in the books and the pages, never spendable.
 * An award to a person keeps neither name, title, description nor the publisher's reference: only what the money needs.
 */
export const AwardImported = fact('AwardImported', {
  says: 'A past award was brought in from a published file. The file states no mandate, and the money cannot be spent here.',
  fields: {
    awardId: slug,
    fundId: slug,
    recipientKind: oneOf('organisation', 'individual'),
    /** The publisher's own id of the grant, as the file has it. */
    grantId: optional(published(200)),
    title: optional(published(1000)),
    description: optional(published(4000)),
    programme: optional(published(300)),
    funderId: slug,
    /** The funder's organisation identifier, as the file has it. */
    funderRef: published(200),
    funderName: published(300),
    recipientId: slug,
    recipientRef: optional(published(200)),
    recipientName: optional(published(300)),
    amountPence: pence,
    currency,
    awardedOn: day,
    fileSha256: hash,
    /** Which grant of the file: its place in the list, or its row in the sheet. */
    fileRow: count,
    importedBy: office,
  },
  postings: [
    { account: 'M:Imported:{fundId}:Item:{funderId}:{awardId}', amount: 'amountPence', sign: 1, on: 'awardedOn' },
    { account: 'M:Imported:{fundId}:Contra:{funderId}:{awardId}', amount: 'amountPence', sign: -1, on: 'awardedOn' },
  ],
  example: {
    awardId: 'a-1',
    fundId: 'past',
    recipientKind: 'organisation',
    grantId: '360G-example-1',
    title: 'Core costs',
    description: 'Rent and wages of the centre',
    programme: 'Community grants',
    funderId: 'gb-chc-1000000',
    funderRef: 'GB-CHC-1000000',
    funderName: 'A foundation',
    recipientId: 'gb-coh-00000001',
    recipientRef: 'GB-COH-00000001',
    recipientName: 'North End',
    amountPence: 1_000_000,
    currency: 'GBP',
    awardedOn: '2019-03-01',
    fileSha256: 'ab'.repeat(32),
    fileRow: 1,
    importedBy: 'finance-manager',
  },
});
export const grantFacts = [AwardOffered, AwardAccepted, AgreementSigned, AwardImported] as const;
export type GrantEvent = { [K in keyof typeof grantFacts]: FactOf<(typeof grantFacts)[K]> }[number];

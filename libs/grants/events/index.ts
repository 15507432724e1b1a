import { currency, day, fact, type FactOf, hash, office, oneOf, pence, slug, title } from '@ledger/kernel';

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
/** An award of the past, brought in from a published file: in the books and the pages, never spendable. */
export const AwardImported = fact('AwardImported', {
  says: 'A past award was brought in from a published file. The file states no mandate, and the money cannot be spent here.',
  fields: {
    awardId: slug,
    grantId: title,
    fundId: slug,
    funderId: slug,
    funderName: title,
    recipientId: slug,
    amountPence: pence,
    currency,
    awardedOn: day,
    title,
    fileSha256: hash,
    importedBy: office,
    recipientKind: oneOf('organisation', 'individual'),
  },
  postings: [
    { account: 'M:Imported:{fundId}:Item:{funderId}:{awardId}', amount: 'amountPence', sign: 1, on: 'awardedOn' },
    { account: 'M:Imported:{fundId}:Contra:{funderId}:{awardId}', amount: 'amountPence', sign: -1, on: 'awardedOn' },
  ],
  example: {
    awardId: 'a-1',
    grantId: '360G-example-1',
    fundId: 'past',
    funderId: 'f-1',
    funderName: 'A foundation',
    recipientId: 'r-1',
    amountPence: 1_000_000,
    currency: 'GBP',
    awardedOn: '2019-03-01',
    title: 'Core costs',
    fileSha256: 'ab'.repeat(32),
    importedBy: 'finance-manager',
    recipientKind: 'organisation',
  },
});
export const grantFacts = [AwardOffered, AwardAccepted, AgreementSigned, AwardImported] as const;
export type GrantEvent = { [K in keyof typeof grantFacts]: FactOf<(typeof grantFacts)[K]> }[number];

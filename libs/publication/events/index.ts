import { fact, type FactOf, hash, officialReason, oneOf, slug, title } from '@ledger/kernel';

/** How far a claim has been looked into. */
export const CLAIM_STANDINGS = ['asserted', 'verified', 'disputed'] as const;

/** A figure that somebody published, kept as they printed it. It is never posted, so a reported number is never taken for a balance. */
export const ClaimRecorded = fact('ClaimRecorded', {
  says: 'A published figure was noted with its source. It is a claim, not money: no account has it.',
  fields: {
    claimId: slug,
    statement: officialReason,
    value: title,
    unit: title,
    sourceRef: title,
    page: title,
    evidenceSha256: hash,
    status: oneOf(...CLAIM_STANDINGS),
  },
  example: {
    claimId: 'invitations',
    statement: 'An invitation was sent to a thousand residents',
    value: '1,000',
    unit: 'residents invited',
    sourceRef: 'Community Commissioning, NLGN, July 2019',
    page: 'chapter 4, informal deliberation',
    evidenceSha256: 'ab'.repeat(32),
    status: 'asserted',
  },
});

export const publicationFacts = [ClaimRecorded] as const;
export type PublicationEvent = FactOf<typeof ClaimRecorded>;

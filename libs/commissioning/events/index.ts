import { count, currency, fact, type FactOf, hash, instant, pence, shownTo, slug, title } from '@ledger/kernel';

export const OpportunityOpened = fact('OpportunityOpened', {
  says: 'A round was opened for bids, until a deadline.',
  fields: { exerciseId: slug, title, bodyId: slug, fundId: slug, period: slug, lineId: slug, deadline: instant },
  example: {
    exerciseId: 'round-one',
    title: 'Round one',
    bodyId: 'residents-panel',
    fundId: 'levy',
    period: '2018-19',
    lineId: 'round-one',
    deadline: '2018-05-18T17:00:00.000Z',
  },
});
export const BidSubmitted = fact('BidSubmitted', {
  says: 'A group asked for money. What it asked for stays sealed until the round closes.',
  opens: { event: 'OpportunityClosed', joinedBy: 'exerciseId' },
  fields: {
    bidId: slug,
    exerciseId: slug,
    bidderId: slug,
    project: shownTo('sealed', title),
    amountPence: shownTo('sealed', pence),
    currency,
    contentCommitment: hash,
  },
  example: {
    bidId: 'bid-1',
    exerciseId: 'round-one',
    bidderId: 'north-end',
    project: 'A garden that everybody can reach',
    amountPence: 1_700_000,
    currency: 'GBP',
    contentCommitment: 'ab'.repeat(32),
  },
});
export const OpportunityClosed = fact('OpportunityClosed', {
  says: 'The round was closed, and the bids were opened.',
  fields: { exerciseId: slug, bids: count },
  example: { exerciseId: 'round-one', bids: 9 },
});
export const commissioningFacts = [OpportunityOpened, BidSubmitted, OpportunityClosed] as const;
export type CommissioningEvent = { [K in keyof typeof commissioningFacts]: FactOf<(typeof commissioningFacts)[K]> }[number];

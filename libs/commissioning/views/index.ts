import { organisations } from '@ledger/governance/views';
import type { AnyProjection, AnyQuery, LedgerQuery } from '@ledger/views';
import { type BidRow, bids, type RoundRow, rounds } from './round.projection.js';

export * from './round.projection.js';

export type BidView = Omit<BidRow, 'sealed'> & Readonly<{ bidderName: string; opened: BidRow['sealed'] | null }>;
export type RoundView = RoundRow & Readonly<{ submitted: readonly BidView[] }>;

export const roundsQuery: LedgerQuery<{ bodyId?: string }, readonly RoundRow[]> = {
  name: 'rounds',
  says: 'Every round for bids, and whether it is open',
  params: ['bodyId?'],
  answer: (read, { bodyId }) => read.rows(rounds, bodyId === undefined ? {} : { bodyId }),
};
export const roundQuery: LedgerQuery<{ exerciseId: string }, RoundView> = {
  name: 'round',
  says: 'One round and its bids; what they ask for is shown once the round was closed',
  params: ['exerciseId'],
  answer: (read, { exerciseId }) => {
    const round = read.row(rounds, { exerciseId });
    if (round === undefined) return undefined;
    const names = new Map(read.rows(organisations).map(({ name, organisationId }) => [organisationId, name]));
    const isOpened = round.closedOn !== null && round.closedOn <= read.asAt;
    const submitted = read
      .rows(bids, { exerciseId })
      .map(({ sealed, ...bid }) => ({ ...bid, bidderName: names.get(bid.bidderId) ?? bid.bidderId, opened: isOpened ? sealed : null }));
    return { ...round, submitted };
  },
};

export const commissioningViews = [rounds, bids] as unknown as readonly AnyProjection[];
export const commissioningQueries = [roundsQuery, roundQuery] as unknown as readonly AnyQuery[];

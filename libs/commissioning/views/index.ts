import { organisations } from '@ledger/governance/views';
import { type AnyProjection, type AnyQuery, type LedgerQuery, stoodOn } from '@ledger/views';
import { type BidRow, bids, type RoundRow, rounds } from './round.projection.js';

export * from './round.projection.js';

export type BidView = Omit<BidRow, 'sealed'> & Readonly<{ bidderName: string; opened: BidRow['sealed'] | null }>;
export type RoundView = RoundRow & Readonly<{ submitted: readonly BidView[] }>;

const onDay = (row: RoundRow, asAt: string): RoundRow => stoodOn(row, asAt, { closedOn: ['closedEntry', 'bids'] });

export const roundsQuery: LedgerQuery<{ bodyId?: string }, readonly RoundRow[]> = {
  name: 'rounds',
  says: 'Every round for bids, and whether it is open',
  params: ['bodyId?'],
  answer: async (read, { bodyId }) => (await read.rows(rounds, bodyId === undefined ? {} : { bodyId })).map((row) => onDay(row, read.asAt)),
};
export const roundQuery: LedgerQuery<{ exerciseId: string }, RoundView> = {
  name: 'round',
  says: 'One round and its bids; what they ask for is shown once the round was closed',
  params: ['exerciseId'],
  answer: async (read, { exerciseId }) => {
    const row = await read.row(rounds, { exerciseId });
    if (row === undefined) return undefined;
    const round = onDay(row, read.asAt);
    const names = await read.lookUp(organisations, 'organisationId', 'name');
    const submitted = (await read.rows(bids, { exerciseId })).map(({ sealed, ...bid }) => ({
      ...bid,
      bidderName: names.get(bid.bidderId) ?? bid.bidderId,
      opened: round.closedOn === null ? null : sealed,
    }));
    return { ...round, submitted };
  },
};

export const commissioningViews = [rounds, bids] as unknown as readonly AnyProjection[];
export const commissioningQueries = [roundsQuery, roundQuery] as unknown as readonly AnyQuery[];

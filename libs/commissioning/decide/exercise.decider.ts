import { type Decider, type FactOf, type Refuse, sayNo } from '@ledger/kernel';
import type { BidSubmitted, OpportunityClosed, OpportunityOpened } from '../events/index.js';
import type { ExerciseCommand } from './exercise.commands.js';

export const EXERCISE_REFUSALS = [
  'ROUND_ALREADY_OPEN',
  'ROUND_NOT_OPEN',
  'ROUND_CLOSED',
  'BID_TOO_LATE',
  'BID_ALREADY_SUBMITTED',
  'DEADLINE_NOT_PASSED',
] as const;
export type ExerciseRefusal = (typeof EXERCISE_REFUSALS)[number];
const refuse: Refuse<ExerciseRefusal> = sayNo;

type Exercise = Readonly<{ deadline: string | null; bids: readonly string[]; closed: boolean }>;

export const exercise: Decider<
  Exercise,
  ExerciseCommand,
  FactOf<typeof OpportunityOpened | typeof BidSubmitted | typeof OpportunityClosed>
> = {
  category: 'exercise',
  stream: ({ exerciseId }) => exerciseId,
  initial: { deadline: null, bids: [], closed: false },
  decide: {
    OpenOpportunity({ bodyId, deadline, exerciseId, fundId, lineId, period, title }, state) {
      if (state.deadline !== null) refuse('ROUND_ALREADY_OPEN', `Round ${exerciseId} was opened before`);
      return [{ type: 'OpportunityOpened', data: { exerciseId, title, bodyId, fundId, period, lineId, deadline } }];
    },
    SubmitBid({ amountPence, bidId, bidderId, contentCommitment, currency, exerciseId, project }, { bids, closed, deadline }, { at }) {
      if (deadline === null) return refuse('ROUND_NOT_OPEN', `Round ${exerciseId} has not been opened`);
      if (closed) refuse('ROUND_CLOSED', `Round ${exerciseId} is closed`);
      if (at > deadline) refuse('BID_TOO_LATE', `Bids were due by ${deadline}`, { deadline });
      if (bids.includes(bidId)) refuse('BID_ALREADY_SUBMITTED', `Bid ${bidId} was submitted before`);
      return [{ type: 'BidSubmitted', data: { bidId, exerciseId, bidderId, project, amountPence, currency, contentCommitment } }];
    },
    CloseOpportunity({ exerciseId }, { bids, closed, deadline }, { at }) {
      if (deadline === null) return refuse('ROUND_NOT_OPEN', `Round ${exerciseId} has not been opened`);
      if (closed) refuse('ROUND_CLOSED', `Round ${exerciseId} is closed`);
      if (at <= deadline) refuse('DEADLINE_NOT_PASSED', `Bids may come in until ${deadline}`, { deadline });
      return [{ type: 'OpportunityClosed', data: { exerciseId, bids: bids.length } }];
    },
  },
  evolve: {
    OpportunityOpened: (state, { data: { deadline } }) => ({ ...state, deadline }),
    BidSubmitted: (state, { data: { bidId } }) => ({ ...state, bids: [...state.bids, bidId] }),
    OpportunityClosed: (state) => ({ ...state, closed: true }),
  },
};

import { showsEverything, specify } from '@ledger/kernel/testing';
import { CloseOpportunity, OpenOpportunity, SubmitBid } from './exercise.commands.js';
import { exercise, EXERCISE_REFUSALS } from './exercise.decider.js';

const spec = specify(exercise);
const { given } = spec;
const DEADLINE = '2018-05-18T17:00:00.000Z';
const IN_TIME = { at: DEADLINE };
const TOO_LATE = { at: '2018-05-18T17:00:00.001Z' };

const round = {
  exerciseId: 'round',
  title: 'Round one',
  bodyId: 'panel',
  fundId: 'levy',
  period: '2018-19',
  lineId: 'round',
  deadline: DEADLINE,
};
const opened = { type: 'OpportunityOpened', data: round } as const;
const bid = {
  bidId: 'bid',
  exerciseId: 'round',
  bidderId: 'group',
  project: 'A garden',
  amountPence: 1,
  currency: 'GBP',
  contentCommitment: 'ab'.repeat(32),
};
const submitted = { type: 'BidSubmitted', data: bid } as const;
const closed = { type: 'OpportunityClosed', data: { exerciseId: 'round', bids: 1 } } as const;
const close = CloseOpportunity.of({ exerciseId: 'round' });

describe('a round for bids', () => {
  it('is opened once', () => {
    given().when(OpenOpportunity.of(round)).then(opened);
    given(opened).when(OpenOpportunity.of(round)).refuses('ROUND_ALREADY_OPEN');
  });
  it('takes a bid until the very millisecond of its deadline', () => {
    given(opened).when(SubmitBid.of(bid), IN_TIME).then(submitted);
    given(opened).when(SubmitBid.of(bid), TOO_LATE).refuses('BID_TOO_LATE', { deadline: DEADLINE });
  });
  it('takes a bid once', () => given(opened, submitted).when(SubmitBid.of(bid), IN_TIME).refuses('BID_ALREADY_SUBMITTED'));
  it('opens no bid before the deadline has passed, and then counts them', () => {
    given(opened, submitted).when(close, IN_TIME).refuses('DEADLINE_NOT_PASSED', { deadline: DEADLINE });
    given(opened, submitted).when(close, TOO_LATE).then(closed);
  });
  it('once closed takes no bid, not even one of an earlier day, and is not closed again', () => {
    given(opened, submitted, closed)
      .when(SubmitBid.of({ ...bid, bidId: 'other' }), IN_TIME)
      .refuses('ROUND_CLOSED');
    given(opened, submitted, closed).when(close, TOO_LATE).refuses('ROUND_CLOSED');
  });
  it('must be open first', () => {
    given().when(SubmitBid.of(bid), IN_TIME).refuses('ROUND_NOT_OPEN');
    given().when(close, TOO_LATE).refuses('ROUND_NOT_OPEN');
  });
});

showsEverything(EXERCISE_REFUSALS, spec);

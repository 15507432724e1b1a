import { specify } from '@ledger/kernel/testing';
import { ClaimRecorded } from '../events/index.js';
import { RecordClaim } from './claim.commands.js';
import { claim } from './claim.decider.js';

const { given } = specify(claim);
const told = { ...ClaimRecorded.example };

describe('RecordClaim', () => {
  it('keeps a published figure as it was printed', () => given().when(RecordClaim.of(told)).then({ type: 'ClaimRecorded', data: told }));
  it('refuses the same claim a second time, for a printed figure does not change', () =>
    given({ type: 'ClaimRecorded', data: told })
      .when(RecordClaim.of({ ...told, value: '2,000' }))
      .refuses('CLAIM_ALREADY_RECORDED'));
  it('moves no money', () => expect(ClaimRecorded.postings).toEqual([]));
});

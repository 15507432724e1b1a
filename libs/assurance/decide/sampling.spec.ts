import { specify } from '@ledger/kernel/testing';
import { SamplingCommitted } from '../events/index.js';
import { CommitSampling } from './assurance.commands.js';
import { sampling } from './assurance.deciders.js';

const { given } = specify(sampling);
const told = { ...SamplingCommitted.example };

describe('CommitSampling', () => {
  it('keeps the commitment to a plan that nobody else has seen', () =>
    given().when(CommitSampling.of(told)).then({ type: 'SamplingCommitted', data: told }));
  it('refuses another plan for the same sampling, for one could be chosen by what it draws', () =>
    given({ type: 'SamplingCommitted', data: told })
      .when(CommitSampling.of({ ...told, commitment: 'cd'.repeat(32) }))
      .refuses('SAMPLING_ALREADY_COMMITTED'));
  it('moves no money', () => expect(SamplingCommitted.postings).toEqual([]));
});

import { type Decider, type Refuse, sayNo } from '@ledger/kernel';
import type { PublicationEvent } from '../events/index.js';
import type { RecordClaim } from './claim.commands.js';

export type ClaimRefusal = 'CLAIM_ALREADY_RECORDED';
const refuse: Refuse<ClaimRefusal> = sayNo;

export const claim: Decider<Readonly<{ recorded: boolean }>, RecordClaim, PublicationEvent> = {
  category: 'claim',
  stream: ({ claimId }) => claimId,
  initial: { recorded: false },
  decide: {
    RecordClaim({ claimId, evidenceSha256, page, sourceRef, statement, status, unit, value }, { recorded }) {
      if (recorded) refuse('CLAIM_ALREADY_RECORDED', `Claim ${claimId} was recorded before`);
      return [{ type: 'ClaimRecorded', data: { claimId, statement, value, unit, sourceRef, page, evidenceSha256, status } }];
    },
  },
  evolve: { ClaimRecorded: () => ({ recorded: true }) },
};

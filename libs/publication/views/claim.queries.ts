import type { LedgerQuery } from '@ledger/views';
import { type ClaimRow, claims } from './claim.projection.js';

export const claimsQuery: LedgerQuery<Readonly<Record<string, string>>, readonly ClaimRow[]> = {
  name: 'claims',
  says: 'Every published figure that was noted, with its source; none of them is money',
  params: [],
  answer: (read) => read.rows(claims),
};
export const claimQuery: LedgerQuery<{ claimId: string }, ClaimRow> = {
  name: 'claim',
  says: 'One published figure, as it was printed, and where',
  params: ['claimId'],
  answer: (read, { claimId }) => read.row(claims, { claimId }),
};

import { type Projection, put, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
import type { PublicationEvent } from '../events/index.js';

export type ClaimRow = Stamp &
  Readonly<{
    tenantId: string;
    claimId: string;
    statement: string;
    value: string;
    unit: string;
    sourceRef: string;
    page: string;
    evidenceSha256: string;
    status: string;
  }>;

export const claims: Projection<ClaimRow, PublicationEvent> = {
  name: 'claims',
  version: 1,
  key: ['tenantId', 'claimId'],
  columns: {
    tenantId: text,
    claimId: text,
    statement: text,
    value: text,
    unit: text,
    sourceRef: text,
    page: text,
    evidenceSha256: text,
    status: text,
    ...stampColumns,
  },
  on: {
    ClaimRecorded: (event) => {
      const { claimId, evidenceSha256, page, sourceRef, statement, status, tenantId, unit, value } = event.data;
      return [put<ClaimRow>({ tenantId, claimId, statement, value, unit, sourceRef, page, evidenceSha256, status, ...stampOf(event) })];
    },
  },
};

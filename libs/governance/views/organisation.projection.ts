import { json, type Projection, put, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
import type { GovernanceEvent } from '../events/index.js';

export type OrganisationRow = Stamp &
  Readonly<{
    tenantId: string;
    organisationId: string;
    name: string;
    kind: string;
    identifiers: readonly Readonly<{ scheme: string; value: string }>[];
  }>;

export const organisations: Projection<OrganisationRow, GovernanceEvent> = {
  name: 'organisations',
  version: 1,
  key: ['tenantId', 'organisationId'],
  columns: { tenantId: text, organisationId: text, name: text, kind: text, identifiers: json, ...stampColumns },
  on: {
    OrganisationRegistered: (event) => {
      const { identifiers, kind, name, organisationId, tenantId } = event.data;
      return [put<OrganisationRow>({ tenantId, organisationId, name, kind, identifiers, ...stampOf(event) })];
    },
  },
};

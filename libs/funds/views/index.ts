import type { AnyProjection, AnyQuery } from '@ledger/views';
import { flowsQuery, mandateChainQuery } from './flow.queries.js';
import { balanceQuery, envelopeQuery, envelopesQuery, fundQuery, fundsQuery, lineQuery, trialBalanceQuery } from './fund.queries.js';
import { envelopes, forecasts, funds, lines, lots } from './fund.projection.js';
import { movements } from './movement.projection.js';

export * from './accounts.js';
export * from './flow.queries.js';
export * from './fund.projection.js';
export * from './fund.queries.js';
export * from './movement.projection.js';

export const fundViews = [funds, lots, forecasts, envelopes, lines, movements] as unknown as readonly AnyProjection[];
export const fundQueries = [
  fundsQuery,
  fundQuery,
  envelopesQuery,
  envelopeQuery,
  lineQuery,
  balanceQuery,
  trialBalanceQuery,
  flowsQuery,
  mandateChainQuery,
] as unknown as readonly AnyQuery[];

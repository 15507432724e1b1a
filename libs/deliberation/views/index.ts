import type { AnyProjection, AnyQuery } from '@ledger/views';
import { decisions } from './decision.projection.js';
import {
  assembliesQuery,
  assemblyQuery,
  decisionQuery,
  decisionsQuery,
  obligationQuery,
  obligationsQuery,
  sortitionQuery,
  sortitionsQuery,
} from './deliberation.queries.js';
import { assemblies, obligations, sortitions, votes } from './participation.projection.js';

export * from './decision.projection.js';
export * from './participation.projection.js';
export { decisionsOf, obligationOf, standingOf, thresholdOf } from './deliberation.queries.js';
export type * from './deliberation.queries.js';

export const deliberationViews = [decisions, sortitions, assemblies, votes, obligations] as unknown as readonly AnyProjection[];
export const deliberationQueries = [
  decisionsQuery,
  decisionQuery,
  sortitionsQuery,
  sortitionQuery,
  assembliesQuery,
  assemblyQuery,
  obligationsQuery,
  obligationQuery,
] as unknown as readonly AnyQuery[];

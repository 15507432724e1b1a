import type { AnyProjection, AnyQuery } from '@ledger/views';
import { awards, importedAwards, payments } from './award.projection.js';
import { awardQuery, awardsQuery, importedAwardsQuery, recipientQuery, recipientsQuery } from './grants.queries.js';

export * from './award.projection.js';
export * from './grants.queries.js';

export const grantViews = [awards, payments, importedAwards] as unknown as readonly AnyProjection[];
export const grantQueries = [
  awardsQuery,
  awardQuery,
  recipientsQuery,
  recipientQuery,
  importedAwardsQuery,
] as unknown as readonly AnyQuery[];

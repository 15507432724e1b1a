import type { AnyProjection, AnyQuery } from '@ledger/views';
import { claims } from './claim.projection.js';
import { claimQuery, claimsQuery } from './claim.queries.js';

export * from './claim.projection.js';
export * from './claim.queries.js';

export const publicationViews = [claims] as unknown as readonly AnyProjection[];
export const publicationQueries = [claimsQuery, claimQuery] as unknown as readonly AnyQuery[];

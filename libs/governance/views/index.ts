import type { AnyProjection, AnyQuery } from '@ledger/views';
import { bodies, seatChanges } from './body.projection.js';
import { bodiesQuery, bodyQuery, organisationQuery, organisationsQuery, rolesQuery } from './governance.queries.js';
import { organisations } from './organisation.projection.js';
import { mandates, roleChanges, ruleSets, weighed } from './power.projection.js';

export * from './body.projection.js';
export * from './governance.queries.js';
export * from './organisation.projection.js';
export * from './power.projection.js';
export * from './terms.js';

export const governanceViews = [
  organisations,
  bodies,
  seatChanges,
  ruleSets,
  mandates,
  weighed,
  roleChanges,
] as unknown as readonly AnyProjection[];
export const governanceQueries = [
  organisationsQuery,
  organisationQuery,
  bodiesQuery,
  bodyQuery,
  rolesQuery,
] as unknown as readonly AnyQuery[];

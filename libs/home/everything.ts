import { commissioningQueries, commissioningViews } from '@ledger/commissioning/views';
import { deliberationQueries, deliberationViews } from '@ledger/deliberation/views';
import { fundQueries, fundViews } from '@ledger/funds/views';
import { governanceQueries, governanceViews } from '@ledger/governance/views';
import { grantQueries, grantViews } from '@ledger/grants/views';
import { publicationQueries, publicationViews } from '@ledger/publication/views';
import { subjectQueries, subjectViews } from '@ledger/subjects/views';
import { type AnyProjection, type AnyQuery, journal } from '@ledger/views';
import { entries } from './record.projection.js';
import { recordQueries } from './record.queries.js';

/** Every view of the ledger, and every question that can be asked of them: one list each, from every context. */
export const everyProjection: readonly AnyProjection[] = [
  entries as unknown as AnyProjection,
  journal as unknown as AnyProjection,
  ...governanceViews,
  ...deliberationViews,
  ...commissioningViews,
  ...fundViews,
  ...grantViews,
  ...publicationViews,
  ...subjectViews,
];
export const everyQuery: readonly AnyQuery[] = [
  ...recordQueries,
  ...governanceQueries,
  ...deliberationQueries,
  ...commissioningQueries,
  ...fundQueries,
  ...grantQueries,
  ...publicationQueries,
  ...subjectQueries,
];

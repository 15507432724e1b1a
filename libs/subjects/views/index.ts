import type { AnyProjection, AnyQuery } from '@ledger/views';
import { subjectSteps } from './subject.projection.js';
import { erasuresQuery, subjectQuery, subjectsQuery } from './subjects.queries.js';

export * from './subjects.queries.js';

export const subjectViews = [subjectSteps] as unknown as readonly AnyProjection[];
export const subjectQueries = [erasuresQuery, subjectsQuery, subjectQuery] as unknown as readonly AnyQuery[];

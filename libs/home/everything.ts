import { type AnyProjection, type AnyQuery, entries, journal } from '@ledger/views';

/** Every view of the ledger, and every question that can be asked of them: one list each, from every context. */
export const everyProjection: readonly AnyProjection[] = [entries, journal] as unknown as readonly AnyProjection[];
export const everyQuery: readonly AnyQuery[] = [];

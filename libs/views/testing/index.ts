import type { LedgerEvent } from '@ledger/kernel';
import { type AnyProjection, changesOf, keyOf, type Projection, type Seen } from '../index.js';

/** Folds facts through one projection in memory, as the engine does. */
export const project = <Row extends object, E extends LedgerEvent>(projection: Projection<Row, E>) => ({
  given: (...facts: readonly (E & { at?: string })[]) => {
    const rows = new Map<string, Record<string, unknown>>();
    facts.forEach(({ data, type }, entry) => {
      const event = {
        type,
        entry,
        data: { postings: [], tenantId: 'test', effectiveAt: '2026-04-06T10:00:00.000Z', ...data },
      } as unknown as Seen;
      const any = projection as unknown as AnyProjection;
      for (const change of changesOf(any, event)) {
        const key = keyOf(any, change.do === 'put' ? change.row : change.key);
        if (change.do === 'put') rows.set(key, change.row);
        else if (change.do === 'remove') rows.delete(key);
        else rows.set(key, change.next((rows.get(key) ?? change.begin)!));
      }
    });
    return { thenRows: (expected: readonly Row[]) => expect([...rows.values()]).toEqual(expected) };
  },
});

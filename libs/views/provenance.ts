import type { Seen } from './projection.js';

/** Whether a fact is stated by a source, made up for a demonstration, or partly both; as its recorder said. */
export type Illustrative = 'yes' | 'partly' | 'no';
const MARKS: Readonly<Record<string, Illustrative>> = { illustrative: 'yes', 'partly-illustrative': 'partly' };

/** What every row keeps of the event that made it: the entry, the day it is true, who answers for it, and what it rests on. */
export type Stamp = Readonly<{ entry: number; effectiveOn: string; by: string; illustrative: Illustrative; source: string | null }>;

export const stampOf = ({ data: { effectiveAt, reason }, entry, meta }: Pick<Seen, 'data' | 'entry' | 'meta'>): Stamp => ({
  entry,
  effectiveOn: effectiveAt.slice(0, 10),
  by: meta.onBehalfOf,
  illustrative: MARKS[reason?.code ?? ''] ?? 'no',
  source: reason?.text ?? null,
});
/** The columns of a stamp, for a projection that keeps one. */
export const stampColumns = { entry: 'integer', effectiveOn: 'text', by: 'text', illustrative: 'text', source: 'text' } as const;

/**
 * A row as it stood on a day: what had not happened by then is blank. Each step is named by its day, and takes along what else it says.
 * A page of a past day states no later fact, not even in its JSON.
 */
export function stoodOn<Row extends object>(row: Row, asAt: string, steps: { readonly [Step in keyof Row]?: readonly (keyof Row)[] }): Row {
  const later = Object.entries(steps as Record<string, readonly string[]>).filter(([day]) => {
    const on = (row as Record<string, unknown>)[day];
    return typeof on === 'string' && on > asAt;
  });
  return { ...row, ...Object.fromEntries(later.flatMap(([day, rest]) => [day, ...rest]).map((column) => [column, null])) };
}

import type { Known } from '@ledger/event-store';
import type { LedgerEvent } from '@ledger/kernel';

export type ColumnType = 'text' | 'integer' | 'json';
export const text = 'text';
export const integer = 'integer';
/** Lists and small objects, kept as text. */
export const json = 'json';

/** An event as a projection sees it: with its entry number. */
export type Seen<E extends LedgerEvent = LedgerEvent> = Known<E> & Readonly<{ entry: number }>;

export type Change<Row> =
  | Readonly<{ do: 'put'; row: Row }>
  | Readonly<{ do: 'alter'; key: Partial<Row>; next: (row: Row) => Row; begin?: Row }>
  | Readonly<{ do: 'remove'; key: Partial<Row> }>;

export const put = <Row>(row: Row): Change<Row> => ({ do: 'put', row });
/**
 * Changes the one row of this key. A missing row is a fault, because a figure was then built on nothing; unless the row is a tally, which
 * says how it begins.
 */
export const alter = <Row>(key: Partial<Row>, next: (row: Row) => Row, begin?: Row): Change<Row> => ({
  do: 'alter',
  key,
  next,
  ...(begin === undefined ? {} : { begin }),
});
export const remove = <Row>(key: Partial<Row>): Change<Row> => ({ do: 'remove', key });

/**
 * Facts to rows, purely: no SQL, clock or I/O, so that the same table serves the live view, a rebuild, the view as known at any entry,
 * the difference of two entries and the self-check. Every row keeps from which entry until which entry it stood.
 */
export interface Projection<Row extends object = object, E extends LedgerEvent = LedgerEvent> {
  readonly name: string;
  /** A rise rebuilds the view; the old one serves until the new one is complete. */
  readonly version: number;
  readonly key: readonly (keyof Row & string)[];
  readonly columns: Readonly<Record<keyof Row & string, ColumnType>>;
  readonly on?: { readonly [T in E['type']]?: (event: Extract<Seen<E>, { type: T }>) => readonly Change<Row>[] };
  /** For the few views that read every event, such as the journal. */
  readonly every?: (event: Seen) => readonly Change<Row>[];
}

export type AnyProjection = Projection<never, never>;

/** What one event changes, according to a projection. */
export function changesOf(projection: AnyProjection, event: Seen): readonly Change<Record<string, unknown>>[] {
  const { on, every } = projection as unknown as {
    on?: Record<string, ((event: Seen) => readonly Change<Record<string, unknown>>[]) | undefined>;
    every?: (event: Seen) => readonly Change<Record<string, unknown>>[];
  };
  return [...(every?.(event) ?? []), ...(on?.[event.type]?.(event) ?? [])];
}

export const keyOf = (projection: AnyProjection, row: object): string =>
  JSON.stringify(projection.key.map((column) => (row as Record<string, unknown>)[column]));

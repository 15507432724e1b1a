import type { Plain } from './story.js';

/** Who tells: the office that the ledger gives the recorder's role to, so that it may say when things were true and for whom it acts. */
export const STORY_TELLER = 'story-teller';
export const RECORDER = 'recorder';

/** What the ledger answered a request: where it was written, or which rule said no. */
export type Told = Readonly<{ position: string | null; types: readonly string[] }> | Readonly<{ refused: string; words: string }>;
export const wasRefused = (told: Told): told is Extract<Told, { refused: string }> => 'refused' in told;

/** Tells a ledger, and asks it back: one in this process, or one that runs elsewhere. */
export interface Teller {
  /** Asks as the operator, who gives the roles. */
  grant(tenantId: string, body: Readonly<Record<string, unknown>>): Promise<Told>;
  /** Asks as the story-teller, on behalf of an office. */
  ask(tenantId: string, type: string, body: Readonly<Record<string, unknown>>, onBehalfOf: string): Promise<Told>;
  /** Waits until the ledger has done what follows from what it was told. */
  settle(): Promise<void>;
  /** The newest position, to see whether a request wrote anything. */
  head(): Promise<string | null>;
  entryOf(position: string): Promise<number>;
  newestEntry(): Promise<number>;
  /** A view, or null where nothing of that name is in the record at that moment. */
  query(
    tenantId: string,
    name: string,
    params: Readonly<Record<string, string>>,
    moment: Readonly<{ asAt?: string; asKnown: number }>,
  ): Promise<Plain>;
}

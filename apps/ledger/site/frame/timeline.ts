import type { Tick } from '../charts/ruler.js';
import type { MomentThatMattered } from './visit.js';

/** An entry as the time control needs it. */
export type Mark = Readonly<{ entry: number; type: string; day: string }>;

/** What happened first of its kind, in words short enough for a list. The order is the order in which a list is cut. */
const MATTERED: Readonly<Record<string, string>> = {
  ReceiptRecorded: 'The first money comes in',
  ReceiptSplit: 'The money is split',
  DrawExecuted: 'The members are drawn by lot',
  AuthorityGiven: 'Authority is handed over',
  OpportunityClosed: 'The bids are opened',
  DecisionRecorded: 'The first decision is recorded',
  DecisionConfirmed: 'A decision is confirmed',
  PaymentPosted: 'The first payment is made',
  RecommendationVoted: 'The assembly first votes',
  ThresholdMet: 'A result first binds',
  ObligationDischarged: 'A duty is done',
  AwardImported: 'Past awards are brought in',
};
export const MATTERED_TYPES = Object.keys(MATTERED);
const MOMENTS_MAX = 8;

/** The first of each kind, in the order in which they were entered. */
export const momentsThatMattered = (marks: readonly Mark[]): readonly MomentThatMattered[] =>
  MATTERED_TYPES.flatMap((type) => marks.find((mark) => mark.type === type) ?? [])
    .slice(0, MOMENTS_MAX)
    .map(({ day, entry, type }) => ({ day, entry, words: MATTERED[type]! }))
    .toSorted((a, b) => a.entry - b.entry);

export const ticksOf = (days: readonly Readonly<{ day: string; entry: number }>[], marks: readonly Mark[]): readonly Tick[] => {
  const mattered = new Set(marks.map(({ day }) => day));
  return days.map(({ day, entry }) => ({ day, entry, mattered: mattered.has(day) }));
};

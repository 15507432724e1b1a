import { belongsTo } from '../figures.js';
import type { TrialBalance } from '../trial-balance.js';
import type { Evidence } from './evidence.js';

type Item = Readonly<{ entry: number; pence: number; currency: string }>;
/** What a control looks at: how many, how much, and the accounts of the trial balance that must come to the same. */
export type Population = Readonly<{
  says: string;
  /** Items with money, or their count alone. */
  items: (evidence: Evidence) => readonly Item[] | number;
  ties?: (account: string) => boolean;
}>;

const moneyOf = ({ data, entry }: { entry: number; data: { amountPence: number; currency: string } }): Item => ({
  entry,
  pence: data.amountPence,
  currency: data.currency,
});

export const POPULATIONS = {
  payments: {
    says: 'payments',
    items: ({ payments }) => payments.map(moneyOf),
    ties: (account) => account.includes(':Paid:') && belongsTo(account)?.name === 'paid',
  },
  spend: {
    says: 'acceptances of work and payments straight out of a promise',
    items: ({ accruals, payments, reversals }) => [
      ...accruals.map(moneyOf),
      ...payments.filter(({ data }) => data.from === 'committed').map(moneyOf),
      ...reversals.map(moneyOf).map((one) => ({ ...one, pence: -one.pence })),
    ],
    ties: (account) => /^Expenses:[^:]+:Spent:/.test(account),
  },
  imports: {
    says: 'imported awards',
    items: ({ imports }) => imports.map(moneyOf),
    ties: (account) => belongsTo(account)?.name === 'imported',
  },
  offers: { says: 'awards offered', items: ({ offers }) => offers.map(moneyOf) },
  decisions: { says: 'decisions', items: (evidence) => evidence.allDecisions().length },
  obligations: { says: 'duties', items: ({ obligations }) => obligations.size },
  postings: {
    says: 'entries that move money',
    items: ({ posted }) => posted,
    // Every account of the books: they come to nil, or the postings do not.
    ties: () => true,
  },
  erasures: { says: 'erasures', items: ({ erasures }) => erasures.length },
  catalogues: { says: 'catalogues in force, one after another', items: ({ catalogues }) => catalogues },
  entries: { says: 'entries', items: ({ entries }) => entries },
} as const satisfies Readonly<Record<string, Population>>;
export type PopulationName = keyof typeof POPULATIONS;

export type Counted = Readonly<{
  says: string;
  count: number;
  /** What it comes to, by currency, in pence; and what the trial balance has. Empty where it has no money of its own. */
  value: readonly Readonly<{ currency: string; pence: number; trialBalancePence: number | null }>[];
  ties: boolean | null;
}>;
/** Counts and adds up a population, and holds its value against the trial balance. */
export function counted(name: PopulationName, evidence: Evidence, balance: TrialBalance): Counted {
  const { items, says, ties }: Population = POPULATIONS[name];
  const found = items(evidence);
  const list = typeof found === 'number' ? [] : found;
  const sums = new Map<string, number>();
  for (const { currency, pence } of list) sums.set(currency, (sums.get(currency) ?? 0) + pence);
  const booked = new Map<string, number>();
  if (ties !== undefined)
    for (const { account, currency, pence } of balance.lines())
      if (ties(account)) booked.set(currency, (booked.get(currency) ?? 0) + pence);
  const value = [...new Set([...sums.keys(), ...booked.keys()])].map((currency) => ({
    currency,
    pence: sums.get(currency) ?? 0,
    trialBalancePence: ties === undefined ? null : (booked.get(currency) ?? 0),
  }));
  return {
    says,
    count: typeof found === 'number' ? found : found.length,
    value,
    ties: ties === undefined ? null : value.every(({ pence, trialBalancePence }) => pence === trialBalancePence),
  };
}

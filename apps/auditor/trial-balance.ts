import { decimalPounds } from '@ledger/kernel';
import type { Moment } from './moment.js';
import type { ReadEntry } from './reading.js';

export type Balance = Readonly<{ account: string; currency: string; pence: number; lastEntry: number }>;
/** Pounds for a reader: 1,234.56. */
export const amount = (pence: number): string => decimalPounds(pence).replace(/\B(?=(\d{3})+\.)/g, ',');
export const money = ({ currency, pence }: { currency: string; pence: number }): string => `${amount(pence)} ${currency}`;

/** Balances of every account at a moment: the auditor's own fold over the postings of the entries. */
export class TrialBalance {
  private readonly accounts = new Map<string, Balance>();
  constructor(private readonly moment: Moment) {}

  add(read: Pick<ReadEntry, 'entry' | 'document'>): void {
    if (!this.moment.knows(read)) return;
    for (const { account, amountPence, currency, effectiveOn } of read.document.postings) {
      if (effectiveOn > this.moment.asAt) continue;
      const key = `${account} ${currency}`;
      this.accounts.set(key, { account, currency, pence: (this.accounts.get(key)?.pence ?? 0) + amountPence, lastEntry: read.entry });
    }
  }
  lines(): readonly Balance[] {
    return [...this.accounts.values()].filter(({ pence }) => pence !== 0).sort((a, b) => (a.account < b.account ? -1 : 1));
  }
  /** The sum of all accounts of each currency: nil, or the books are wrong. */
  sums(): readonly { currency: string; pence: number }[] {
    return [...Map.groupBy(this.lines(), ({ currency }) => currency)].map(([currency, all]) => ({
      currency,
      pence: all.reduce((sum, { pence }) => sum + pence, 0),
    }));
  }
}

import type { EntryDocument } from '@ledger/log';
import { BUNDLE, type BundleBalances } from '@ledger/log';
import { type Bundle, canonicalFrom, fieldsOf, Wrong } from './bundle.js';

/** The auditor's own books: every posting of every entry, summed by account. */
export class OwnBooks {
  /** By currency, and then by account: no key is put together for a posting. */
  private readonly balances = new Map<string, Map<string, number>>();

  post({ postings }: EntryDocument): void {
    for (const { account, amountPence, currency } of postings) {
      let accounts = this.balances.get(currency);
      if (accounts === undefined) this.balances.set(currency, (accounts = new Map<string, number>()));
      accounts.set(account, (accounts.get(account) ?? 0) + amountPence);
    }
  }

  /** Holds the bundle's balances against these, account by account, both ways. @throws Wrong */
  compare(bundle: Bundle): string {
    const given = canonicalFrom(bundle.text(BUNDLE.balances), BUNDLE.balances) as BundleBalances;
    if (!Array.isArray(given)) throw new Wrong(`${BUNDLE.balances} is not a list`);
    const said = new Map<string, number>(
      given.map((one) => {
        const { account, currency, pence } = fieldsOf<BundleBalances[number]>(one, ['account', 'currency', 'pence'], 'A balance');
        return [`${account} ${currency}`, pence];
      }),
    );
    const mine = new Map<string, number>();
    for (const [currency, accounts] of this.balances) for (const [account, pence] of accounts) mine.set(`${account} ${currency}`, pence);
    if (said.size !== given.length) throw new Wrong('An account has two balances');
    for (const key of new Set([...said.keys(), ...mine.keys()]))
      if ((said.get(key) ?? 0) !== (mine.get(key) ?? 0))
        throw new Wrong(`The bundle has ${said.get(key) ?? 0} pence for ${key}, and the entries come to ${mine.get(key) ?? 0}`);
    return `${said.size} accounts`;
  }
}

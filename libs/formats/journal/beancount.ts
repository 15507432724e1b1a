import { dayAfter } from '@ledger/kernel';
import { accountsOf, amount, balancesOf, type Books, currenciesOf, oneLine, transactionsOf } from './books.js';

/** The account as beancount wants it: each component begins with a capital or a digit. */
export const beancountAccount = (account: string): string =>
  account
    .split(':')
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join(':');

/**
 * The account as it is stored: lowered at the places that hold ids. `templates` are the accounts of the posting rules,
 * such as `Assets:{tenantId}:Cash:{fundId}`, because one place never holds both an id and a word.
 */
export function storedAccount(account: string, templates: readonly string[]): string | undefined {
  const parts = account.split(':');
  const template = templates
    .map((one) => one.split(':'))
    .find((one) => one.length === parts.length && one.every((place, at) => isId(place) || place === parts[at]));
  return template && parts.map((part, at) => (isId(template[at]!) ? part.toLowerCase() : part)).join(':');
}
/** A place of an account that an id fills: `{fundId}`, or the reserved id `unallocated`. */
const isId = (place: string) => /^[{a-z]/.test(place);

/**
 * The books as beancount reads them. A balance is asserted at the opening of the day after the last, and to the penny:
 * without a stated tolerance beancount lets a penny go.
 * Source: the beancount 2.3 language syntax.
 */
export function beancountJournal({ legs, nameOf, title }: Books): string {
  const transactions = transactionsOf(legs);
  const [first, last] = [transactions[0], transactions.at(-1)];
  const lines = [
    ...title.map((line) => `; ${oneLine(line)}`),
    '',
    `option "title" "${oneLine(title[0] ?? 'Books')}"`,
    ...currenciesOf(legs).map((currency) => `option "operating_currency" "${currency}"`),
    '',
    ...accountsOf(legs).flatMap((account) => [`${first!.on} open ${beancountAccount(account)}`, `  account: "${account}"`]),
    '',
    ...transactions.flatMap(({ entry, legs: posted, on }) => {
      const { stream, type } = nameOf(entry);
      return [
        `${on} * "${oneLine(`${type} ${stream}`)}"`,
        `  entry: ${entry}`,
        ...posted.map(({ account, amountPence, currency }) => `  ${beancountAccount(account)}  ${amount(amountPence, currency)}`),
        '',
      ];
    }),
    ...(last === undefined
      ? []
      : balancesOf(legs).map(
          ({ account, currency, pence }) =>
            `${dayAfter(last.on)} balance ${beancountAccount(account)}  ${amount(pence, '')}~ 0.00 ${currency}`,
        )),
    '',
  ];
  return lines.join('\n');
}

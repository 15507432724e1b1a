import { accountsOf, amount, balancesOf, type Books, currenciesOf, oneLine, transactionsOf } from './books.js';

/** Two spaces or more end an account's name. */
const posting = (account: string, sum: string) => `    ${account}  ${sum}`;

/**
 * The books in the text that hledger and ledger both read: accounts as they are stored, each currency and account declared, one transaction
 * for each entry and day, and at the end the balance of every account, which the tool itself then asserts.
 * Source: the hledger 1.25 and ledger 3.3 manuals.
 */
export function hledgerJournal({ legs, nameOf, title }: Books): string {
  const transactions = transactionsOf(legs);
  const last = transactions.at(-1);
  const lines = [
    ...title.map((line) => `; ${oneLine(line)}`),
    '',
    ...currenciesOf(legs).flatMap((currency) => [`commodity ${currency}`, `    format 1000.00 ${currency}`]),
    '',
    ...accountsOf(legs).map((account) => `account ${account}`),
    '',
    ...transactions.flatMap(({ entry, legs: posted, on }) => {
      const { stream, type } = nameOf(entry);
      return [
        `${on} * (${entry}) ${oneLine(`${type} ${stream}`)}`,
        ...posted.map(({ account, amountPence, currency }) => posting(account, amount(amountPence, currency))),
        '',
      ];
    }),
    ...(last === undefined
      ? []
      : [
          `${last.on} * Balances of every account`,
          ...balancesOf(legs).map(({ account, currency, pence }) =>
            posting(account, `${amount(0, currency)} = ${amount(pence, currency)}`),
          ),
          '',
        ]),
  ];
  return lines.join('\n');
}

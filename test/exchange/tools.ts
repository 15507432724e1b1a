import { spawnSync } from 'node:child_process';
import { beancountAccount, balancesOf, type Books } from '@ledger/formats';

/** What a tool says each account comes to: `account currency` to decimal pounds. */
export type Told = ReadonlyMap<string, string>;
export const TOOLS = ['hledger', 'ledger', 'beancount'] as const;
export type Tool = (typeof TOOLS)[number];
const PROGRAMS: Readonly<Record<Tool, readonly string[]>> = {
  hledger: ['hledger'],
  ledger: ['ledger'],
  beancount: ['bean-check', 'bean-query'],
};

const isThere = (program: string) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
/** The tools of this machine. The others are named, and what would have needed them is skipped. */
export const installed: Readonly<Record<Tool, boolean>> = {
  hledger: PROGRAMS.hledger.every(isThere),
  ledger: PROGRAMS.ledger.every(isThere),
  beancount: PROGRAMS.beancount.every(isThere),
};

/** Runs a program. @throws with its own words when it does not accept the file. */
export function read(program: string, ...args: readonly string[]): string {
  const { error, status, stderr, stdout } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (error !== undefined) throw error;
  if (status !== 0 || /error/i.test(stderr)) throw new Error(`${program} refused: ${stderr}${stdout}`);
  return stdout;
}

const AMOUNT = /(-?\d+(?:\.\d+)?) ([A-Z]{3})/g;
const amountsIn = (text: string) => [...text.matchAll(AMOUNT)].map(([, sum = '', currency = '']) => [currency, sum] as const);
const rowsOf = (csv: string) =>
  csv
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => /^"?([^",]+)"?,(.*)$/.exec(line)!)
    .map(([, account = '', sums = '']) => [account.trim(), amountsIn(sums)] as const);
const told = (rows: readonly (readonly [string, readonly (readonly [string, string])[]])[]): Told =>
  new Map(rows.flatMap(([account, sums]) => sums.map(([currency, sum]) => [`${account} ${currency}`, sum] as const)));

/** Each tool checks the file as strictly as it can, balances asserted, and then says what every account comes to. */
export const balancesBy: Readonly<Record<Tool, (file: string) => Told>> = {
  hledger: (file) => {
    read('hledger', '-f', file, 'check', '--strict', 'ordereddates', 'parseable', 'assertions');
    return told(rowsOf(read('hledger', '-f', file, 'balance', '--flat', '--empty', '--no-total', '--output-format', 'csv')));
  },
  ledger: (file) => {
    const text = read('ledger', '--strict', '--pedantic', '--file', file, 'balance', '--flat', '--empty', '--no-total', '--format', '%(account)\t%(display_total)\n'); // prettier-ignore
    return told(
      text
        .split(/\n(?=[A-Z][a-z]+:)/)
        .map((line) => line.split('\t'))
        .map(([account = '', sums = '']) => [account.trim(), amountsIn(sums)] as const),
    );
  },
  beancount: (file) => {
    read('bean-check', file);
    // Number and currency apart: bean-query 2.3 cannot print a position of more than nine digits.
    const sums = read('bean-query', '-f', 'csv', file, 'SELECT account, currency, sum(number) AS total GROUP BY account, currency');
    return new Map(
      sums
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => line.split(','))
        .map(([account = '', currency = '', sum = '']) => [`${account.trim()} ${currency.trim()}`, sum.trim()] as const),
    );
  },
};

/** What we say, in a tool's own names of accounts. An account at nil has no amount in some tools, so nil is left out of both. */
export function ours(books: Books, tool: Tool): Told {
  const name = tool === 'beancount' ? beancountAccount : (account: string) => account;
  const decimal = (pence: number) =>
    `${pence < 0 ? '-' : ''}${Math.trunc(Math.abs(pence) / 100)}.${String(Math.abs(pence) % 100).padStart(2, '0')}`;
  return new Map(
    balancesOf(books.legs)
      .filter(({ pence }) => pence !== 0)
      .map(({ account, currency, pence }) => [`${name(account)} ${currency}`, decimal(pence)] as const),
  );
}
export const withoutNil = (all: Told): Told => new Map([...all].filter(([, sum]) => !/^-?0(\.0+)?$/.test(sum)));

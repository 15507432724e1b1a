import { decimalPounds } from '@ledger/kernel';
import { escaped, type Html, markup } from './html.js';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const SYMBOLS: Readonly<Record<string, string>> = { GBP: '£', EUR: '€', USD: '$' };

/** What stands before a figure: a sign for the common ones, else the currency's own three letters. */
export const symbolOf = (currency = 'GBP'): string => SYMBOLS[currency] ?? `${currency} `;

/** 5 June 2018, from 2018-06-05. An empty day stays empty. */
export function dayWords(day: string): string {
  const [year, month, date] = day.slice(0, 10).split('-').map(Number);
  return year === undefined || month === undefined || date === undefined ? day : `${date} ${MONTHS[month - 1] ?? '?'} ${year}`;
}
/** 5 June 2018, 18:42:30 UTC. */
export const instantWords = (instant: string): string => `${dayWords(instant)}, ${instant.slice(11, 19)} UTC`;

/** 327,000 or 56,812.40: no sign, pence where the sum has them or where `withPence` asks. */
export function figure(pence: number, withPence = pence % 100 !== 0): string {
  const [whole, part] = decimalPounds(Math.abs(pence)).split('.');
  return `${pence < 0 ? '−' : ''}${Number(whole).toLocaleString('en-GB')}${withPence ? `.${part}` : ''}`;
}
/** £327,000, in plain text. */
export const money = (pence: number, currency = 'GBP'): string => figure(pence).replace(/^(−?)/, `$1${symbolOf(currency)}`);

/** The same figure for a page: the pence smaller than the pounds. */
export function figureHtml(pence: number, withPence = pence % 100 !== 0): Html {
  const [whole, part] = figure(pence, withPence).split('.');
  return part === undefined ? escaped(whole!) : markup`${whole}<span class="pence">.${part}</span>`;
}
export const moneyHtml = (pence: number, currency = 'GBP'): Html =>
  markup`<span class="num">${pence < 0 ? '−' : ''}${symbolOf(currency)}${figureHtml(Math.abs(pence))}</span>`;

export const whole = (number: number): string => number.toLocaleString('en-GB');
/** 1 entry, 2 entries. */
export const plural = (number: number, one: string, many = `${one}s`): string => `${whole(number)} ${number === 1 ? one : many}`;
/** 15 per cent, or 33.3 per cent. */
export const perCent = (share: number): string => `${(Math.round(share * 1000) / 10).toLocaleString('en-GB')} per cent`;
/** Two thirds, four fifths, or "55 of every 100". */
export function shareWords(numerator: number, denominator: number): string {
  const divisor = ((a: number, b: number): number => {
    while (b !== 0) [a, b] = [b, a % b];
    return a;
  })(numerator, denominator);
  const [n, d] = [numerator / divisor, denominator / divisor];
  const known: Readonly<Record<string, string>> = {
    '1/1': 'all',
    '1/2': 'half',
    '1/3': 'one third',
    '2/3': 'two thirds',
    '3/4': 'three quarters',
    '1/4': 'one quarter',
    '3/5': 'three fifths',
    '4/5': '80 per cent',
  };
  return known[`${n}/${d}`] ?? (100 % d === 0 ? `${(n * 100) / d} per cent` : `${n} of every ${d}`);
}
/** Four, twenty: small numbers as a sentence says them. */
const SMALL = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];
export const numberWords = (number: number): string => SMALL[number] ?? (number === 20 ? 'twenty' : whole(number));

/** One decision, nine bids, 1,000 residents: a count as a sentence says it. */
export const counted = (number: number, one: string, many = `${one}s`): string => `${numberWords(number)} ${number === 1 ? one : many}`;

/** An id as words, where no name is recorded: north-end becomes North end. */
export const idWords = (id: string): string => {
  const words = id.replaceAll(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
/** The office somebody acted in, as a sentence says it. */
export const officeWords = (office: string): string =>
  office.startsWith('policy:')
    ? 'the ledger itself'
    : /^u-[0-9a-f]{8,}$/.test(office)
      ? `somebody known here as ${office.slice(0, 10)}`
      : `the ${office.replaceAll('-', ' ')}`;
export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
/** A, B, C, then AA: keys from a picture to its table. */
export const letterKey = (index: number): string =>
  (index >= 26 ? String.fromCharCode(64 + Math.floor(index / 26)) : '') + String.fromCharCode(65 + (index % 26));
export const listWords = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`;

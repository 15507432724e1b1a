import { Unreadable } from './unreadable.js';

/** A number as its file writes it. It never passes through floating point, where 8.87 pounds are not 887 pence. */
export class Numeral {
  constructor(readonly source: string) {}
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;
const EXPONENT_MAX = 30;

/** Hundredths of a decimal number, exactly; or in words why there are none. */
export function penceOf({ source }: Numeral): number | string {
  const [, minus, whole, part = '', exponent = '0'] = NUMBER.exec(source) ?? [];
  if (whole === undefined) return `"${source}" is not a plain decimal number: no signs of currency, no commas`;
  if (minus === '-') return `${source} is less than nothing`;
  if (Math.abs(Number(exponent)) > EXPONENT_MAX) return `${source} is larger or smaller than money can be`;
  const shift = part.length - Number(exponent);
  const digits = `${whole}${part}`.padStart(Math.max(shift, 0), '0');
  const [before, after] = shift > 0 ? [digits.slice(0, -shift), digits.slice(-shift)] : [digits.padEnd(digits.length - shift, '0'), ''];
  const fraction = after.replace(/0+$/, '');
  if (fraction.length > 2) return `${source} has more than two decimal places`;
  const pence = BigInt(`${before}${fraction.padEnd(2, '0')}`);
  return pence > BigInt(Number.MAX_SAFE_INTEGER) ? `${source} is larger than the ledger can count` : Number(pence);
}

type WithSource = (key: string, value: unknown, context: { source?: string }) => unknown;
/** JSON whose numbers keep the text they were written in. @throws Unreadable */
export function parseJson(text: string): unknown {
  const keep: WithSource = (_, value, { source }) => (typeof value === 'number' ? new Numeral(source!) : value);
  try {
    return JSON.parse(text, keep as (key: string, value: unknown) => unknown);
  } catch (failed) {
    throw new Unreadable(`The file is not JSON: ${(failed as Error).message}`);
  }
}

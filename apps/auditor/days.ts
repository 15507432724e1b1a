import { isDay } from '@ledger/kernel';
import { NotUnderstood } from './not-understood.js';

const DAY_MS = 86_400_000;

/** The day so many days later, or earlier. */
export const daysFrom = (day: string, days: number): string => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
/** How many days lie between two days; negative where the second is the earlier one. */
export const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY_MS;

export function dayFrom(option: string, text: string): string {
  if (!isDay(text)) throw new NotUnderstood(`${option} is a day like 2019-03-31, and it is "${text}"`);
  return text;
}
/** A whole number from the command line, within its limits. */
export function wholeFrom(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(number >= least && number <= most))
    throw new NotUnderstood(`${option} is a whole number from ${least} to ${most}, and it is "${text}"`);
  return number;
}

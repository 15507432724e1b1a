const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const daysIn = (year: number, month: number) => [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
const written = (...[year, month, date]: readonly [number, number, number]) =>
  [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(date).padStart(2, '0')].join('-');
const parts = (day: string) => (DAY.exec(day) ?? []).slice(1).map(Number) as [number, number, number] | [];

/** Whether a text is a day that a calendar has: 2019-02-29 and 2019-09-31 are not. */
export function isDay(text: string): boolean {
  const [year, month, day] = parts(text);
  return year !== undefined && day! >= 1 && day! <= daysIn(year, month!);
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** Whether a text is an instant in UTC, to the millisecond, on a day that a calendar has. */
export const isInstant = (text: string): boolean => isDay(INSTANT.exec(text)?.[1] ?? '');

/** So many days after, by the calendar alone. */
export function daysAfter(day: string, days: number): string {
  let later = day;
  for (let passed = 0; passed < days; passed += 1) later = dayAfter(later);
  return later;
}
/** The same day of the next month, or that month's last: how a duty to answer within a month is counted. */
export function monthAfter(day: string): string {
  const [year, month, date] = parts(day);
  if (year === undefined) throw new Error(`"${day}" is not a day`);
  const [nextYear, nextMonth] = month! < 12 ? [year, month! + 1] : [year + 1, 1];
  return written(nextYear, nextMonth, Math.min(date!, daysIn(nextYear, nextMonth)));
}

/** The day after, by the calendar alone. */
export function dayAfter(day: string): string {
  const [year, month, date] = parts(day);
  if (year === undefined) throw new Error(`"${day}" is not a day`);
  const next: [number, number, number] =
    date! < daysIn(year, month!) ? [year, month!, date! + 1] : month! < 12 ? [year, month! + 1, 1] : [year + 1, 1, 1];
  return written(...next);
}

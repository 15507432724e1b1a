import type { CompleteTo } from '@ledger/views';
import { dayWords } from '../words/figures.js';

/** Something in the address that cannot be read: which field, what is wrong and what to do. What was typed stays. */
export type Mistake = Readonly<{ field: 'day' | 'known'; words: string }>;
export class Mistaken extends Error {
  override readonly name = 'Mistaken';
  constructor(readonly mistakes: readonly Mistake[]) {
    super(mistakes.map(({ words }) => words).join('. '));
  }
}

/** The two clocks as an address carries them: `?at=2018-06-05&known=287`, or as the form sends them. */
export type Typed = Readonly<Partial<Record<'at' | 'known' | 'day' | 'month' | 'year', string>>>;

/** What the address says about time, and what that comes to. */
export type SiteMoment = Readonly<{
  /** As the address says it; undefined is now, and stays out of every link. */
  at: string | undefined;
  known: number | undefined;
  asAt: string;
  asKnown: number;
  /** When the newest entry that this page knows was made. */
  knownAt: string | null;
  today: string;
  newest: CompleteTo;
  past: boolean;
}>;

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const daysIn = (year: number, month: number): number =>
  month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
export const isDay = (text: string): boolean => {
  const [, year, month, day] = (DAY.exec(text) ?? []).map(Number);
  return year !== undefined && month! >= 1 && month! <= 12 && day! >= 1 && day! <= daysIn(year, month!);
};

const filled = (text: string | undefined): string | undefined => (text?.trim() === '' ? undefined : text?.trim());

/** True when the form was sent: its three fields become one day, and the visitor goes on to the address that can be shared. */
export const fromForm = (typed: Typed): boolean => 'day' in typed || 'month' in typed || 'year' in typed;

/** The day that was typed, in either way. @throws Mistaken */
export function typedDay(typed: Typed): string | undefined {
  const [day, month, year] = [filled(typed.day), filled(typed.month), filled(typed.year)];
  if (day === undefined && month === undefined && year === undefined) {
    const at = filled(typed.at);
    if (at !== undefined && !isDay(at)) throw new Mistaken([{ field: 'day', words: `${at} is not a day. Write it like 2018-06-30` }]);
    return at;
  }
  const said = [day, month, year].filter((part) => part !== undefined).join(' ');
  if (day === undefined || month === undefined || year === undefined)
    throw new Mistaken([{ field: 'day', words: `${said} is only part of a day. Give the day, the month and the year` }]);
  const at = `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!isDay(at)) throw new Mistaken([{ field: 'day', words: `${said} is not a day. Write it like 30 6 2018` }]);
  return at;
}

/** What the ledger can say about its own time; the only part of the machinery that a moment needs. */
export type Clocks = Readonly<{
  newest: CompleteTo;
  today: string;
  /** The last entry made at or before an instant; -1 when there was none. */
  entryAt: (instant: string) => Promise<number>;
  recordedAt: (entry: number) => Promise<string | null>;
}>;

const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z?)?$/;
/** Widens an instant to the last millisecond that it names: a whole day, minute or second. */
const endOf = (text: string): string => text.replace(/Z$/, '') + 'T23:59:59.999'.slice(text.replace(/Z$/, '').length - 10) + 'Z';

async function typedEntry(typed: Typed, { entryAt, newest }: Clocks): Promise<number | undefined> {
  const said = filled(typed.known)?.replaceAll(',', '');
  if (said === undefined) return undefined;
  if (/^\d{1,15}$/.test(said)) {
    if (Number(said) > newest.entry)
      throw new Mistaken([{ field: 'known', words: `Entry ${said} does not exist yet. The newest is ${newest.entry}` }]);
    return Number(said);
  }
  if (!INSTANT.test(said) || !isDay(said.slice(0, 10)))
    throw new Mistaken([
      { field: 'known', words: `${said} is neither an entry nor an instant. Write a whole number, or 2018-06-05T18:42:30Z` },
    ]);
  const entry = await entryAt(endOf(said));
  if (entry < 0) throw new Mistaken([{ field: 'known', words: `Nothing had been entered by ${dayWords(said)}. The first entry is 0` }]);
  return entry;
}

/** Reads the moment that an address names. @throws Mistaken with every field that is wrong */
export async function momentOf(typed: Typed, clocks: Clocks): Promise<SiteMoment> {
  const mistakes: Mistake[] = [];
  const tried = async <T>(read: () => T): Promise<Awaited<T> | undefined> => {
    try {
      return await read();
    } catch (thrown) {
      if (!(thrown instanceof Mistaken)) throw thrown;
      mistakes.push(...thrown.mistakes);
      return undefined;
    }
  };
  const at = await tried(() => typedDay(typed));
  const known = await tried(() => typedEntry(typed, clocks));
  if (mistakes.length > 0) throw new Mistaken(mistakes);
  const { newest, recordedAt, today } = clocks;
  const asKnown = known ?? newest.entry;
  return {
    at,
    known,
    asAt: at ?? today,
    asKnown,
    knownAt: asKnown === newest.entry ? newest.recordedAt : await recordedAt(asKnown),
    today,
    newest,
    past: asKnown < newest.entry || (at !== undefined && at < today),
  };
}

/** An address within the site that keeps the moment; what it says itself wins. */
export function linkTo(
  { at, known }: Pick<SiteMoment, 'at' | 'known'>,
  path: string,
  more: Readonly<Record<string, string | number>> = {},
) {
  const [bare, fragment] = path.split('#') as [string, string | undefined];
  const query = new URLSearchParams();
  if (at !== undefined && !('at' in more)) query.set('at', at);
  if (known !== undefined && !('known' in more)) query.set('known', String(known));
  for (const [name, value] of Object.entries(more)) query.set(name, String(value));
  const said = query.toString();
  return `${bare}${said === '' ? '' : `?${said}`}${fragment === undefined ? '' : `#${fragment}`}`;
}

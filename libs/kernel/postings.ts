/** One leg of a posting rule: data, so that an accountant can read it and an auditor apply it. A leading dot in a path reads the element of `each`. */
export type PostingLeg = Readonly<{
  account: string;
  amount: string;
  sign: 1 | -1;
  each?: string;
  when?: Readonly<Record<string, readonly string[]>>;
  unless?: Readonly<Record<string, readonly string[]>>;
  currency?: string;
  on?: string;
}>;

/** Debit is positive, credit negative; in minor units of the currency. */
export type Posting = Readonly<{ account: string; amountPence: number; currency: string; effectiveOn: string }>;

/** Thrown when a rule cannot be applied or a section does not come to nil: a fault, and nothing is stored. */
export class UnbalancedPostings extends Error {}

/** The chart of accounts. A rule's account begins with one of these letters; the rest is the tail. */
export const CHART: Readonly<Record<string, Readonly<{ prefix: string; section: 'Money' | 'Budget' | 'Between' | 'Memo'; says: string }>>> =
  {
    C: { prefix: 'Assets:{tenantId}:Cash:{fundId}', section: 'Money', says: 'Money held' },
    R: { prefix: 'Assets:{tenantId}:Receivable:{fundId}', section: 'Money', says: 'Confirmed, not yet in' },
    D: { prefix: 'Assets:{tenantId}:Recoverable:{fundId}', section: 'Money', says: 'Demanded back' },
    P: { prefix: 'Liabilities:{tenantId}:Payable:{fundId}', section: 'Money', says: 'Accrued, unpaid' },
    I: { prefix: 'Income:{tenantId}:Received:{fundId}', section: 'Money', says: 'Income received' },
    S: { prefix: 'Expenses:{tenantId}:Spent:{fundId}', section: 'Money', says: 'Spent' },
    O: { prefix: 'Equity:{tenantId}:Opening:{fundId}', section: 'Money', says: 'Held when the books began' },
    T: { prefix: 'Equity:{tenantId}:Transfers:{fundId}', section: 'Money', says: 'Moved between classes' },
    F: { prefix: 'Equity:{tenantId}:Budget:Fund:{fundId}', section: 'Budget', says: 'Authority with the fund' },
    E: { prefix: 'Equity:{tenantId}:Budget:Line:{fundId}:{bodyId}:{period}', section: 'Budget', says: 'One envelope' },
    L: { prefix: 'Equity:{tenantId}:Budget:Line:{fundId}:{bodyId}:{period}:{lineId}', section: 'Budget', says: 'A line of an envelope' },
    U: {
      prefix: 'Equity:{tenantId}:Budget:Line:{fundId}:{bodyId}:{period}:unallocated',
      section: 'Budget',
      says: 'Authority not yet on a line',
    },
    B: { prefix: 'Equity:{tenantId}:Between:{payeeId}', section: 'Between', says: 'On its way between two organisations' },
    M: { prefix: 'Equity:{tenantId}:Memo', section: 'Memo', says: 'Remembered, not money' },
  };

type Json = Readonly<Record<string, unknown>>;

/** Rules are few and read at every append: each path and each account template is taken apart once. */
const once = <Made>(make: (text: string) => Made): ((text: string) => Made) => {
  const kept = new Map<string, Made>();
  return (text) => {
    let made = kept.get(text);
    if (made === undefined) kept.set(text, (made = make(text)));
    return made;
  };
};
const keysOf = once((path) => path.split('.'));

function read(data: Json, element: Json | undefined, path: string): unknown {
  let at: unknown = path.startsWith('.') ? element : data;
  for (const key of keysOf(path)) if (key !== '') at = (at as Json | undefined)?.[key];
  return at;
}

const holds = (data: Json, element: Json | undefined, tests: PostingLeg['when']) =>
  Object.entries(tests ?? {}).every(([path, values]) => values.includes(String(read(data, element, path))));

function must<T extends 'string' | 'number'>(value: unknown, kind: T, path: string): T extends 'string' ? string : number {
  if (typeof value !== kind) throw new UnbalancedPostings(`A posting rule reads "${path}", which the fact does not have`);
  return value as T extends 'string' ? string : number;
}

/** Words and paths of an account by turns: words stand at even places. */
const partsOfAccount = once((template) => {
  const [letter, ...tail] = template.split(':');
  return [letter !== undefined && letter in CHART ? CHART[letter]!.prefix : letter, ...tail].join(':').split(/\{([^}]+)\}/);
});
const accountOf = (template: string, data: Json, element: Json | undefined): string =>
  partsOfAccount(template)
    .map((part, index) => (index % 2 === 0 ? part : must(read(data, element, part), 'string', part).replaceAll('_', '-')))
    .join('');

export const sectionOf = (account: string): string =>
  account.includes(':Budget:') ? 'Budget' : account.includes(':Between:') ? 'Between' : account.includes(':Memo:') ? 'Memo' : 'Money';

/**
 * Applies a posting rule to a fact's data (payload and envelope together). Legs of nothing are left out.
 * Source: the chart and the rules that the event catalogue prints. @throws UnbalancedPostings
 */
export function postingsOf(rule: readonly PostingLeg[], data: Json): readonly Posting[] {
  const postings = rule.flatMap((leg) =>
    (leg.each === undefined ? [undefined] : (read(data, undefined, leg.each) as readonly Json[]))
      .filter((element) => holds(data, element, leg.when) && !(leg.unless !== undefined && holds(data, element, leg.unless)))
      .map((element) => ({
        account: accountOf(leg.account, data, element),
        amountPence: leg.sign * must(read(data, element, leg.amount), 'number', leg.amount),
        currency: must(read(data, element, leg.currency ?? 'currency'), 'string', leg.currency ?? 'currency'),
        effectiveOn: must(read(data, element, leg.on ?? 'effectiveAt'), 'string', leg.on ?? 'effectiveAt').slice(0, 10),
      })),
  );
  const sums = new Map<string, number>();
  for (const { account, amountPence, currency, effectiveOn } of postings) {
    const section = `${sectionOf(account)} ${currency} ${effectiveOn}`;
    sums.set(section, (sums.get(section) ?? 0) + amountPence);
  }
  for (const [section, sum] of sums) if (sum !== 0) throw new UnbalancedPostings(`${section} is off by ${sum} pence`);
  return postings.filter(({ amountPence }) => amountPence !== 0);
}

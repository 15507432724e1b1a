import type { Balance } from '@ledger/views';

/** A figure on a page: what it came to, and the entry that made it so (null where nothing was ever posted). */
export type Figure = Readonly<{ pence: number; entry: number | null }>;
export type Place = Readonly<{ fundId: string; bodyId: string; period: string }>;

/** The one place that knows how accounts are spelt. Source: the chart of accounts in the event catalogue. */
export const accounts = {
  envelope: (tenantId: string, { bodyId, fundId, period }: Place) => `Equity:${tenantId}:Budget:Line:${fundId}:${bodyId}:${period}`,
  linesOfFund: (tenantId: string, fundId: string) => `Equity:${tenantId}:Budget:Line:${fundId}`,
  fundBudget: (tenantId: string, fundId: string) => `Equity:${tenantId}:Budget:Fund:${fundId}`,
  cash: (tenantId: string, fundId: string) => `Assets:${tenantId}:Cash:${fundId}`,
  spent: (tenantId: string, fundId: string) => `Expenses:${tenantId}:Spent:${fundId}`,
  received: (tenantId: string, fundId: string) => `Income:${tenantId}:Received:${fundId}`,
} as const;

export const NOTHING: Figure = { pence: 0, entry: null };
/** The sum of an account and all below it. */
export function sumOf(balances: readonly Balance[], account: string): Figure {
  return balances.reduce<Figure>(
    (sum, one) =>
      one.account === account || one.account.startsWith(`${account}:`)
        ? { pence: sum.pence + one.pence, entry: Math.max(sum.entry ?? -1, one.lastEntry) }
        : sum,
    NOTHING,
  );
}
export const turned = ({ entry, pence }: Figure): Figure => ({ pence: pence === 0 ? 0 : -pence, entry });
export const plus = (a: Figure, b: Figure): Figure => ({
  pence: a.pence + b.pence,
  entry: a.entry === null && b.entry === null ? null : Math.max(a.entry ?? -1, b.entry ?? -1),
});

/** One line of an envelope, or a whole envelope: the identity of the model, read from the accounts. */
export type Standing = Readonly<{
  authority: Figure;
  sources: readonly (Figure & Readonly<{ source: string }>)[];
  available: Figure;
  reserved: Figure;
  committed: Figure;
  accrued: Figure;
  paid: Figure;
  recovered: Figure;
  currency: string;
}>;

/** Reads where the money of one line stands. `balances` holds at least everything below the line's account. */
export function standingOfLine(balances: readonly Balance[], line: string): Standing {
  const below = balances.filter(({ account }) => account.startsWith(`${line}:`));
  const sources = [
    ...new Set(
      below
        .filter(({ account }) => account.startsWith(`${line}:Authority:`))
        .map(({ account }) => account.slice(line.length + 11).split(':')[0]!),
    ),
  ];
  return {
    authority: turned(sumOf(below, `${line}:Authority`)),
    sources: sources.map((source) => ({ source, ...turned(sumOf(below, `${line}:Authority:${source}`)) })),
    available: plus(sumOf(below, `${line}:Available`), sumOf(below, `${line}:Overspend`)),
    reserved: sumOf(below, `${line}:Reserved`),
    committed: sumOf(below, `${line}:Committed`),
    accrued: sumOf(below, `${line}:Accrued`),
    paid: sumOf(below, `${line}:Paid`),
    recovered: turned(sumOf(below, `${line}:Recovered`)),
    currency: below[0]?.currency ?? 'GBP',
  };
}

const STATES = ['available', 'reserved', 'committed', 'accrued', 'paid', 'recovered'] as const;
/** Several lines as one. Authority that only moved from the unallocated line to another does not count twice: it nets. */
export function together(lines: readonly Standing[]): Standing {
  const none: Standing = {
    authority: NOTHING,
    sources: [],
    available: NOTHING,
    reserved: NOTHING,
    committed: NOTHING,
    accrued: NOTHING,
    paid: NOTHING,
    recovered: NOTHING,
    currency: lines[0]?.currency ?? 'GBP',
  };
  return lines.reduce(
    (sum, line) => ({
      ...sum,
      authority: plus(sum.authority, line.authority),
      ...Object.fromEntries(STATES.map((state) => [state, plus(sum[state], line[state])])),
    }),
    none,
  );
}

/** The ids of the lines below an envelope's account, the unallocated one among them. */
export const lineIdsBelow = (balances: readonly Balance[], envelope: string): readonly string[] => [
  ...new Set(
    balances
      .filter(({ account }) => account.startsWith(`${envelope}:`))
      .map(({ account }) => account.slice(envelope.length + 1).split(':')[0]!),
  ),
];

const HELD = ['Reserved', 'Committed', 'Accrued', 'Paid', 'Recovered'];
/** What of an envelope is set aside for, promised to or paid to each award: one walk over the balances, however many awards. */
export function heldByAward(balances: readonly Balance[], envelope: string): ReadonlyMap<string, Figure> {
  const held = new Map<string, Figure>();
  for (const { account, lastEntry, pence } of balances) {
    if (!account.startsWith(`${envelope}:`)) continue;
    const [, state, awardId] = account.slice(envelope.length + 1).split(':');
    if (awardId !== undefined && HELD.includes(state!)) held.set(awardId, plus(held.get(awardId) ?? NOTHING, { pence, entry: lastEntry }));
  }
  return held;
}

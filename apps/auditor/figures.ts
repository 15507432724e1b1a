/**
 * The figures that statements show, as sums over accounts: a pure table that an accountant can read. In an account, `{t}` is the
 * tenant, and `{f}`, `{b}`, `{p}`, `{l}` are fund, body, period and line. Source: the chart of accounts in the event catalogue.
 */
type Figure = Readonly<{ of: 'fund' | 'line'; says: string; sign: 1 | -1; accounts: readonly string[] }>;
const LINE = 'Equity:{t}:Budget:Line:{f}:{b}:{p}:{l}';
export const FIGURES = {
  held: { of: 'fund', says: 'Money held', sign: 1, accounts: ['Assets:{t}:Cash:{f}'] },
  receivable: { of: 'fund', says: 'Confirmed, not yet in', sign: 1, accounts: ['Assets:{t}:Receivable:{f}'] },
  recoverable: { of: 'fund', says: 'Demanded back', sign: 1, accounts: ['Assets:{t}:Recoverable:{f}'] },
  payable: { of: 'fund', says: 'Owed for work that was accepted', sign: -1, accounts: ['Liabilities:{t}:Payable:{f}'] },
  opening: { of: 'fund', says: 'Held when the books began', sign: -1, accounts: ['Equity:{t}:Opening:{f}'] },
  income: { of: 'fund', says: 'Income received', sign: -1, accounts: ['Income:{t}:Received:{f}'] },
  transfers: { of: 'fund', says: 'Moved between classes', sign: -1, accounts: ['Equity:{t}:Transfers:{f}'] },
  spent: { of: 'fund', says: 'Spent', sign: 1, accounts: ['Expenses:{t}:Spent:{f}', 'Expenses:{t}:WrittenOff:{f}'] },
  unassigned: { of: 'fund', says: 'Not yet given to any body', sign: 1, accounts: ['Equity:{t}:Budget:Fund:{f}:Unassigned'] },
  imported: { of: 'fund', says: 'Past awards, remembered and never spendable', sign: 1, accounts: ['Equity:{t}:Memo:Imported:{f}:Item'] },
  authority: { of: 'line', says: 'Authority to spend', sign: -1, accounts: [`${LINE}:Authority`] },
  cover: { of: 'line', says: 'Overspending that was authorised', sign: -1, accounts: [`${LINE}:Overspend`] },
  available: { of: 'line', says: 'Available', sign: 1, accounts: [`${LINE}:Available`] },
  reserved: { of: 'line', says: 'Reserved', sign: 1, accounts: [`${LINE}:Reserved`] },
  committed: { of: 'line', says: 'Committed', sign: 1, accounts: [`${LINE}:Committed`] },
  accrued: { of: 'line', says: 'Accrued', sign: 1, accounts: [`${LINE}:Accrued`] },
  paid: { of: 'line', says: 'Paid, less what was recovered', sign: 1, accounts: [`${LINE}:Paid`, `${LINE}:Recovered`] },
} as const satisfies Readonly<Record<string, Figure>>;
export type FigureName = keyof typeof FIGURES;
export const figureNames = Object.keys(FIGURES) as readonly FigureName[];
export const isFigure = (name: string): name is FigureName => Object.hasOwn(FIGURES, name);

const patterns = figureNames.flatMap((name) =>
  FIGURES[name].accounts.map((account) => ({ name, pattern: new RegExp(`^${account.replace(/\{\w\}/g, '([^:]+)')}(?=:|$)`) })),
);
/** Where a sum of money belongs: which figure of which fund (`tenant/fund`) or line (`tenant/fund/body/period/line`). */
export type Belongs = Readonly<{ name: FigureName; place: string; sign: 1 | -1 }>;
const known = new Map<string, Belongs | null>();
/** The figure that an account is part of; null for the accounts between funds and envelopes. */
export function belongsTo(account: string): Belongs | null {
  let found = known.get(account);
  if (found === undefined) {
    found = null;
    for (const { name, pattern } of patterns) {
      const match = pattern.exec(account);
      if (match !== null) found = { name, place: match.slice(1).join('/'), sign: FIGURES[name].sign };
    }
    known.set(account, found);
  }
  return found;
}

export type Statement = Readonly<{ place: string; currency: string; figures: Readonly<Partial<Record<FigureName, number>>>; nil: boolean }>;
type Balance = Readonly<{ account: string; currency: string; pence: number }>;
/** Fund or line statements out of balances. `nil` says whether the statement comes out: all that a fund holds has its source, all of a line its authority. */
export function statementsOf(of: 'fund' | 'line', balances: readonly Balance[]): readonly Statement[] {
  const found = new Map<string, { place: string; currency: string; figures: Partial<Record<FigureName, number>>; sum: number }>();
  for (const { account, currency, pence } of balances) {
    const belongs = belongsTo(account);
    if (belongs === null || FIGURES[belongs.name].of !== of) continue;
    const { name, place, sign } = belongs;
    const one = found.get(`${place} ${currency}`) ?? { place, currency, figures: {}, sum: 0 };
    one.figures[name] = (one.figures[name] ?? 0) + sign * pence;
    if (name !== 'unassigned' && name !== 'imported') one.sum += pence;
    found.set(`${place} ${currency}`, one);
  }
  return [...found.values()]
    .sort((a, b) => (`${a.place} ${a.currency}` < `${b.place} ${b.currency}` ? -1 : 1))
    .map(({ currency, figures, place, sum }) => ({ place, currency, figures, nil: sum === 0 }));
}

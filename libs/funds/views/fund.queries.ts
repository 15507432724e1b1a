import { bodies } from '@ledger/governance/views';
import { sectionOf } from '@ledger/kernel';
import type { Balance, LedgerQuery, Reading, NoParams } from '@ledger/views';
import {
  accounts,
  type Figure,
  lineIdsBelow,
  NOTHING,
  type Place,
  type Standing,
  standingOfLine,
  sumOf,
  together,
  turned,
} from './accounts.js';
import {
  type EnvelopeRow,
  envelopes,
  type ForecastRow,
  forecasts,
  type FundRow,
  funds,
  type LineRow,
  lines,
  type LotRow,
  lots,
} from './fund.projection.js';
import { type MovementRow, movements } from './movement.projection.js';

export const UNALLOCATED = 'unallocated';
export type EnvelopeSummary = EnvelopeRow & Readonly<{ fundTitle: string; bodyName: string; total: Standing; unallocated: Figure }>;
export type LineView = Readonly<{ lineId: string; title: string; standing: Standing; line: LineRow | null }>;
export type EnvelopeView = EnvelopeSummary &
  Readonly<{ lines: readonly LineView[]; movements: readonly MovementRow[]; forecasts: readonly ForecastRow[] }>;
export type FundSummary = FundRow & Readonly<{ held: Figure; received: Figure; spent: Figure; unassigned: Figure }>;
export type FundView = FundSummary &
  Readonly<{
    lots: readonly LotRow[];
    forecasts: readonly ForecastRow[];
    envelopes: readonly EnvelopeSummary[];
    movements: readonly MovementRow[];
  }>;

const summaryOf = (read: Reading, balances: readonly Balance[], fund: FundRow): FundSummary => ({
  ...fund,
  held: sumOf(balances, accounts.cash(read.tenantId, fund.fundId)),
  received: turned(sumOf(balances, accounts.received(read.tenantId, fund.fundId))),
  spent: sumOf(balances, accounts.spent(read.tenantId, fund.fundId)),
  unassigned: sumOf(balances, `${accounts.fundBudget(read.tenantId, fund.fundId)}:Unassigned`),
});

/** Envelopes with where their money stands: one reading of the balances, however many envelopes. */
export async function envelopesOf(
  read: Reading,
  where: Partial<EnvelopeRow> = {},
  known?: readonly Balance[],
): Promise<readonly EnvelopeSummary[]> {
  const balances = known ?? (await read.balances(`Equity:${read.tenantId}:Budget:Line:`));
  const titles = await read.lookUp(funds, 'fundId', 'title');
  const names = await read.lookUp(bodies, 'bodyId', 'name');
  // An envelope is taken up once: a second giving to the same place stays with the fund, on its way, until somebody sees to it.
  const taken = Map.groupBy(await read.rows(envelopes, where), (row) => accounts.envelope(read.tenantId, row));
  return [...taken].map(([account, givings]) => {
    const row = givings[0]!;
    const below = balances.filter((one) => one.account.startsWith(`${account}:`));
    const standings = lineIdsBelow(below, account).map((lineId) => standingOfLine(below, `${account}:${lineId}`));
    return {
      ...row,
      fundTitle: titles.get(row.fundId) ?? row.fundId,
      bodyName: names.get(row.bodyId) ?? row.bodyId,
      total: together(standings),
      unallocated: sumOf(below, `${account}:${UNALLOCATED}:Available`),
    };
  });
}

export const fundsQuery: LedgerQuery<NoParams, readonly FundSummary[]> = {
  name: 'funds',
  says: 'Every fund: what came in, what is held, what was spent',
  params: [],
  answer: async (read) => {
    const balances = await read.balances();
    return (await read.rows(funds)).map((fund) => summaryOf(read, balances, fund));
  },
};
export const fundQuery: LedgerQuery<{ fundId: string }, FundView> = {
  name: 'fund',
  says: 'One fund: its purpose and class, its receipts and how they were split, what is expected, whom it gave authority',
  params: ['fundId'],
  answer: async (read, { fundId }) => {
    const fund = await read.row(funds, { fundId });
    if (fund === undefined) return undefined;
    const balances = await read.balances();
    return {
      ...summaryOf(read, balances, fund),
      lots: await read.rows(lots, { fundId }),
      forecasts: await read.rows(forecasts, { fundId }),
      envelopes: await envelopesOf(read, { fundId }, balances),
      movements: (await read.rows(movements, { fundId })).toReversed(),
    };
  },
};
export const envelopesQuery: LedgerQuery<{ bodyId?: string }, readonly EnvelopeSummary[]> = {
  name: 'envelopes',
  says: 'Every envelope, and where its money stands',
  params: ['bodyId?'],
  answer: (read, { bodyId }) => envelopesOf(read, bodyId === undefined ? {} : { bodyId }),
};
export const envelopeQuery: LedgerQuery<Place, EnvelopeView> = {
  name: 'envelope',
  says: 'One envelope: each line’s authority, reserved, committed, accrued, paid and available, and what moved it',
  params: ['fundId', 'bodyId', 'period'],
  answer: async (read, place) => {
    const where: Place = { fundId: place.fundId, bodyId: place.bodyId, period: place.period };
    const account = accounts.envelope(read.tenantId, where);
    const balances = await read.balances(`${account}:`);
    const summary = (await envelopesOf(read, where, balances))[0];
    if (summary === undefined) return undefined;
    const titled = new Map((await read.rows(lines, where)).map((line) => [line.lineId, line]));
    return {
      ...summary,
      lines: lineIdsBelow(balances, account).map((lineId) => ({
        lineId,
        title: titled.get(lineId)?.title ?? (lineId === UNALLOCATED ? 'Not yet on a line' : lineId),
        standing: standingOfLine(balances, `${account}:${lineId}`),
        line: titled.get(lineId) ?? null,
      })),
      movements: (await read.rows(movements, where)).toReversed(),
      forecasts: await read.rows(forecasts, { fundId: place.fundId }),
    };
  },
};
export const lineQuery: LedgerQuery<Place & { lineId: string }, Standing> = {
  name: 'line',
  says: 'Where the money of one line stands',
  params: ['fundId', 'bodyId', 'period', 'lineId'],
  answer: async (read, { lineId, ...place }) => {
    const account = `${accounts.envelope(read.tenantId, place)}:${lineId}`;
    const balances = await read.balances(`${account}:`);
    return balances.length === 0 ? undefined : standingOfLine(balances, account);
  },
};
export type BalanceView = Readonly<{
  account: string;
  /** Null where several currencies stand there: they are never added. */
  pence: number | null;
  entry: number | null;
  sums: readonly (Figure & Readonly<{ currency: string }>)[];
}>;
const byCurrency = (balances: readonly Balance[], account: string) =>
  [...Map.groupBy(balances, ({ currency }) => currency)].map(([currency, some]) => ({ currency, ...sumOf(some, account) }));
export const balanceQuery: LedgerQuery<{ account: string }, BalanceView> = {
  name: 'balance',
  says: 'What an account and all below it come to; debit is positive',
  params: ['account'],
  answer: async (read, { account }) => {
    const here = (await read.balances(account)).filter((one) => one.account === account || one.account.startsWith(`${account}:`));
    const sums = byCurrency(here, account);
    const { entry, pence } = sums[0] ?? NOTHING;
    return sums.length > 1 ? { account, pence: null, entry: null, sums } : { account, pence, entry, sums };
  },
};

export type SectionSum = Readonly<{ section: string; currency: string; pence: number }>;
export type TrialBalance = Readonly<{
  accounts: readonly Balance[];
  sums: readonly Readonly<{ currency: string; pence: number }>[];
  sections: readonly SectionSum[];
}>;
const total = (some: readonly Balance[]) => some.reduce((sum, { pence }) => sum + pence, 0);
export const trialBalanceQuery: LedgerQuery<NoParams, TrialBalance> = {
  name: 'trial-balance',
  says: 'Every account of these books; each section is nil at every entry',
  params: [],
  answer: async (read) => {
    const all = await read.balances();
    return {
      accounts: all,
      sums: [...Map.groupBy(all, ({ currency }) => currency)].map(([currency, some]) => ({ currency, pence: total(some) })),
      sections: [...Map.groupBy(all, ({ account, currency }) => `${sectionOf(account)} ${currency}`).values()].map((some) => ({
        section: sectionOf(some[0]!.account),
        currency: some[0]!.currency,
        pence: total(some),
      })),
    };
  },
};

import { organisations } from '@ledger/governance/views';
import { type LedgerQuery, type Reading, type NoParams, stoodOn } from '@ledger/views';
import { type AwardRow, awards, type ImportedAwardRow, importedAwards, type PaymentRow, payments } from './award.projection.js';

export type AwardStanding = 'offered' | 'accepted' | 'signed' | 'part-paid' | 'paid';
export type AwardSummary = AwardRow &
  Readonly<{ recipientName: string; standing: AwardStanding; paidPence: number; paidEntry: number | null }>;
export type AwardView = AwardSummary & Readonly<{ payments: readonly PaymentRow[] }>;
export type RecipientView = Readonly<{
  recipientId: string;
  name: string;
  kind: string | null;
  entry: number | null;
  awards: readonly AwardSummary[];
  imported: readonly ImportedAwardRow[];
  awardedPence: number;
  paidPence: number;
  importedPence: number;
}>;
export type ImportedTotals = Readonly<{ key: string; label: string; count: number; pence: number; currency: string }>;
export type ImportedView = Readonly<{
  awards: readonly ImportedAwardRow[];
  byFunder: readonly ImportedTotals[];
  byYear: readonly ImportedTotals[];
}>;

const STEPS = { acceptedOn: ['acceptedEntry'], signedOn: ['signedEntry', 'signedBy', 'agreementHash'] } as const;

/** How far an award has come. */
export function standingOf(award: AwardRow, paidPence: number): AwardStanding {
  if (paidPence >= award.amountPence) return 'paid';
  if (paidPence > 0) return 'part-paid';
  if (award.signedOn !== null) return 'signed';
  return award.acceptedOn === null ? 'offered' : 'accepted';
}

/** Awards with their recipients' names and what was paid, read in three steps however many there are. */
export async function awardsOf(read: Reading, where: Partial<AwardRow> = {}): Promise<readonly AwardSummary[]> {
  const names = await read.lookUp(organisations, 'organisationId', 'name');
  const paid = Map.groupBy(await read.rows(payments), ({ awardId }) => awardId);
  return (await read.rows(awards, where)).map((row) => {
    const award = stoodOn<AwardRow>(row, read.asAt, STEPS);
    const made = paid.get(award.awardId) ?? [];
    const paidPence = made.reduce((sum, { amountPence }) => sum + amountPence, 0);
    const paidEntry = made.length === 0 ? null : Math.max(...made.map(({ entry }) => entry));
    return {
      ...award,
      recipientName: names.get(award.recipientId) ?? award.recipientId,
      standing: standingOf(award, paidPence),
      paidPence,
      paidEntry,
    };
  });
}

export const awardsQuery: LedgerQuery<{ decisionId?: string }, readonly AwardSummary[]> = {
  name: 'awards',
  says: 'Every award, and how far each has come',
  params: ['decisionId?'],
  answer: (read, { decisionId }) => awardsOf(read, decisionId === undefined ? {} : { decisionId }),
};
export const awardQuery: LedgerQuery<{ awardId: string }, AwardView> = {
  name: 'award',
  says: 'One award: the decision behind it, the agreement, the payments',
  params: ['awardId'],
  answer: async (read, { awardId }) => {
    const award = (await awardsOf(read, { awardId }))[0];
    return award === undefined ? undefined : { ...award, payments: await read.rows(payments, { awardId }) };
  },
};

async function recipientOf(read: Reading, recipientId: string): Promise<RecipientView | undefined> {
  const organisation = await read.row(organisations, { organisationId: recipientId });
  const [all, past] = [await awardsOf(read, { recipientId }), await read.rows(importedAwards, { recipientId })];
  if (organisation === undefined && all.length + past.length === 0) return undefined;
  return {
    recipientId,
    name: organisation?.name ?? past.at(-1)?.recipientName ?? recipientId,
    kind: organisation?.kind ?? null,
    entry: organisation?.entry ?? null,
    awards: all,
    imported: past,
    awardedPence: all.reduce((sum, { amountPence }) => sum + amountPence, 0),
    paidPence: all.reduce((sum, { paidPence }) => sum + paidPence, 0),
    importedPence: past.reduce((sum, { amountPence }) => sum + amountPence, 0),
  };
}
export const recipientQuery: LedgerQuery<{ recipientId: string }, RecipientView> = {
  name: 'recipient',
  says: 'One organisation that receives: its awards here, and those brought in from published files',
  params: ['recipientId'],
  answer: (read, { recipientId }) => recipientOf(read, recipientId),
};
export const recipientsQuery: LedgerQuery<
  NoParams,
  readonly Readonly<{ recipientId: string; name: string; currency: string; awards: number; awardedPence: number; paidPence: number }>[]
> = {
  name: 'recipients',
  says: 'Every organisation that was awarded money by a decision in these books, in each currency',
  params: [],
  answer: async (read) =>
    [...Map.groupBy(await awardsOf(read), ({ currency, recipientId }) => `${recipientId} ${currency}`).values()].map((all) => ({
      recipientId: all[0]!.recipientId,
      name: all[0]!.recipientName,
      currency: all[0]!.currency,
      awards: all.length,
      awardedPence: all.reduce((sum, { amountPence }) => sum + amountPence, 0),
      paidPence: all.reduce((sum, { paidPence }) => sum + paidPence, 0),
    })),
};

const totals = (
  rows: readonly ImportedAwardRow[],
  keyOf: (row: ImportedAwardRow) => string,
  label: (row: ImportedAwardRow) => string,
): readonly ImportedTotals[] =>
  [...Map.groupBy(rows, (row) => `${keyOf(row)} ${row.currency}`).values()]
    .map((group) => ({
      key: keyOf(group[0]!),
      label: label(group[0]!),
      count: group.length,
      pence: group.reduce((sum, { amountPence }) => sum + amountPence, 0),
      currency: group[0]!.currency,
    }))
    .toSorted((a, b) => a.key.localeCompare(b.key));
export const importedAwardsQuery: LedgerQuery<{ funderId?: string }, ImportedView> = {
  name: 'imported-awards',
  says: 'Past awards brought in from published files: in the books, never spendable, mandate not stated',
  params: ['funderId?'],
  answer: async (read, { funderId }) => {
    const rows = await read.rows(importedAwards, funderId === undefined ? {} : { funderId });
    return {
      awards: rows,
      byFunder: totals(
        rows,
        (row) => row.funderId,
        (row) => row.funderName,
      ),
      byYear: totals(
        rows,
        ({ awardedOn }) => awardedOn.slice(0, 4),
        ({ awardedOn }) => awardedOn.slice(0, 4),
      ),
    };
  },
};

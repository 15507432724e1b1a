import { bodies, mandates, type MandateRow, type RuleSetRow, ruleSets, seatsOf } from '@ledger/governance/views';
import { type AwardSummary, awardsOf } from '@ledger/grants/views';
import { END_OF_TIME, type LedgerQuery, type Reading, type NoParams, stoodOn } from '@ledger/views';
import { type DecisionRow, decisions } from './decision.projection.js';
import {
  assemblies,
  type AssemblyRow,
  type ObligationRow,
  obligations,
  type SortitionRow,
  sortitions,
  type VoteRow,
  votes,
} from './participation.projection.js';

export type DecisionStanding = 'in-call-in' | 'awaiting-confirmation' | 'confirmed' | 'rescinded' | 'beyond-mandate';
/** The vote against its rule: how many were needed, of whom, and how far over or under it came. */
export type Threshold = Readonly<{ of: number; denominator: string; numerator: number; divisor: number; needed: number; margin: number }>;
export type DecisionSummary = DecisionRow & Readonly<{ bodyName: string; standing: DecisionStanding; awardedPence: number }>;
export type DecisionView = DecisionSummary &
  Readonly<{
    rules: RuleSetRow | null;
    threshold: Threshold | null;
    mandate: MandateRow | null;
    awards: readonly AwardSummary[];
    obligations: readonly ObligationView[];
  }>;

/** Decisions as they stood on the reading's day: what came of them later is blank. */
export const decisionsOf = async (read: Reading, where: Partial<DecisionRow> = {}): Promise<readonly DecisionRow[]> =>
  (await read.rows(decisions, where)).map((row) =>
    stoodOn<DecisionRow>(row, read.asAt, {
      confirmedOn: ['confirmedEntry', 'confirmedBy'],
      rescindedOn: ['rescindedEntry', 'rescindedWhy'],
    }),
  );

/** Where a decision, as it stood on a day, had come to on that day. */
export function standingOf(row: DecisionRow, asAt: string): DecisionStanding {
  if (row.rescindedOn !== null) return 'rescinded';
  if (row.beyondEntry !== null) return 'beyond-mandate';
  if (row.confirmedOn !== null) return 'confirmed';
  return asAt <= row.recorded.callInUntil ? 'in-call-in' : 'awaiting-confirmation';
}

/**
 * The vote against its rule. `members` is how many sat when it was weighed: where the rules ask for a share of all members, it is of those.
 * Whole numbers throughout: a share is never rounded into or out of force, and nobody in favour carries nothing.
 */
export function thresholdOf({ recorded: { tally } }: DecisionRow, rules: RuleSetRow, members: number): Threshold {
  const of =
    rules.denominator === 'votes_cast' ? tally.for + tally.against : rules.denominator === 'participants' ? tally.present : members;
  const product = rules.thresholdNumerator * of;
  const rest = product % rules.thresholdDenominator;
  const whole = (product - rest) / rules.thresholdDenominator;
  // A simple majority of votes cast means more than half; every other share means at least that share.
  const isMajority = rules.denominator === 'votes_cast' && rules.thresholdNumerator * 2 === rules.thresholdDenominator;
  const needed = Math.max(1, isMajority || rest > 0 ? whole + 1 : whole);
  return {
    of,
    denominator: rules.denominator,
    numerator: rules.thresholdNumerator,
    divisor: rules.thresholdDenominator,
    needed,
    margin: tally.for - needed,
  };
}

/** Who sat when a decision was weighed, whatever day their seats were filled for: what its body's own stream knew by then. */
const membersAt = async (read: Reading, { admittedEntry, beyondEntry, bodyId, entry }: DecisionRow): Promise<number> => {
  const then = read.at({ asAt: END_OF_TIME, asKnown: admittedEntry ?? beyondEntry ?? entry });
  return (await seatsOf(then, { bodyId })).filter(({ vacatedOn }) => vacatedOn === null).length;
};

const summariesOf = async (read: Reading, where: Partial<DecisionRow>): Promise<readonly DecisionSummary[]> => {
  const names = await read.lookUp(bodies, 'bodyId', 'name');
  return (await decisionsOf(read, where)).map((row) => ({
    ...row,
    bodyName: names.get(row.bodyId) ?? row.bodyId,
    standing: standingOf(row, read.asAt),
    awardedPence: row.recorded.effects.reduce((sum, { amountPence }) => sum + amountPence, 0),
  }));
};

export const decisionsQuery: LedgerQuery<{ bodyId?: string }, readonly DecisionSummary[]> = {
  name: 'decisions',
  says: 'Every decision, and where it stands',
  params: ['bodyId?'],
  answer: (read, { bodyId }) => summariesOf(read, bodyId === undefined ? {} : { bodyId }),
};
export const decisionQuery: LedgerQuery<{ decisionId: string }, DecisionView> = {
  name: 'decision',
  says: 'One decision file: what was asked, who sat, how they voted, under which rule, what money follows',
  params: ['decisionId'],
  answer: async (read, { decisionId }) => {
    const summary = (await summariesOf(read, { decisionId }))[0];
    if (summary === undefined) return undefined;
    const { mandateId, ruleSetId, ruleSetVersion } = summary.recorded;
    const rules = (await read.row(ruleSets, { ruleSetId, version: ruleSetVersion })) ?? null;
    return {
      ...summary,
      rules,
      threshold: rules === null ? null : thresholdOf(summary, rules, await membersAt(read, summary)),
      mandate: (await read.row(mandates, { mandateId })) ?? null,
      awards: await awardsOf(read, { decisionId }),
      obligations: (await read.rows(obligations, { because: decisionId })).map((row) => obligationOf(row, read.asAt)),
    };
  },
};

const drawOn = (row: SortitionRow, asAt: string): SortitionRow =>
  stoodOn(row, asAt, {
    invitedOn: ['invitedEntry'],
    sealedOn: ['sealedEntry', 'commitment'],
    drawnOn: ['drawnEntry', 'selected', 'outputHash'],
  });

export const sortitionsQuery: LedgerQuery<NoParams, readonly SortitionRow[]> = {
  name: 'sortitions',
  says: 'Every draw by lot',
  params: [],
  answer: async (read) => (await read.rows(sortitions)).map((row) => drawOn(row, read.asAt)),
};
export const sortitionQuery: LedgerQuery<{ sortitionId: string }, SortitionRow> = {
  name: 'sortition',
  says: 'One draw by lot: its certificate',
  params: ['sortitionId'],
  answer: async (read, { sortitionId }) => {
    const row = await read.row(sortitions, { sortitionId });
    return row && drawOn(row, read.asAt);
  },
};

export type VoteView = VoteRow & Readonly<{ margin: number | null }>;
export type AssemblyView = AssemblyRow & Readonly<{ bodyName: string; votes: readonly VoteView[] }>;
const assemblyOf = async (read: Reading, row: AssemblyRow): Promise<AssemblyView> => {
  const taken = await read.rows(votes, { assemblyId: row.assemblyId });
  return {
    ...row,
    packs: row.packs.filter(({ effectiveOn }) => effectiveOn <= read.asAt),
    bodyName: (await read.row(bodies, { bodyId: row.bodyId }))?.name ?? row.bodyId,
    votes: taken.map((vote) => ({ ...vote, margin: vote.needed === null ? null : vote.for - vote.needed })),
  };
};
export const assembliesQuery: LedgerQuery<NoParams, readonly AssemblyView[]> = {
  name: 'assemblies',
  says: 'Every assembly and its votes',
  params: [],
  answer: async (read) => Promise.all((await read.rows(assemblies)).map((row) => assemblyOf(read, row))),
};
export const assemblyQuery: LedgerQuery<{ assemblyId: string }, AssemblyView> = {
  name: 'assembly',
  says: 'One assembly: its question, what it read, how it voted, and what binds',
  params: ['assemblyId'],
  answer: async (read, { assemblyId }) => {
    const row = await read.row(assemblies, { assemblyId });
    return row === undefined ? undefined : assemblyOf(read, row);
  },
};

export type ObligationStanding = 'due' | 'overdue' | 'discharged-on-time' | 'discharged-late' | 'released';
export type ObligationView = ObligationRow & Readonly<{ standing: ObligationStanding; daysLate: number }>;
const days = (from: string, until: string): number => Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000);
/** Overdue is computed, never typed: against the day of the reading. */
export function obligationOf(created: ObligationRow, asAt: string): ObligationView {
  const row = {
    ...stoodOn(created, asAt, { dischargedOn: ['dischargedEntry', 'evidenceSha256'], releasedOn: ['releasedEntry', 'releasedWhy'] }),
    progress: created.progress.filter(({ effectiveOn }) => effectiveOn <= asAt),
  };
  if (row.releasedOn !== null) return { ...row, standing: 'released', daysLate: 0 };
  if (row.dischargedOn !== null) {
    const late = Math.max(0, days(row.dueBy, row.dischargedOn));
    return { ...row, standing: late > 0 ? 'discharged-late' : 'discharged-on-time', daysLate: late };
  }
  const late = Math.max(0, days(row.dueBy, asAt));
  return { ...row, standing: late > 0 ? 'overdue' : 'due', daysLate: late };
}
export const obligationsQuery: LedgerQuery<NoParams, readonly ObligationView[]> = {
  name: 'obligations',
  says: 'Every duty that a binding result created: due, late, done or released',
  params: [],
  answer: async (read) => (await read.rows(obligations)).map((row) => obligationOf(row, read.asAt)),
};
export const obligationQuery: LedgerQuery<{ obligationId: string }, ObligationView> = {
  name: 'obligation',
  says: 'One duty: who owes it, by when, and what came of it',
  params: ['obligationId'],
  answer: async (read, { obligationId }) => {
    const row = await read.row(obligations, { obligationId });
    return row === undefined ? undefined : obligationOf(row, read.asAt);
  },
};

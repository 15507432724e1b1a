import { assuranceDesk } from '@ledger/assurance/decide';
import { commissioningDesk } from '@ledger/commissioning/decide';
import { CreateObligation, deliberationDesk, NoteBeyondMandate } from '@ledger/deliberation/decide';
import type { DeliberationEvent } from '@ledger/deliberation/events';
import type { Desk, Policy } from '@ledger/event-store';
import { ApproveEnvelope, ConfirmCommitment, fundDesk, NoteConfirmation, NoteDecision, NoteRescission } from '@ledger/funds/decide';
import type { EnvelopeEvent, FundEvent } from '@ledger/funds/events';
import { governanceDesk, NoteMandate, NoteRuleSet, WeighDecision } from '@ledger/governance/decide';
import type { GovernanceEvent } from '@ledger/governance/events';
import { grantDesk, OfferAward } from '@ledger/grants/decide';
import type { GrantEvent } from '@ledger/grants/events';
import { publicationDesk } from '@ledger/publication/decide';
import { ExecuteErasure, subjectDesk } from '@ledger/subjects/decide';
import type { SubjectEvent } from '@ledger/subjects/events';

/** Every command of the ledger, with the decider that judges it. */
export const everyDesk: readonly Desk[] = [
  ...governanceDesk,
  ...deliberationDesk,
  ...commissioningDesk,
  ...fundDesk,
  ...grantDesk,
  ...publicationDesk,
  ...subjectDesk,
  ...assuranceDesk,
];

/** What the fund gives, the envelope takes up. */
export const takeUpAuthority: Policy<FundEvent> = {
  name: 'take-up-authority',
  on: {
    AuthorityGiven: ({ data: { amountPence, bodyId, currency, fundId, lots, period, purposes, title } }) => [
      ApproveEnvelope.of({ fundId, bodyId, period, currency, amountPence, title, purposes, lots }),
    ],
  },
};

/** A body decides under the rules and mandates that it has taken note of. */
export const noteRulesAndMandates: Policy<GovernanceEvent> = {
  name: 'note-rules-and-mandates',
  on: {
    RuleSetAdopted: ({
      data: {
        bodyId,
        callInDays,
        denominator,
        effectiveFrom,
        hash,
        quorum,
        ruleSetId,
        thresholdDenominator,
        thresholdNumerator,
        tieBreak,
        version,
      },
    }) => [
      NoteRuleSet.of({
        ruleSetId,
        version,
        bodyId,
        hash,
        effectiveFrom,
        quorum,
        thresholdNumerator,
        thresholdDenominator,
        denominator,
        callInDays,
        tieBreak,
      }),
    ],
    MandateGranted: ({ data: { bindingMode, bodyId, ceilingPence, currency, from, grantedBy, mandateId, purposes, scope, until } }) => [
      NoteMandate.of({
        mandateId,
        bodyId,
        grantedBy,
        scope,
        purposes,
        bindingMode,
        ceilingPence,
        currency,
        from,
        ...(until === undefined ? {} : { until }),
      }),
    ],
  },
};

/** Every recorded decision is held against its body's mandate. */
export const weighDecisions: Policy<DeliberationEvent> = {
  name: 'weigh-decisions',
  on: {
    DecisionRecorded: ({ data: { bodyId, callInUntil, decisionId, effects, mandateId, recordedBy, ruleSetId, ruleSetVersion, tally } }) => [
      WeighDecision.of({
        bodyId,
        decisionId,
        mandateId,
        ruleSetId,
        ruleSetVersion,
        for: tally.for,
        against: tally.against,
        abstained: tally.abstained,
        present: tally.present,
        ...(tally.castingVote === undefined ? {} : { castingVote: tally.castingVote }),
        callInUntil,
        recordedBy,
        effects,
      }),
    ],
  },
};

type Effects = Extract<DeliberationEvent, { type: 'DecisionConfirmed' }>['data']['effects'];
/** The effects of a decision, by the envelope that they draw on. */
const byEnvelope = (effects: Effects) =>
  [...Map.groupBy(effects, ({ bodyId, fundId, period }) => `${fundId} ${bodyId} ${period}`).values()].map((group) => {
    const { bodyId, fundId, period } = group[0]!;
    return { place: { fundId, bodyId, period }, group };
  });
const noted = (decisionId: string, standing: 'recorded' | 'beyond_mandate', recordedBy: string, effects: Effects) =>
  byEnvelope(effects).map(({ group, place }) =>
    NoteDecision.of({
      ...place,
      decisionId,
      standing,
      recordedBy,
      effects: group.map(({ amountPence, awardId, lineId, purpose, recipientId }) => ({
        lineId,
        awardId,
        recipientId,
        purpose,
        amountPence,
      })),
    }),
  );

/** A decision that goes beyond its mandate hears of it: nobody can confirm it, and nothing it wished for becomes a duty. */
export const returnBeyondMandate: Policy<GovernanceEvent> = {
  name: 'return-beyond-mandate',
  on: {
    UltraViresFlagged: ({ data: { code, decisionId, words } }) => [NoteBeyondMandate.of({ decisionId, code, words })],
  },
};

/** What a decision allows is noted in each envelope that it names; so one stream judges rescission against payment. */
export const noteDecisions: Policy<GovernanceEvent | DeliberationEvent> = {
  name: 'note-decisions',
  on: {
    DecisionAdmitted: ({ data: { decisionId, effects, recordedBy } }) => noted(decisionId, 'recorded', recordedBy, effects),
    UltraViresFlagged: ({ data: { decisionId, effects, recordedBy } }) => noted(decisionId, 'beyond_mandate', recordedBy, effects),
    DecisionConfirmed: ({ data: { decisionId, effects } }) =>
      byEnvelope(effects).map(({ place }) => NoteConfirmation.of({ ...place, decisionId })),
    DecisionRescinded: ({ data: { decisionId, effects } }) =>
      byEnvelope(effects).map(({ place }) => NoteRescission.of({ ...place, decisionId })),
  },
};

/** What was confirmed is offered; what both sides signed is promised. */
export const award: Policy<EnvelopeEvent | GrantEvent> = {
  name: 'award',
  on: {
    DecisionConfirmationNoted: ({ data: { bodyId, currency, decisionId, effects, fundId, period } }) =>
      effects.map((effect) => OfferAward.of({ ...effect, fundId, bodyId, period, currency, decisionId })),
    AgreementSigned: ({ data: { amountPence, awardId, bodyId, decisionId, fundId, lineId, period, purpose, recipientId } }) => [
      ConfirmCommitment.of({ fundId, bodyId, period, lineId, awardId, recipientId, purpose, amountPence, decisionRef: decisionId }),
    ],
  },
};

/** A result that binds becomes a duty with a day. */
export const obligeWhenThresholdMet: Policy<DeliberationEvent> = {
  name: 'oblige-when-threshold-met',
  on: {
    ThresholdMet: ({ data: { assemblyId, dueBy, dutyOn, recommendationId, text } }) => [
      CreateObligation.of({
        obligationId: `${assemblyId}-${recommendationId}`,
        duty: text,
        on: dutyOn,
        dueBy,
        createdBy: assemblyId,
        because: assemblyId,
      }),
    ],
  },
};

/** What a decision obliges somebody to do becomes a duty once the decision is confirmed. */
export const obligeWhenConfirmed: Policy<DeliberationEvent> = {
  name: 'oblige-when-confirmed',
  on: {
    DecisionConfirmed: ({ data: { bodyId, decisionId, duties } }) =>
      (duties ?? []).map((duty) => CreateObligation.of({ ...duty, createdBy: bodyId, because: decisionId })),
  },
};

/** What was granted is done: the key is destroyed in the very step that records it. */
export const executeErasures: Policy<SubjectEvent> = {
  name: 'execute-erasures',
  on: { ErasureGranted: ({ data: { subjectRef } }) => [ExecuteErasure.of({ subjectRef })] },
};

export const policies = [
  takeUpAuthority,
  noteRulesAndMandates,
  weighDecisions,
  returnBeyondMandate,
  noteDecisions,
  award,
  obligeWhenThresholdMet,
  obligeWhenConfirmed,
  executeErasures,
] as unknown as readonly Policy[];

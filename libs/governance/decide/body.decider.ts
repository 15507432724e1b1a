import { daysAfter, type Decider, type FactOf, pounds, type Refuse, sayNo } from '@ledger/kernel';
import type {
  BodyConstituted,
  DecisionAdmitted,
  MandateNoted,
  RuleSetNoted,
  SeatFilled,
  SeatVacated,
  UltraViresFlagged,
} from '../events/index.js';
import type { BodyCommand, WeighDecision } from './governance.commands.js';

export const BODY_REFUSALS = [
  'BODY_ALREADY_CONSTITUTED',
  'BODY_NOT_CONSTITUTED',
  'SEAT_CLASS_UNKNOWN',
  'ALREADY_SEATED',
  'NO_SEAT_LEFT_IN_CLASS',
  'NOT_SEATED',
  'DECISION_ALREADY_WEIGHED',
] as const;
export type BodyRefusal = (typeof BODY_REFUSALS)[number];
const refuse: Refuse<BodyRefusal> = sayNo;

type BodyEvent = FactOf<
  | typeof BodyConstituted
  | typeof SeatFilled
  | typeof SeatVacated
  | typeof RuleSetNoted
  | typeof MandateNoted
  | typeof DecisionAdmitted
  | typeof UltraViresFlagged
>;
type Rules = FactOf<typeof RuleSetNoted>['data'];
type Mandate = FactOf<typeof MandateNoted>['data'];
type Body = Readonly<{
  seats: Readonly<Record<string, number>> | null;
  seated: Readonly<Record<string, string>>;
  rules: readonly Rules[];
  mandates: Readonly<Record<string, Mandate & { usedPence: number }>>;
  weighed: readonly string[];
}>;

const constituted = ({ seats }: Body, bodyId: string) => seats ?? refuse('BODY_NOT_CONSTITUTED', `Body ${bodyId} has not been constituted`);

/** Why a decision goes beyond what its body may decide, in the order in which it is judged. */
export const BEYOND = [
  'NO_MANDATE',
  'OUTSIDE_MANDATE_PERIOD',
  'OUTSIDE_SCOPE',
  'ANOTHER_BODYS_MONEY',
  'OTHER_CURRENCY',
  'BEYOND_CEILING',
  'ADVISORY_ONLY',
  'RULES_UNKNOWN',
  'RULES_NOT_IN_FORCE',
  'BODY_NOT_QUORATE',
  'MORE_VOTES_THAN_PRESENT',
  'NO_CASTING_VOTE',
  'VOTE_NOT_CARRIED',
  'CALL_IN_TOO_SHORT',
] as const;

/** What a decision goes beyond; undefined when it stands. */
function beyond(
  state: Body,
  {
    abstained,
    against,
    bodyId,
    callInUntil,
    castingVote,
    effects,
    for: inFavour,
    mandateId,
    present,
    ruleSetId,
    ruleSetVersion,
  }: WeighDecision,
  on: string,
): { code: (typeof BEYOND)[number]; words: string } | undefined {
  const mandate = state.mandates[mandateId];
  if (mandate === undefined) return { code: 'NO_MANDATE', words: `The body holds no mandate ${mandateId}` };
  if (on < mandate.from || (mandate.until !== undefined && on > mandate.until))
    return {
      code: 'OUTSIDE_MANDATE_PERIOD',
      words: `The mandate runs from ${mandate.from} to ${mandate.until ?? 'further notice'}, and it was decided on ${on}`,
    };
  const other = effects.find(({ purpose }) => !mandate.purposes.includes(purpose));
  if (other !== undefined)
    return { code: 'OUTSIDE_SCOPE', words: `"${other.purpose}" is not among what the mandate is for: ${mandate.purposes.join(', ')}` };
  const elsewhere = effects.find((effect) => effect.bodyId !== bodyId);
  if (elsewhere !== undefined)
    return {
      code: 'ANOTHER_BODYS_MONEY',
      words: `Award ${elsewhere.awardId} would draw on what ${elsewhere.bodyId} may spend, not on what this body may`,
    };
  if (effects.some(({ currency }) => currency !== mandate.currency))
    return { code: 'OTHER_CURRENCY', words: `The mandate is in ${mandate.currency}` };
  const sum = effects.reduce((total, { amountPence }) => total + amountPence, 0);
  if (mandate.usedPence + sum > mandate.ceilingPence)
    return {
      code: 'BEYOND_CEILING',
      words: `${pounds(mandate.usedPence + sum)} would be decided in all, and the mandate goes to ${pounds(mandate.ceilingPence)}`,
    };
  if (effects.length > 0 && mandate.bindingMode === 'advisory')
    return { code: 'ADVISORY_ONLY', words: 'An advisory body cannot move money' };
  const rules = state.rules.find((one) => one.ruleSetId === ruleSetId && one.version === ruleSetVersion);
  if (rules === undefined) return { code: 'RULES_UNKNOWN', words: `The body has no rules ${ruleSetId} in version ${ruleSetVersion}` };
  if (on < rules.effectiveFrom) return { code: 'RULES_NOT_IN_FORCE', words: `These rules are in force from ${rules.effectiveFrom}` };
  if (present < rules.quorum) return { code: 'BODY_NOT_QUORATE', words: `${present} were present, and ${rules.quorum} are needed` };
  const of = { votes_cast: inFavour + against, participants: present, members: Object.keys(state.seated).length }[rules.denominator];
  if (inFavour + against + abstained > present)
    return { code: 'MORE_VOTES_THAN_PRESENT', words: `${inFavour + against + abstained} voted and ${present} were present` };
  // Nobody in favour carries nothing, however few voted: a share of nought is no share.
  const bySimpleMajority = rules.denominator === 'votes_cast' && rules.thresholdNumerator * 2 === rules.thresholdDenominator;
  const tied = bySimpleMajority && inFavour === against;
  if (castingVote !== undefined && !(tied && rules.tieBreak === 'chair'))
    return { code: 'NO_CASTING_VOTE', words: 'The chair has a casting vote only in a tie, and only where the rules give one' };
  const carried = bySimpleMajority
    ? inFavour > against || (tied && castingVote === 'for')
    : inFavour * rules.thresholdDenominator >= rules.thresholdNumerator * of;
  if (inFavour === 0 || !carried)
    return {
      code: 'VOTE_NOT_CARRIED',
      words: `${inFavour} were for it, of ${of}; ${rules.thresholdNumerator} in ${rules.thresholdDenominator} are needed`,
    };
  // Rules without a call-in let a decision be confirmed at once. A rule of working days is longer than as many days, never shorter.
  const earliest = daysAfter(on, rules.callInDays);
  if (rules.callInDays > 0 && callInUntil < earliest)
    return {
      code: 'CALL_IN_TOO_SHORT',
      words: `It could be called in until ${callInUntil}, and the rules leave ${rules.callInDays} days, until ${earliest} at the earliest`,
    };
  return undefined;
}

export const body: Decider<Body, BodyCommand, BodyEvent> = {
  category: 'body',
  stream: ({ bodyId }) => bodyId,
  initial: { seats: null, seated: {}, rules: [], mandates: {}, weighed: [] },

  decide: {
    ConstituteBody({ area, bodyId, bodyType, composition, name }, { seats }) {
      if (seats !== null) refuse('BODY_ALREADY_CONSTITUTED', `Body ${bodyId} was constituted before`);
      return [
        {
          type: 'BodyConstituted',
          data: {
            bodyId,
            name,
            bodyType,
            area,
            composition: composition.map(({ seatClass, seats: number }) => ({ seatClass, seats: number })),
          },
        },
      ];
    },

    FillSeat({ bodyId, route, seatClass, subjectRef, termUntil }, state) {
      const seats = constituted(state, bodyId)[seatClass] ?? refuse('SEAT_CLASS_UNKNOWN', `This body has no seats of class ${seatClass}`);
      if (subjectRef in state.seated) refuse('ALREADY_SEATED', `${subjectRef} has a seat already`);
      const taken = Object.values(state.seated).filter((one) => one === seatClass).length;
      if (taken >= seats) refuse('NO_SEAT_LEFT_IN_CLASS', `All ${seats} ${seatClass} seats are filled`, { seats, taken });
      return [{ type: 'SeatFilled', data: { bodyId, seatClass, subjectRef, route, ...(termUntil === undefined ? {} : { termUntil }) } }];
    },

    VacateSeat({ bodyId, subjectRef, why }, state) {
      constituted(state, bodyId);
      const seatClass = state.seated[subjectRef] ?? refuse('NOT_SEATED', `${subjectRef} has no seat here`);
      return [{ type: 'SeatVacated', data: { bodyId, seatClass, subjectRef, why } }];
    },

    NoteRuleSet({
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
    }) {
      return [
        {
          type: 'RuleSetNoted',
          data: {
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
          },
        },
      ];
    },

    NoteMandate({ bindingMode, bodyId, ceilingPence, currency, from, grantedBy, mandateId, purposes, scope, until }) {
      return [
        {
          type: 'MandateNoted',
          data: {
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
          },
        },
      ];
    },

    WeighDecision(command, state, { at }) {
      const { bodyId, decisionId, mandateId, recordedBy } = command;
      constituted(state, bodyId);
      if (state.weighed.includes(decisionId)) refuse('DECISION_ALREADY_WEIGHED', `Decision ${decisionId} was weighed before`);
      const effects = command.effects.map((effect) => ({ ...effect }));
      const why = beyond(state, command, at.slice(0, 10));
      if (why !== undefined) return [{ type: 'UltraViresFlagged', data: { decisionId, bodyId, ...why, recordedBy, effects } }];
      return [{ type: 'DecisionAdmitted', data: { decisionId, bodyId, mandateId, recordedBy, effects } }];
    },
  },

  evolve: {
    BodyConstituted: (state, { data: { composition } }) => ({
      ...state,
      seats: Object.fromEntries(composition.map(({ seatClass, seats }) => [seatClass, seats])),
    }),
    SeatFilled: (state, { data: { seatClass, subjectRef } }) => ({ ...state, seated: { ...state.seated, [subjectRef]: seatClass } }),
    SeatVacated: (state, { data: { subjectRef } }) => ({
      ...state,
      seated: Object.fromEntries(Object.entries(state.seated).filter(([one]) => one !== subjectRef)),
    }),
    RuleSetNoted: (state, { data }) => ({ ...state, rules: [...state.rules, data] }),
    MandateNoted: (state, { data }) => ({ ...state, mandates: { ...state.mandates, [data.mandateId]: { ...data, usedPence: 0 } } }),
    DecisionAdmitted: (state, { data: { decisionId, effects, mandateId } }) => {
      const mandate = state.mandates[mandateId]!;
      const usedPence = mandate.usedPence + effects.reduce((sum, { amountPence }) => sum + amountPence, 0);
      return { ...state, weighed: [...state.weighed, decisionId], mandates: { ...state.mandates, [mandateId]: { ...mandate, usedPence } } };
    },
    UltraViresFlagged: (state, { data: { decisionId } }) => ({ ...state, weighed: [...state.weighed, decisionId] }),
  },
};

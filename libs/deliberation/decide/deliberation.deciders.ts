import { type Decider, type FactOf, type Refuse, sayNo } from '@ledger/kernel';
import type * as told from '../events/index.js';
import type { AssemblyCommand, DecisionCommand, ObligationCommand, SortitionCommand } from './deliberation.commands.js';

export const DELIBERATION_REFUSALS = [
  'SORTITION_ALREADY_DEFINED',
  'SORTITION_NOT_DEFINED',
  'POOL_ALREADY_SEALED',
  'POOL_NOT_SEALED',
  'DRAW_ALREADY_HELD',
  'DRAW_MISSES_TARGET',
  'OTHER_NUMBER_OF_INVITATIONS',
  'ASSEMBLY_ALREADY_CONVENED',
  'ASSEMBLY_NOT_CONVENED',
  'THRESHOLD_ABOVE_ALL',
  'NO_INFORMATION_PACK',
  'ALREADY_VOTED',
  'MORE_VOTES_THAN_PEOPLE',
  'DECISION_ALREADY_RECORDED',
  'DECISION_NOT_RECORDED',
  'NO_OPTION_CHOSEN',
  'MORE_VOTES_THAN_PRESENT',
  'SEATS_AND_PRESENT_DIFFER',
  'MORE_PEOPLE_THAN_SEATS',
  'DECISION_BEYOND_MANDATE',
  'CALL_IN_OPEN',
  'DECISION_ALREADY_CONFIRMED',
  'DECISION_ALREADY_RESCINDED',
  'OBLIGATION_ALREADY_CREATED',
  'OBLIGATION_NOT_CREATED',
  'OBLIGATION_CLOSED',
  'EVIDENCE_MISSING',
  'NOT_THE_CREATING_POWER',
] as const;
export type DeliberationRefusal = (typeof DELIBERATION_REFUSALS)[number];
const refuse: Refuse<DeliberationRefusal> = sayNo;

type Sortition = Readonly<{ target: number | null; invitations: number; sealed: boolean; drawn: boolean }>;
export const sortition: Decider<
  Sortition,
  SortitionCommand,
  FactOf<typeof told.SortitionDefined | typeof told.InvitationsIssued | typeof told.PoolSealed | typeof told.DrawExecuted>
> = {
  category: 'sortition',
  stream: ({ sortitionId }) => sortitionId,
  initial: { target: null, invitations: 0, sealed: false, drawn: false },
  decide: {
    DefineSortition({ algorithm, bodyId, invitations, quotas, sortitionId, target }, state) {
      if (state.target !== null) refuse('SORTITION_ALREADY_DEFINED', 'This draw was defined before, and a definition never changes');
      return [
        {
          type: 'SortitionDefined',
          data: { sortitionId, bodyId, target, invitations, quotas: quotas.map(({ seats, stratum }) => ({ stratum, seats })), algorithm },
        },
      ];
    },
    IssueInvitations({ invitations, sortitionId }, state) {
      if (state.target === null) refuse('SORTITION_NOT_DEFINED', 'This draw has not been defined');
      if (invitations !== state.invitations)
        refuse('OTHER_NUMBER_OF_INVITATIONS', `${state.invitations} invitations were defined, and ${invitations} went out`, {
          invitations,
        });
      return [{ type: 'InvitationsIssued', data: { sortitionId, invitations } }];
    },
    SealPool({ commitment, sortitionId }, state) {
      if (state.target === null) refuse('SORTITION_NOT_DEFINED', 'This draw has not been defined');
      if (state.sealed) refuse('POOL_ALREADY_SEALED', 'The pool was sealed before');
      return [{ type: 'PoolSealed', data: { sortitionId, commitment } }];
    },
    RecordDraw({ outputHash, selected, sortitionId }, state) {
      if (!state.sealed) refuse('POOL_NOT_SEALED', 'A draw needs a pool that was sealed before it');
      if (state.drawn) refuse('DRAW_ALREADY_HELD', 'The draw was held before');
      if (selected !== state.target)
        refuse('DRAW_MISSES_TARGET', `${state.target} people were to be drawn, and ${selected} were`, { selected });
      return [{ type: 'DrawExecuted', data: { sortitionId, selected, outputHash } }];
    },
  },
  evolve: {
    SortitionDefined: (state, { data: { invitations, target } }) => ({ ...state, target, invitations }),
    InvitationsIssued: (state) => state,
    PoolSealed: (state) => ({ ...state, sealed: true }),
    DrawExecuted: (state) => ({ ...state, drawn: true }),
  },
};

type Assembly = Readonly<{ terms: FactOf<typeof told.AssemblyConvened>['data'] | null; packs: number; voted: readonly string[] }>;
export const assembly: Decider<
  Assembly,
  AssemblyCommand,
  FactOf<
    | typeof told.AssemblyConvened
    | typeof told.InformationPackPublished
    | typeof told.RecommendationVoted
    | typeof told.ThresholdMet
    | typeof told.ThresholdMissed
  >
> = {
  category: 'assembly',
  stream: ({ assemblyId }) => assemblyId,
  initial: { terms: null, packs: 0, voted: [] },
  decide: {
    ConveneAssembly({ assemblyId, bodyId, commissionedBy, denominator, question, thresholdDenominator, thresholdNumerator }, { terms }) {
      if (terms !== null) refuse('ASSEMBLY_ALREADY_CONVENED', 'This assembly was convened before, and its terms never change');
      if (thresholdNumerator > thresholdDenominator) refuse('THRESHOLD_ABOVE_ALL', 'The threshold asks for more than everybody');
      return [
        {
          type: 'AssemblyConvened',
          data: { assemblyId, bodyId, question, commissionedBy, thresholdNumerator, thresholdDenominator, denominator },
        },
      ];
    },
    PublishInformationPack({ assemblyId, sha256, title }, { terms }) {
      if (terms === null) refuse('ASSEMBLY_NOT_CONVENED', 'This assembly has not been convened');
      return [{ type: 'InformationPackPublished', data: { assemblyId, sha256, title } }];
    },
    RecordVote(
      { abstain, against, assemblyId, dueBy, dutyOn, for: inFavour, participants, recommendationId, text },
      { packs, terms, voted },
    ) {
      if (terms === null) return refuse('ASSEMBLY_NOT_CONVENED', 'This assembly has not been convened');
      if (packs === 0) refuse('NO_INFORMATION_PACK', 'Nobody votes before the information pack is published');
      if (voted.includes(recommendationId)) refuse('ALREADY_VOTED', `Recommendation ${recommendationId} was voted on before`);
      const cast = inFavour + against + abstain;
      if (cast > participants) refuse('MORE_VOTES_THAN_PEOPLE', `${cast} voted and ${participants} took part`, { cast, participants });
      const of = terms.denominator === 'participants' ? participants : inFavour + against;
      // Whole numbers on both sides: no share is ever rounded into or out of force.
      const met = inFavour > 0 && inFavour * terms.thresholdDenominator >= terms.thresholdNumerator * of;
      const needed = Math.max(1, Math.ceil((terms.thresholdNumerator * of) / terms.thresholdDenominator));
      const result = { assemblyId, recommendationId, text, for: inFavour, participants, needed };
      return [
        { type: 'RecommendationVoted', data: { assemblyId, recommendationId, text, for: inFavour, against, abstain, participants } },
        met ? { type: 'ThresholdMet', data: { ...result, dutyOn, dueBy } } : { type: 'ThresholdMissed', data: result },
      ];
    },
  },
  evolve: {
    AssemblyConvened: (state, { data }) => ({ ...state, terms: data }),
    InformationPackPublished: (state) => ({ ...state, packs: state.packs + 1 }),
    RecommendationVoted: (state, { data: { recommendationId } }) => ({ ...state, voted: [...state.voted, recommendationId] }),
    ThresholdMet: (state) => state,
    ThresholdMissed: (state) => state,
  },
};

type Decision = Readonly<{
  recorded: FactOf<typeof told.DecisionRecorded>['data'] | null;
  /** Why it goes beyond what its body may decide. */
  beyond: string | null;
  confirmed: boolean;
  rescinded: boolean;
}>;
/** The thing that money cites. */
export const decision: Decider<
  Decision,
  DecisionCommand,
  FactOf<typeof told.DecisionRecorded | typeof told.BeyondMandateNoted | typeof told.DecisionConfirmed | typeof told.DecisionRescinded>
> = {
  category: 'decision',
  stream: ({ decisionId }) => decisionId,
  initial: { recorded: null, beyond: null, confirmed: false, rescinded: false },
  decide: {
    RecordDecision(command, { recorded }, { onBehalfOf }) {
      if (recorded !== null) refuse('DECISION_ALREADY_RECORDED', `Decision ${command.decisionId} was recorded before`);
      if (!command.options.some(({ chosen }) => chosen)) refuse('NO_OPTION_CHOSEN', 'A decision chooses at least one of its options');
      const { abstained, against, for: inFavour, present } = command.tally;
      if (inFavour + against + abstained > present)
        refuse('MORE_VOTES_THAN_PRESENT', `${inFavour + against + abstained} voted and ${present} were present`, { present });
      const there = command.sat.reduce((sum, { tookPart }) => sum + tookPart, 0);
      if (command.sat.length > 0 && there !== present)
        refuse('SEATS_AND_PRESENT_DIFFER', `By seats ${there} took part, and ${present} are said to have been present`, { there, present });
      const odd = command.sat.find(({ away, seats, stoodAside, tookPart }) => tookPart + stoodAside + away > seats);
      if (odd !== undefined)
        refuse('MORE_PEOPLE_THAN_SEATS', `Class ${odd.seatClass} has ${odd.seats} seats, and more people are accounted for`, {
          seats: odd.seats,
        });
      const {
        bodyId,
        callInUntil,
        conflicts,
        decisionId,
        duties,
        effects,
        mandateId,
        options,
        question,
        reasons,
        ruleSetId,
        ruleSetVersion,
        sat,
        seenEntry,
        tally,
        title,
      } = command;
      return [
        {
          type: 'DecisionRecorded',
          data: {
            decisionId,
            bodyId,
            mandateId,
            title,
            question,
            reasons,
            conflicts,
            ruleSetId,
            ruleSetVersion,
            callInUntil,
            recordedBy: onBehalfOf,
            options: options.map((one) => ({ ...one })),
            sat: sat.map((one) => ({ ...one })),
            tally: { ...tally },
            effects: effects.map((one) => ({ ...one })),
            ...(duties === undefined ? {} : { duties: duties.map((one) => ({ ...one })) }),
            ...(seenEntry === undefined ? { seen: 'not_stated' as const } : { seen: 'entry' as const, seenEntry }),
          },
        },
      ];
    },
    NoteBeyondMandate({ code, decisionId, words }, { beyond }) {
      return beyond === null ? [{ type: 'BeyondMandateNoted', data: { decisionId, code, words } }] : [];
    },
    ConfirmDecision({ decisionId }, { beyond, confirmed, recorded, rescinded }, { at }) {
      if (recorded === null) return refuse('DECISION_NOT_RECORDED', `Decision ${decisionId} has not been recorded`);
      if (rescinded) refuse('DECISION_ALREADY_RESCINDED', `Decision ${decisionId} was rescinded`);
      if (beyond !== null) refuse('DECISION_BEYOND_MANDATE', `Decision ${decisionId} goes beyond what its body may decide: ${beyond}`);
      if (confirmed) refuse('DECISION_ALREADY_CONFIRMED', `Decision ${decisionId} was confirmed before`);
      if (at.slice(0, 10) <= recorded.callInUntil)
        refuse('CALL_IN_OPEN', `It may be called in until the end of ${recorded.callInUntil}`, { callInUntil: recorded.callInUntil });
      const { bodyId, duties, effects } = recorded;
      return [{ type: 'DecisionConfirmed', data: { decisionId, bodyId, effects, ...(duties === undefined ? {} : { duties }) } }];
    },
    RescindDecision({ decisionId, why }, { recorded, rescinded }) {
      if (recorded === null) return refuse('DECISION_NOT_RECORDED', `Decision ${decisionId} has not been recorded`);
      if (rescinded) refuse('DECISION_ALREADY_RESCINDED', `Decision ${decisionId} was rescinded before`);
      return [{ type: 'DecisionRescinded', data: { decisionId, bodyId: recorded.bodyId, why, effects: recorded.effects } }];
    },
  },
  evolve: {
    DecisionRecorded: (state, { data }) => ({ ...state, recorded: data }),
    BeyondMandateNoted: (state, { data: { words } }) => ({ ...state, beyond: words }),
    DecisionConfirmed: (state) => ({ ...state, confirmed: true }),
    DecisionRescinded: (state) => ({ ...state, rescinded: true }),
  },
};

type Obligation = Readonly<{ createdBy: string | null; closed: boolean }>;
const isOpen = ({ closed, createdBy }: Obligation, obligationId: string): string => {
  if (closed) refuse('OBLIGATION_CLOSED', `Obligation ${obligationId} is closed`);
  return createdBy ?? refuse('OBLIGATION_NOT_CREATED', `There is no obligation ${obligationId}`);
};
export const obligation: Decider<
  Obligation,
  ObligationCommand,
  FactOf<
    | typeof told.BindingObligationCreated
    | typeof told.ObligationProgressReported
    | typeof told.ObligationDischarged
    | typeof told.ObligationReleased
  >
> = {
  category: 'obligation',
  stream: ({ obligationId }) => obligationId,
  initial: { createdBy: null, closed: false },
  decide: {
    CreateObligation({ because, createdBy, dueBy, duty, obligationId, on }, state) {
      if (state.createdBy !== null) refuse('OBLIGATION_ALREADY_CREATED', `Obligation ${obligationId} was created before`);
      return [{ type: 'BindingObligationCreated', data: { obligationId, duty, on, dueBy, createdBy, because } }];
    },
    ReportProgress({ obligationId, shareBasisPoints, words }, state) {
      isOpen(state, obligationId);
      return [{ type: 'ObligationProgressReported', data: { obligationId, shareBasisPoints, words } }];
    },
    DischargeObligation({ obligationId, sha256 }, state) {
      isOpen(state, obligationId);
      return [
        {
          type: 'ObligationDischarged',
          data: { obligationId, sha256: sha256 ?? refuse('EVIDENCE_MISSING', 'An obligation is only done when there is evidence for it') },
        },
      ];
    },
    ReleaseObligation({ obligationId, releasedBy, why }, state) {
      const createdBy = isOpen(state, obligationId);
      if (releasedBy !== createdBy) refuse('NOT_THE_CREATING_POWER', `Only ${createdBy}, which created this obligation, can release it`);
      return [{ type: 'ObligationReleased', data: { obligationId, releasedBy, why } }];
    },
  },
  evolve: {
    BindingObligationCreated: (state, { data: { createdBy } }) => ({ ...state, createdBy }),
    ObligationProgressReported: (state) => state,
    ObligationDischarged: (state) => ({ ...state, closed: true }),
    ObligationReleased: (state) => ({ ...state, closed: true }),
  },
};

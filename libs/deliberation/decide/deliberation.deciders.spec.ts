import { showsEverything, specify } from '@ledger/kernel/testing';
import * as asked from './deliberation.commands.js';
import { assembly, decision, DELIBERATION_REFUSALS, obligation, sortition } from './deliberation.deciders.js';

const HASH = 'ab'.repeat(32);
const specs = { sortition: specify(sortition), assembly: specify(assembly), decision: specify(decision), obligation: specify(obligation) };

describe('a draw by lot', () => {
  const { given } = specs.sortition;
  const definition = {
    sortitionId: 'draw',
    bodyId: 'panel',
    target: 20,
    invitations: 1_000,
    quotas: [{ stratum: 'north', seats: 10 }],
    algorithm: 'by an outside body',
  };
  const defined = { type: 'SortitionDefined', data: definition } as const;
  const invited = { type: 'InvitationsIssued', data: { sortitionId: 'draw', invitations: 1_000 } } as const;
  const sealed = { type: 'PoolSealed', data: { sortitionId: 'draw', commitment: HASH } } as const;
  const drawn = { type: 'DrawExecuted', data: { sortitionId: 'draw', selected: 20, outputHash: HASH } } as const;
  const invite = (invitations: number) => asked.IssueInvitations.of({ sortitionId: 'draw', invitations });
  const seal = asked.SealPool.of({ sortitionId: 'draw', commitment: HASH });
  const draw = (selected: number) => asked.RecordDraw.of({ sortitionId: 'draw', selected, outputHash: HASH });

  it('is defined, invited to, sealed and held, in this order', () => {
    given().when(asked.DefineSortition.of(definition)).then(defined);
    given(defined).when(invite(1_000)).then(invited);
    given(defined, invited).when(seal).then(sealed);
    given(defined, invited, sealed).when(draw(20)).then(drawn);
  });
  it('never changes its definition', () => given(defined).when(asked.DefineSortition.of(definition)).refuses('SORTITION_ALREADY_DEFINED'));
  it('is neither invited to nor sealed before it is defined', () => {
    given().when(invite(1_000)).refuses('SORTITION_NOT_DEFINED');
    given().when(seal).refuses('SORTITION_NOT_DEFINED');
  });
  it('invites exactly as many as were defined', () =>
    given(defined).when(invite(999)).refuses('OTHER_NUMBER_OF_INVITATIONS', { invitations: 999 }));
  it('seals its pool once', () => given(defined, sealed).when(seal).refuses('POOL_ALREADY_SEALED'));
  it('is not held before its pool is sealed', () => given(defined).when(draw(20)).refuses('POOL_NOT_SEALED'));
  it('draws exactly its target', () => given(defined, sealed).when(draw(19)).refuses('DRAW_MISSES_TARGET', { selected: 19 }));
  it('is held once', () => given(defined, sealed, drawn).when(draw(20)).refuses('DRAW_ALREADY_HELD'));
});

describe('an assembly', () => {
  const { given } = specs.assembly;
  const terms = {
    assemblyId: 'flooding',
    bodyId: 'assembly',
    question: 'How should the city prepare for heavy rain?',
    commissionedBy: 'gdansk',
    thresholdNumerator: 80,
    thresholdDenominator: 100,
    denominator: 'participants' as 'participants' | 'votes_cast',
  };
  const convened = { type: 'AssemblyConvened', data: terms } as const;
  const ofVotesCast = { type: 'AssemblyConvened', data: { ...terms, denominator: 'votes_cast' } } as const;
  const pack = { assemblyId: 'flooding', sha256: HASH, title: 'Information pack' };
  const published = { type: 'InformationPackPublished', data: pack } as const;
  const counts = (inFavour: number, against: number, abstain: number, participants = 56) => ({
    assemblyId: 'flooding',
    recommendationId: 'gardens',
    text: 'Build rain gardens',
    for: inFavour,
    against,
    abstain,
    participants,
  });
  const vote = (...of: Parameters<typeof counts>) => asked.RecordVote.of({ ...counts(...of), dutyOn: 'gdansk', dueBy: '2017-12-31' });
  const voted = { type: 'RecommendationVoted', data: counts(45, 9, 2) } as const;

  it('is convened on terms that never change', () => {
    given().when(asked.ConveneAssembly.of(terms)).then(convened);
    given(convened).when(asked.ConveneAssembly.of(terms)).refuses('ASSEMBLY_ALREADY_CONVENED');
  });
  it('cannot ask for more than everybody', () => {
    given()
      .when(asked.ConveneAssembly.of({ ...terms, thresholdNumerator: 101 }))
      .refuses('THRESHOLD_ABOVE_ALL');
    given()
      .when(asked.ConveneAssembly.of({ ...terms, thresholdNumerator: 100 }))
      .thenTypes('AssemblyConvened');
  });
  it('is given to read before it votes', () => {
    given(convened).when(asked.PublishInformationPack.of(pack)).then(published);
    given(convened)
      .when(vote(45, 9, 2))
      .refuses('NO_INFORMATION_PACK');
  });
  it('binds with 45 of Gdansk’s 56, and with 44 it advises', () => {
    const result = { assemblyId: 'flooding', recommendationId: 'gardens', text: 'Build rain gardens', participants: 56, needed: 45 };
    given(convened, published)
      .when(vote(45, 9, 2))
      .then(voted, { type: 'ThresholdMet', data: { ...result, for: 45, dutyOn: 'gdansk', dueBy: '2017-12-31' } });
    given(convened, published)
      .when(vote(44, 10, 2))
      .then({ type: 'RecommendationVoted', data: counts(44, 10, 2) }, { type: 'ThresholdMissed', data: { ...result, for: 44 } });
  });
  it('counts those who abstain where participants are counted, and not where votes are', () => {
    given(convened, published)
      .when(vote(44, 0, 12))
      .thenTypes('RecommendationVoted', 'ThresholdMissed');
    given(ofVotesCast, published)
      .when(vote(44, 0, 12))
      .thenTypes('RecommendationVoted', 'ThresholdMet');
    given(ofVotesCast, published)
      .when(vote(44, 11, 1))
      .thenTypes('RecommendationVoted', 'ThresholdMet');
    given(ofVotesCast, published)
      .when(vote(43, 11, 2))
      .thenTypes('RecommendationVoted', 'ThresholdMissed');
  });
  it('binds nobody when nobody was in favour', () =>
    given(ofVotesCast, published)
      .when(vote(0, 0, 56))
      .thenTypes('RecommendationVoted', 'ThresholdMissed'));
  it('votes once on a recommendation', () =>
    given(convened, published, voted)
      .when(vote(50, 0, 0))
      .refuses('ALREADY_VOTED'));
  it('refuses one vote more than there were people', () => {
    given(convened, published)
      .when(vote(45, 9, 3))
      .refuses('MORE_VOTES_THAN_PEOPLE', { cast: 57, participants: 56 });
    given(convened, published)
      .when(vote(45, 9, 2))
      .thenTypes('RecommendationVoted', 'ThresholdMet');
  });
  it('does nothing before it is convened', () => {
    given().when(asked.PublishInformationPack.of(pack)).refuses('ASSEMBLY_NOT_CONVENED');
    given()
      .when(vote(1, 0, 0))
      .refuses('ASSEMBLY_NOT_CONVENED');
  });
});

describe('a decision', () => {
  const { given } = specs.decision;
  const effects = [
    {
      fundId: 'levy',
      bodyId: 'panel',
      period: '2018-19',
      lineId: 'round',
      awardId: 'award',
      recipientId: 'group',
      purpose: 'area',
      amountPence: 1,
      currency: 'GBP',
    },
  ];
  const duties = [{ obligationId: 'duty', duty: 'Report within a year', on: 'council', dueBy: '2019-06-05' }];
  const file = {
    decisionId: 'decision',
    bodyId: 'panel',
    mandateId: 'mandate',
    title: 'Round one',
    question: 'Which groups?',
    options: [
      { option: 'These', chosen: true, why: 'They reach most' },
      { option: 'Those', chosen: false, why: 'They reach fewer' },
    ],
    reasons: 'They reach most',
    conflicts: 'None declared',
    tally: { for: 13, against: 3, abstained: 1, present: 17, eligible: 20 },
    sat: [{ seatClass: 'resident', seats: 20, tookPart: 17, stoodAside: 1, away: 2 }],
    ruleSetId: 'rules',
    ruleSetVersion: 1,
    callInUntil: '2018-06-12',
    effects,
  };
  const record = (more: object = {}) => asked.RecordDecision.of({ ...file, ...more });
  const recorded = { type: 'DecisionRecorded', data: { ...file, recordedBy: 'clerk', seen: 'not_stated' } } as const;
  const confirmed = { type: 'DecisionConfirmed', data: { decisionId: 'decision', bodyId: 'panel', effects } } as const;
  const rescinded = { type: 'DecisionRescinded', data: { decisionId: 'decision', bodyId: 'panel', why: 'Inquorate', effects } } as const;
  const confirm = asked.ConfirmDecision.of({ decisionId: 'decision' });
  const rescind = asked.RescindDecision.of({ decisionId: 'decision', why: 'Inquorate' });
  const on = (day: string) => ({ at: `${day}T23:59:59.999Z` });

  it('is recorded in full, by whoever answers for it, and says that nobody stated what its members saw', () =>
    given().when(record(), { by: 'archivist', onBehalfOf: 'clerk' }).then(recorded));
  it('says which entry its members saw where that is known, also the very first', () =>
    given()
      .when(record({ seenEntry: 0 }), { by: 'clerk' })
      .then({ type: 'DecisionRecorded', data: { ...file, recordedBy: 'clerk', seen: 'entry', seenEntry: 0 } }));
  it('is recorded once', () => given(recorded).when(record()).refuses('DECISION_ALREADY_RECORDED'));
  it('chooses at least one of its options', () =>
    given()
      .when(record({ options: [{ option: 'These', chosen: false, why: 'No' }] }))
      .refuses('NO_OPTION_CHOSEN'));
  it('has no more votes than people', () =>
    given()
      .when(record({ tally: { ...file.tally, abstained: 2 } }))
      .refuses('MORE_VOTES_THAN_PRESENT', { present: 17 }));
  it('counts the same people by seat and by head, where it counts by seat', () => {
    given()
      .when(record({ sat: [{ ...file.sat[0]!, tookPart: 16 }] }))
      .refuses('SEATS_AND_PRESENT_DIFFER', { there: 16, present: 17 });
    given()
      .when(record({ sat: [] }))
      .thenTypes('DecisionRecorded');
  });
  it('seats nobody on a seat that is not there', () =>
    given()
      .when(record({ sat: [{ ...file.sat[0]!, away: 3 }] }))
      .refuses('MORE_PEOPLE_THAN_SEATS', { seats: 20 }));
  it('is confirmed from the day after its call-in period, not a millisecond before', () => {
    given(recorded).when(confirm, on('2018-06-12')).refuses('CALL_IN_OPEN', { callInUntil: '2018-06-12' });
    given(recorded).when(confirm, { at: '2018-06-13T00:00:00.000Z' }).then(confirmed);
  });
  it('carries its duties to its confirmation', () =>
    given({ type: 'DecisionRecorded', data: { ...recorded.data, duties } })
      .when(confirm, on('2018-06-13'))
      .then({ type: 'DecisionConfirmed', data: { ...confirmed.data, duties } }));
  it('is confirmed once, and never after it was rescinded', () => {
    given(recorded, confirmed).when(confirm).refuses('DECISION_ALREADY_CONFIRMED');
    given(recorded, rescinded).when(confirm).refuses('DECISION_ALREADY_RESCINDED');
  });
  it('is never confirmed once it was found to go beyond its mandate, and is found so once', () => {
    const found = { code: 'BEYOND_CEILING', words: '£2 was decided and the mandate goes to £1' };
    const beyond = { type: 'BeyondMandateNoted', data: { decisionId: 'decision', ...found } } as const;
    given(recorded)
      .when(asked.NoteBeyondMandate.of({ decisionId: 'decision', ...found }))
      .then(beyond);
    given(recorded, beyond)
      .when(asked.NoteBeyondMandate.of({ decisionId: 'decision', ...found }))
      .then();
    given(recorded, beyond).when(confirm).refuses('DECISION_BEYOND_MANDATE');
    given(recorded, beyond).when(rescind).then(rescinded);
  });
  it('is rescinded before or after it was confirmed, and once', () => {
    given(recorded).when(rescind).then(rescinded);
    given(recorded, confirmed).when(rescind).then(rescinded);
    given(recorded, rescinded).when(rescind).refuses('DECISION_ALREADY_RESCINDED');
  });
  it('is neither confirmed nor rescinded before it was recorded', () => {
    given().when(confirm).refuses('DECISION_NOT_RECORDED');
    given().when(rescind).refuses('DECISION_NOT_RECORDED');
  });
});

describe('an obligation', () => {
  const { given } = specs.obligation;
  const duty = {
    obligationId: 'gardens',
    duty: 'Build rain gardens',
    on: 'gdansk',
    dueBy: '2017-12-31',
    createdBy: 'assembly',
    because: 'flooding',
  };
  const created = { type: 'BindingObligationCreated', data: duty } as const;
  const discharged = { type: 'ObligationDischarged', data: { obligationId: 'gardens', sha256: HASH } } as const;
  const progress = { obligationId: 'gardens', shareBasisPoints: 5_000, words: 'Half of the districts' };
  const report = asked.ReportProgress.of(progress);
  const discharge = (more: object = { sha256: HASH }) => asked.DischargeObligation.of({ obligationId: 'gardens', ...more });
  const release = (releasedBy: string) => asked.ReleaseObligation.of({ obligationId: 'gardens', releasedBy, why: 'A larger scheme' });

  it('is created once', () => {
    given().when(asked.CreateObligation.of(duty)).then(created);
    given(created).when(asked.CreateObligation.of(duty)).refuses('OBLIGATION_ALREADY_CREATED');
  });
  it('is reported on, and done when there is evidence', () => {
    given(created).when(report).then({ type: 'ObligationProgressReported', data: progress });
    given(created).when(discharge()).then(discharged);
  });
  it('is not done without evidence', () => given(created).when(discharge({})).refuses('EVIDENCE_MISSING'));
  it('is let go by the power that created it, and by no other', () => {
    given(created)
      .when(release('assembly'))
      .then({ type: 'ObligationReleased', data: { obligationId: 'gardens', releasedBy: 'assembly', why: 'A larger scheme' } });
    given(created).when(release('gdansk')).refuses('NOT_THE_CREATING_POWER');
  });
  it('once closed stays closed, whichever way', () => {
    const released = {
      type: 'ObligationReleased',
      data: { obligationId: 'gardens', releasedBy: 'assembly', why: 'A larger scheme' },
    } as const;
    for (const closed of [discharged, released])
      for (const command of [report, discharge(), release('assembly')]) given(created, closed).when(command).refuses('OBLIGATION_CLOSED');
  });
  it('must be there first', () => {
    for (const command of [report, discharge(), release('assembly')]) given().when(command).refuses('OBLIGATION_NOT_CREATED');
  });
});

showsEverything(DELIBERATION_REFUSALS, ...Object.values(specs));

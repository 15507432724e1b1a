import { fold } from '@ledger/kernel';
import { showsEverything, specify } from '@ledger/kernel/testing';
import type { GovernanceEvent } from '../events/index.js';
import { BEYOND, body, BODY_REFUSALS } from './body.decider.js';
import { ConstituteBody, FillSeat, NoteMandate, NoteRuleSet, VacateSeat, WeighDecision } from './governance.commands.js';

const spec = specify(body);
const { given } = spec;
type Fact = Extract<
  GovernanceEvent,
  {
    type: 'BodyConstituted' | 'SeatFilled' | 'SeatVacated' | 'RuleSetNoted' | 'MandateNoted' | 'DecisionAdmitted' | 'UltraViresFlagged';
  }
>;

const constitution = {
  bodyId: 'panel',
  name: 'Panel',
  bodyType: 'panel' as const,
  area: 'Here',
  composition: [
    { seatClass: 'resident', seats: 2 },
    { seatClass: 'councillor', seats: 1 },
  ],
};
const constituted = { type: 'BodyConstituted', data: constitution } as const;
const seat = (subjectRef: string, seatClass = 'resident') => ({ bodyId: 'panel', seatClass, subjectRef, route: 'sortition' as const });
const filled = (subjectRef: string, seatClass?: string) => ({ type: 'SeatFilled', data: seat(subjectRef, seatClass) }) as const;
const vacated = (subjectRef: string) =>
  ({ type: 'SeatVacated', data: { bodyId: 'panel', seatClass: 'resident', subjectRef, why: 'resigned' } }) as const;

describe('ConstituteBody, FillSeat and VacateSeat', () => {
  it('sets up a body with so many seats of each class', () => given().when(ConstituteBody.of(constitution)).then(constituted));
  it('refuses to set it up twice', () => given(constituted).when(ConstituteBody.of(constitution)).refuses('BODY_ALREADY_CONSTITUTED'));
  it('fills the last seat of a class, for a term or without end', () => {
    given(constituted, filled('p-1'))
      .when(FillSeat.of(seat('p-2')))
      .then(filled('p-2'));
    given(constituted)
      .when(FillSeat.of({ ...seat('p-2'), termUntil: '2020-01-01' }))
      .then({ type: 'SeatFilled', data: { ...seat('p-2'), termUntil: '2020-01-01' } });
  });
  it('refuses one seat more than the class has, though another class has room', () =>
    given(constituted, filled('p-1'), filled('p-2'))
      .when(FillSeat.of(seat('p-3')))
      .refuses('NO_SEAT_LEFT_IN_CLASS', { seats: 2, taken: 2 }));
  it('fills a seat that became free', () =>
    given(constituted, filled('p-1'), filled('p-2'), vacated('p-1'))
      .when(FillSeat.of(seat('p-3')))
      .then(filled('p-3')));
  it('refuses a second seat for one person', () =>
    given(constituted, filled('p-1'))
      .when(FillSeat.of(seat('p-1', 'councillor')))
      .refuses('ALREADY_SEATED'));
  it('refuses a class that the body does not have', () =>
    given(constituted)
      .when(FillSeat.of(seat('p-1', 'business')))
      .refuses('SEAT_CLASS_UNKNOWN'));
  it('refuses a seat in a body that nobody set up', () =>
    given()
      .when(FillSeat.of(seat('p-1')))
      .refuses('BODY_NOT_CONSTITUTED'));
  it('frees a seat', () =>
    given(constituted, filled('p-1'))
      .when(VacateSeat.of({ bodyId: 'panel', subjectRef: 'p-1', why: 'resigned' }))
      .then(vacated('p-1')));
  it('refuses to free a seat that nobody has', () =>
    given(constituted)
      .when(VacateSeat.of({ bodyId: 'panel', subjectRef: 'p-1', why: 'resigned' }))
      .refuses('NOT_SEATED'));
});

const rules = {
  ruleSetId: 'rules',
  version: 1,
  bodyId: 'panel',
  hash: 'cd'.repeat(32),
  effectiveFrom: '2018-02-01',
  quorum: 3,
  thresholdNumerator: 1,
  thresholdDenominator: 2,
  denominator: 'votes_cast' as 'votes_cast' | 'participants' | 'members',
  callInDays: 5,
  tieBreak: 'lost' as 'lost' | 'chair',
};
const power = {
  mandateId: 'mandate',
  bodyId: 'panel',
  grantedBy: 'council',
  scope: 'Which groups are funded',
  purposes: ['area'],
  bindingMode: 'binding' as 'binding' | 'advisory',
  ceilingPence: 1_000,
  currency: 'GBP',
  from: '2018-01-01',
};
const UNTIL = { until: '2018-12-31' };
const effect = (amountPence: number, more: object = {}) => ({
  fundId: 'levy',
  bodyId: 'panel',
  period: '2018-19',
  lineId: 'round',
  awardId: 'award',
  recipientId: 'group',
  purpose: 'area',
  amountPence,
  currency: 'GBP',
  ...more,
});
const weigh = (more: object = {}) =>
  WeighDecision.of({
    bodyId: 'panel',
    decisionId: 'decision',
    mandateId: 'mandate',
    ruleSetId: 'rules',
    ruleSetVersion: 1,
    for: 2,
    against: 1,
    abstained: 0,
    present: 3,
    callInUntil: '2030-12-31',
    recordedBy: 'clerk',
    effects: [effect(1_000)],
    ...more,
  });
const under = (r: Partial<typeof rules> = {}, m: Partial<typeof power> = {}, ends: { until?: string } = UNTIL): readonly Fact[] => [
  constituted,
  { type: 'RuleSetNoted', data: { ...rules, ...r } },
  { type: 'MandateNoted', data: { ...power, ...ends, ...m } },
];
const on = (day: string) => ({ at: `${day}T19:00:00.000Z` });
const JUNE = on('2018-06-05');

describe('NoteRuleSet and NoteMandate', () => {
  it('takes note of the rules and the power that it must decide under', () => {
    given(constituted).when(NoteRuleSet.of(rules)).then({ type: 'RuleSetNoted', data: rules });
    given(constituted).when(NoteMandate.of(power)).then({ type: 'MandateNoted', data: power });
  });
});

describe('WeighDecision', () => {
  const shown = new Set<string>();
  /** Which rule a decision breaks first, or that it stands. */
  const outcome = (facts: readonly Fact[], command: WeighDecision, asked: { at: string } = JUNE): string => {
    const [told] = body.decide.WeighDecision(command, fold(body, body.initial, facts), { by: 'policy', onBehalfOf: 'clerk', ...asked });
    if (told!.type !== 'UltraViresFlagged') return 'stands';
    expect(told!.data.words).toMatch(/\w{2}.* .*\w/);
    expect(told!.data).toMatchObject({ decisionId: 'decision', bodyId: 'panel', recordedBy: 'clerk', effects: [...command.effects] });
    shown.add(told!.data.code);
    return told!.data.code;
  };

  it('lets a decision stand that keeps to mandate and rules, up to the last penny', () => {
    given(...under())
      .when(weigh(), JUNE)
      .then({
        type: 'DecisionAdmitted',
        data: { decisionId: 'decision', bodyId: 'panel', mandateId: 'mandate', recordedBy: 'clerk', effects: [effect(1_000)] },
      });
  });
  it('flags a penny above the ceiling, and counts all that was decided before', () => {
    expect(outcome(under(), weigh({ effects: [effect(600), effect(401)] }))).toBe('BEYOND_CEILING');
    const before: Fact = {
      type: 'DecisionAdmitted',
      data: { decisionId: 'before', bodyId: 'panel', mandateId: 'mandate', recordedBy: 'clerk', effects: [effect(1)] },
    };
    expect(outcome([...under(), before], weigh())).toBe('BEYOND_CEILING');
    expect(outcome([...under(), before], weigh({ effects: [effect(999)] }))).toBe('stands');
  });
  it('does not count what was flagged', () => {
    const flagged: Fact = {
      type: 'UltraViresFlagged',
      data: { decisionId: 'before', bodyId: 'panel', code: 'NO_MANDATE', words: 'None', recordedBy: 'clerk', effects: [effect(1_000)] },
    };
    expect(outcome([...under(), flagged], weigh())).toBe('stands');
  });
  it('flags a mandate that the body does not hold', () => expect(outcome([constituted], weigh())).toBe('NO_MANDATE'));
  it('keeps to the first and the last day of the mandate', () => {
    expect(outcome(under({ effectiveFrom: '2017-01-01' }), weigh(), on('2017-12-31'))).toBe('OUTSIDE_MANDATE_PERIOD');
    expect(outcome(under({ effectiveFrom: '2017-01-01' }), weigh(), on('2018-01-01'))).toBe('stands');
    expect(outcome(under(), weigh(), on('2018-12-31'))).toBe('stands');
    expect(outcome(under(), weigh(), on('2019-01-01'))).toBe('OUTSIDE_MANDATE_PERIOD');
    expect(outcome(under({}, {}, {}), weigh(), on('2030-01-01'))).toBe('stands');
  });
  it('flags another purpose, currency or body’s money', () => {
    expect(outcome(under(), weigh({ effects: [effect(1), effect(1, { purpose: 'statues' })] }))).toBe('OUTSIDE_SCOPE');
    expect(outcome(under(), weigh({ effects: [effect(1, { currency: 'EUR' })] }))).toBe('OTHER_CURRENCY');
    expect(outcome(under(), weigh({ effects: [effect(1, { bodyId: 'cabinet' })] }))).toBe('ANOTHER_BODYS_MONEY');
  });
  it('lets an advisory body advise, and move no money', () => {
    expect(outcome(under({}, { bindingMode: 'advisory' }), weigh())).toBe('ADVISORY_ONLY');
    expect(outcome(under({}, { bindingMode: 'advisory' }), weigh({ effects: [] }))).toBe('stands');
  });
  it('flags rules that the body does not have, or has not yet', () => {
    expect(outcome(under(), weigh({ ruleSetVersion: 2 }))).toBe('RULES_UNKNOWN');
    expect(outcome(under({ effectiveFrom: '2018-06-06' }), weigh())).toBe('RULES_NOT_IN_FORCE');
    expect(outcome(under({ effectiveFrom: '2018-06-05' }), weigh())).toBe('stands');
  });
  it('flags a meeting one short of its quorum', () =>
    expect(outcome(under(), weigh({ for: 2, against: 0, present: 2 }))).toBe('BODY_NOT_QUORATE'));
  it('flags more votes than people', () => expect(outcome(under(), weigh({ abstained: 1 }))).toBe('MORE_VOTES_THAN_PRESENT'));
  it('carries by a majority of votes cast, and a tie carries nothing', () => {
    const many = { present: 20 };
    expect(outcome(under(), weigh({ ...many, for: 5, against: 4 }))).toBe('stands');
    expect(outcome(under(), weigh({ ...many, for: 5, against: 5 }))).toBe('VOTE_NOT_CARRIED');
    expect(outcome(under(), weigh({ ...many, for: 0, against: 0, abstained: 20 }))).toBe('VOTE_NOT_CARRIED');
  });
  it('lets the chair break a tie where the rules say so, and nowhere else', () => {
    const tie = { present: 20, for: 5, against: 5 };
    const chair = { tieBreak: 'chair' as const };
    expect(outcome(under(chair), weigh({ ...tie, castingVote: 'for' }))).toBe('stands');
    expect(outcome(under(chair), weigh({ ...tie, castingVote: 'against' }))).toBe('VOTE_NOT_CARRIED');
    expect(outcome(under(chair), weigh(tie))).toBe('VOTE_NOT_CARRIED');
    expect(outcome(under(), weigh({ ...tie, castingVote: 'for' }))).toBe('NO_CASTING_VOTE');
    expect(outcome(under(chair), weigh({ ...tie, for: 4, castingVote: 'for' }))).toBe('NO_CASTING_VOTE');
    expect(outcome(under({ ...chair, denominator: 'participants' }), weigh({ ...tie, castingVote: 'for' }))).toBe('NO_CASTING_VOTE');
  });
  it('leaves as many days for a call-in as the rules do, over the end of a month', () => {
    const days = { callInDays: 30 };
    expect(outcome(under(days), weigh({ callInUntil: '2018-07-05' }))).toBe('stands');
    expect(outcome(under(days), weigh({ callInUntil: '2018-07-04' }))).toBe('CALL_IN_TOO_SHORT');
    expect(outcome(under({ callInDays: 0 }), weigh({ callInUntil: '2018-06-04' }))).toBe('stands');
  });
  it('carries by two thirds of those present to the person, whole numbers on both sides', () => {
    const twoThirds = { thresholdNumerator: 2, thresholdDenominator: 3, denominator: 'participants' as const };
    expect(outcome(under(twoThirds), weigh({ for: 12, against: 5, present: 17 }))).toBe('stands');
    expect(outcome(under(twoThirds), weigh({ for: 11, against: 6, present: 17 }))).toBe('VOTE_NOT_CARRIED');
  });
  it('counts members where the rules say so, away or not, and nobody in favour is never enough', () => {
    const ofMembers = { denominator: 'members' as const, quorum: 1 };
    const seated: readonly Fact[] = [filled('p-1'), filled('p-2'), filled('p-3', 'councillor')];
    expect(outcome([...under(ofMembers), ...seated], weigh({ for: 2, against: 0, present: 2 }))).toBe('stands');
    expect(outcome([...under(ofMembers), ...seated], weigh({ for: 1, against: 0, present: 2 }))).toBe('VOTE_NOT_CARRIED');
    expect(outcome([...under(ofMembers), ...seated, vacated('p-1')], weigh({ for: 1, against: 0, present: 2 }))).toBe('stands');
    expect(outcome(under(ofMembers), weigh({ for: 0, against: 0, present: 1 }))).toBe('VOTE_NOT_CARRIED');
  });
  it('says what weighs most first', () =>
    expect(outcome(under({}, { bindingMode: 'advisory' }), weigh({ effects: [effect(5_000, { purpose: 'statues' })], present: 0 }))).toBe(
      'OUTSIDE_SCOPE',
    ));
  it('refuses to weigh a decision twice, whether it stood or not', () => {
    const stood: Fact = {
      type: 'DecisionAdmitted',
      data: { decisionId: 'decision', bodyId: 'panel', mandateId: 'mandate', recordedBy: 'clerk', effects: [] },
    };
    const flagged: Fact = {
      type: 'UltraViresFlagged',
      data: { decisionId: 'decision', bodyId: 'panel', code: 'NO_MANDATE', words: 'None', recordedBy: 'clerk', effects: [] },
    };
    given(...under(), stood)
      .when(weigh())
      .refuses('DECISION_ALREADY_WEIGHED');
    given(...under(), flagged)
      .when(weigh())
      .refuses('DECISION_ALREADY_WEIGHED');
  });
  it('refuses a decision of a body that nobody set up', () => given().when(weigh()).refuses('BODY_NOT_CONSTITUTED'));
  it('shows each way of going beyond at least once', () => expect([...shown].sort()).toEqual([...BEYOND].sort()));
});

showsEverything(BODY_REFUSALS, spec);

import { catalogue } from '@ledger/catalogue';
import { know, type Known, LogStore, PolicyRunner } from '@ledger/event-store';
import { Home, settingsFrom } from '@ledger/home';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policies } from './index.js';

const THEN = '2018-06-05T10:00:00.000Z';
const LATER = '2018-06-20T10:00:00.000Z';
const evidence = [{ sha256: 'ab'.repeat(32), bytes: 1, mediaType: 'application/pdf', title: 'Minutes' }];
const HERE = { fundId: 'levy', bodyId: 'panel', period: '2018-19' } as const;
const effect = (awardId: string, amountPence: number) => ({
  ...HERE,
  lineId: 'round',
  awardId,
  recipientId: 'group',
  purpose: 'area',
  amountPence,
  currency: 'GBP',
});

describe('what follows by itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-policies-'));
  let home: Home;
  const ask = (who: string, type: string, body: object, effectiveAt = THEN) =>
    who === 'operator'
      ? home.door.ask('council', type, { commandId: randomUUID(), ...body }, actor(who))
      : home.door.ask('council', type, { commandId: randomUUID(), effectiveAt, evidence, ...body }, actor('archivist'), who);
  const actor = (actorRef: string) => ({ actorRef, issuer: 'test', authnStrength: 'test' });
  const all = async () => (await home.store.readAll(null)).events.map((one) => know(catalogue, one));
  const decide = (decisionId: string, effects: readonly object[], votes = 4) =>
    ask('clerk', 'RecordDecision', {
      decisionId,
      bodyId: 'panel',
      mandateId: 'mandate',
      title: 'Round one',
      question: 'Which groups?',
      options: [{ option: 'These', chosen: true, why: 'They reach most residents' }],
      reasons: 'They reach most residents',
      conflicts: 'None declared',
      tally: { for: votes, against: 0, abstained: 0, present: votes, eligible: 20 },
      sat: [],
      ruleSetId: 'rules',
      ruleSetVersion: 1,
      callInUntil: '2018-06-12',
      effects,
    });
  /** What a fact led to, and what that led to: the chain of causes below one event. */
  const causedBy = (cause: Known, events: readonly Known[]): string[] =>
    events.filter(({ meta }) => meta.causationId === cause.id).flatMap((one) => [one.type, ...causedBy(one, events)]);
  const last = (type: string, events: readonly Known[]) => events.findLast((one) => one.type === type)!;

  beforeAll(async () => {
    home = await Home.open(settingsFrom({}, { folder }));
    for (const [subject, role] of Object.entries({
      officer: 'finance-officer',
      clerk: 'clerk',
      commissioner: 'commissioner',
      archivist: 'recorder',
    }))
      await ask('operator', 'GrantRole', { subject, role });
    await ask('officer', 'OpenFund', {
      fundId: 'levy',
      title: 'Levy',
      class: 'general',
      purpose: 'The area',
      purposes: ['area'],
      currency: 'GBP',
      holder: 'council',
    });
    await ask('officer', 'RecordReceipt', { fundId: 'levy', lotId: 'lot', kind: 'income', amountPence: 1_000, source: 'developers' });
    await ask('clerk', 'ConstituteBody', {
      bodyId: 'panel',
      name: 'Panel',
      bodyType: 'panel',
      area: 'Here',
      composition: [{ seatClass: 'resident', seats: 20 }],
    });
    await ask('clerk', 'AdoptRuleSet', {
      ruleSetId: 'rules',
      version: 1,
      bodyId: 'panel',
      hash: 'cd'.repeat(32),
      effectiveFrom: '2018-01-01',
      quorum: 3,
      thresholdNumerator: 1,
      thresholdDenominator: 2,
      denominator: 'votes_cast',
      callInDays: 5,
      tieBreak: 'lost',
    });
    await ask('clerk', 'GrantMandate', {
      mandateId: 'mandate',
      bodyId: 'panel',
      grantedBy: 'council',
      scope: 'Which groups are funded',
      purposes: ['area'],
      bindingMode: 'binding',
      ceilingPence: 800,
      currency: 'GBP',
      from: '2018-01-01',
    });
    await home.settle();
  });
  afterAll(async () => {
    await home.close();
    rmSync(folder, { recursive: true });
  });

  it('a body takes note of its rules and its mandate', async () => {
    const events = await all();
    expect(causedBy(last('RuleSetAdopted', events), events)).toEqual(['RuleSetNoted']);
    expect(causedBy(last('MandateGranted', events), events)).toEqual(['MandateNoted']);
  });

  it('what cannot be delivered is a dead letter that an operator sees; the rest goes on; tried again, it leaves the list', async () => {
    await decide('early', [effect('early', 100)]);
    await home.settle();
    const [letter, ...others] = await home.log.deadLetters();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      policy: 'note-decisions',
      why: 'Refusal',
      words: expect.stringContaining('ENVELOPE_NOT_APPROVED') as string,
    });
    expect(await home.policies.replay(letter!.id)).toBe(false);
    expect(await home.log.deadLetters()).toHaveLength(1);

    await ask('officer', 'GiveAuthority', { ...HERE, title: 'Part', lots: [{ lotId: 'lot', amountPence: 1_000 }] });
    await home.settle();
    expect(causedBy(last('AuthorityGiven', await all()), await all())).toEqual(['EnvelopeApproved']);
    expect(await home.policies.replay(letter!.id)).toBe(true);
    expect(await home.log.deadLetters()).toEqual([]);
    expect(last('DecisionNoted', await all()).data).toMatchObject({ decisionId: 'early' });
    expect(await home.policies.replay(letter!.id)).toBe(false);
  });

  it('a decision is weighed, noted and its money set aside; confirmed, it is offered; signed, it is promised', async () => {
    await ask('officer', 'Allocate', { ...HERE, lineId: 'round', title: 'Round', amountPence: 1_000 });
    await decide('good', [effect('first', 300), effect('second', 200)]);
    await home.settle();
    expect(causedBy(last('DecisionRecorded', await all()), await all())).toEqual([
      'DecisionAdmitted',
      'DecisionNoted',
      'FundsReserved',
      'FundsReserved',
    ]);
    await ask('commissioner', 'ConfirmDecision', { decisionId: 'good' }, LATER);
    await home.settle();
    expect(causedBy(last('DecisionConfirmed', await all()), await all())).toEqual([
      'DecisionConfirmationNoted',
      'AwardOffered',
      'AwardOffered',
    ]);
    await ask('clerk', 'AcceptAward', { awardId: 'first' }, LATER);
    await ask('clerk', 'SignAgreement', { awardId: 'first', agreementHash: 'ef'.repeat(32) }, LATER);
    await home.settle();
    expect(causedBy(last('AgreementSigned', await all()), await all())).toEqual(['CommitmentConfirmed']);
    expect(last('CommitmentConfirmed', await all()).data).toMatchObject({
      awardId: 'first',
      amountPence: 300,
      from: 'reserved',
      decisionRef: 'good',
    });
  });

  it('a decision beyond the mandate is flagged, noted as such, and sets nothing aside', async () => {
    await decide('greedy', [effect('greedy', 201)]);
    await home.settle();
    const events = await all();
    expect(causedBy(last('DecisionRecorded', events), events)).toEqual(['UltraViresFlagged', 'BeyondMandateNoted', 'DecisionNoted']);
    expect(last('UltraViresFlagged', events).data).toMatchObject({ code: 'BEYOND_CEILING' });
    expect(last('DecisionNoted', events).data).toMatchObject({ decisionId: 'greedy', standing: 'beyond_mandate' });
    await expect(ask('commissioner', 'ConfirmDecision', { decisionId: 'greedy' }, LATER)).rejects.toMatchObject({
      code: 'DECISION_BEYOND_MANDATE',
    });
  });

  it('a rescission frees what was set aside and not yet promised', async () => {
    await ask('clerk', 'RescindDecision', { decisionId: 'good', why: 'The vote was inquorate' }, LATER);
    await home.settle();
    const events = await all();
    expect(causedBy(last('DecisionRescinded', events), events)).toEqual(['DecisionRescissionNoted', 'ReservationReleased']);
    expect(last('ReservationReleased', events).data).toMatchObject({ awardId: 'second', amountPence: 200 });
  });

  it('acts under its own name for whoever began it, on the day of its cause, and one thread holds the chain together', async () => {
    const events = await all();
    const recorded = events.find(
      ({ data, type }) => type === 'DecisionRecorded' && (data as { decisionId?: string }).decisionId === 'good',
    )!;
    const chain = events.filter(({ meta }) => meta.correlationId === recorded.meta.correlationId && meta.actorRef.startsWith('policy:'));
    expect(chain.map(({ meta, type }) => `${type} by ${meta.actorRef}`)).toEqual([
      'DecisionAdmitted by policy:weigh-decisions',
      'DecisionNoted by policy:note-decisions',
      'FundsReserved by policy:note-decisions',
      'FundsReserved by policy:note-decisions',
    ]);
    for (const { data, meta } of chain) {
      expect(meta).toMatchObject({ onBehalfOf: 'clerk', actorRole: 'policy' });
      expect(data.effectiveAt).toBe(THEN);
    }
  });

  it('happens once in effect: told everything again from the first event, policies write nothing', async () => {
    const before = await home.store.head();
    const log = await LogStore.open('sqlite::memory:');
    const secret = home.keys.secret('policies');
    const carry = home.door.askInside.bind(home.door);
    const forgetful = new PolicyRunner(home.store, catalogue, log, secret, home.clock, carry, policies);
    await forgetful.catchUp();
    expect(await home.store.head()).toEqual(before);
    await forgetful.stop();
    await log.close();
  });
  it('happens once in effect also after a restart', async () => {
    const before = await home.store.head();
    await home.close();
    home = await Home.open(settingsFrom({}, { folder }));
    await home.settle();
    expect(await home.store.head()).toEqual(before);
  });
  it('and all of it stands, or is refused, as the rules say: no letter is dead', async () =>
    expect(await home.log.deadLetters()).toEqual([]));
});

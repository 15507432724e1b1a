import { randomUUID } from 'node:crypto';
import { type Answer } from '@ledger/views';
import { Ask, answerTo, Home, settingsFrom } from '@ledger/home';

/** The whole road, from a request at the door to an answer at any moment: the first pound that this ledger followed. */
describe('a pound, from whoever gave it to the group that received it', () => {
  let home: Home;
  const marks: Record<string, number> = {};
  const evidence = [{ sha256: 'ab'.repeat(32), bytes: 10, mediaType: 'text/plain', title: 'Minutes' }];
  const tell = async (as: string, day: string, type: string, body: object) => {
    await home.door.ask(
      'barking',
      type,
      { commandId: randomUUID(), effectiveAt: `${day}T10:00:00.000Z`, evidence, ...body },
      { actorRef: 'recorder-1', issuer: 'test', authnStrength: 'test' },
      as,
    );
    await home.settle();
  };
  const ask = async <V>(name: string, params: Record<string, string> = {}, moment: { asAt?: string; asKnown?: string } = {}) =>
    (await answerTo(home, new Ask('barking', name, params, moment))) as Answer<V> | undefined;
  const place = { fundId: 'levy', bodyId: 'panel', period: '2018-19' };
  const effect = { ...place, lineId: 'round-one', purpose: 'neighbourhood', currency: 'GBP' };

  beforeAll(async () => {
    home = await Home.open(settingsFrom({}, { folder: null }));
    const grant = (subject: string, role: string) =>
      home.door.ask(
        'barking',
        'GrantRole',
        { commandId: randomUUID(), subject, role },
        { actorRef: 'operator', issuer: 'test', authnStrength: 'test' },
      );
    await grant('recorder-1', 'recorder');
    await grant('finance-manager', 'finance-officer');
    await grant('payments-officer', 'finance-officer');
    await grant('panel-clerk', 'clerk');
    await tell('panel-clerk', '2018-01-02', 'RegisterOrganisation', {
      organisationId: 'garden',
      name: 'The Garden',
      kind: 'community_group',
      identifiers: [],
    });
    await tell('panel-clerk', '2018-01-02', 'ConstituteBody', {
      bodyId: 'panel',
      name: 'Residents’ Panel',
      bodyType: 'panel',
      area: 'Barking',
      composition: [{ seatClass: 'resident', seats: 3 }],
    });
    for (const subjectRef of ['p-1', 'p-2', 'p-3'])
      await tell('panel-clerk', '2018-01-03', 'FillSeat', { bodyId: 'panel', seatClass: 'resident', subjectRef, route: 'sortition' });
    await tell('panel-clerk', '2018-01-04', 'AdoptRuleSet', {
      ruleSetId: 'rules',
      version: 1,
      bodyId: 'panel',
      hash: 'cd'.repeat(32),
      effectiveFrom: '2018-01-04',
      quorum: 2,
      thresholdNumerator: 2,
      thresholdDenominator: 3,
      denominator: 'participants',
      callInDays: 5,
      tieBreak: 'lost',
    });
    await tell('panel-clerk', '2018-01-04', 'GrantMandate', {
      mandateId: 'mandate',
      bodyId: 'panel',
      grantedBy: 'barking',
      scope: 'Which groups get the money',
      purposes: ['neighbourhood'],
      bindingMode: 'binding',
      ceilingPence: 32_700_000,
      currency: 'GBP',
      from: '2018-01-04',
    });
    await tell('finance-manager', '2018-02-12', 'OpenFund', {
      fundId: 'levy',
      title: 'The levy',
      class: 'ring_fenced',
      purpose: 'What the area needs',
      purposes: ['neighbourhood'],
      currency: 'GBP',
      holder: 'barking',
    });
    await tell('finance-manager', '2018-02-12', 'RecordReceipt', {
      fundId: 'levy',
      lotId: 'levy-2018',
      kind: 'income',
      amountPence: 218_000_000,
      source: 'developers',
    });
    await tell('finance-manager', '2018-02-13', 'SplitReceipt', {
      fundId: 'levy',
      lotId: 'levy-2018',
      shares: [
        { lotId: 'neighbourhood', basisPoints: 1_500 },
        { lotId: 'strategic', basisPoints: 8_500 },
      ],
    });
    await tell('finance-manager', '2018-02-27', 'GiveAuthority', {
      ...place,
      title: 'Neighbourhood part',
      lots: [{ lotId: 'neighbourhood', amountPence: 32_700_000 }],
    });
    await tell('finance-manager', '2018-02-28', 'Allocate', { ...place, lineId: 'round-one', title: 'Round one', amountPence: 32_700_000 });
    marks['before'] = (await home.views.completeTo()).entry;
    await tell('panel-clerk', '2018-06-05', 'RecordDecision', {
      decisionId: 'one',
      bodyId: 'panel',
      mandateId: 'mandate',
      title: 'Round one',
      question: 'Which?',
      options: [{ option: 'The garden', chosen: true, why: 'Ready' }],
      reasons: 'Ready',
      conflicts: 'None',
      tally: { for: 2, against: 1, abstained: 0, present: 3, eligible: 3 },
      sat: [{ seatClass: 'resident', seats: 3, tookPart: 3, stoodAside: 0, away: 0 }],
      ruleSetId: 'rules',
      ruleSetVersion: 1,
      seenEntry: marks['before'],
      callInUntil: '2018-06-12',
      effects: [{ ...effect, awardId: 'award-1', recipientId: 'garden', amountPence: 13_300_000 }],
    });
    marks['decided'] = (await home.views.completeTo()).entry;
    await tell('panel-clerk', '2018-06-13', 'ConfirmDecision', { decisionId: 'one' });
    await tell('panel-clerk', '2018-06-20', 'AcceptAward', { awardId: 'award-1' });
    await tell('panel-clerk', '2018-06-21', 'SignAgreement', { awardId: 'award-1', agreementHash: 'ef'.repeat(32) });
    await tell('payments-officer', '2018-07-01', 'PostPayment', {
      ...place,
      lineId: 'round-one',
      paymentId: 'payment-1',
      awardId: 'award-1',
      recipientId: 'garden',
      purpose: 'neighbourhood',
      amountPence: 3_300_000,
      decisionRef: 'one',
    });
  }, 60_000);
  afterAll(() => home.close());

  it('stands where it should, line by line, and nothing was lost on the way', async () => {
    expect(await home.log.deadLetters()).toEqual([]);
    const line = await ask<{
      available: { pence: number };
      committed: { pence: number };
      paid: { pence: number };
      reserved: { pence: number };
      authority: { pence: number };
    }>('line', { ...place, lineId: 'round-one' });
    expect(line?.view).toMatchObject({
      authority: { pence: 32_700_000 },
      available: { pence: 19_400_000 },
      reserved: { pence: 0 },
      committed: { pence: 10_000_000 },
      paid: { pence: 3_300_000 },
    });
    expect((await ask<{ sums: object[] }>('trial-balance'))?.view.sums).toEqual([{ currency: 'GBP', pence: 0 }]);
  });
  it('stood elsewhere as known before the decision, and as at a day before the payment', async () => {
    const before = await ask('line', { ...place, lineId: 'round-one' }, { asKnown: String(marks['before']) });
    expect(before).toMatchObject({ asKnown: marks['before'], view: { available: { pence: 32_700_000 }, reserved: { pence: 0 } } });
    const then = await ask('line', { ...place, lineId: 'round-one' }, { asAt: '2018-06-30' });
    expect(then?.view).toMatchObject({ committed: { pence: 13_300_000 }, paid: { pence: 0 } });
    expect(await ask('decision', { decisionId: 'one' }, { asKnown: String(marks['before']) })).toBeUndefined();
  });
  it('carries its mandate at every step', async () => {
    const chain = await ask<{ act: string; pence: number; by: string }[]>('mandate-chain', place);
    expect(chain?.view.map(({ act, pence }) => [act, pence])).toEqual([
      ['received', 218_000_000],
      ['split', 32_700_000],
      ['given', 32_700_000],
      ['decided', 13_300_000],
      ['agreed', 13_300_000],
      ['paid', 3_300_000],
    ]);
  });
  it('flows from the giver to the group, and what is left stays visible', async () => {
    const flows = await ask<{ links: { from: string; to: string; pence: number }[] }[]>('flows');
    expect(flows?.view[0]?.links.map(({ from, pence, to }) => [from, to, pence])).toEqual([
      ['giver:developers', 'part:levy/neighbourhood', 32_700_000],
      ['giver:developers', 'part:levy/strategic', 185_300_000],
      ['part:levy/neighbourhood', 'body:panel', 32_700_000],
      ['body:panel', 'recipient:garden', 13_300_000],
      ['body:panel', 'left:panel', 19_400_000],
    ]);
  });
  it('is told by the decision file: who sat, how they voted, what was needed, what money follows', async () => {
    const file = await ask('decision', { decisionId: 'one' });
    expect(file?.view).toMatchObject({
      standing: 'confirmed',
      threshold: { of: 3, needed: 2, margin: 0 },
      recorded: { seen: 'entry', seenEntry: marks['before'] },
      awards: [{ awardId: 'award-1', standing: 'part-paid', recipientName: 'The Garden' }],
    });
    expect((await ask('decision', { decisionId: 'one' }, { asAt: '2018-06-10' }))?.view).toMatchObject({ standing: 'in-call-in' });
  });
  it('can be followed entry by entry', async () => {
    const history = await ask<{ type: string; says: string }[]>('history', { stream: 'envelope-barking_levy_panel_2018-19' });
    expect(history?.view.map(({ type }) => type)).toEqual([
      'EnvelopeApproved',
      'AllocationMade',
      'DecisionNoted',
      'FundsReserved',
      'DecisionConfirmationNoted',
      'CommitmentConfirmed',
      'PaymentPosted',
    ]);
    expect((await ask('entry', { entry: '0' }))?.view).toMatchObject({ type: 'LedgerOpened', tenantId: 'ledger' });
  });
  it('agrees with a replay, row by row', async () => {
    expect(await home.views.selfCheck()).toEqual([]);
  });
});

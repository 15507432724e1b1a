import { Council, EVIDENCE, HERE, outcomeOf } from './council.fixture.js';

const asked = { ...HERE, lineId: 'round', recipientId: 'group', purpose: 'neighbourhood' } as const;
const payment = (awardId: string, amountPence: number, decisionRef: string | undefined, more: object = {}) => ({
  ...asked,
  awardId,
  amountPence,
  paymentId: `pay-${awardId}`,
  ...(decisionRef === undefined ? {} : { decisionRef }),
  ...more,
});

/** Through the front door, as an officer would: every policy runs, and nothing is set up behind the ledger's back. */
describe('a promise or a payment, asked for at the front door', () => {
  let council: Council;
  const ways = ['ConfirmCommitment', 'PostPayment'] as const;
  const ask = (type: (typeof ways)[number], awardId: string, amountPence: number, decisionRef?: string, more: object = {}) => {
    const { paymentId, ...body } = payment(awardId, amountPence, decisionRef, more);
    return outcomeOf(council.ask('officer', type, type === 'PostPayment' ? { ...body, paymentId } : body));
  };
  const sign = async (awardId: string) => {
    await council.ask('clerk', 'AcceptAward', { awardId });
    await council.ask('commissioner', 'SignAgreement', { awardId, agreementHash: 'cd'.repeat(32) });
    await council.home.settle();
  };

  beforeAll(async () => {
    council = await Council.open({ receivedPence: 100_000, ceilingPence: 60_000 });
    await council.allocate(100_000);
    await council.decide('good', [
      { awardId: 'signed', amountPence: 10_000 },
      { awardId: 'unsigned', amountPence: 5_000 },
    ]);
    await council.confirm('good');
    await sign('signed');
    await council.decide('waiting', [{ awardId: 'waiting', amountPence: 1_000 }]);
    await council.decide('greedy', [{ awardId: 'greedy', amountPence: 60_001 }]);
    await council.decide('statues', [{ awardId: 'statue', amountPence: 1_000, purpose: 'statues' }]);
    await council.confirm('statues');
    await council.decide('regretted', [{ awardId: 'regretted', amountPence: 2_000 }]);
    await council.confirm('regretted');
    await sign('regretted');
    await council.ask('clerk', 'RescindDecision', { decisionId: 'regretted', why: 'The vote was inquorate' });
    await council.home.settle();
  });
  afterAll(() => council.home.close());

  describe.each(ways)('%s', (type) => {
    const head = () => council.home.store.head();
    let before: unknown;
    beforeEach(async () => (before = await head()));
    afterEach(async () => expect(await head()).toEqual(before));

    it('is refused when no decision is named', async () => expect(await ask(type, 'signed', 1)).toBe('DECISION_MISSING'));
    it('is refused when nobody took the decision', async () => expect(await ask(type, 'signed', 1, 'rumour')).toBe('DECISION_MISSING'));
    it('is refused when the decision is not confirmed', async () =>
      expect(await ask(type, 'waiting', 1_000, 'waiting')).toBe('DECISION_NOT_CONFIRMED'));
    it('is refused when the decision was rescinded, also after its money was promised', async () =>
      expect(await ask(type, 'regretted', 2_000, 'regretted')).toBe('DECISION_RESCINDED'));
    it('is refused for a penny more than was decided', async () =>
      expect(await ask(type, 'signed', 10_001, 'good')).toBe('DECISION_TOO_SMALL'));
    it('is refused for another purpose', async () =>
      expect(await ask(type, 'signed', 1, 'good', { purpose: 'gardens' })).toBe('DECISION_FOR_ANOTHER_PURPOSE'));
    it('is refused for what the fund is not for, though a mandate covers it', async () =>
      expect(await ask(type, 'statue', 1, 'statues', { purpose: 'statues' })).toBe('PURPOSE_OUTSIDE_FUND'));
    it('is refused for another award of the same decision', async () =>
      expect(await ask(type, 'signed', 1, 'good', { recipientId: 'friend' })).toBe('DECISION_NOT_FOR_THIS_AWARD'));
    it('is refused when the decision goes beyond the mandate', async () =>
      expect(await ask(type, 'greedy', 1, 'greedy')).toBe('DECISION_BEYOND_MANDATE'));
    it('is refused when somebody without the role asks', async () =>
      expect(await outcomeOf(council.ask('clerk', type, payment('signed', 1, 'good')))).toMatch(/ROLE_MISSING|Misunderstood/));
  });

  it('refuses to pay what is decided and not yet promised', async () =>
    expect(await ask('PostPayment', 'unsigned', 1, 'good')).toBe('COMMITMENT_TOO_SMALL'));
  it('refuses a payer who recorded the decision, behind whomever they stand', async () => {
    await council.ask('operator', 'GrantRole', { subject: 'clerk', role: 'finance-officer' });
    expect(await outcomeOf(council.ask('clerk', 'PostPayment', payment('signed', 1, 'good')))).toBe('RECORDER_MAY_NOT_PAY');
    const history = payment('signed', 1, 'good', { effectiveAt: '2018-07-01T10:00:00.000Z', evidence: EVIDENCE });
    expect(await outcomeOf(council.ask('archivist', 'PostPayment', history, 'clerk'))).toBe('RECORDER_MAY_NOT_PAY');
  });
  it('pays to the penny under a confirmed decision, out of accepted work first, and then no more', async () => {
    const milestone = { ...asked, awardId: 'signed', accrualId: 'milestone', amountPence: 4_000, decisionRef: 'good' };
    expect(await outcomeOf(council.ask('commissioner', 'PostAccrual', milestone))).toBe('EVIDENCE_MISSING');
    await council.ask('commissioner', 'PostAccrual', { ...milestone, evidence: EVIDENCE });
    const first = await council.ask('officer', 'PostPayment', payment('signed', 4_000, 'good', { paymentId: 'first' }));
    expect(first.events.map(({ type }) => type)).toEqual(['PaymentPosted']);
    expect(await ask('PostPayment', 'signed', 6_001, 'good')).toBe('DECISION_TOO_SMALL');
    expect(await ask('PostPayment', 'signed', 6_000, 'good')).toBe('done');
    expect(await outcomeOf(council.ask('officer', 'PostPayment', payment('signed', 1, 'good', { paymentId: 'more' })))).toBe(
      'DECISION_TOO_SMALL',
    );
    const events = await council.home.store.readStream('envelope-council_levy_panel_2018-19');
    const from = events.filter(({ type }) => type === 'PaymentPosted').map(({ data }) => (JSON.parse(data) as { from: string }).from);
    expect(from).toEqual(['accrued', 'committed']);
  });
  it('left nothing undelivered but what the rules refuse', async () =>
    expect((await council.home.log.deadLetters()).map(({ policy, why }) => `${policy}: ${why}`)).toEqual([]));
});

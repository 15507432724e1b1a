import type { AssemblyView, DecisionView, ObligationView, SortitionRow } from '@ledger/deliberation/views';
import type { ChainStep, EnvelopeView, Flows, FundView } from '@ledger/funds/views';
import type { BodyView, RoleRow } from '@ledger/governance/views';
import type { AwardView, RecipientView } from '@ledger/grants/views';
import type { RoundView } from '@ledger/commissioning/views';
import type { Balance } from '@ledger/views';
import { councilYear, hash, openCouncil, PLACE } from './testing/index.js';

/** One year, asked about at many moments. */
describe('the answers of a ledger', () => {
  let council: Awaited<ReturnType<typeof councilYear>>;
  const ask: typeof council.ask = (...asked) => council.ask(...asked);
  beforeAll(async () => (council = await councilYear()));
  afterAll(() => council.home.close());

  it('rest on a story that the policies could carry on without a refusal', async () =>
    expect(await council.home.log.deadLetters()).toEqual([]));

  describe('who decides', () => {
    const seatsOf = async (asAt?: string) => (await ask<BodyView>('body', { bodyId: 'panel' }, asAt)).members.map((one) => one.subjectRef);

    it('counts seats by class: filled and vacant', async () =>
      expect((await ask<BodyView>('body', { bodyId: 'panel' })).seats).toEqual([
        { seatClass: 'resident', seats: 3, filled: 2, vacant: 1 },
        { seatClass: 'council', seats: 1, filled: 1, vacant: 0 },
      ]));
    it('knows who sat on a day, also in a term before the present one', async () => {
      expect(await seatsOf('2018-01-09')).toEqual([]);
      expect((await seatsOf('2018-02-01')).toSorted()).toEqual(['p-1', 'p-2', 'p-3']);
      expect((await seatsOf('2018-03-01')).toSorted()).toEqual(['p-2', 'p-3']);
      expect((await seatsOf('2018-05-01')).toSorted()).toEqual(['p-1', 'p-2', 'p-3']);
    });
    it('says of somebody who sat that they did, without the day on which they will leave', async () =>
      expect(
        (await ask<BodyView>('body', { bodyId: 'panel' }, '2018-02-01')).members.find((one) => one.subjectRef === 'p-1'),
      ).toMatchObject({
        effectiveOn: '2018-01-10',
        vacatedOn: null,
        why: null,
      }));
    it.each([
      ['2018-01-04', []],
      ['2018-01-05', [1]],
      ['2018-09-01', [2]],
    ])('has on %s the rules of version %j in force', async (asAt, version) =>
      expect((await ask<BodyView>('body', { bodyId: 'panel' }, asAt)).ruleSets.filter((one) => one.inForce).map((one) => one.version)).toEqual(version)); // prettier-ignore
    it('says what a mandate still allows, once a decision was taken under it', async () => {
      const left = async (asAt: string) => (await ask<BodyView>('body', { bodyId: 'panel' }, asAt)).mandates[0]!;
      expect(await left('2018-06-04')).toMatchObject({ usedPence: 0, leftPence: 100_000, inForce: true });
      expect(await left('2018-06-05')).toMatchObject({ usedPence: 12_000, leftPence: 88_000, inForce: true });
      expect(await left('2019-01-01')).toMatchObject({ inForce: false });
    });
    it('remembers a role that was taken back and given again', async () => {
      const { do: request, mark } = council;
      const change = (type: string) => request(type, { subject: 'helper', role: 'auditor' }, 'operator');
      await mark('role-held');
      await change('RevokeRole');
      await mark('role-revoked');
      await change('GrantRole');
      await mark('role-again');
      const held = async (asKnown: string) =>
        (await ask<readonly (RoleRow & { held: boolean })[]>('roles', {}, undefined, asKnown))
          .filter(({ subject }) => subject === 'helper')
          .map((one) => [one.held, one.revokedOn]);
      expect(await held('role-held')).toEqual([[true, null]]);
      expect(await held('role-revoked')).toEqual([[false, '2020-01-01']]);
      expect(await held('role-again')).toEqual([
        [false, '2020-01-01'],
        [true, null],
      ]);
    });
    it('does not know a body that nobody set up yet', async () =>
      expect(await ask('body', { bodyId: 'panel' }, '2018-01-02')).toBeUndefined());
  });

  describe('bids', () => {
    const opened = async (exerciseId: string, asAt?: string, asKnown?: string) =>
      (await ask<RoundView>('round', { exerciseId }, asAt, asKnown)).submitted.map((one) => one.opened);
    const secretsIn = async (asAt?: string, asKnown?: string) => {
      const { asKnown: known } = { asKnown };
      const texts = await Promise.all([
        ask('round', { exerciseId: 'one' }, asAt, known),
        ask('rounds', {}, asAt, known),
        ask('entries', {}, asAt, known),
        ask('history', { stream: 'exercise-council_one' }, asAt, known),
        ask('changes', { since: '0' }, asAt, known),
      ]);
      return JSON.stringify(texts).includes('Secret of bid-one');
    };

    it('stay sealed until their own round was closed, whatever else was', async () => {
      expect(await opened('one', undefined, 'two-closed')).toEqual([null]);
      expect(await opened('two', undefined, 'two-closed')).toEqual([{ project: 'Secret of bid-two', amountPence: 123_456 }]);
      expect(await secretsIn(undefined, 'two-closed')).toBe(false);
    });
    it('stay sealed on every day before, in every answer', async () => {
      expect(await secretsIn('2018-05-19')).toBe(false);
      expect(await secretsIn('2018-05-20')).toBe(true);
    });
    it('say on a day before that nothing was closed and nothing counted', async () =>
      expect(await ask<RoundView>('round', { exerciseId: 'one' }, '2018-05-19')).toMatchObject({ closedOn: null, closedEntry: null, bids: null })); // prettier-ignore
    it('show the commitment to what is sealed', async () =>
      expect((await ask<RoundView>('round', { exerciseId: 'one' }, '2018-05-03')).submitted[0]).toMatchObject({ contentCommitment: hash }));
  });

  describe('a decision', () => {
    const decision = (asAt?: string, asKnown?: string) => ask<DecisionView | undefined>('decision', { decisionId: 'one' }, asAt, asKnown);
    it.each([
      ['2018-06-05', 'in-call-in'],
      ['2018-06-12', 'in-call-in'],
      ['2018-06-13', 'awaiting-confirmation'],
      ['2018-06-14', 'confirmed'],
    ])('stands on %s as %s', async (asAt, standing) => expect(await decision(asAt)).toMatchObject({ standing }));
    it('is not in the record before its day, or before its entry', async () => {
      expect(await decision('2018-06-04')).toBeUndefined();
      expect(await decision(undefined, 'bids-open')).toBeUndefined();
    });
    it('states no later fact: not who will confirm it, nor in which entry', async () =>
      expect(await decision('2018-06-13')).toMatchObject({ confirmedOn: null, confirmedEntry: null, confirmedBy: null }));
    it('is held against its rule by the members who sat when it was weighed', async () =>
      expect((await decision())!.threshold).toMatchObject({ denominator: 'members', of: 3, needed: 2, margin: 0 }));
    it('names the awards that follow from it, once they were offered', async () => {
      expect((await decision(undefined, 'decided'))!.awards).toEqual([]);
      expect((await decision())!.awards.map(({ awardId, standing }) => [awardId, standing])).toEqual([
        ['award-1', 'part-paid'],
        ['award-2', 'offered'],
      ]);
    });
  });

  describe('the money', () => {
    it('stands on each line as the accounts say, and its parts come to the authority', async () => {
      const { lines, total, unallocated } = await ask<EnvelopeView>('envelope', PLACE);
      expect(lines.find(({ lineId }) => lineId === 'round')!.standing).toMatchObject({
        authority: { pence: 25_000 },
        available: { pence: 13_000 },
        reserved: { pence: 4_000 },
        committed: { pence: 5_000 },
        paid: { pence: 3_000 },
      });
      expect(unallocated.pence).toBe(5_000);
      const parts = [total.available, total.reserved, total.committed, total.accrued, total.paid].reduce(
        (sum, { pence }) => sum + pence,
        0,
      );
      expect([parts, total.authority.pence]).toEqual([30_000, 30_000]);
    });
    it('stood otherwise on another day, and as known by another entry', async () => {
      const line = async (asAt?: string, asKnown?: string) =>
        (await ask<EnvelopeView>('envelope', PLACE, asAt, asKnown)).lines.find(({ lineId }) => lineId === 'round');
      expect((await line('2018-06-05'))!.standing).toMatchObject({ available: { pence: 8_000 }, reserved: { pence: 12_000 } });
      expect((await line('2018-08-05'))!.title).toBe('The round');
      expect((await line())!.title).toBe('The round, and more');
      expect(await line(undefined, 'given')).toBeUndefined();
    });
    it('says which entry made each figure true', async () => {
      const { total } = await ask<EnvelopeView>('envelope', PLACE);
      const { payments } = await ask<AwardView>('award', { awardId: 'award-1' });
      expect([total.paid.entry, total.committed.entry]).toEqual([payments[0]!.entry, payments[0]!.entry]);
    });
    it('is told newest movement first', async () =>
      expect((await ask<EnvelopeView>('envelope', PLACE)).movements[0]).toMatchObject({ type: 'PaymentPosted', decisionId: 'one' }));
    it('of a fund comes to what came in, less what was spent', async () => {
      const { held, lots, received, spent, unassigned } = await ask<FundView>('fund', { fundId: 'levy' });
      expect([received.pence, spent.pence, held.pence, unassigned.pence]).toEqual([150_000, 3_000, 147_000, 120_000]);
      expect(Object.fromEntries(lots.map(({ amountPence, lotId }) => [lotId, amountPence]))).toEqual({
        first: 100_000,
        second: 50_000,
        near: 30_000,
        far: 70_000,
        nearer: 9_000,
        nearest: 21_000,
      });
    });
    it('comes to nil over all accounts, in each section of the books', async () => {
      const { accounts, sections, sums } = await ask<{
        accounts: readonly Balance[];
        sums: readonly object[];
        sections: readonly { section: string; pence: number }[];
      }>('trial-balance');
      expect(accounts.length).toBeGreaterThan(10);
      expect(sums).toEqual([{ currency: 'GBP', pence: 0 }]);
      expect(sections.map(({ pence, section }) => [section, pence])).toEqual([
        ['Money', 0],
        ['Budget', 0],
      ]);
    });
    it('of an account and all below it is one figure, and of no other account that begins alike', async () => {
      const account = 'Assets:council:Cash:levy:ring-fenced:near';
      expect(await ask('balance', { account })).toMatchObject({ account, pence: 0 });
      expect(await ask('balance', { account: 'Assets:council:Cash:levy' })).toMatchObject({ pence: 147_000 });
    });
  });

  describe('where the money is', () => {
    it('flows from each lot just as much as the envelope took of it', async () => {
      const [flows] = await ask<readonly Flows[]>('flows');
      const links = Object.fromEntries(flows!.links.map(({ from, pence, to }) => [`${from} > ${to}`, pence]));
      expect(links).toMatchObject({
        'giver:developers > part:levy/nearest': 21_000,
        'giver:kitchen > part:levy/second': 50_000,
        'part:levy/nearest > body:panel': 20_000,
        'part:levy/second > body:panel': 10_000,
        'body:panel > recipient:kitchen': 12_000,
        'body:panel > left:panel': 18_000,
      });
    });
    it('never flows out of a body more than flowed in', async () => {
      for (const asAt of ['2018-02-06', '2018-06-05', '2018-07-02']) {
        const [flows] = await ask<readonly Flows[]>('flows', {}, asAt);
        const sum = (side: 'from' | 'to') =>
          flows!.links.filter((one) => one[side] === 'body:panel').reduce((all, { pence }) => all + pence, 0);
        expect([asAt, sum('from')]).toEqual([asAt, sum('to')]);
      }
    });
    it('is allowed by one act after another, from the receipt on, however often it was split', async () => {
      const chain = await ask<readonly ChainStep[]>('mandate-chain', { ...PLACE, awardId: 'award-1' });
      expect(chain.map(({ act, pence }) => [act, pence])).toEqual([
        ['received', 150_000],
        ['split', 21_000],
        ['given', 30_000],
        ['decided', 8_000],
        ['agreed', 8_000],
        ['paid', 3_000],
      ]);
      expect(chain[0]!.by).toBe('Developers, Riverside Kitchen');
    });
    it('names in the chain of a past day no act of a later one', async () =>
      expect((await ask<readonly ChainStep[]>('mandate-chain', PLACE, '2018-02-28')).map(({ act }) => act)).toEqual(['received', 'split', 'given'])); // prettier-ignore
  });

  describe('an award', () => {
    it.each([
      ['2018-06-14', 'offered', null, null],
      ['2018-06-20', 'accepted', '2018-06-20', null],
      ['2018-06-25', 'signed', '2018-06-20', '2018-06-25'],
      ['2018-07-02', 'part-paid', '2018-06-20', '2018-06-25'],
    ])('was on %s %s, and told no later step', async (asAt, standing, acceptedOn, signedOn) =>
      expect(await ask<AwardView>('award', { awardId: 'award-1' }, asAt)).toMatchObject({ standing, acceptedOn, signedOn }),
    );
    it('stands with its recipient, under the official name', async () =>
      expect(await ask<RecipientView>('recipient', { recipientId: 'kitchen' })).toMatchObject({
        name: 'Riverside Kitchen',
        awardedPence: 12_000,
        paidPence: 3_000,
      }));
  });

  describe('assemblies, draws and duties', () => {
    it('say by how much a share was met or missed', async () =>
      expect((await ask<AssemblyView>('assembly', { assemblyId: 'rain' })).votes).toMatchObject([
        { recommendationId: 'gardens', met: 'yes', needed: 45, margin: 0 },
        { recommendationId: 'tunnels', met: 'no', needed: 45, margin: -1 },
      ]));
    it('show no pack of papers before its day', async () =>
      expect((await ask<AssemblyView>('assembly', { assemblyId: 'rain' }, '2018-09-20')).packs.map(({ title }) => title)).toEqual(['Pack'])); // prettier-ignore
    it('tell a draw step by step', async () => {
      const draw = (asAt: string) => ask<SortitionRow>('sortition', { sortitionId: 'draw' }, asAt);
      expect(await draw('2018-03-04')).toMatchObject({ invitedEntry: null, sealedEntry: null, commitment: null, drawnOn: null });
      expect(await draw('2018-03-05')).toMatchObject({ invitedEntry: expect.any(Number) as number, commitment: null });
      expect(await draw('2018-03-10')).toMatchObject({ commitment: hash, selected: null, outputHash: null, drawnEntry: null });
      expect(await draw('2018-03-11')).toMatchObject({ selected: 3, outputHash: hash, drawnOn: '2018-03-11' });
    });
    it.each([
      ['2018-11-30', 'due', 0],
      ['2018-12-01', 'overdue', 1],
      ['2018-12-10', 'discharged-late', 10],
    ])('count on %s a duty as %s, %i days late', async (asAt, standing, daysLate) =>
      expect(await ask<ObligationView>('obligation', { obligationId: 'rain-gardens' }, asAt)).toMatchObject({ standing, daysLate }),
    );
    it('tell of a duty on a past day neither later reports nor its end', async () =>
      expect(await ask<ObligationView>('obligation', { obligationId: 'rain-gardens' }, '2018-10-09')).toMatchObject({
        progress: [],
        dischargedOn: null,
        dischargedEntry: null,
        evidenceSha256: null,
      }));
  });
});

describe('the answers about money of several kinds', () => {
  let council: Awaited<ReturnType<typeof openCouncil>>;
  const ask: typeof council.ask = (...asked) => council.ask(...asked);
  beforeAll(async () => {
    council = await openCouncil();
    const { home, do: request } = council;
    const tell = (type: string, body: object, by = 'officer') => request(type, body, by);
    await tell('GrantRole', { subject: 'officer', role: 'finance-officer' }, 'operator');
    for (const [fundId, currency] of [
      ['levy', 'GBP'],
      ['budget', 'PLN'],
    ] as const) {
      await tell('OpenFund', {
        fundId,
        title: fundId,
        class: 'general',
        purpose: 'The area',
        purposes: ['area'],
        currency,
        holder: 'council',
      });
      await tell('RecordReceipt', {
        fundId,
        lotId: `lot-${currency.toLowerCase()}`,
        kind: 'income',
        amountPence: 1_000,
        source: 'somebody',
      });
    }
    const give = (amountPence: number, title: string) =>
      tell('GiveAuthority', { ...PLACE, title, lots: [{ lotId: 'lot-gbp', amountPence }] });
    await give(600, 'As first given');
    await home.settle();
    await give(300, 'Given once more');
    await home.settle();
  });
  afterAll(() => council.home.close());

  it('never add currencies: where two stand, there are two sums and no one figure', async () =>
    expect(await ask('balance', { account: 'Assets:council:Cash' })).toMatchObject({
      pence: null,
      sums: [
        { currency: 'PLN', pence: 1_000 },
        { currency: 'GBP', pence: 1_000 },
      ],
    }));
  it('draw one picture for each currency', async () =>
    expect((await ask<readonly Flows[]>('flows')).map(({ currency }) => currency).toSorted()).toEqual(['GBP', 'PLN']));
  it('hold an envelope to what it took up, though the fund gave to the same place again', async () => {
    const all = await ask<readonly EnvelopeView[]>('envelopes');
    expect(all.map(({ amountPence, title, total }) => [title, amountPence, total.authority.pence])).toEqual([['As first given', 600, 600]]);
    const flows = (await ask<readonly Flows[]>('flows')).find(({ currency }) => currency === 'GBP')!;
    expect(flows.links.filter(({ to }) => to === 'body:panel').map(({ pence }) => pence)).toEqual([600]);
    expect(await ask('balance', { account: 'Equity:council:Budget:Fund:levy:Giving:panel:2018-19' })).toMatchObject({ pence: 300 });
  });
});

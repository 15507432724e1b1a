import { controlNames } from '../../apps/auditor/controls/controls.js';
import { type Declares, APlantedBundle, type Planted } from './a-planted-bundle.js';
import { accepted, decided, fact, paid, SOUND } from './a-sound-history.js';
import { ask, AToldBundle, run } from './a-told-bundle.js';

type Control = {
  control: string;
  outcome: string;
  words: string;
  population: { count: number; ties: boolean | null; value: { pence: number; trialBalancePence: number | null }[] };
  exceptions: { entry: number; words: string }[];
};
type Fault = Readonly<{ history: readonly Planted[]; found: RegExp; declares?: Declares; args?: readonly string[] }>;

/** The sound history with something after it; the fault is in the last fact. */
const after = (...more: readonly Planted[]): readonly Planted[] => [...SOUND, ...more];
/** The sound history with its first fact of a type told otherwise. */
const otherwise = (type: string, change: (one: Planted) => Planted): readonly Planted[] => {
  const at = SOUND.findIndex((one) => one.type === type);
  return SOUND.with(at, change(SOUND[at]!));
};
const INTERESTS: Declares = [{ name: 'InterestDeclared', fields: { bodyId: 'public', subjectRef: 'public', organisationRef: 'public' } }];
const CLOSE: Declares = [{ name: 'PeriodClosed', fields: { trialBalanceHash: 'public' } }];
const ENVELOPE = 'envelope-town_levy_panel_2019';
const closed = fact('PeriodClosed', '2019-05-01', { trialBalanceHash: 'ab'.repeat(32) }, { stream: ENVELOPE });
const interest = (organisationRef: string) =>
  fact('InterestDeclared', '2019-01-10', { bodyId: 'panel', subjectRef: 'p-2', organisationRef });
const erased = (on: string) => fact('ErasureExecuted', on, { subjectRef: 'p-9' });
const beforeFirst = (type: string, one: Planted): readonly Planted[] =>
  SOUND.toSpliced(
    SOUND.findIndex((each) => each.type === type),
    0,
    one,
  );

/** For each control, a history that has exactly that fault; each rests on facts that are otherwise sound. */
const FAULTS: Readonly<Record<(typeof controlNames)[number], Fault>> = {
  'spend-without-confirmed-decision': {
    history: after(accepted('kitchen', 10_010, '2019-04-02', {}, { decisionRef: 'for-garden' })),
    found: /does not name award kitchen/,
  },
  'imported-awards': { history: after(fact('AwardImported', '2019-03-01')), found: /no mandate/ },
  'instructor-is-approver': {
    history: after(paid('garden', 5_001, '2019-05-10', { paymentId: 'late' }, { by: 'surveyor' })),
    found: /surveyor paid/,
  },
  'approver-granted-the-role': {
    history: beforeFirst(
      'MandateGranted',
      fact('RoleGranted', '2019-01-02', { subject: 'surveyor', role: 'clerk', grantedBy: 'treasurer' }),
    ),
    found: /treasurer gave surveyor the role/,
  },
  'own-issuer-only': {
    history: after(
      ...decided('shed', 'shed', 60_060, '2019-05-02').map((one) => ({ ...one, issuer: 'ledger' })),
      paid('shed', 40_040, '2019-05-20', { from: 'committed' }, { issuer: 'ledger' }),
    ),
    found: /issuer “ledger” alone/,
  },
  'payment-before-agreement': {
    history: after(
      ...decided('shed', 'shed', 60_060, '2019-05-02').filter(({ type }) => type !== 'AgreementSigned'),
      paid('shed', 40_040, '2019-05-20', { from: 'committed' }),
    ),
    found: /No agreement for award shed/,
  },
  'decision-while-inquorate': {
    history: otherwise('DecisionRecorded', (one) => ({
      ...one,
      data: { ...one.data, tally: { for: 1, against: 0, abstained: 0, present: 1, eligible: 3 } },
    })),
    found: /1 were present, and 2 are needed/,
  },
  'decision-by-conflicted-member': {
    history: beforeFirst('DecisionRecorded', interest('garden')),
    declares: INTERESTS,
    found: /1 members had an interest, and 0 stood aside/,
  },
  'obligation-late': { history: otherwise('ObligationDischarged', (one) => ({ ...one, on: '2019-05-02' })), found: /2 days late/ },
  'posting-into-closed-period': {
    history: after(closed, accepted('garden', 10_010, '2019-04-02')),
    declares: CLOSE,
    found: /was closed at entry/,
  },
  'duplicate-payment': {
    history: after(paid('garden', 112_345, '2019-03-20', { paymentId: 'again', from: 'committed' })),
    found: /£1,123.45 to garden, as at entry/,
  },
  'split-under-limit': {
    history: after(...decided('garden-2', 'garden', 650_050, '2019-02-20')),
    found: /2 awards to garden come to £9,623.95, and the limit is £9,000/,
  },
  'round-sums': {
    history: after(paid('garden', 100_000, '2019-05-20', { paymentId: 'round', from: 'committed' })),
    found: /£1,000 to garden/,
  },
  'changed-visibility': {
    history: after(fact('CatalogueAdopted', '2019-05-01')),
    declares: [
      {
        name: 'ClaimRecorded',
        fields: {
          claimId: 'public',
          statement: 'tenant',
          value: 'public',
          unit: 'public',
          sourceRef: 'public',
          page: 'public',
          evidenceSha256: 'public',
          status: 'public',
        },
      },
    ],
    found: /ClaimRecorded.statement was shown to public, and from here on to tenant/,
  },
  'erasure-near-payment': { history: after(erased('2019-03-20')), found: /Within 30 days of 2 payments/ },
  'revision-gaps': { history: otherwise('ReceiptRecorded', (one) => ({ ...one, skips: 1 })), found: /and 0 would follow/ },
  'clock-backwards': {
    history: otherwise('ReceiptRecorded', (one) => ({ ...one, recordedAt: '2019-05-31T23:59:59.000Z' })),
    found: /after an entry of/,
  },
};
/** The same facts without the fault, where the sound history does not have what the control looks at. */
const FAULTLESS: Readonly<Partial<Record<(typeof controlNames)[number], Pick<Fault, 'history' | 'declares'>>>> = {
  'decision-by-conflicted-member': { history: beforeFirst('DecisionRecorded', interest('somebody-else')), declares: INTERESTS },
  'posting-into-closed-period': { history: after(closed), declares: CLOSE },
  'erasure-near-payment': { history: after(erased('2019-08-20')) },
};

const planted = new APlantedBundle();
let sound: string;
beforeAll(() => void (sound = planted.plant(SOUND)));
afterAll(() => planted.remove());
const controls = async (bundle: string, ...args: string[]) => {
  const { controls: found, exit } = await ask<{ controls: Control[] }>('controls', bundle, ...args);
  return { exit, of: (name: string) => found.find(({ control }) => control === name)!, found };
};

describe('the planted histories', () => {
  it('are bundles that verify, faults of the log apart, so that a control is all that can find the rest', async () =>
    expect((await run('verify', sound, '--policy', planted.policy())).exit).toBe(0));
});

describe('rules and mandates', () => {
  const noted = (data: object) => after(fact('RuleSetNoted', '2019-05-02', { ruleSetId: 'rules', bodyId: 'panel', quorum: 2, ...data }));
  const verified = (history: readonly Planted[]) => run('verify', planted.plant(history), '--policy', planted.policy());
  it('that a body notes as they were adopted are proven', async () => expect((await verified(noted({}))).exit).toBe(0));
  it.each([
    ['a quorum', { quorum: 1 }],
    ['a hash', { hash: 'ef'.repeat(32) }],
    ['a version', { version: 2 }],
  ])('that it notes with %s of another kind are wrong, at that entry', async (_, other) => {
    const { exit, out } = await verified(noted(other));
    expect([exit, out.includes(`First wrong at entry ${SOUND.length + 1}`)]).toEqual([1, true]);
  });
});

describe('a control', () => {
  it('has nothing to say about a sound history', async () => {
    const { exit, found } = await controls(sound);
    expect([exit, found.filter(({ outcome }) => outcome === 'EXCEPTIONS')]).toEqual([0, []]);
  });
  describe.each(controlNames)('%s', (name) => {
    const { args = [], declares = [], found, history } = FAULTS[name];
    it('finds the fault that was planted, at its entry, and no other control complains', async () => {
      const { exit, found: all, of } = await controls(planted.plant(history, { declares }), ...args);
      expect(all.filter(({ outcome }) => outcome === 'EXCEPTIONS').map(({ control }) => control)).toEqual([name]);
      const [first, ...rest] = of(name).exceptions;
      expect([exit, rest.length, first?.words]).toEqual([1, 0, expect.stringMatching(found)]);
      // Entry 0 opens the ledger, so fact n of the history is entry n + 1.
      const fault = history.findIndex((one, at) => one !== SOUND[at]) + 1;
      expect(first?.entry).toBeGreaterThanOrEqual(fault);
    });
    it('passes where the same facts are in order', async () => {
      const without = FAULTLESS[name];
      const { of } =
        without === undefined
          ? await controls(sound)
          : await controls(planted.plant(without.history, { declares: without.declares ?? [] }));
      if (name === 'imported-awards') expect(of(name)).toMatchObject({ outcome: 'NOT TESTED', words: 'there is nothing to test' });
      else expect(of(name)).toMatchObject({ outcome: 'PASS', exceptions: [] });
    });
  });

  it.each(['decision-by-conflicted-member', 'posting-into-closed-period'])(
    '%s is not tested where the catalogue has no such fact, and never passes',
    async (name) =>
      expect((await controls(sound)).of(name)).toMatchObject({
        outcome: 'NOT TESTED',
        words: expect.stringContaining('has the fact') as unknown,
      }),
  );
  it('does not believe a fact of the right name that lacks the field it reads', async () => {
    const bundle = planted.plant(SOUND, { declares: [{ name: 'InterestDeclared', fields: { bodyId: 'public' } }] });
    expect((await controls(bundle)).of('decision-by-conflicted-member').words).toBe(
      'InterestDeclared has no field subjectRef in the catalogue of this ledger',
    );
  });
  it('that asks who did it is not tested on a bundle for the public', async () => {
    const { of } = await controls(planted.plant(SOUND, { audience: 'public' }));
    for (const name of ['instructor-is-approver', 'approver-granted-the-role', 'own-issuer-only'])
      expect(of(name)).toMatchObject({ outcome: 'NOT TESTED', words: expect.stringContaining('--audience auditor') as unknown });
    expect(of('payment-before-agreement').outcome).toBe('PASS');
  });
  it('says how many it looked at and what they come to, and that the trial balance has the same', async () => {
    const { of } = await controls(sound);
    expect(of('duplicate-payment').population).toMatchObject({
      count: 2,
      ties: true,
      value: [{ pence: 162_395, trialBalancePence: 162_395 }],
    });
    expect(of('spend-without-confirmed-decision').population).toMatchObject({ count: 2, ties: true, value: [{ pence: 262_395 }] });
    expect(of('revision-gaps').population).toMatchObject({ count: SOUND.length + 1, ties: null });
  });
  it('does not pass where its population and the trial balance differ by a penny', async () => {
    const lie = otherwise('PaymentPosted', (one) => ({
      ...one,
      postings: [
        {
          account: 'Equity:town:Budget:Line:levy:panel:2019:round:Paid:garden',
          amountPence: 112_346,
          currency: 'GBP',
          effectiveOn: one.on,
        },
        {
          account: 'Equity:town:Budget:Line:levy:panel:2019:round:Accrued:garden',
          amountPence: -112_346,
          currency: 'GBP',
          effectiveOn: one.on,
        },
      ],
    }));
    const { exit, of } = await controls(planted.plant(lie), '--only', 'duplicate-payment');
    expect([exit, of('duplicate-payment').outcome, of('duplicate-payment').words]).toEqual([
      1,
      'EXCEPTIONS',
      'the population does not tie to the trial balance',
    ]);
  });
  it('is set by the auditor: which limit, how many days, what is round, whose issuer', async () => {
    const near = await controls(sound, '--days', '366', '--limit', '3000', '--round', '1', '--issuer', 'https://login.example');
    expect(near.of('own-issuer-only').exceptions).toHaveLength(2);
    expect(near.of('round-sums').exceptions).toHaveLength(0);
    expect(
      (await controls(planted.plant(after(...decided('garden-2', 'garden', 50_050, '2019-02-20'))), '--limit', '3200')).of(
        'split-under-limit',
      ).exceptions,
    ).toHaveLength(1);
    expect((await run('controls', sound, '--only', 'everything')).exit).toBe(2);
  });
});

describe('a fact of another shape than the published catalogue declares', () => {
  const { status: _, ...unfinished } = fact('ClaimRecorded', '2019-05-02').data;
  it.each<[string, Planted]>([
    ['a word that is none of those it may be', fact('ClaimRecorded', '2019-05-02', { status: 'certain' })],
    ['a field that nobody declared', fact('ClaimRecorded', '2019-05-02', { mood: 'good' })],
    ['a field that is missing', { type: 'ClaimRecorded', on: '2019-05-02', data: unfinished }],
    ['a sum below nothing', fact('AwardOffered', '2019-05-02', { amountPence: -1 })],
  ])('is wrong, at its entry: %s', async (_, odd) => {
    const { exit, out } = await run('verify', planted.plant(after(odd)), '--policy', planted.policy());
    expect([exit, out.includes(`First wrong at entry ${SOUND.length + 1}: Entry ${SOUND.length + 1} is not a`)]).toEqual([1, true]);
  });
  it('is not guessed at where a part of it is not shown', async () => {
    const bid = fact('BidSubmitted', '2019-05-02');
    const bundle = planted.plant(after(bid), { audience: 'public' });
    const { exit, tests } = await ask<{ tests: { name: string; words: string }[] }>('verify', bundle, '--policy', planted.policy());
    // The opening of the ledger is checked, and the bid is not.
    expect([exit, tests.find(({ name }) => name.includes('declares'))?.words]).toEqual([0, `${SOUND.length + 1} entries`]);
  });
});

describe('a fact without what its declaration promises', () => {
  it.each([
    ['is named with its entry by every command', { type: 'DecisionRecorded', on: '2019-05-02', data: { decisionId: 'empty' } }],
    ['is named too where it does not say whose it is', { type: 'MandateNoted', on: '2019-05-02', data: { tenantId: 7 } }],
  ] as const)('%s', async (_, bare) => {
    const bundle = planted.plant(after(bare));
    for (const command of ['controls', 'replay'])
      expect(await run(command, bundle)).toMatchObject({ exit: 2, err: expect.stringContaining(`Entry ${SOUND.length + 1} `) as unknown });
  });
  it('is wrong to a verifier, and no fault of the program', async () => {
    const bare = { type: 'MandateNoted', on: '2019-05-02', data: { tenantId: 7 } };
    expect((await run('verify', planted.plant(after(bare)), '--policy', planted.policy())).exit).toBe(1);
  });
});

describe('a period', () => {
  type Line = {
    place: string;
    figure: string;
    openingPence: number;
    movementPence: number;
    closingPence: number;
    asClosedPence: number;
    comesOut: boolean;
  };
  type Period = { funds: Line[]; lines: Line[]; cutOff: { entry: number; found: string }[] };
  const period = (bundle: string, ...args: string[]) => ask<Period>('period', bundle, ...args);

  it('goes from opening by movement to closing, in every figure', async () => {
    const { exit, funds, lines } = await period(sound, '--from', '2019-03-01', '--to', '2019-03-10');
    expect([exit, [...funds, ...lines].every(({ comesOut }) => comesOut)]).toEqual([0, true]);
    expect(funds.find(({ figure }) => figure === 'held')).toMatchObject({
      openingPence: 1_000_000,
      movementPence: -112_345,
      closingPence: 887_655,
    });
    expect(lines.find(({ figure }) => figure === 'committed')).toMatchObject({
      openingPence: 562_395,
      movementPence: -212_345,
      closingPence: 350_050,
    });
  });
  it('says what was known when the books were closed, and what was found since', async () => {
    const payment = SOUND.findIndex(({ type }) => type === 'PaymentPosted') + 1;
    const { cutOff, funds } = await period(sound, '--from', '2019-01-01', '--to', '2019-03-31', '--closed', String(payment));
    expect(funds.find(({ figure }) => figure === 'held')).toMatchObject({ closingPence: 837_605, asClosedPence: 887_655 });
    expect(cutOff.filter(({ found }) => found === 'true in the period, recorded after its close').map(({ entry }) => entry)).toEqual([
      payment + 1,
    ]);
  });
  it('lists what lies around its end, and what was recorded before the close though it is true after it', async () => {
    const payment = SOUND.findIndex(({ type }) => type === 'PaymentPosted') + 1;
    const { cutOff } = await period(sound, '--from', '2019-01-01', '--to', '2019-03-10', '--closed', String(payment + 1), '--days', '9');
    expect(cutOff).toEqual([
      expect.objectContaining({ entry: payment, found: 'just before the end' }),
      expect.objectContaining({ entry: payment + 1, found: 'true after the period, recorded before its close' }),
    ]);
  });
  it('does not take a period that ends before it begins', async () =>
    expect((await run('period', sound, '--from', '2019-03-01', '--to', '2019-02-01')).exit).toBe(2));
});

describe('the demonstration', () => {
  it('has its whole money in the populations, and its late duties among the exceptions', async () => {
    const told = await AToldBundle.tell();
    const { of } = await controls(await told.bundle('auditor'));
    await told.remove();
    expect(of('spend-without-confirmed-decision')).toMatchObject({
      outcome: 'PASS',
      population: { count: 11, ties: true, value: [{ pence: 9_575_000 }] },
    });
    expect(of('obligation-late').exceptions.map(({ words }) => words)).toContainEqual(
      expect.stringContaining('heavy-rain-retention-basins was due by 2018-06-30'),
    );
  });
});

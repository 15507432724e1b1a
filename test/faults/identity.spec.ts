import { catalogue } from '@ledger/catalogue';
import { InMemoryEventStore, know, Ledger, type LedgerCommand } from '@ledger/event-store';
import {
  Allocate,
  ApproveEnvelope,
  ConfirmCommitment,
  envelope,
  fund,
  GiveAuthority,
  NoteConfirmation,
  NoteDecision,
  NoteRescission,
  OpenFund,
  PostAccrual,
  PostPayment,
  RecordReceipt,
  ReleaseCommitment,
  ReverseAccrual,
  SplitReceipt,
  Vire,
} from '@ledger/funds/decide';
import type { EnvelopeEvent, FundEvent } from '@ledger/funds/events';
import { isRefusal, sectionOf } from '@ledger/kernel';
import { KeyStore } from '@ledger/privacy';
import fc from 'fast-check';

const TENANT = 'council';
const HERE = { fundId: 'levy', bodyId: 'panel', period: '2018-19' } as const;
const HISTORIES = 150;
const COMMANDS_MIN = 30;
const COMMANDS_MAX = 80;
const EVIDENCE = [{ sha256: 'ab'.repeat(32), bytes: 1, mediaType: 'application/pdf', title: 'Visit report' }];

const keys = new KeyStore(':memory:');
afterAll(() => keys.close());
const FUND_STREAM = `fund-${TENANT}_levy`;
const STREAM = `envelope-${TENANT}_levy_panel_2018-19`;

type Line = Record<'authority' | 'available' | 'reserved' | 'committed' | 'accrued' | 'paid', number>;
type Books = Readonly<{ lines: Readonly<Record<string, Line>>; unallocated: number; held: number }>;
const NEW_LINE: Line = { authority: 0, available: 0, reserved: 0, committed: 0, accrued: 0, paid: 0 };
const sum = (amounts: Iterable<number>) => [...amounts].reduce((total, one) => total + one, 0);

/** The second opinion: what the facts say, told from model and postings, without a word of the decider. */
function independently(events: readonly (FundEvent | EnvelopeEvent)[]): Books {
  const lines: Record<string, Line> = {};
  let [unallocated, held] = [0, 0];
  const move = (lineId: string, changes: Partial<Line>) => {
    const line = (lines[lineId] ??= { ...NEW_LINE });
    for (const [name, pence] of Object.entries(changes) as [keyof Line, number][]) line[name] += pence;
  };
  for (const { data, type } of events) {
    const pence = 'amountPence' in data ? data.amountPence : 0;
    if (type === 'ReceiptRecorded') held += pence;
    else if (type === 'EnvelopeApproved') unallocated += pence;
    else if (type === 'AllocationMade') {
      unallocated -= pence;
      move(data.lineId, { authority: pence, available: pence });
    } else if (type === 'VirementMade') {
      move(data.fromLineId, { authority: -pence, available: -pence });
      move(data.toLineId, { authority: pence, available: pence });
    } else if (type === 'FundsReserved') move(data.lineId, { available: -pence, reserved: pence });
    else if (type === 'ReservationReleased') move(data.lineId, { available: pence, reserved: -pence });
    else if (type === 'CommitmentConfirmed') move(data.lineId, { [data.from]: -pence, committed: pence });
    else if (type === 'CommitmentReleased') move(data.lineId, { available: pence, committed: -pence });
    else if (type === 'AccrualPosted') move(data.lineId, { committed: -pence, accrued: pence });
    else if (type === 'AccrualReversed') move(data.lineId, { committed: pence, accrued: -pence });
    else if (type === 'PaymentPosted') {
      held -= pence;
      move(data.lineId, { [data.from]: -pence, paid: pence });
    }
  }
  return { lines, unallocated, held };
}

/** The third: sums over the postings, the books alone. */
function byAccounts(balances: ReadonlyMap<string, number>): Books {
  const under = (...parts: readonly string[]) =>
    sum(
      [...balances]
        .filter(([account]) => account === parts.join(':') || account.startsWith(`${parts.join(':')}:`))
        .map(([, pence]) => pence),
    );
  const root = `Equity:${TENANT}:Budget:Line:levy:panel:2018-19`;
  const names = new Set([...balances.keys()].filter((one) => one.startsWith(`${root}:`)).map((one) => one.split(':')[7]!));
  names.delete('unallocated');
  const lines = Object.fromEntries(
    [...names].map((line) => [
      line,
      {
        authority: 0 - under(root, line, 'Authority'),
        available: under(root, line, 'Available') + under(root, line, 'Overspend'),
        reserved: under(root, line, 'Reserved'),
        committed: under(root, line, 'Committed'),
        accrued: under(root, line, 'Accrued'),
        paid: under(root, line, 'Paid') + under(root, line, 'Recovered'),
      },
    ]),
  );
  return { lines, unallocated: under(root, 'unallocated', 'Available'), held: under(`Assets:${TENANT}:Cash:levy`) };
}

/** On which side of the books an account stands: 1 debit, -1 credit. Authority by its sum alone, because it may be moved on. */
function side(account: string): 1 | -1 | 0 {
  if (/:Budget:Line:.*:Authority:/.test(account)) return 0;
  return /^(Income|Liabilities|Equity:[^:]+:Opening)|:Budget:Fund:[^:]+:Authority$|:Overspend|:Recovered|:Sent:|:Contra/.test(account)
    ? -1
    : 1;
}

const id = <T extends string>(...names: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...names);
const pence = fc.integer({ min: 1, max: 400 });
const award = id('a-one', 'a-two', 'a-three');
const decisionId = id('d-one', 'd-one', 'd-one', 'd-two', 'd-three');
const line = id('round', 'later', 'nowhere');
/** Most awards stand on the line that they were decided for, and most are for what the fund is for; some are not. */
const HOME_LINE = { 'a-one': 'round', 'a-two': 'round', 'a-three': 'later' } as const;
const wanted = fc
  .record({ awardId: award, elsewhere: fc.nat(9), purpose: fc.nat(9), amountPence: pence })
  .map(({ amountPence, awardId, elsewhere, purpose }) => ({
    awardId,
    amountPence,
    lineId: elsewhere === 0 ? 'nowhere' : elsewhere === 1 ? 'later' : HOME_LINE[awardId],
    purpose: purpose === 0 ? 'statues' : 'neighbourhood',
  }));
const effect = wanted.map((one) => ({ ...one, recipientId: 'group' }));
const asked = fc.tuple(wanted, decisionId, id('little', 'little', 'much')).map(([one, decisionRef, size]) => ({
  ...one,
  decisionRef,
  amountPence: size === 'little' ? Math.ceil(one.amountPence / 8) : one.amountPence,
}));
const ASKED = { ...HERE, recipientId: 'group' } as const;
const receipt = (lotId: string, amountPence: number, kind: 'income' | 'opening') =>
  RecordReceipt.of({ fundId: 'levy', lotId, kind, amountPence, source: 'developers' });

type Step = readonly ['fund' | 'envelope', LedgerCommand];
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc
      .tuple(id('lot-c', 'lot-d'), pence, id('income', 'opening'))
      .map(([lotId, amountPence, kind]): Step => ['fund', receipt(lotId, amountPence, kind)]),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(id('lot-c', 'lot-d'), fc.integer({ min: 1, max: 9_999 })).map(([lotId, first]): Step => [
      'fund',
      SplitReceipt.of({
        fundId: 'levy',
        lotId,
        shares: [
          { lotId: `${lotId}-x`, basisPoints: first },
          { lotId: `${lotId}-y`, basisPoints: 10_000 - first },
        ],
      }),
    ]),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(line, pence)
      .map(([lineId, amountPence]): Step => ['envelope', Allocate.of({ ...HERE, lineId, title: 'Round', amountPence })]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(line, line, pence)
      .map(([fromLineId, toLineId, amountPence]): Step => ['envelope', Vire.of({ ...HERE, fromLineId, toLineId, amountPence })]),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(decisionId, fc.array(effect, { maxLength: 3 }), id('recorded', 'recorded', 'recorded', 'beyond_mandate'))
      .map(([decision, effects, standing]): Step => [
        'envelope',
        NoteDecision.of({ ...HERE, decisionId: decision, standing, recordedBy: 'clerk', effects }),
      ]),
  },
  { weight: 4, arbitrary: decisionId.map((decision): Step => ['envelope', NoteConfirmation.of({ ...HERE, decisionId: decision })]) },
  {
    weight: 1,
    arbitrary: id('d-one', 'd-two', 'd-two', 'd-three', 'd-three').map((decision): Step => [
      'envelope',
      NoteRescission.of({ ...HERE, decisionId: decision }),
    ]),
  },
  { weight: 8, arbitrary: asked.map((one): Step => ['envelope', ConfirmCommitment.of({ ...ASKED, ...one })]) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(award, pence)
      .map(([awardId, amountPence]): Step => [
        'envelope',
        ReleaseCommitment.of({ ...HERE, awardId, amountPence: Math.ceil(amountPence / 8) }),
      ]),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(asked, id('m-one', 'm-two', 'm-three'))
      .map(([one, accrualId]): Step => ['envelope', PostAccrual.of({ ...ASKED, ...one, accrualId, evidence: EVIDENCE })]),
  },
  {
    weight: 4,
    arbitrary: id('m-one', 'm-two', 'm-three').map((accrualId): Step => ['envelope', ReverseAccrual.of({ ...HERE, accrualId })]),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(asked, fc.uuid(), id('accrued', 'committed', 'either'))
      .map(([one, paymentId, from]): Step => [
        'envelope',
        PostPayment.of({ ...ASKED, ...one, paymentId, ...(from === 'either' ? {} : { from }) }),
      ]),
  },
);
/** Every history begins with something to spend, so that it is not all refusals; random commands then do as they like with it. */
const beginning: readonly Step[] = [
  [
    'fund',
    OpenFund.of({
      fundId: 'levy',
      title: 'Levy',
      class: 'ring_fenced',
      purpose: 'The area',
      purposes: ['neighbourhood'],
      currency: 'GBP',
      holder: 'council',
    }),
  ],
  ['fund', receipt('lot-a', 700, 'income')],
  ['fund', receipt('lot-b', 501, 'opening')],
  [
    'fund',
    GiveAuthority.of({
      ...HERE,
      title: 'Neighbourhood part',
      lots: [
        { lotId: 'lot-a', amountPence: 700 },
        { lotId: 'lot-b', amountPence: 500 },
      ],
    }),
  ],
  [
    'envelope',
    ApproveEnvelope.of({
      ...HERE,
      title: 'Neighbourhood part',
      purposes: ['neighbourhood'],
      currency: 'GBP',
      amountPence: 1_200,
      lots: [
        { lotId: 'lot-a', class: 'ring_fenced', amountPence: 700 },
        { lotId: 'lot-b', class: 'ring_fenced', amountPence: 500 },
      ],
    }),
  ],
  ['envelope', Allocate.of({ ...HERE, lineId: 'round', title: 'Round', amountPence: 800 })],
  ['envelope', Allocate.of({ ...HERE, lineId: 'later', title: 'Later', amountPence: 200 })],
  [
    'envelope',
    NoteDecision.of({
      ...HERE,
      decisionId: 'd-one',
      standing: 'recorded',
      recordedBy: 'clerk',
      effects: [
        { lineId: 'round', awardId: 'a-one', recipientId: 'group', purpose: 'neighbourhood', amountPence: 300 },
        { lineId: 'later', awardId: 'a-three', recipientId: 'group', purpose: 'neighbourhood', amountPence: 150 },
      ],
    }),
  ],
  ['envelope', NoteConfirmation.of({ ...HERE, decisionId: 'd-one' })],
];
const CALLER = { actorRef: 'officer', actorRole: 'finance-officer', onBehalfOf: 'officer', issuer: 'test', authnStrength: 'test' };

describe('the money identity', () => {
  const happened: Record<string, number> = {};

  it('holds after every command of every history, told by the decider, by a second fold and by the books', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: COMMANDS_MIN, maxLength: COMMANDS_MAX, size: 'max' }), async (steps) => {
        const store = new InMemoryEventStore();
        const ledger = new Ledger(store, catalogue, keys, { now: () => '2018-06-05T10:00:00.000Z' });
        const balances = new Map<string, number>();
        const events: (FundEvent | EnvelopeEvent)[] = [];
        let after: Awaited<ReturnType<typeof store.head>> = null;
        let commands = 0;
        for (const [place, command] of [...beginning, ...steps]) {
          const complete = Object.assign(Object.create(Object.getPrototypeOf(command) as object) as LedgerCommand, command, {
            commandId: `00000000-0000-4000-8000-${String((commands += 1)).padStart(12, '0')}`,
          });
          const carried =
            place === 'fund'
              ? ledger.carryOut(fund, TENANT, complete as never, CALLER)
              : ledger.carryOut(envelope, TENANT, complete as never, CALLER);
          await carried.catch((thrown: unknown) => {
            if (!isRefusal(thrown)) throw thrown;
          });
          const page = await store.readAll(after);
          after = page.next;
          for (const stored of page.events) {
            const event = know(catalogue, stored);
            happened[event.type] = (happened[event.type] ?? 0) + 1;
            events.push(event as unknown as FundEvent | EnvelopeEvent);
            const sections = new Map<string, number>();
            for (const { account, amountPence, currency } of event.data.postings) {
              balances.set(account, (balances.get(account) ?? 0) + amountPence);
              const section = `${sectionOf(account)} ${currency}`;
              sections.set(section, (sections.get(section) ?? 0) + amountPence);
            }
            expect([...sections.values()].every((total) => total === 0)).toBe(true);
            // Trial balance: nil at every position, also between the two events of one append.
            expect(sum(balances.values())).toBe(0);
          }
          if (page.events.length > 0) await check(ledger, balances, events);
        }
      }),
      { numRuns: HISTORIES },
    );
  });

  it('was tried on histories in which everything happened', () => {
    expect(Object.keys(happened).sort()).toEqual(
      [
        ...['AccrualPosted', 'AccrualReversed', 'AllocationMade', 'AuthorityGiven', 'CommitmentConfirmed', 'CommitmentReleased'],
        ...['DecisionConfirmationNoted', 'DecisionNoted', 'DecisionRescissionNoted', 'EnvelopeApproved', 'FundOpened', 'FundsReserved'],
        ...['PaymentPosted', 'ReceiptRecorded', 'ReceiptSplit', 'ReservationReleased', 'ReservationShort', 'VirementMade'],
      ].sort(),
    );
  });

  async function check(ledger: Ledger, balances: ReadonlyMap<string, number>, events: readonly (FundEvent | EnvelopeEvent)[]) {
    const state = await ledger.stateOf(envelope, STREAM);
    const [second, books] = [independently(events), byAccounts(balances)];
    expect(books).toEqual(second);
    // The decider remembers no authority and nothing that was paid: the rest must be the same to the penny.
    const remembered = Object.entries(state.lines).map(([lineId, { accrued, availablePence, committed, reserved }]) => [
      lineId,
      {
        available: availablePence,
        reserved: sum(reserved.values()),
        committed: sum(committed.values()),
        accrued: sum(accrued.values()),
      },
    ]);
    const told = Object.entries(second.lines).map(([lineId, { accrued, available, committed, reserved }]) => [
      lineId,
      { available, reserved, committed, accrued },
    ]);
    expect(Object.fromEntries(remembered)).toEqual(Object.fromEntries(told));
    expect(state.unallocatedPence).toBe(second.unallocated);
    for (const { accrued, authority, available, committed, paid, reserved } of Object.values(second.lines)) {
      expect(available).toBe(authority - reserved - committed - accrued - paid);
      expect(Math.min(available, reserved, committed, accrued, paid, authority)).toBeGreaterThanOrEqual(0);
    }
    for (const [account, balance] of balances) {
      const against = side(account) * balance;
      if (against < 0) throw new Error(`${account} stands at ${balance}, against its sign`);
    }
    // Two steps across streams: what the fund gives stands in Giving until the envelope takes it up.
    const openFund = await ledger.stateOf(fund, FUND_STREAM);
    const unassigned = [...balances].filter(([account]) => account.includes(':Fund:levy:Unassigned:'));
    expect(sum(unassigned.map(([, balance]) => balance))).toBe(sum(openFund.lots.valueSeq().map(({ unassignedPence }) => unassignedPence)));
    // Expense arises on acceptance or payment; of each lot, what was spent and is not owed any more has left the bank.
    for (const awardId of ['a-one', 'a-two', 'a-three']) {
      const of = (part: RegExp) =>
        sum([...balances].filter(([account]) => part.test(account) && account.endsWith(`:${awardId}`)).map(([, one]) => one));
      expect(of(/:(Paid|Recovered|Accrued):/)).toBe(of(/^Expenses:/));
      expect(of(/:Accrued:/)).toBe(0 - of(/^Liabilities:/));
    }
    for (const lotId of ['lot-a', 'lot-b']) {
      const spent = sum(
        [...balances].filter(([account]) => account.startsWith('Expenses:') && account.includes(`:${lotId}:`)).map(([, one]) => one),
      );
      const owed = sum(
        state.accruals.flatMap(({ lots }) => lots.filter((lot) => lot.lotId === lotId).map(({ amountPence }) => amountPence)),
      );
      const inBank = balances.get(`Assets:${TENANT}:Cash:levy:ring-fenced:${lotId}`) ?? 0;
      const received = lotId === 'lot-a' ? 700 : 501;
      const given = lotId === 'lot-a' ? 700 : 500;
      const left = state.lots.find((lot) => lot.lotId === lotId);
      if (left !== undefined) expect(left.amountPence).toBe(given - spent);
      if (events.some(({ type }) => type === 'EnvelopeApproved')) expect(inBank).toBe(received - (spent - owed));
    }
  }
});

import type { Home } from '@ledger/home';
import { randomUUID } from 'node:crypto';

export const PLACE = { fundId: 'levy', bodyId: 'panel', period: '2018-19' } as const;
/** What a group may call itself, and what a browser must never run. */
export const HOSTILE_NAME = '=The <script>alert(1)</script> Garden';
const EVIDENCE = [{ sha256: 'ab'.repeat(32), bytes: 10, mediaType: 'text/plain', title: 'Minutes' }];
const ROLES = [
  ['recorder-1', 'recorder'],
  ['finance-manager', 'finance-officer'],
  ['payments-officer', 'finance-officer'],
  ['panel-clerk', 'clerk'],
] as const;
type Told = readonly [as: string, day: string, type: string, body: object];

const before: readonly Told[] = [
  [
    'panel-clerk',
    '2018-01-02',
    'RegisterOrganisation',
    { organisationId: 'barking', name: 'Barking Council', kind: 'council', identifiers: [] },
  ],
  [
    'panel-clerk',
    '2018-01-02',
    'RegisterOrganisation',
    { organisationId: 'garden', name: HOSTILE_NAME, kind: 'community_group', identifiers: [] },
  ],
  [
    'panel-clerk',
    '2018-01-02',
    'ConstituteBody',
    { bodyId: 'panel', name: 'Residents’ Panel', bodyType: 'panel', area: 'Barking', composition: [{ seatClass: 'resident', seats: 3 }] },
  ],
  ...['p-1', 'p-2', 'p-3'].map((subjectRef): Told => [
    'panel-clerk',
    '2018-01-03',
    'FillSeat',
    { bodyId: 'panel', seatClass: 'resident', subjectRef, route: 'sortition' },
  ]),
  [
    'panel-clerk',
    '2018-01-04',
    'AdoptRuleSet',
    {
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
    },
  ],
  [
    'panel-clerk',
    '2018-01-04',
    'GrantMandate',
    {
      mandateId: 'mandate',
      bodyId: 'panel',
      grantedBy: 'barking',
      scope: 'Which groups get the money',
      purposes: ['neighbourhood'],
      bindingMode: 'binding',
      ceilingPence: 32_700_000,
      currency: 'GBP',
      from: '2018-01-04',
    },
  ],
  [
    'finance-manager',
    '2018-02-12',
    'OpenFund',
    {
      fundId: 'levy',
      title: 'The levy',
      class: 'ring_fenced',
      purpose: 'What the area needs',
      purposes: ['neighbourhood'],
      currency: 'GBP',
      holder: 'barking',
    },
  ],
  ['finance-manager', '2018-02-12', 'ForecastIncome', { fundId: 'levy', lowPence: 15_000_000, highPence: 80_000_000, period: '2019-20' }],
  [
    'finance-manager',
    '2018-02-12',
    'RecordReceipt',
    { fundId: 'levy', lotId: 'levy-2018', kind: 'income', amountPence: 218_000_000, source: 'developers' },
  ],
  [
    'finance-manager',
    '2018-02-13',
    'SplitReceipt',
    {
      fundId: 'levy',
      lotId: 'levy-2018',
      shares: [
        { lotId: 'neighbourhood', basisPoints: 1_500 },
        { lotId: 'strategic', basisPoints: 8_500 },
      ],
    },
  ],
  [
    'finance-manager',
    '2018-02-27',
    'GiveAuthority',
    { ...PLACE, title: 'Neighbourhood part', lots: [{ lotId: 'neighbourhood', amountPence: 32_700_000 }] },
  ],
  ['finance-manager', '2018-02-28', 'Allocate', { ...PLACE, lineId: 'round-one', title: 'Round one', amountPence: 32_700_000 }],
  [
    'panel-clerk',
    '2018-04-01',
    'OpenOpportunity',
    {
      exerciseId: 'round-two',
      title: 'Round two',
      bodyId: 'panel',
      fundId: 'levy',
      period: '2018-19',
      lineId: 'round-one',
      deadline: '2038-05-18T17:00:00.000Z',
    },
  ],
  [
    'panel-clerk',
    '2018-04-02',
    'SubmitBid',
    {
      exerciseId: 'round-two',
      bidId: 'bid-1',
      bidderId: 'garden',
      project: 'A secret shed',
      amountPence: 1_234_567,
      currency: 'GBP',
      contentCommitment: 'ef'.repeat(32),
    },
  ],
];
const decided = (seenEntry: number): readonly Told[] => [
  [
    'panel-clerk',
    '2018-06-05',
    'RecordDecision',
    {
      decisionId: 'one',
      bodyId: 'panel',
      mandateId: 'mandate',
      title: 'Round one: which groups?',
      question: 'Which groups should have the money?',
      options: [
        { option: 'The garden', chosen: true, why: 'It is ready' },
        { option: 'Nobody yet', chosen: false, why: 'People have waited long enough' },
      ],
      reasons: 'It is ready',
      conflicts: 'None',
      tally: { for: 2, against: 1, abstained: 0, present: 3, eligible: 3 },
      sat: [{ seatClass: 'resident', seats: 3, tookPart: 3, stoodAside: 0, away: 0 }],
      ruleSetId: 'rules',
      ruleSetVersion: 1,
      seenEntry,
      callInUntil: '2018-06-12',
      effects: [
        {
          ...PLACE,
          lineId: 'round-one',
          purpose: 'neighbourhood',
          currency: 'GBP',
          awardId: 'award-1',
          recipientId: 'garden',
          amountPence: 13_300_000,
        },
      ],
    },
  ],
  ['panel-clerk', '2018-06-13', 'ConfirmDecision', { decisionId: 'one' }],
  ['panel-clerk', '2018-06-20', 'AcceptAward', { awardId: 'award-1' }],
  ['panel-clerk', '2018-06-21', 'SignAgreement', { awardId: 'award-1', agreementHash: 'ef'.repeat(32) }],
  [
    'payments-officer',
    '2018-07-01',
    'PostPayment',
    {
      ...PLACE,
      lineId: 'round-one',
      paymentId: 'payment-1',
      awardId: 'award-1',
      recipientId: 'garden',
      purpose: 'neighbourhood',
      amountPence: 3_300_040,
      decisionRef: 'one',
    },
  ],
];

const actor = (actorRef: string) => ({ actorRef, issuer: 'test', authnStrength: 'test' });
/** Tells a small history through the door, and answers which entry the members saw. */
export async function tellHistory(home: Home): Promise<number> {
  const tell = async ([as, day, type, body]: Told) => {
    const reason = type === 'AcceptAward' ? { reason: { code: 'illustrative', text: 'Made up for a test' } } : {};
    const dated = { commandId: randomUUID(), effectiveAt: `${day}T10:00:00.000Z`, evidence: EVIDENCE, ...reason, ...body };
    await home.door.ask('barking', type, dated, actor('recorder-1'), as);
    await home.settle();
  };
  for (const [subject, role] of ROLES)
    await home.door.ask('barking', 'GrantRole', { commandId: randomUUID(), subject, role }, actor('operator'));
  for (const one of before) await tell(one);
  const seen = (await home.views.completeTo()).entry;
  for (const one of decided(seen)) await tell(one);
  return seen;
}

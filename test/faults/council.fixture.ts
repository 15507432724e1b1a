import type { Receipt } from '@ledger/event-store';
import { Home, settingsFrom } from '@ledger/home';
import { isRefusal } from '@ledger/kernel';
import { randomUUID } from 'node:crypto';

export const TENANT = 'council';
const ROLES = { officer: 'finance-officer', clerk: 'clerk', commissioner: 'commissioner', archivist: 'recorder' } as const;
export const HERE = { fundId: 'levy', bodyId: 'panel', period: '2018-19' } as const;
export const HASH = 'ab'.repeat(32);
export const EVIDENCE = [{ sha256: HASH, bytes: 1, mediaType: 'application/pdf', title: 'Minutes' }];

export type Effect = Readonly<{ awardId: string; amountPence: number; lineId?: string; purpose?: string }>;
export const effectOf = ({ amountPence, awardId, lineId = 'round', purpose = 'neighbourhood' }: Effect) => ({
  ...HERE,
  lineId,
  awardId,
  recipientId: 'group',
  purpose,
  amountPence,
  currency: 'GBP',
});

/** A small council, set up through the front door: people with roles, a fund with money, a panel with rules and a mandate. */
export class Council {
  private constructor(readonly home: Home) {}

  static async open(given: { folder?: string | null; receivedPence: number; ceilingPence?: number }): Promise<Council> {
    const council = new Council(await Home.open(settingsFrom({}, { folder: given.folder ?? null })));
    for (const [subject, role] of Object.entries(ROLES)) await council.ask('operator', 'GrantRole', { subject, role });
    await council.ask('officer', 'OpenFund', {
      fundId: 'levy',
      title: 'Levy',
      class: 'ring_fenced',
      purpose: 'What the area needs',
      purposes: ['neighbourhood', 'gardens'],
      currency: 'GBP',
      holder: 'council',
    });
    const amountPence = given.receivedPence;
    await council.ask('officer', 'RecordReceipt', { fundId: 'levy', lotId: 'lot', kind: 'income', amountPence, source: 'developers' });
    await council.ask('officer', 'GiveAuthority', { ...HERE, title: 'Neighbourhood part', lots: [{ lotId: 'lot', amountPence }] });
    await council.ask('clerk', 'ConstituteBody', {
      bodyId: 'panel',
      name: 'Panel',
      bodyType: 'panel',
      area: 'Here',
      composition: [{ seatClass: 'resident', seats: 20 }],
    });
    await council.ask('clerk', 'AdoptRuleSet', {
      ruleSetId: 'rules',
      version: 1,
      bodyId: 'panel',
      hash: HASH,
      effectiveFrom: '2018-01-01',
      quorum: 3,
      thresholdNumerator: 1,
      thresholdDenominator: 2,
      denominator: 'votes_cast',
      callInDays: 0,
      tieBreak: 'lost',
    });
    await council.ask('clerk', 'GrantMandate', {
      mandateId: 'mandate',
      bodyId: 'panel',
      grantedBy: 'council',
      scope: 'Which groups are funded',
      purposes: ['neighbourhood', 'gardens', 'statues'],
      bindingMode: 'binding',
      ceilingPence: given.ceilingPence ?? given.receivedPence,
      currency: 'GBP',
      from: '2018-01-01',
    });
    await council.home.settle();
    return council;
  }

  static async reopen(folder: string): Promise<Council> {
    return new Council(await Home.open(settingsFrom({}, { folder })));
  }

  ask(who: string, type: string, body: object, onBehalfOf?: string): Promise<Receipt> {
    const actor = { actorRef: who, issuer: 'test', authnStrength: 'test' };
    return this.home.door.ask(TENANT, type, { commandId: randomUUID(), ...body }, actor, onBehalfOf);
  }
  allocate(amountPence: number, lineId = 'round'): Promise<Receipt> {
    return this.ask('officer', 'Allocate', { ...HERE, lineId, title: 'Round', amountPence });
  }
  async decide(decisionId: string, effects: readonly Effect[], more: object = {}): Promise<void> {
    await this.ask('clerk', 'RecordDecision', {
      decisionId,
      bodyId: 'panel',
      mandateId: 'mandate',
      title: 'Round one',
      question: 'Which groups?',
      options: [{ option: 'These', chosen: true, why: 'They reach most residents' }],
      reasons: 'They reach most residents',
      conflicts: 'None declared',
      tally: { for: 4, against: 0, abstained: 0, present: 4, eligible: 20 },
      sat: [],
      ruleSetId: 'rules',
      ruleSetVersion: 1,
      callInUntil: '2018-06-12',
      effects: effects.map(effectOf),
      ...more,
    });
    await this.home.settle();
  }
  async confirm(decisionId: string): Promise<void> {
    await this.ask('commissioner', 'ConfirmDecision', { decisionId });
    await this.home.settle();
  }
}

/** What a request came to: `done`, the code of its refusal, or the name of what was thrown. */
export const outcomeOf = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'done',
    (thrown: unknown) => (isRefusal(thrown) ? thrown.code : (thrown as Error).name),
  );
export const tally = (outcomes: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(outcomes, (one) => one)].map(([outcome, all]) => [outcome, all.length]));

import { randomUUID } from 'node:crypto';
import { answerTo, Ask, Home, settingsFrom } from '../index.js';

export const NOW = '2020-01-01T12:00:00.000Z';
const evidence = [{ sha256: 'ab'.repeat(32), bytes: 1, mediaType: 'application/pdf', title: 'Minutes' }];
export const hash = 'cd'.repeat(32);
/** The one envelope of the story. */
export const PLACE = { fundId: 'levy', bodyId: 'panel', period: '2018-19' } as const;
export const actor = (actorRef: string) => ({ actorRef, issuer: 'test', authnStrength: 'test' });

/** A ledger in memory that can be asked about any moment; or one that is open already. */
export async function openCouncil(opened?: Home) {
  const home = opened ?? (await Home.open(settingsFrom({}, { folder: null }), { clock: { now: () => NOW } }));
  const marks: Record<string, number> = {};
  return {
    home,
    do: (type: string, body: object, by: string) => home.door.ask('council', type, { commandId: randomUUID(), ...body }, actor(by)),
    /** What a recorder of history enters on behalf of an office, as of a day of 2018. */
    tell: (day: string, as: string, type: string, body: object) =>
      home.door.ask(
        'council',
        type,
        { commandId: randomUUID(), effectiveAt: `2018-${day}T10:00:00.000Z`, evidence, ...body },
        actor('archivist'),
        as,
      ),
    /** Names the newest entry, so that it can be asked what was known by then. */
    mark: async (name: string) => {
      await home.settle();
      marks[name] = (await home.views.completeTo()).entry;
    },
    ask: async <View>(name: string, params: Readonly<Record<string, string>> = {}, asAt?: string, asKnown?: string) =>
      (
        await answerTo(
          home,
          new Ask('council', name, params, { asAt, asKnown: asKnown === undefined ? undefined : String(marks[asKnown]) }),
        )
      )?.view as View,
  };
}

const bid = (exerciseId: string, bidId: string) => ({
  exerciseId,
  bidId,
  bidderId: 'kitchen',
  project: `Secret of ${bidId}`,
  amountPence: 123_456,
  currency: 'GBP',
  contentCommitment: hash,
});
const round = (exerciseId: string) => ({ ...PLACE, exerciseId, title: `Round ${exerciseId}`, lineId: 'round', deadline: '2018-05-18T17:00:00.000Z' }); // prettier-ignore

/** A year of one council, told by a recorder of history: a panel, its fund, two rounds, a decision, an award, a draw, an assembly, a duty. */
export async function councilYear(opened?: Home) {
  const council = await openCouncil(opened);
  const { home, mark, tell } = council;
  const roles = { officer: 'finance-officer', clerk: 'clerk', commissioner: 'commissioner', archivist: 'recorder', helper: 'auditor' };
  for (const [subject, role] of Object.entries(roles)) await council.do('GrantRole', { subject, role }, 'operator');

  await tell('01-02', 'clerk', 'RegisterOrganisation', { organisationId: 'kitchen', name: 'Riverside Kitchen', kind: 'charity', identifiers: [] }); // prettier-ignore
  await tell('01-03', 'clerk', 'ConstituteBody', {
    bodyId: 'panel',
    name: 'The Panel',
    bodyType: 'panel',
    area: 'Town',
    composition: [
      { seatClass: 'resident', seats: 3 },
      { seatClass: 'council', seats: 1 },
    ],
  });
  const seat = (subjectRef: string, seatClass = 'resident') => ({ bodyId: 'panel', seatClass, subjectRef, route: 'sortition' });
  await tell('01-10', 'clerk', 'FillSeat', seat('p-1'));
  await tell('01-10', 'clerk', 'FillSeat', seat('p-2'));
  await tell('01-11', 'clerk', 'FillSeat', seat('p-3', 'council'));
  await tell('03-01', 'clerk', 'VacateSeat', { bodyId: 'panel', subjectRef: 'p-1', why: 'resigned' });
  await tell('04-01', 'clerk', 'FillSeat', seat('p-1'));
  const rules = { ruleSetId: 'rules', bodyId: 'panel', hash, quorum: 2, denominator: 'members', callInDays: 5, tieBreak: 'lost' };
  await tell('01-04', 'clerk', 'AdoptRuleSet', { ...rules, version: 1, effectiveFrom: '2018-01-05', thresholdNumerator: 1, thresholdDenominator: 2 }); // prettier-ignore
  await tell('01-04', 'clerk', 'AdoptRuleSet', { ...rules, version: 2, effectiveFrom: '2018-09-01', thresholdNumerator: 2, thresholdDenominator: 3 }); // prettier-ignore
  await tell('01-05', 'commissioner', 'GrantMandate', {
    mandateId: 'mandate',
    bodyId: 'panel',
    grantedBy: 'council',
    scope: 'Local groups',
    purposes: ['area'],
    bindingMode: 'binding',
    ceilingPence: 100_000,
    currency: 'GBP',
    from: '2018-01-05',
    until: '2018-12-31',
  });

  await tell('02-01', 'officer', 'OpenFund', { fundId: 'levy', title: 'Levy', class: 'ring_fenced', purpose: 'The area', purposes: ['area'], currency: 'GBP', holder: 'council' }); // prettier-ignore
  await tell('02-02', 'officer', 'RecordReceipt', { fundId: 'levy', lotId: 'first', kind: 'income', amountPence: 100_000, source: 'developers' }); // prettier-ignore
  await tell('02-02', 'officer', 'RecordReceipt', { fundId: 'levy', lotId: 'second', kind: 'income', amountPence: 50_000, source: 'kitchen' }); // prettier-ignore
  const shares = (one: string, other: string) => [
    { lotId: one, basisPoints: 3_000 },
    { lotId: other, basisPoints: 7_000 },
  ];
  await tell('02-03', 'officer', 'SplitReceipt', { fundId: 'levy', lotId: 'first', shares: shares('near', 'far') });
  await tell('02-04', 'officer', 'SplitReceipt', { fundId: 'levy', lotId: 'near', shares: shares('nearer', 'nearest') });
  await tell('02-05', 'officer', 'GiveAuthority', {
    ...PLACE,
    title: 'What the panel decides on',
    lots: [
      { lotId: 'nearest', amountPence: 20_000 },
      { lotId: 'second', amountPence: 10_000 },
    ],
  });
  await mark('given');
  await tell('02-06', 'officer', 'Allocate', { ...PLACE, lineId: 'round', title: 'The round', amountPence: 20_000 });
  await tell('08-06', 'officer', 'Allocate', { ...PLACE, lineId: 'round', title: 'The round, and more', amountPence: 5_000 });

  await tell('05-01', 'clerk', 'OpenOpportunity', round('one'));
  await tell('05-01', 'clerk', 'OpenOpportunity', round('two'));
  await tell('05-02', 'clerk', 'SubmitBid', bid('one', 'bid-one'));
  await tell('05-02', 'clerk', 'SubmitBid', bid('two', 'bid-two'));
  // A decision that bears the name of the other round, as stories like to do.
  await tell('05-19', 'clerk', 'CloseOpportunity', { exerciseId: 'two', decisionRef: 'one' });
  await mark('two-closed');
  await tell('05-20', 'clerk', 'CloseOpportunity', { exerciseId: 'one' });
  await mark('bids-open');

  const effect = (awardId: string, amountPence: number) => ({ ...PLACE, lineId: 'round', awardId, recipientId: 'kitchen', purpose: 'area', amountPence, currency: 'GBP' }); // prettier-ignore
  await tell('06-05', 'clerk', 'RecordDecision', {
    decisionId: 'one',
    bodyId: 'panel',
    mandateId: 'mandate',
    title: 'Round one',
    question: 'Which groups?',
    options: [{ option: 'Fund it', chosen: true, why: 'It reaches most' }],
    reasons: 'It reaches most',
    conflicts: 'None declared',
    tally: { for: 2, against: 0, abstained: 0, present: 2, eligible: 4 },
    sat: [],
    ruleSetId: 'rules',
    ruleSetVersion: 1,
    callInUntil: '2018-06-12',
    effects: [effect('award-1', 8_000), effect('award-2', 4_000)],
  });
  await mark('decided');
  await tell('06-14', 'clerk', 'ConfirmDecision', { decisionId: 'one' });
  await home.settle();
  await tell('06-20', 'clerk', 'AcceptAward', { awardId: 'award-1' });
  await tell('06-25', 'commissioner', 'SignAgreement', { awardId: 'award-1', agreementHash: hash });
  await home.settle();
  await tell('07-02', 'officer', 'PostPayment', { ...PLACE, lineId: 'round', paymentId: 'pay-1', awardId: 'award-1', recipientId: 'kitchen', purpose: 'area', amountPence: 3_000, decisionRef: 'one' }); // prettier-ignore

  await tell('03-02', 'clerk', 'DefineSortition', { sortitionId: 'draw', bodyId: 'panel', target: 3, invitations: 100, quotas: [], algorithm: 'by lot' }); // prettier-ignore
  await tell('03-05', 'clerk', 'IssueInvitations', { sortitionId: 'draw', invitations: 100 });
  await tell('03-08', 'clerk', 'SealPool', { sortitionId: 'draw', commitment: hash });
  await tell('03-11', 'clerk', 'RecordDraw', { sortitionId: 'draw', selected: 3, outputHash: hash });
  await tell('09-01', 'clerk', 'ConveneAssembly', { assemblyId: 'rain', bodyId: 'panel', question: 'How to prepare?', commissionedBy: 'council', thresholdNumerator: 80, thresholdDenominator: 100, denominator: 'participants' }); // prettier-ignore
  await tell('09-05', 'clerk', 'PublishInformationPack', { assemblyId: 'rain', sha256: hash, title: 'Pack' });
  await tell('09-25', 'clerk', 'PublishInformationPack', { assemblyId: 'rain', sha256: hash, title: 'A late pack' });
  const vote = (recommendationId: string, inFavour: number) => ({ assemblyId: 'rain', recommendationId, text: 'Build gardens', for: inFavour, against: 56 - inFavour, abstain: 0, participants: 56, dutyOn: 'council', dueBy: '2018-11-30' }); // prettier-ignore
  await tell('09-20', 'clerk', 'RecordVote', vote('gardens', 45));
  await tell('09-20', 'clerk', 'RecordVote', vote('tunnels', 44));
  await home.settle();
  await tell('10-10', 'clerk', 'ReportProgress', { obligationId: 'rain-gardens', shareBasisPoints: 5_000, words: 'Half' });
  await tell('12-10', 'clerk', 'DischargeObligation', { obligationId: 'rain-gardens', sha256: hash });
  await home.settle();
  return council;
}

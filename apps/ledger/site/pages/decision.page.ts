import type { DecisionView, Threshold } from '@ledger/deliberation/views';
import type { ChainStep, EnvelopeView } from '@ledger/funds/views';
import type { BodyView } from '@ledger/governance/views';
import type { RoundRow } from '@ledger/commissioning/views';
import type { AwardStanding } from '@ledger/grants/views';
import type { EntryView } from '@ledger/home';
import { seatKey, seats } from '../charts/seats.js';
import { voteChart } from '../charts/vote.js';
import type { Page, Visit } from '../frame/visit.js';
import { linkTo } from '../frame/moment.js';
import type { Sheet } from '../tables/sheet.js';
import { capital, counted, dayWords, idWords, letterKey, money, numberWords, officeWords, plural } from '../words/figures.js';
import { type Html, markup, nothing } from '../words/html.js';
import { BINDING_WORDS, shareOfWhom, whoCounts } from './bodies.pages.js';
import { STANDING_WORDS } from './decisions.pages.js';
import { dutyOf } from './duties.js';
import { placesOf, readingsOf, readingsSheet } from './readings.js';
import { chainOf, demonstration } from './shared.js';

export const AWARD_WORDS: Readonly<Record<AwardStanding, string>> = {
  offered: 'Offer not yet accepted',
  accepted: 'Offer accepted',
  signed: 'Agreement signed: promised',
  'part-paid': 'Paid in part',
  paid: 'Paid in full',
};
const chosenOf = ({ recorded: { options } }: DecisionView) => options.find(({ chosen }) => chosen);
const needWords = ({ denominator, divisor, needed, numerator, of }: Threshold): string =>
  `The rule asks for ${shareOfWhom(numerator, divisor, denominator)}. ${whoCounts(denominator)} Of ${of}, ${needed} ${needed === 1 ? 'vote was' : 'votes were'} needed.`;
function outcomeWords(threshold: Threshold | null): string {
  if (threshold === null) return 'The rules it was decided under are not in the record, so it cannot be said how many votes were needed.';
  const { margin, needed } = threshold;
  const by = Math.abs(margin) === 1 ? 'one vote' : `${numberWords(Math.abs(margin))} votes`;
  return margin < 0
    ? `Not carried: ${by} short of the ${needed} needed.`
    : margin === 0
      ? 'Carried, with exactly the votes that were needed.'
      : `Carried, by ${by} more than ${margin === 1 || needed !== 1 ? 'was needed' : 'needed'}.`;
}

const satSheet = ({ recorded: { sat } }: DecisionView): Sheet => ({
  caption: 'Seats by class, and who took part in this item',
  columns: [
    { key: 'seatClass', label: 'Class' },
    { key: 'tookPart', label: 'Took part', kind: 'count' },
    { key: 'stoodAside', label: 'Stood aside', kind: 'count' },
    { key: 'away', label: 'Away', kind: 'count' },
    { key: 'seats', label: 'Seats', kind: 'count' },
  ],
  rows: [
    ...sat.map(({ away, seatClass, seats: all, stoodAside, tookPart }) => ({
      cells: [{ value: idWords(seatClass), note: seats(tookPart, stoodAside, away) }, tookPart, stoodAside, away, all],
    })),
    {
      sum: true,
      cells: [
        'The whole body',
        ...(['tookPart', 'stoodAside', 'away', 'seats'] as const).map((field) => sat.reduce((sum, one) => sum + one[field], 0)),
      ],
    },
  ],
});
const awardSheet = (decision: DecisionView, kit: Visit['kit'], names: (id: string) => string, free: readonly EnvelopeView[]): Sheet => {
  const { effects } = decision.recorded;
  const currency = effects[0]?.currency ?? 'GBP';
  const offered = new Map(decision.awards.map((award) => [award.awardId, award]));
  return {
    caption: `What ${decision.bodyName} awarded`,
    empty: 'No money follows from this decision.',
    columns: [
      { key: 'recipient', label: 'Group, and where its award stands' },
      { key: 'amountPence', label: 'Awarded', kind: 'money', currency },
      { key: 'entry', label: 'Entry', kind: 'entry' },
    ],
    rows:
      effects.length === 0
        ? []
        : [
            ...effects.map(({ amountPence, awardId, recipientId }) => {
              const award = offered.get(awardId);
              return {
                cells: [
                  {
                    value: names(recipientId),
                    href: award === undefined ? kit.to(`recipients/${recipientId}`) : kit.to(`awards/${awardId}`),
                    note:
                      award === undefined
                        ? decision.standing === 'beyond-mandate'
                          ? 'Nothing can be paid'
                          : 'Not yet offered'
                        : AWARD_WORDS[award.standing],
                    illustrative: (award ?? decision).illustrative,
                  },
                  amountPence,
                  award?.paidEntry ?? award?.signedEntry ?? award?.entry ?? decision.entry,
                ],
              };
            }),
            { sum: true, cells: ['Awarded by this decision', decision.awardedPence, decision.confirmedEntry ?? decision.entry] },
            ...free.map((envelope) => ({
              cells: [
                {
                  value: `${kit.tense('Left', 'Was left')} for ${envelope.bodyName} to decide`,
                  href: kit.to(`funds/${envelope.fundId}/${envelope.bodyId}/${envelope.period}`),
                },
                envelope.total.available.pence,
                envelope.total.available.entry,
              ],
            })),
          ],
  };
};

/** What a reader may look for and will not find: computed from what is missing, so that a blank is never silent. */
function gapsOf(decision: DecisionView, entry: EntryView | undefined): readonly Html[] {
  const { recorded, rules } = decision;
  const missing: readonly (readonly [boolean, string, string])[] = [
    [recorded.seen === 'not_stated', 'What its members had in front of them.', 'Not stated: the record does not say which entry they saw.'],
    [recorded.sat.length === 0, 'Who sat, by class of seat.', 'Not recorded.'],
    [rules === null, 'The rules it was decided under.', 'They are cited, but are not in the record.'],
    [decision.mandate === null, 'The mandate it was decided under.', 'It is cited, but is not in the record.'],
    [recorded.options.length < 2, 'Other options.', 'None is recorded.'],
    [(entry?.evidence ?? []).length === 0, 'The minutes.', 'No document is attached to this entry.'],
    [true, 'How each member voted.', 'The ledger keeps the count, not who voted which way.'],
    [true, 'An assessment of the effect on equality.', 'None is recorded.'],
  ];
  return missing.filter(([isMissing]) => isMissing).map(([, head, words]) => markup`<strong>${head}</strong> ${words}`);
}

/** The file of a decision that the record did not have yet, as far as its members had come: what they could see. */
async function beforeIt(visit: Visit, decisionId: string) {
  const { kit, moment, params } = visit;
  if (!moment.past) return undefined;
  const later = await visit.askAt<DecisionView>({ asKnown: moment.newest.entry, asAt: moment.today }, 'decision', { decisionId });
  if (later?.recorded.seenEntry === undefined || later.recorded.seenEntry !== moment.asKnown) return undefined;
  const [body, rounds, names, envelopes] = await Promise.all([
    visit.ask<BodyView>('body', { bodyId: later.bodyId }),
    visit.ask<readonly RoundRow[]>('rounds', { bodyId: later.bodyId }),
    visit.names(),
    Promise.all(placesOf(later.recorded.effects).map((place) => visit.ask<EnvelopeView>('envelope', place))),
  ]);
  const known = envelopes.filter((one) => one !== undefined);
  const rules = body?.ruleSets.find(({ inForce }) => inForce);
  return {
    template: 'before',
    title: later.title,
    bodyName: names.body(later.bodyId),
    bodyHref: kit.to(`bodies/${later.bodyId}`),
    statement: markup`${names.body(later.bodyId)} had
    ${known.length === 0 ? 'no money' : known.flatMap((one, index) => [...(index > 0 ? [markup` and `] : []), kit.sum(one.total.available.pence, one.total.available.entry, `funds/${one.fundId}/${one.bodyId}/${one.period}`, one.currency)])}
    to decide on, and had not yet voted.`,
    seenEntry: moment.asKnown,
    now: linkTo({ at: undefined, known: undefined }, `/${visit.tenant}/decisions/${params['decisionId']!}`),
    facts: [
      ...(body === undefined
        ? []
        : [{ term: 'Seats', words: `${body.seatsInAll}, of which ${body.filled} were filled`, stamps: kit.stamps(body.entry) }]),
      ...(rules === undefined
        ? []
        : [
            {
              term: 'Rules in force',
              words: `Version ${rules.version}: ${rules.quorum} members must be there, and ${shareOfWhom(rules.thresholdNumerator, rules.thresholdDenominator, rules.denominator)} must be for it`,
              stamps: kit.stamps(rules.entry),
            },
          ]),
      ...(rounds ?? []).map((round) => ({
        term: 'Bids before it',
        words: markup`${kit.link(`rounds/${round.exerciseId}`, round.title)}${round.bids === null ? ', still open' : `: ${plural(round.bids, 'bid')}`}`,
        stamps: kit.stamps(round.closedEntry ?? round.entry),
      })),
    ],
    moments: [{ entry: moment.asKnown, day: later.effectiveOn, words: 'As its members saw it' }],
    sheets: {},
  };
}

export const decisionPage: Page = {
  name: 'Decision',
  address: ':tenant/decisions/:decisionId',
  part: 'decisions',
  template: 'pages/decision.njk',
  build: async (visit) => {
    const { kit, moment, params, tenant } = visit;
    const decisionId = params['decisionId']!;
    const decision = await visit.ask<DecisionView>('decision', { decisionId });
    if (decision === undefined) return beforeIt(visit, decisionId);
    const { recorded, threshold } = decision;
    const { seenEntry, tally } = recorded;
    const places = placesOf(recorded.effects);
    const [names, entry, changes, envelopes, steps] = await Promise.all([
      visit.names(),
      visit.askOf<EntryView>('*', 'entry', { entry: String(decision.entry) }),
      seenEntry === undefined ? Promise.resolve([]) : readingsOf(visit, decision, seenEntry),
      Promise.all(places.map((place) => visit.ask<EnvelopeView>('envelope', place))),
      places[0] === undefined ? Promise.resolve([]) : visit.ask<readonly ChainStep[]>('mandate-chain', { ...places[0], decisionId }),
    ]);
    const free = envelopes.filter((one) => one !== undefined);
    const currency = recorded.effects[0]?.currency ?? 'GBP';
    const recipients = new Set(recorded.effects.map(({ recipientId }) => recipientId)).size;
    const votes = markup`<span class="num">${tally.for} for,</span> <span class="num">${tally.against} against,</span>
      <span class="num">${tally.abstained} abstained.</span>${tally.castingVote === undefined ? '' : markup` The chair broke the tie by a casting vote ${tally.castingVote}.`}`;
    const chosen = chosenOf(decision);
    const path = `/${tenant}/decisions/${decisionId}`;
    const isHere = seenEntry !== undefined && moment.known === seenEntry;
    return {
      title: decision.title,
      decision,
      statement:
        recorded.effects.length === 0
          ? markup`${decision.bodyName} decided${chosen === undefined ? nothing : markup`: ${chosen.option}`}. ${votes}`
          : markup`${decision.bodyName} awarded
            ${kit.sum(decision.awardedPence, decision.confirmedEntry ?? decision.entry, undefined, currency)} to
            ${counted(recipients, 'group')}${
              free.length === 1
                ? markup` and kept
                  ${kit.sum(free[0]!.total.available.pence, free[0]!.total.available.entry, `funds/${free[0]!.fundId}/${free[0]!.bodyId}/${free[0]!.period}`, currency)}`
                : nothing
            }.
            ${votes}`,
      demo: demonstration(visit, [decision.illustrative, ...decision.awards.map(({ illustrative }) => illustrative)]),
      standing: STANDING_WORDS[decision.standing],
      standingWords:
        decision.standing === 'rescinded'
          ? markup`<strong>Taken back</strong> on ${dayWords(decision.rescindedOn!)}: ${decision.rescindedWhy}`
          : decision.standing === 'beyond-mandate'
            ? markup`<strong>Beyond its mandate.</strong> ${decision.beyondWords} No money can follow from it.`
            : decision.standing === 'confirmed'
              ? markup`<strong>Confirmed</strong> on ${dayWords(decision.confirmedOn!)} by ${officeWords(decision.confirmedBy ?? '')}. Call-in
                  ran until ${dayWords(recorded.callInUntil)}.`
              : markup`<strong>${STANDING_WORDS[decision.standing]}.</strong> Call-in ${decision.standing === 'in-call-in' ? 'runs' : 'ran'}
                  until ${dayWords(recorded.callInUntil)}. The money is set aside and cannot be paid before it is confirmed.`,
      standingStamps: kit.stamps(decision.rescindedEntry ?? decision.beyondEntry ?? decision.confirmedEntry ?? decision.entry),
      seen:
        seenEntry === undefined ? null : { entry: seenEntry, href: linkTo({ at: decision.effectiveOn, known: seenEntry }, path), isHere },
      nowEntry: moment.asKnown,
      changes,
      asked: { words: markup`“${recorded.question}”`, stamps: kit.stamps(decision.entry) },
      put: markup`Put to ${kit.link(`bodies/${decision.bodyId}`, decision.bodyName)} on ${dayWords(decision.effectiveOn)}. Recorded by
      ${officeWords(recorded.recordedBy)}.`,
      options: recorded.options.map(({ chosen: isChosen, option, why }, index) => ({ key: letterKey(index), option, why, isChosen })),
      reasons: recorded.reasons,
      conflicts: recorded.conflicts,
      sat: markup`${plural(tally.eligible, 'member')} ${tally.eligible === 1 ? 'was' : 'were'} eligible, and
        <strong>${tally.present} took part</strong>.${
          decision.rules === null
            ? nothing
            : markup` The rules ask for ${decision.rules.quorum}:
              ${tally.present >= decision.rules.quorum ? 'the body could decide' : 'too few to decide'}.`
        }`,
      hasSat: recorded.sat.length > 0,
      seatKey: seatKey(['Took part', 'Stood aside', 'Away']),
      vote: voteChart({ for: tally.for, abstained: tally.abstained, against: tally.against, needed: threshold?.needed }),
      outcome: markup`<strong>${outcomeWords(threshold)}</strong> ${threshold === null ? '' : needWords(threshold)}`,
      voteStamps: kit.stamps(decision.entry, decision.admittedEntry),
      rules: [
        {
          term: 'Rules',
          words:
            decision.rules === null
              ? `${idWords(recorded.ruleSetId)}, version ${recorded.ruleSetVersion}. Not in the record.`
              : `${decision.bodyName}, version ${recorded.ruleSetVersion}, in force since ${dayWords(decision.rules.effectiveFrom)}`,
          stamps: kit.stamps(decision.rules?.entry),
          ill: decision.rules?.illustrative,
        },
        ...(decision.rules === null
          ? []
          : [
              {
                term: 'To carry',
                words: `${capital(shareOfWhom(decision.rules.thresholdNumerator, decision.rules.thresholdDenominator, decision.rules.denominator))}. ${whoCounts(decision.rules.denominator)}`,
              },
              { term: 'To meet at all', words: `${decision.rules.quorum} members.` },
              {
                term: 'Before it takes effect',
                words:
                  decision.rules.callInDays === 0
                    ? 'At once.'
                    : `${capital(counted(decision.rules.callInDays, 'day'))} in which it may be called in.`,
              },
            ]),
        ...(decision.mandate === null
          ? []
          : [
              {
                term: 'Power',
                words: `${BINDING_WORDS[decision.mandate.bindingMode] ?? idWords(decision.mandate.bindingMode)}, up to ${money(decision.mandate.ceilingPence, decision.mandate.currency)}. Given by ${names.any(decision.mandate.grantedBy)}, from ${dayWords(decision.mandate.from)}.`,
                stamps: kit.stamps(decision.mandate.entry),
                ill: decision.mandate.illustrative,
              },
            ]),
        ...(decision.rules === null ? [] : [{ term: 'Fingerprint of these rules', words: decision.rules.hash, hash: true }]),
      ],
      chain: chainOf(steps ?? [], kit, ({ act, address }) => act === 'decided' && address === `decisions/${decisionId}`),
      duties: decision.obligations.map((duty) => dutyOf(duty, kit, names)),
      gaps: gapsOf(decision, entry),
      evidence: (entry?.evidence ?? []).map(({ sha256, title }) => markup`${title} <span class="hash">sha-256 ${sha256}</span>`),
      source: decision.source ?? '',
      history: kit.to(`history/decision-${tenant}_${decisionId}`),
      moments: seenEntry === undefined ? [] : [{ entry: seenEntry, day: decision.effectiveOn, words: 'As its members saw it' }],
      sheets: {
        awards: awardSheet(decision, kit, names.organisation, free),
        sat: satSheet(decision),
        readings: readingsSheet(changes),
      },
    };
  },
};

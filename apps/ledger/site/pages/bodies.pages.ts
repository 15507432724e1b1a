import type { DecisionSummary } from '@ledger/deliberation/views';
import type { EnvelopeSummary } from '@ledger/funds/views';
import type { BodySummary, BodyView } from '@ledger/governance/views';
import { seats } from '../charts/seats.js';
import type { Page, Visit } from '../frame/visit.js';
import type { Row, Sheet } from '../tables/sheet.js';
import { capital, counted, dayWords, idWords, perCent, plural, shareWords } from '../words/figures.js';
import { markup, nothing } from '../words/html.js';
import { decisionSheet } from './decisions.pages.js';
import { demonstration, envelopeSheet } from './shared.js';

export const BINDING_WORDS: Readonly<Record<string, string>> = {
  operational: 'Operational: it may carry out what others decided',
  advisory: 'Advisory: it recommends, and others decide',
  binding: 'Binding on whoever gave it',
  formal: 'Formal: a decision in law',
};
const OF_WHOM: Readonly<Record<string, readonly [string, string]>> = {
  votes_cast: ['the votes cast', 'Abstaining is not a vote cast.'],
  participants: ['the members taking part', 'Abstaining counts as taking part.'],
  members: ['all members', 'Whoever stays away counts as well.'],
};
/** What share of whom carries a decision: two thirds of the members taking part. */
export const shareOfWhom = (numerator: number, divisor: number, denominator: string): string =>
  `${shareWords(numerator, divisor)} of ${OF_WHOM[denominator]?.[0] ?? idWords(denominator).toLowerCase()}`;
export const whoCounts = (denominator: string): string => OF_WHOM[denominator]?.[1] ?? '';
/** Seats that residents hold in their own right, by whatever name the class goes. */
const RESIDENT_CLASSES = /^(resident|public|citizen|community-member)s?$/;

const bodiesSheet = (bodies: readonly BodySummary[], kit: Visit['kit']): Sheet => ({
  caption: kit.tense('Every body that decides', 'Every body that decided by then'),
  wide: true,
  empty: kit.tense('No body that decides is in the record.', 'No body that decides was in the record by then.'),
  columns: [
    { key: 'name', label: 'Body' },
    { key: 'type', label: 'Kind' },
    { key: 'seats', label: 'Seats', kind: 'count' },
    { key: 'filled', label: 'Filled', kind: 'count' },
    { key: 'entry', label: 'Entry', kind: 'entry' },
  ],
  rows: [
    ...bodies.map(({ area, bodyId, bodyType, entry, filled, illustrative, name, seatsInAll }): Row => ({
      cells: [{ value: name, href: kit.to(`bodies/${bodyId}`), note: area, illustrative }, idWords(bodyType), seatsInAll, filled, entry],
    })),
    ...(bodies.length < 2
      ? []
      : [
          {
            sum: true,
            cells: [
              'Together',
              null,
              bodies.reduce((sum, one) => sum + one.seatsInAll, 0),
              bodies.reduce((sum, one) => sum + one.filled, 0),
              Math.max(...bodies.map(({ entry }) => entry)),
            ],
          },
        ]),
  ],
});

export const bodiesPage: Page = {
  name: 'Bodies',
  address: ':tenant/bodies',
  part: 'bodies',
  template: 'pages/bodies.njk',
  build: async (visit) => {
    if (!(await visit.isHere())) return undefined;
    const bodies = (await visit.ask<readonly BodySummary[]>('bodies')) ?? [];
    return {
      title: 'Who decides',
      statement: markup`${capital(counted(bodies.length, 'body decides', 'bodies decide'))} here, with
      ${counted(
        bodies.reduce((sum, one) => sum + one.seatsInAll, 0),
        'seat',
      )}
      between them.`,
      sheets: { bodies: bodiesSheet(bodies, visit.kit) },
    };
  },
};

const seatSheet = (body: BodyView): Sheet => ({
  caption: 'Seats by class',
  columns: [
    { key: 'seatClass', label: 'Class' },
    { key: 'filled', label: 'Filled', kind: 'count' },
    { key: 'vacant', label: 'Free', kind: 'count' },
    { key: 'seats', label: 'Seats', kind: 'count' },
  ],
  rows: [
    ...body.seats.map(({ filled, seatClass, seats: number, vacant }) => ({
      cells: [{ value: idWords(seatClass), note: seats(filled, 0, vacant) }, filled, vacant, number],
    })),
    { sum: true, cells: ['The whole body', body.filled, body.seatsInAll - body.filled, body.seatsInAll] },
  ],
});
const memberSheet = (body: BodyView): Sheet => ({
  caption: 'Who sits, under a pseudonym',
  empty: 'No seat is filled.',
  columns: [
    { key: 'subjectRef', label: 'Member' },
    { key: 'seatClass', label: 'Class' },
    { key: 'route', label: 'How' },
    { key: 'since', label: 'Since', kind: 'day' },
    { key: 'entry', label: 'Entry', kind: 'entry' },
  ],
  wide: true,
  rows: body.members.map(({ effectiveOn, entry, route, seatClass, subjectRef }) => ({
    cells: [subjectRef, idWords(seatClass), route === 'sortition' ? 'Drawn by lot' : idWords(route), effectiveOn, entry],
  })),
});
const rulesSheet = (body: BodyView): Sheet => ({
  caption: 'Its rules, newest first',
  wide: true,
  empty: 'No rules are in the record for this body.',
  columns: [
    { key: 'version', label: 'Version' },
    { key: 'effectiveFrom', label: 'In force from', kind: 'day' },
    { key: 'quorum', label: 'Must be there', kind: 'count' },
    { key: 'threshold', label: 'To carry' },
    { key: 'callInDays', label: 'Call-in days', kind: 'count' },
    { key: 'entry', label: 'Entry', kind: 'entry' },
  ],
  rows: body.ruleSets.map((rules) => ({
    cells: [
      { value: `Version ${rules.version}`, note: rules.inForce ? 'In force' : undefined, illustrative: rules.illustrative },
      rules.effectiveFrom,
      rules.quorum,
      capital(shareOfWhom(rules.thresholdNumerator, rules.thresholdDenominator, rules.denominator)),
      rules.callInDays,
      rules.entry,
    ],
  })),
});
const mandateSheet = (body: BodyView, by: (id: string) => string): Sheet => {
  const currency = body.mandates[0]?.currency ?? 'GBP';
  return {
    caption: 'What it may decide, and how much of that it has used',
    wide: true,
    empty: 'No mandate is in the record: whatever this body decides, no money can follow.',
    columns: [
      { key: 'scope', label: 'What about' },
      { key: 'ceilingPence', label: 'Up to', kind: 'money', currency },
      { key: 'usedPence', label: 'Used', kind: 'money', currency },
      { key: 'leftPence', label: 'Left', kind: 'money', currency },
      { key: 'entry', label: 'Entry', kind: 'entry' },
    ],
    rows: body.mandates.map(({ bindingMode, ceilingPence, entry, from, grantedBy, illustrative, leftPence, scope, until, usedPence }) => ({
      cells: [
        {
          value: scope,
          note: `${BINDING_WORDS[bindingMode] ?? idWords(bindingMode)}. Given by ${by(grantedBy)}, from ${dayWords(from)}${until === null ? '' : ` until ${dayWords(until)}`}`,
          illustrative,
        },
        ceilingPence,
        usedPence,
        leftPence,
        entry,
      ],
    })),
  };
};

export const bodyPage: Page = {
  name: 'Body',
  address: ':tenant/bodies/:bodyId',
  part: 'bodies',
  template: 'pages/body.njk',
  build: async (visit) => {
    const { kit, params, tenant } = visit;
    const bodyId = params['bodyId']!;
    const [body, decisions, envelopes, names] = await Promise.all([
      visit.ask<BodyView>('body', { bodyId }),
      visit.ask<readonly DecisionSummary[]>('decisions', { bodyId }),
      visit.ask<readonly EnvelopeSummary[]>('envelopes', { bodyId }),
      visit.names(),
    ]);
    if (body === undefined) return undefined;
    const residents = body.seats.filter(({ seatClass }) => RESIDENT_CLASSES.test(seatClass)).reduce((sum, one) => sum + one.seats, 0);
    const rules = body.ruleSets.find(({ inForce }) => inForce);
    return {
      title: body.name,
      body,
      statement: markup`${capital(counted(body.seatsInAll, 'seat'))}${
        residents === 0
          ? nothing
          : markup`, ${residents === body.seatsInAll ? 'all' : counted(residents, 'seat')} of them residents’
            (${perCent(residents / body.seatsInAll)})`
      }.
      ${body.filled === body.seatsInAll ? 'All' : String(body.filled)}
      ${kit.tense(body.filled === 1 ? 'is' : 'are', body.filled === 1 ? 'was' : 'were')} filled.
      ${
        (decisions ?? []).length === 0
          ? markup`It ${kit.tense('has', 'had')} decided nothing yet.`
          : markup`It ${kit.tense('has', 'had')} made ${counted((decisions ?? []).length, 'decision')}.`
      }`,
      demo: demonstration(visit, [body.illustrative, ...body.members.map(({ illustrative }) => illustrative)]),
      kind: idWords(body.bodyType),
      rules:
        rules === undefined
          ? []
          : [
              {
                term: 'In force',
                words: `Version ${rules.version}, since ${dayWords(rules.effectiveFrom)}`,
                stamps: kit.stamps(rules.entry),
                ill: rules.illustrative,
              },
              {
                term: 'To carry a decision',
                words: `${capital(shareOfWhom(rules.thresholdNumerator, rules.thresholdDenominator, rules.denominator))}. ${whoCounts(rules.denominator)} A tie ${rules.tieBreak === 'chair' ? 'is broken by the chair' : 'is lost'}.`,
              },
              { term: 'To meet at all', words: `${rules.quorum} of ${body.seatsInAll} members` },
              {
                term: 'Before it takes effect',
                words: rules.callInDays === 0 ? 'At once' : `${plural(rules.callInDays, 'day')} in which it may be called in`,
              },
              { term: 'Fingerprint of these rules', words: rules.hash, hash: true },
            ],
      history: kit.to(`history/body-${tenant}_${bodyId}`),
      sheets: {
        seats: seatSheet(body),
        members: memberSheet(body),
        mandates: mandateSheet(body, names.any),
        rules: rulesSheet(body),
        decisions: decisionSheet(decisions ?? [], kit),
        envelopes: envelopeSheet(envelopes ?? [], kit, 'Each envelope, and what is left in it'),
      },
    };
  },
};

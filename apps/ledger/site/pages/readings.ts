import type { DecisionView } from '@ledger/deliberation/views';
import type { EnvelopeView } from '@ledger/funds/views';
import type { BodyView } from '@ledger/governance/views';
import type { Visit } from '../frame/visit.js';
import type { Sheet } from '../tables/sheet.js';
import { idWords, money } from '../words/figures.js';
import { type Html, nothing } from '../words/html.js';

type Effects = DecisionView['recorded']['effects'];
type Place = Readonly<{ fundId: string; bodyId: string; period: string }>;
/** One thing as the members saw it and as it is known now: the same question to the ledger, asked at two moments. */
export type TwoReadings = Readonly<{ head: string; then: string; now: string; differs: boolean; note: string; stamps: Html }>;
const MISSING = 'Not in the record';

export const placesOf = (effects: Effects): readonly Place[] => [
  ...new Map(effects.map(({ bodyId, fundId, period }) => [`${fundId} ${bodyId} ${period}`, { bodyId, fundId, period }])).values(),
];
const twoReadings = (head: string, then: string = MISSING, now: string = MISSING, note = '', stamps: Html = nothing): TwoReadings => ({
  head,
  then,
  now,
  differs: then !== now,
  note,
  stamps,
});

/** What the members had before them at the entry fixed when the item opened, beside what is known now. */
export async function readingsOf(visit: Visit, decision: DecisionView, seenEntry: number): Promise<readonly TwoReadings[]> {
  const seen = { asKnown: seenEntry, asAt: decision.effectiveOn };
  const both = async <View>(name: string, params: Readonly<Record<string, string>>) =>
    Promise.all([visit.askAt<View>(seen, name, params), visit.ask<View>(name, params)]);
  const [bodies, funds] = await Promise.all([
    both<BodyView>('body', { bodyId: decision.bodyId }),
    Promise.all(
      placesOf(decision.recorded.effects).map(async (place, _, all) =>
        moneyOf(visit, decision, place, all.length, await both('envelope', place)),
      ),
    ),
  ]);
  return [...funds, ...bodyOf(visit, bodies)];
}

function moneyOf(
  { kit }: Visit,
  { recorded: { effects } }: DecisionView,
  place: Place,
  places: number,
  [then, now]: readonly (EnvelopeView | undefined)[],
): TwoReadings {
  const mine = effects.filter((one) => one.fundId === place.fundId && one.bodyId === place.bodyId && one.period === place.period);
  const sum = mine.reduce((total, { amountPence }) => total + amountPence, 0);
  const currency = mine[0]?.currency ?? 'GBP';
  const free = (envelope: EnvelopeView | undefined) => envelope && money(envelope.total.available.pence, currency);
  return twoReadings(
    `Money free to decide${places > 1 ? `, ${now?.title ?? idWords(place.period)}` : ''}`,
    free(then),
    free(now),
    `${money(sum, currency)} was awarded by this very decision.`,
    kit.stamps(then?.total.available.entry, now?.total.available.entry),
  );
}

function bodyOf({ kit }: Visit, bodies: readonly (BodyView | undefined)[]): readonly TwoReadings[] {
  const inForce = bodies.map((body) => body?.ruleSets.find((one) => one.inForce));
  const [seatsThen, seatsNow] = bodies.map((body) => body && `${body.filled} of ${body.seatsInAll} filled`);
  const [rulesThen, rulesNow] = inForce.map((rules) => rules && `Version ${rules.version}`);
  return [
    twoReadings('Seats', seatsThen, seatsNow, '', kit.stamps(...bodies.map((body) => body?.entry))),
    twoReadings('Rules in force', rulesThen, rulesNow, '', kit.stamps(...inForce.map((rules) => rules?.entry))),
  ];
}

/** Both readings as a table, for files. */
export const readingsSheet = (readings: readonly TwoReadings[]): Sheet => ({
  caption: 'As its members saw it, beside as it is known now',
  empty: 'What its members had in front of them is not stated.',
  columns: [
    { key: 'what', label: 'What' },
    { key: 'asMembersSawIt', label: 'As its members saw it' },
    { key: 'asKnownNow', label: 'As known now' },
    { key: 'differs', label: 'Differs' },
  ],
  rows: readings.map(({ differs, head, now, then }) => ({ cells: [head, then, now, differs ? 'yes' : 'no'] })),
});

import type { ChainStep, EnvelopeSummary, Flows as FlowsSeen, MovementRow, Standing } from '@ledger/funds/views';
import type { EntryView } from '@ledger/home';
import { bar, barLegs, type Firmness } from '../charts/bar.js';
import { type FlowNode, type Flows, sankeyTall, sankeyWide } from '../charts/sankey.js';
import type { Visit } from '../frame/visit.js';
import type { Row, Sheet } from '../tables/sheet.js';
import { factWords, typeWords } from '../words/fact-words.js';
import { capital, dayWords, letterKey, moneyHtml, officeWords } from '../words/figures.js';
import { type Html, markup, nothing } from '../words/html.js';
import type { Illustrative, Kit } from '../words/kit.js';
import type { Names } from '../words/names.js';

export type Happening = Readonly<{ day: string; dayWords: string; words: Html; who: Html; stamps: Html; ill: Illustrative }>;

const whoSaid = (by: string): string => `Entered on behalf of ${officeWords(by)}`;
/** An entry as one line of a list. */
export const happeningOf = (entry: EntryView, kit: Kit, names: Names, tenant = entry.tenantId): Happening => ({
  day: entry.effectiveOn,
  dayWords: dayWords(entry.effectiveOn),
  words: factWords(entry.type, entry.shown, kit, names),
  who: markup`${whoSaid(entry.by)}${tenant === entry.tenantId ? nothing : markup` in ${names.any(entry.tenantId)}`}.`,
  stamps: kit.stamps(entry.entry),
  ill: entry.illustrative,
});
/** What moved money, with the decision that allowed it. */
export const movementOf = (row: MovementRow, kit: Kit, names: Names): Happening => ({
  day: row.effectiveOn,
  dayWords: dayWords(row.effectiveOn),
  words: factWords(row.type, { ...row, title: row.detail ?? '', source: row.detail ?? '' }, kit, names),
  who: markup`${whoSaid(row.by)}${
    row.decisionId === null ? nothing : markup`, under ${kit.link(`decisions/${row.decisionId}`, names.decision(row.decisionId))}`
  }.`,
  stamps: kit.stamps(row.entry),
  ill: row.illustrative,
});
export const movementSheet = (rows: readonly MovementRow[], currency: string, names: Names, caption: string): Sheet => ({
  caption,
  columns: [
    { key: 'effectiveOn', label: 'Day', kind: 'day' },
    { key: 'what', label: 'What happened' },
    { key: 'who', label: 'For whom' },
    { key: 'decisionId', label: 'Decision' },
    { key: 'amountPence', label: 'Amount', kind: 'money', currency },
    { key: 'entry', label: 'Entry', kind: 'entry' },
  ],
  rows: rows.map(({ amountPence, bodyId, decisionId, effectiveOn, entry, recipientId, type }) => ({
    cells: [
      effectiveOn,
      typeWords(type),
      recipientId === null ? (bodyId === null ? null : names.body(bodyId)) : names.organisation(recipientId),
      decisionId,
      amountPence,
      entry,
    ],
  })),
});

const ALLOWED: Readonly<Record<ChainStep['act'], string>> = {
  received: 'Put in by',
  split: 'Allowed by',
  given: 'Allowed by',
  decided: 'Allowed by',
  agreed: 'Allowed by',
  paid: 'Sent in',
};
/** The mandate chain, ready for its macro; `here` says which step this page is about. */
export const chainOf = (steps: readonly ChainStep[], kit: Kit, here: (step: ChainStep) => boolean = () => false) =>
  steps.map((step) => ({
    by: ALLOWED[step.act],
    act: capital(step.by),
    href: step.address === null ? '' : kit.to(step.address),
    sum: moneyHtml(step.pence, step.currency),
    place: step.place,
    stamps: kit.stamps(step.entry),
    ill: step.illustrative,
    current: here(step),
  }));
/** Many decisions and their payments would make a chain nobody can follow: the rest are on their own pages. */
export const CHAIN_MAX = 6;

const WORDS: readonly Readonly<{ firmness: Firmness; now: string; says: string }>[] = [
  { firmness: 'paid', now: 'Paid', says: 'Sent to groups’ banks' },
  { firmness: 'accrued', now: 'Accrued', says: 'Work accepted, not yet paid' },
  { firmness: 'committed', now: 'Committed', says: 'Promised by signed agreement' },
  { firmness: 'reserved', now: 'Reserved', says: 'Held for an award not yet agreed' },
];
/** Where the money of a line or an envelope stands: the bar, its legs and the table say the same. */
export function standingOf(standing: Standing, kit: Kit, caption: string): Readonly<{ picture: Html; sheet: Sheet; takenPence: number }> {
  const { authority, available, currency, recovered } = standing;
  const paid = { pence: standing.paid.pence - recovered.pence, entry: standing.paid.entry };
  const figures = { ...standing, paid };
  const takenPence = authority.pence - available.pence;
  const picture = markup`<figure class="bleed">
    ${bar(
      [...WORDS.map(({ firmness }) => ({ firmness, pence: figures[firmness].pence })), { firmness: 'available', pence: available.pence }],
      currency,
    )}${barLegs(takenPence, available.pence, kit.tense('awarded: paid, owed or promised', 'awarded by then'), kit.tense('available: free to decide', 'was free to decide'), currency)}
  </figure>`;
  const swatch = (firmness: Firmness) => markup`<span class="swatch f-${firmness}"></span>`;
  const row = (words: string, note: string, figure: { pence: number; entry: number | null }, firmness?: Firmness, sum = false): Row => ({
    cells: [{ value: words, note, mark: firmness === undefined ? undefined : swatch(firmness) }, figure.pence, figure.entry],
    sum,
  });
  return {
    picture,
    takenPence,
    sheet: {
      caption,
      columns: [
        { key: 'state', label: kit.tense('Where the money stands', 'Where the money stood') },
        { key: 'amountPence', label: 'Amount', kind: 'money', currency },
        { key: 'entry', label: 'Entry', kind: 'entry' },
      ],
      rows: [
        row('Authority', 'What the body was given to decide on', authority),
        ...WORDS.map(({ firmness, now, says }) => row(now, says, figures[firmness], firmness)),
        row('Available', 'Authority less the four lines above', available, 'available', true),
      ],
    },
  };
}

const LEFTS_MAX = 2;
/** The picture of the money and the table of the same flows. Many bodies' left-overs are one place, or the picture could not be read. */
export function moneyPicture(seen: FlowsSeen, kit: Kit): Readonly<{ wide: Html; tall: Html; sheet: Sheet }> {
  const { currency, links, nodes } = seen;
  const lefts = nodes.filter(({ tier }) => tier === 'left');
  const merged = lefts.length > LEFTS_MAX;
  const keyOf = (id: string) => (merged && id.startsWith('left:') ? 'left:all' : id);
  const out = new Set(links.map(({ from }) => from));
  const drawn = new Map<string, FlowNode>();
  const order: Readonly<Record<string, number>> = { giver: 0, part: 1, body: 2, recipient: 3, left: 4 };
  for (const node of nodes.toSorted(
    (a, b) => order[a.tier]! - order[b.tier]! || (out.has(a.id) === out.has(b.id) ? b.pence - a.pence : out.has(a.id) ? -1 : 1),
  )) {
    const quiet = node.tier === 'part' && !out.has(node.id);
    drawn.set(keyOf(node.id), {
      key: keyOf(node.id),
      tier: node.tier === 'left' ? 'recipient' : node.tier,
      label: node.label,
      left: node.tier === 'left',
      quiet,
      note: quiet ? 'Decided elsewhere; not followed further' : undefined,
    });
  }
  const flows: Flows = {
    currency,
    nodes: [...drawn.values()],
    links: links.map(({ from, pence, to }) => ({ from: keyOf(from), to: keyOf(to), pence })),
  };
  const recipients = flows.nodes.filter(({ left, tier }) => tier === 'recipient' && left !== true).map(({ key }) => key);
  const nodeOf = new Map(nodes.map((node) => [node.id, node]));
  return {
    wide: sankeyWide(flows),
    tall: sankeyTall(flows),
    sheet: {
      caption: `Each flow in the picture${currency === 'GBP' ? ', in pounds' : `, in ${currency}`}`,
      wide: true,
      columns: [
        { key: 'from', label: 'From' },
        { key: 'to', label: 'To' },
        { key: 'amountPence', label: 'Amount', kind: 'money', currency },
        { key: 'entry', label: 'Entry', kind: 'entry' },
      ],
      rows: links
        .toSorted((a, b) => order[nodeOf.get(a.to)!.tier]! - order[nodeOf.get(b.to)!.tier]! || b.pence - a.pence)
        .map(({ entry, from, illustrative, pence, to }) => {
          const [source, target] = [nodeOf.get(from)!, nodeOf.get(to)!];
          const key = recipients.indexOf(to);
          return {
            cells: [
              source.label,
              {
                value: target.label,
                href: target.address === null ? undefined : kit.to(target.address),
                mark: key < 0 ? undefined : markup`${letterKey(key)}. `,
                illustrative,
              },
              pence,
              entry,
            ],
          };
        }),
    },
  };
}

/** Envelopes in one table: what was given, what is spoken for, what is free. */
export const envelopeSheet = (envelopes: readonly EnvelopeSummary[], kit: Kit, caption: string): Sheet => {
  const currency = envelopes[0]?.currency ?? 'GBP';
  const total = (of: (one: EnvelopeSummary) => number) => envelopes.reduce((sum, one) => sum + of(one), 0);
  return {
    caption,
    wide: true,
    empty: kit.tense('No body has been given authority to spend from here.', 'No body had been given authority to spend from here.'),
    columns: [
      { key: 'title', label: 'Envelope' },
      { key: 'authorityPence', label: 'Authority', kind: 'money', currency },
      { key: 'takenPence', label: 'Spoken for', kind: 'money', currency },
      { key: 'availablePence', label: 'Available', kind: 'money', currency },
      { key: 'entry', label: 'Entry', kind: 'entry' },
    ],
    rows: [
      ...envelopes.map(({ bodyId, bodyName, entry, fundId, illustrative, period, title, total: { authority, available } }): Row => ({
        cells: [
          {
            value: title,
            href: kit.to(`funds/${fundId}/${bodyId}/${period}`),
            note: `${bodyName}, ${period}`,
            illustrative,
          },
          authority.pence,
          authority.pence - available.pence,
          available.pence,
          Math.max(entry, available.entry ?? 0),
        ],
      })),
      ...(envelopes.length < 2 || envelopes.some((one) => one.currency !== currency)
        ? []
        : [
            {
              sum: true,
              cells: [
                'Together',
                total((one) => one.total.authority.pence),
                total((one) => one.total.authority.pence - one.total.available.pence),
                total((one) => one.total.available.pence),
                Math.max(...envelopes.map(({ entry, total: { available } }) => Math.max(entry, available.entry ?? 0))),
              ],
            },
          ]),
    ],
  };
};

export const demonstration = (visit: Visit, marks: readonly Illustrative[]): boolean =>
  visit.tenant !== '' && marks.some((mark) => mark === 'yes' || mark === 'partly');
/** Parts of a long list, a page at a time; files hold them all. */
export const PAGE_ROWS = 50;
export function pageOf<T>(all: readonly T[], visit: Visit): Readonly<{ shown: readonly T[]; pages: object }> {
  if (visit.query['all'] === 'yes') return { shown: all, pages: { of: 1, at: 1 } };
  const of = Math.max(1, Math.ceil(all.length / PAGE_ROWS));
  const at = Math.min(of, Math.max(1, Math.trunc(Number(visit.query['page'] ?? 1)) || 1));
  const { page: _, ...rest } = visit.query;
  const kept = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'at' && name !== 'known'));
  const link = (page: number) => `?${new URLSearchParams({ ...rest, ...kept, page: String(page) }).toString()}`;
  return {
    shown: all.slice((at - 1) * PAGE_ROWS, at * PAGE_ROWS),
    pages: { of, at, newer: at > 1 ? link(at - 1) : '', older: at < of ? link(at + 1) : '' },
  };
}

import type { ChainStep, EnvelopeView, FundSummary, FundView, LotRow } from '@ledger/funds/views';
import { range } from '../charts/range.js';
import type { Page, Visit } from '../frame/visit.js';
import type { Row, Sheet } from '../tables/sheet.js';
import { capital, dayWords, idWords, perCent } from '../words/figures.js';
import { markup, nothing } from '../words/html.js';
import { CHAIN_MAX, chainOf, demonstration, envelopeSheet, movementOf, movementSheet, standingOf } from './shared.js';

/** What each restriction means for whoever would like to spend the money. */
const CLASS_WORDS: Readonly<Record<string, string>> = {
  general: 'General: it may be spent on anything the holder may do.',
  ring_fenced: 'Ring-fenced: it may be spent only on its purpose.',
  grant_conditional: 'A conditional grant: it must be spent on its purpose, or given back.',
  capital: 'Capital: for things that last.',
  unrestricted_general: 'Unrestricted: it may be spent on anything the holder may do.',
  unrestricted_designated: 'Designated by the holder for its purpose, which the holder may change.',
  restricted_income: 'Restricted by the giver: it may be spent only on its purpose.',
  endowment_expendable: 'An endowment that may be spent when its trustees decide so.',
  endowment_permanent: 'A permanent endowment: it may never be spent.',
};

export const fundsPage: Page = {
  name: 'Funds',
  address: ':tenant/funds',
  part: 'funds',
  template: 'pages/funds.njk',
  build: async (visit) => {
    const { kit } = visit;
    if (!(await visit.isHere())) return undefined;
    const [funds, envelopes] = await Promise.all([
      visit.ask<readonly FundSummary[]>('funds'),
      visit.ask<FundView['envelopes']>('envelopes'),
    ]);
    return {
      title: 'Funds',
      count: funds?.length ?? 0,
      sheets: {
        funds: fundSheet(funds ?? [], kit),
        envelopes: envelopeSheet(envelopes ?? [], kit, `Who ${kit.tense('may', 'might')} decide on how much`),
      },
    };
  },
};
const fundSheet = (funds: readonly FundSummary[], kit: Visit['kit']): Sheet => ({
  caption: kit.tense('Every fund, and what came in', 'Every fund, and what had come in'),
  wide: true,
  empty: kit.tense('No fund is in the record.', 'No fund was in the record by then.'),
  columns: [
    { key: 'title', label: 'Fund' },
    { key: 'receivedPence', label: 'Received', kind: 'money', currency: funds[0]?.currency ?? 'GBP' },
    { key: 'heldPence', label: 'Cash held', kind: 'money', currency: funds[0]?.currency ?? 'GBP' },
    { key: 'spentPence', label: 'Spent', kind: 'money', currency: funds[0]?.currency ?? 'GBP' },
    { key: 'entry', label: 'Entry', kind: 'entry' },
  ],
  rows: funds.map(({ entry, fundId, held, illustrative, purpose, received, spent, title }) => ({
    cells: [
      { value: title, href: kit.to(`funds/${fundId}`), note: purpose, illustrative },
      received.pence,
      held.pence,
      spent.pence,
      Math.max(entry, received.entry ?? 0, held.entry ?? 0),
    ],
  })),
});

const receiptsSheet = (lots: readonly LotRow[], currency: string, names: (id: string) => string): Sheet => ({
  caption: 'What came in, and how it was split',
  empty: 'No money is in the record for this fund.',
  columns: [
    { key: 'lot', label: 'Receipt or part' },
    { key: 'amountPence', label: 'Amount', kind: 'money', currency },
    { key: 'entry', label: 'Entry', kind: 'entry' },
  ],
  rows: lots.map(({ amountPence, effectiveOn, entry, fromLotId, giver, illustrative, lotId, shareBasisPoints }): Row => ({
    cells: [
      {
        value: fromLotId === null ? `Received from ${names(giver ?? lotId)}` : `${idWords(lotId)} part`,
        note:
          fromLotId === null
            ? `On ${dayWords(effectiveOn)}`
            : shareBasisPoints === null
              ? undefined
              : `${capital(perCent(shareBasisPoints / 10_000))} of what was received`,
        illustrative,
      },
      amountPence,
      entry,
    ],
  })),
});

export const fundPage: Page = {
  name: 'Fund',
  address: ':tenant/funds/:fundId',
  part: 'funds',
  template: 'pages/fund.njk',
  build: async (visit) => {
    const { kit, params, tenant } = visit;
    const [fund, names] = await Promise.all([visit.ask<FundView>('fund', { fundId: params['fundId']! }), visit.names()]);
    if (fund === undefined) return undefined;
    const { currency } = fund;
    const { lots } = fund;
    return {
      title: fund.title,
      fund,
      holder: names.organisation(fund.holder),
      classWords: CLASS_WORDS[fund.class] ?? idWords(fund.class),
      demo: demonstration(visit, [fund.illustrative, ...lots.map(({ illustrative }) => illustrative)]),
      forecasts: fund.forecasts.map(({ entry, highPence, illustrative, lowPence, period }) => ({
        words: markup`${names.organisation(fund.holder)} ${kit.tense('expects', 'expected')}
        ${
          lowPence === highPence
            ? markup`<strong>${kit.moneyHtml(highPence, currency)}</strong>`
            : markup`between <strong>${kit.moneyHtml(lowPence, currency)}</strong> and <strong>${kit.moneyHtml(highPence, currency)}</strong>`
        }
        in ${period.replace(/^(\d{4})-(\d{2})$/, '$1–$2')}${illustrative === 'yes' ? kit.ill('yes') : nothing}. A forecast is not money:
        nobody can promise or spend a penny of it until it has been received.`,
        stamps: kit.stamps(entry),
        picture: range(lowPence, highPence, fund.received.pence, kit.tense('Received so far', 'Received by then'), currency),
      })),
      received: kit.sum(fund.received.pence, fund.received.entry, undefined, currency),
      unassigned: kit.sum(fund.unassigned.pence, fund.unassigned.entry, undefined, currency),
      movements: fund.movements.slice(0, 12).map((row) => movementOf(row, kit, names)),
      more: Math.max(0, fund.movements.length - 12),
      history: kit.to(`history/fund-${tenant}_${fund.fundId}`),
      sheets: {
        receipts: receiptsSheet(lots, currency, names.any),
        envelopes: envelopeSheet(fund.envelopes, kit, `Who ${kit.tense('decides', 'decided')} on how much of it`),
        movements: movementSheet(fund.movements, currency, names, 'What moved it, newest first'),
      },
    };
  },
};

/** The fund statement: one body, one fund, one period. */
export const envelopePage: Page = {
  name: 'Envelope',
  address: ':tenant/funds/:fundId/:bodyId/:period',
  part: 'funds',
  template: 'pages/envelope.njk',
  build: async (visit) => {
    const { kit, params, tenant } = visit;
    const place = { fundId: params['fundId']!, bodyId: params['bodyId']!, period: params['period']! };
    const [envelope, names] = await Promise.all([visit.ask<EnvelopeView>('envelope', place), visit.names()]);
    if (envelope === undefined) return undefined;
    const [fund, steps] = await Promise.all([
      visit.ask<FundView>('fund', { fundId: place.fundId }),
      visit.ask<readonly ChainStep[]>('mandate-chain', place),
    ]);
    const { currency, total } = envelope;
    const standing = standingOf(total, kit, kit.past ? `The fund as it stood on ${kit.dayWords(visit.moment.asAt)}` : 'The fund now');
    const free = kit.sum(total.available.pence, total.available.entry, undefined, currency);
    const all = kit.sum(total.authority.pence, envelope.entry, undefined, currency);
    const chain = steps ?? [];
    return {
      title: envelope.title,
      envelope,
      statement:
        standing.takenPence === 0
          ? markup`All ${all} ${kit.tense('is', 'was')} still for ${envelope.bodyName} to decide.`
          : markup`${free} of ${all} ${kit.tense('is', 'was')} still for ${envelope.bodyName} to decide.`,
      purpose: fund?.purpose ?? '',
      demo: demonstration(visit, [envelope.illustrative, ...envelope.movements.map(({ illustrative }) => illustrative)]),
      standing: standing.picture,
      chain: chainOf(chain.slice(0, CHAIN_MAX), kit, ({ act }) => act === 'given'),
      chainEnds: chain.some(({ act }) => act === 'decided')
        ? ''
        : kit.past
          ? `At entry ${visit.moment.asKnown} the chain ended here: nothing had been decided.`
          : 'The chain ends here: nothing has been decided yet.',
      movements: envelope.movements.map((row) => movementOf(row, kit, names)),
      forecasts: envelope.forecasts.map(({ entry, highPence, lowPence, period }) => ({
        words: markup`Between <strong>${kit.moneyHtml(lowPence, currency)}</strong> and
          <strong>${kit.moneyHtml(highPence, currency)}</strong> ${kit.tense('is', 'was')} expected in
          ${period.replace(/^(\d{4})-(\d{2})$/, '$1–$2')}. A forecast is not money: nobody can promise or spend a penny of it until it has
          been received.`,
        stamps: kit.stamps(entry),
        picture: range(lowPence, highPence, total.authority.pence, 'Authority given here', currency),
      })),
      history: kit.to(`history/envelope-${tenant}_${place.fundId}_${place.bodyId}_${place.period}`),
      hasLines: envelope.lines.filter(({ lineId }) => lineId !== 'unallocated').length > 0,
      sheets: {
        standing: standing.sheet,
        lines: {
          caption: 'Line by line',
          wide: true,
          columns: [
            { key: 'line', label: 'Line' },
            { key: 'authorityPence', label: 'Authority', kind: 'money', currency },
            { key: 'takenPence', label: 'Spoken for', kind: 'money', currency },
            { key: 'paidPence', label: 'Paid', kind: 'money', currency },
            { key: 'availablePence', label: 'Available', kind: 'money', currency },
            { key: 'entry', label: 'Entry', kind: 'entry' },
          ],
          rows: envelope.lines.map(({ line, standing: one, title }) => ({
            cells: [
              title,
              one.authority.pence,
              one.authority.pence - one.available.pence,
              one.paid.pence - one.recovered.pence,
              one.available.pence,
              Math.max(line?.entry ?? 0, one.available.entry ?? 0, one.authority.entry ?? 0),
            ],
          })),
        },
        movements: movementSheet(envelope.movements, currency, names, 'What moved it, newest first'),
      },
    };
  },
};

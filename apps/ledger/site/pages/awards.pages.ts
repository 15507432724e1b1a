import type { ChainStep } from '@ledger/funds/views';
import type { AwardSummary, AwardView, ImportedAwardRow, ImportedView, RecipientView } from '@ledger/grants/views';
import type { Page, Visit } from '../frame/visit.js';
import type { Row, Sheet } from '../tables/sheet.js';
import { capital, counted, dayWords, idWords, officeWords, plural } from '../words/figures.js';
import { markup, nothing } from '../words/html.js';
import { AWARD_WORDS } from './decision.page.js';
import { chainOf, demonstration, pageOf } from './shared.js';

const awardSheet = (awards: readonly AwardSummary[], kit: Visit['kit'], caption: string): Sheet => {
  const currency = awards[0]?.currency ?? 'GBP';
  return {
    caption,
    wide: true,
    empty: kit.tense('No award is in the record.', 'No award was in the record by then.'),
    columns: [
      { key: 'recipient', label: 'Group' },
      { key: 'standing', label: kit.tense('Where it stands', 'Where it stood') },
      { key: 'amountPence', label: 'Awarded', kind: 'money', currency },
      { key: 'paidPence', label: 'Paid', kind: 'money', currency },
      { key: 'entry', label: 'Entry', kind: 'entry' },
    ],
    rows: [
      ...awards.map(
        ({
          amountPence,
          awardId,
          decisionId,
          effectiveOn,
          entry,
          illustrative,
          paidEntry,
          paidPence,
          recipientName,
          signedEntry,
          standing,
        }): Row => ({
          cells: [
            {
              value: recipientName,
              href: kit.to(`awards/${awardId}`),
              note: markup`${dayWords(effectiveOn)}, under ${kit.link(`decisions/${decisionId}`, 'a decision')}`,
              illustrative,
            },
            AWARD_WORDS[standing],
            amountPence,
            paidPence,
            paidEntry ?? signedEntry ?? entry,
          ],
        }),
      ),
      ...(awards.length < 2 || awards.some((one) => one.currency !== currency)
        ? []
        : [
            {
              sum: true,
              cells: [
                'Together',
                null,
                awards.reduce((sum, { amountPence }) => sum + amountPence, 0),
                awards.reduce((sum, { paidPence }) => sum + paidPence, 0),
                Math.max(...awards.map(({ entry, paidEntry, signedEntry }) => paidEntry ?? signedEntry ?? entry)),
              ],
            },
          ]),
    ],
  };
};

export const awardsPage: Page = {
  name: 'Awards',
  address: ':tenant/awards',
  part: 'decisions',
  template: 'pages/awards.njk',
  build: async (visit) => {
    const { kit } = visit;
    if (!(await visit.isHere())) return undefined;
    const awards = (await visit.ask<readonly AwardSummary[]>('awards')) ?? [];
    const total = awards.reduce((sum, { amountPence }) => sum + amountPence, 0);
    return {
      title: 'Awards',
      statement: markup`${capital(counted(awards.length, 'award'))} ${kit.tense(awards.length === 1 ? 'has' : 'have', 'had')} been
      offered${total === 0 ? nothing : markup`, ${kit.sum(total, Math.max(...awards.map(({ entry }) => entry)), undefined, awards[0]!.currency)} together`}.`,
      sheets: { awards: awardSheet(awards, kit, 'Every award made here') },
    };
  },
};

export const awardPage: Page = {
  name: 'Award',
  address: ':tenant/awards/:awardId',
  part: 'decisions',
  template: 'pages/award.njk',
  build: async (visit) => {
    const { kit, params, tenant } = visit;
    const [award, names] = await Promise.all([visit.ask<AwardView>('award', { awardId: params['awardId']! }), visit.names()]);
    if (award === undefined) return undefined;
    const { awardId, bodyId, currency, decisionId, fundId, period } = award;
    const steps = (await visit.ask<readonly ChainStep[]>('mandate-chain', { fundId, bodyId, period, awardId })) ?? [];
    const by = (on: string | null): on is string => on !== null && on <= visit.moment.asAt;
    return {
      title: `${award.recipientName}: an award`,
      award,
      statement: markup`${kit.link(`recipients/${award.recipientId}`, award.recipientName)} ${kit.tense('was', 'had been')} awarded
      ${kit.sum(award.amountPence, award.entry, undefined, currency)}.
      ${
        award.paidPence === 0
          ? markup`None of it ${kit.tense('has', 'had')} been paid yet.`
          : markup`${kit.sum(award.paidPence, award.paidEntry, undefined, currency)} of it ${kit.tense('has', 'had')} been paid.`
      }`,
      demo: demonstration(visit, [award.illustrative]),
      terms: [
        {
          term: 'Decided by',
          words: markup`${kit.link(`decisions/${decisionId}`, names.decision(decisionId))}, ${names.body(bodyId)}`,
          stamps: kit.stamps(award.entry),
        },
        { term: 'From', words: kit.link(`funds/${fundId}/${bodyId}/${period}`, `${names.fund(fundId)}, ${period}`) },
        { term: 'For', words: idWords(award.purpose) },
        { term: 'Where it stands', words: AWARD_WORDS[award.standing] },
        {
          term: 'Accepted',
          words: by(award.acceptedOn) ? dayWords(award.acceptedOn) : 'Not yet',
          stamps: by(award.acceptedOn) ? kit.stamps(award.acceptedEntry) : '',
        },
        {
          term: 'Agreement signed',
          words: by(award.signedOn)
            ? `${dayWords(award.signedOn)}, for the council by ${officeWords(award.signedBy ?? '')}`
            : 'Not yet: nothing can be paid before it is',
          stamps: by(award.signedOn) ? kit.stamps(award.signedEntry) : '',
        },
        ...(award.agreementHash === null || !by(award.signedOn)
          ? []
          : [{ term: 'Fingerprint of the agreement', words: `sha-256 ${award.agreementHash}`, hash: true }]),
      ],
      chain: chainOf(steps, kit, ({ act }) => act === 'agreed'),
      history: kit.to(`history/award-${tenant}_${awardId}`),
      sheets: {
        payments: {
          caption: kit.tense('What has been paid', 'What had been paid'),
          empty: `Nothing ${kit.tense('has', 'had')} been paid yet.`,
          columns: [
            { key: 'paidOn', label: 'Paid on', kind: 'day' },
            { key: 'amountPence', label: 'Amount', kind: 'money', currency },
            { key: 'entry', label: 'Entry', kind: 'entry' },
          ],
          rows: [
            ...award.payments.map((one): Row => ({
              cells: [{ value: one.effectiveOn, illustrative: one.illustrative }, one.amountPence, one.entry],
            })),
            ...(award.payments.length < 2 ? [] : [{ sum: true, cells: [null, award.paidPence, award.paidEntry] }]),
          ],
        },
      },
    };
  },
};

type RecipientLine = Readonly<{
  recipientId: string;
  name: string;
  currency: string;
  awards: number;
  awardedPence: number;
  paidPence: number;
}>;
export const recipientsPage: Page = {
  name: 'Recipients',
  address: ':tenant/recipients',
  part: 'home',
  template: 'pages/recipients.njk',
  build: async (visit) => {
    const { kit } = visit;
    if (!(await visit.isHere())) return undefined;
    const recipients = (await visit.ask<readonly RecipientLine[]>('recipients')) ?? [];
    const currency = recipients[0]?.currency ?? 'GBP';
    const groups = new Set(recipients.map(({ recipientId }) => recipientId)).size;
    return {
      title: 'Groups that receive',
      statement: markup`${capital(counted(groups, 'group'))} ${kit.tense(groups === 1 ? 'has' : 'have', 'had')} been
      awarded money by a decision in these books.`,
      sheets: {
        recipients: {
          caption: 'Every group, by name',
          wide: true,
          empty: kit.tense('No group has been awarded anything yet.', 'No group had been awarded anything by then.'),
          columns: [
            { key: 'name', label: 'Group' },
            { key: 'awards', label: 'Awards', kind: 'count' },
            { key: 'awardedPence', label: 'Awarded', kind: 'money', currency },
            { key: 'paidPence', label: 'Paid', kind: 'money', currency },
          ],
          rows: recipients
            .toSorted((a, b) => a.name.localeCompare(b.name, 'en-GB'))
            .map(({ awardedPence, awards: count, currency: its, name, paidPence, recipientId }) => ({
              cells: [
                { value: name, href: kit.to(`recipients/${recipientId}`), note: its === currency ? undefined : `in ${its}` },
                count,
                awardedPence,
                paidPence,
              ],
            })),
        },
      },
    };
  },
};

const importedSheet = (rows: readonly ImportedAwardRow[], kit: Visit['kit'], caption: string): Sheet => ({
  caption,
  wide: true,
  empty: 'No past award was brought in from a published file.',
  columns: [
    { key: 'title', label: 'What for, and by whom' },
    { key: 'awardedOn', label: 'Awarded on', kind: 'day' },
    { key: 'recipient', label: 'To' },
    { key: 'mandate', label: 'Mandate' },
    { key: 'amountPence', label: 'Amount', kind: 'money', currency: rows[0]?.currency ?? 'GBP' },
    { key: 'entry', label: 'Entry', kind: 'entry' },
  ],
  rows: rows.map(({ amountPence, awardedOn, currency, entry, funderName, recipientId, recipientKind, title }) => ({
    cells: [
      { value: title, note: `${funderName}${currency === (rows[0]?.currency ?? 'GBP') ? '' : `, in ${currency}`}` },
      awardedOn,
      recipientKind === 'individual' ? 'A person, not named' : { value: 'An organisation', href: kit.to(`recipients/${recipientId}`) },
      'Not stated',
      amountPence,
      entry,
    ],
  })),
});

export const recipientPage: Page = {
  name: 'Recipient',
  address: ':tenant/recipients/:recipientId',
  part: 'home',
  template: 'pages/recipient.njk',
  build: async (visit) => {
    const { kit, params, tenant } = visit;
    const recipient = await visit.ask<RecipientView>('recipient', { recipientId: params['recipientId']! });
    if (recipient === undefined) return undefined;
    const currency = recipient.awards[0]?.currency ?? recipient.imported[0]?.currency ?? 'GBP';
    const latest = (rows: readonly { entry: number }[]) => Math.max(-1, ...rows.map(({ entry }) => entry));
    return {
      title: recipient.name === recipient.recipientId ? 'An organisation in a published file' : recipient.name,
      recipient,
      kind: recipient.kind === null ? '' : idWords(recipient.kind),
      statement:
        recipient.awards.length === 0
          ? recipient.imported.length === 0
            ? markup`No award here ${kit.tense('is', 'was')} in the record.`
            : markup`${kit.sum(recipient.importedPence, latest(recipient.imported), undefined, currency)} in
              ${plural(recipient.imported.length, 'past award')}, from published files.`
          : markup`${kit.sum(recipient.awardedPence, latest(recipient.awards), undefined, currency)} ${kit.tense('was', 'had been')} awarded
            here, and
            ${kit.sum(recipient.paidPence, Math.max(-1, ...recipient.awards.map(({ paidEntry }) => paidEntry ?? -1)), undefined, currency)}
            of it paid.`,
      demo: demonstration(
        visit,
        recipient.awards.map(({ illustrative }) => illustrative),
      ),
      hasImported: recipient.imported.length > 0,
      history: recipient.kind === null ? '' : kit.to(`history/org-${tenant}_${recipient.recipientId}`),
      sheets: {
        awards: awardSheet(recipient.awards, kit, 'Each award, and how far it has come'),
        imported: importedSheet(recipient.imported, kit, 'Each past award, as its file states it'),
      },
    };
  },
};

export const grantsPage: Page = {
  name: 'Grants',
  address: ':tenant/grants',
  part: 'home',
  template: 'pages/grants.njk',
  build: async (visit) => {
    const { kit, query } = visit;
    if (!(await visit.isHere())) return undefined;
    const funderId = query['funder'];
    const view = await visit.ask<ImportedView>('imported-awards', funderId === undefined ? {} : { funderId });
    const { awards, byFunder, byYear } = view ?? { awards: [], byFunder: [], byYear: [] };
    const { pages, shown } = pageOf(awards, visit);
    const totals = (rows: ImportedView['byFunder'], label: string, href?: (key: string) => string): Sheet => ({
      caption: `Past awards by ${label.toLowerCase()}`,
      columns: [
        { key: 'label', label },
        { key: 'count', label: 'Awards', kind: 'count' },
        { key: 'amountPence', label: 'Amount', kind: 'money', currency: rows[0]?.currency ?? 'GBP' },
      ],
      empty: 'No past award was brought in.',
      rows: rows.map(({ count, currency, key, label: words, pence }) => ({
        cells: [
          { value: words, href: href?.(key), note: currency === (rows[0]?.currency ?? 'GBP') ? undefined : `In ${currency}` },
          count,
          pence,
        ],
      })),
    });
    return {
      title: 'Past awards from published files',
      statement: markup`${capital(counted(awards.length, 'past award'))} ${kit.tense(awards.length === 1 ? 'was' : 'were', 'had been')} brought
      in${
        byFunder.length === 1
          ? markup`, ${kit.sum(byFunder[0]!.pence, awards.at(-1)?.entry, undefined, byFunder[0]!.currency)} by ${byFunder[0]!.label}`
          : byFunder.length === 0
            ? nothing
            : markup`, by ${plural(byFunder.length, 'funder')}`
      }.`,
      pages,
      funderId: funderId ?? '',
      everyFunder: kit.to('grants'),
      sheets: {
        funders: totals(byFunder, 'Funder', (key) => kit.to('grants', { funder: key })),
        years: totals(byYear, 'Year'),
        awards: importedSheet(shown, kit, 'Award by award'),
      },
    };
  },
};

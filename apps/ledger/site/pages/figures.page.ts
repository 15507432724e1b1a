import type { ClaimRow } from '@ledger/publication/views';
import type { Page } from '../frame/visit.js';
import type { Row } from '../tables/sheet.js';
import { capital, counted, idWords } from '../words/figures.js';
import { markup } from '../words/html.js';

/** What others printed about this place, as they printed it: claims, never money. */
export const figuresPage: Page = {
  name: 'Figures',
  address: ':tenant/figures',
  part: 'home',
  template: 'pages/figures.njk',
  build: async (visit) => {
    const { kit } = visit;
    if (!(await visit.isHere())) return undefined;
    const claims = (await visit.ask<readonly ClaimRow[]>('claims')) ?? [];
    return {
      title: 'Published figures',
      statement: markup`${capital(counted(claims.length, 'figure'))} that somebody published ${claims.length === 1 ? 'is' : 'are'} noted here, as
        printed and with where. None of them is money in these books.`,
      sheets: {
        figures: {
          caption: 'What was printed, and where',
          wide: true,
          empty: kit.tense('No published figure has been noted.', 'No published figure had been noted by then.'),
          columns: [
            { key: 'statement', label: 'What was printed' },
            { key: 'value', label: 'Figure' },
            { key: 'source', label: 'Where' },
            { key: 'status', label: 'What it is' },
            { key: 'entry', label: 'Entry', kind: 'entry' },
          ],
          rows: claims.map(({ claimId, entry, page, sourceRef, statement, status, tenantId, unit, value }): Row => ({
            cells: [
              { value: statement, href: kit.to(`history/claim-${tenantId}_${claimId}`) },
              { value, note: unit },
              { value: sourceRef, note: page },
              idWords(status),
              entry,
            ],
          })),
        },
      },
    };
  },
};

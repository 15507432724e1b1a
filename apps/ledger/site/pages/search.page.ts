import type { DecisionSummary } from '@ledger/deliberation/views';
import type { FundSummary } from '@ledger/funds/views';
import type { BodySummary } from '@ledger/governance/views';
import type { AwardSummary, ImportedView } from '@ledger/grants/views';
import type { Page, Visit } from '../frame/visit.js';
import type { Row } from '../tables/sheet.js';
import { capital, counted, idWords, plural } from '../words/figures.js';
import { markup } from '../words/html.js';

const FOUND_MAX = 100;
type Named = Readonly<{ name: string; what: string; path: string; entry: number }>;

/** Whatever in these books has a name that people know. */
async function everyName(visit: Visit): Promise<readonly Named[]> {
  const all = async <View>(question: string): Promise<readonly View[]> => (await visit.ask<readonly View[]>(question)) ?? [];
  const [funds, bodies, decisions, awards, imported] = await Promise.all([
    all<FundSummary>('funds'),
    all<BodySummary>('bodies'),
    all<DecisionSummary>('decisions'),
    all<AwardSummary>('awards'),
    visit.ask<ImportedView>('imported-awards'),
  ]);
  const groups = new Map(awards.map((award) => [award.recipientId, award]));
  return [
    ...funds.map(({ entry, fundId, title }) => ({ name: title, what: 'Fund', path: `funds/${fundId}`, entry })),
    ...bodies.map(({ bodyId, entry, name }) => ({ name, what: 'Body that decides', path: `bodies/${bodyId}`, entry })),
    ...decisions.map(({ decisionId, entry, title }) => ({ name: title, what: 'Decision', path: `decisions/${decisionId}`, entry })),
    ...[...groups.values()].map(({ entry, recipientId, recipientName }) => ({
      name: recipientName,
      what: 'Group that receives',
      path: `recipients/${recipientId}`,
      entry,
    })),
    ...(imported?.awards ?? [])
      .filter(({ recipientKind }) => recipientKind !== 'individual')
      .map(({ entry, recipientId, title }) => ({
        name: title ?? idWords(recipientId),
        what: 'Past award',
        path: `recipients/${recipientId}`,
        entry,
      })),
  ];
}

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

export const searchPage: Page = {
  name: 'Search',
  address: ':tenant/search',
  part: null,
  template: 'pages/search.njk',
  build: async (visit) => {
    const { kit } = visit;
    if (!(await visit.isHere())) return undefined;
    const asked = (visit.query['q'] ?? '').trim().slice(0, 200);
    const words = plain(asked).split(/\s+/).filter(Boolean);
    const found =
      words.length === 0
        ? []
        : (await everyName(visit)).filter(({ name }) => {
            const known = plain(name);
            return words.every((word) => known.includes(word));
          });
    return {
      title: asked === '' ? 'Search' : `Search for “${asked}”`,
      asked,
      statement:
        asked === ''
          ? 'Type part of a name: of a fund, a body, a decision or a group.'
          : markup`${capital(counted(found.length, 'name'))} in these books ${kit.tense(found.length === 1 ? 'has' : 'have', 'had')} “${asked}” in ${found.length === 1 ? 'it' : 'them'}.${
              found.length > FOUND_MAX ? ` The first ${plural(FOUND_MAX, 'name')} are shown.` : ''
            }`,
      sheets: {
        found: {
          caption: 'What was found, by name',
          wide: true,
          empty: asked === '' ? 'Nothing was asked for yet.' : 'Nothing of that name. Try one word, or part of one.',
          columns: [
            { key: 'name', label: 'Name' },
            { key: 'what', label: 'What it is' },
            { key: 'entry', label: 'Entry', kind: 'entry' },
          ],
          rows: found
            .toSorted((one, other) => one.name.localeCompare(other.name, 'en-GB'))
            .slice(0, FOUND_MAX)
            .map(({ entry, name, path, what }): Row => ({ cells: [{ value: name, href: kit.to(path) }, what, entry] })),
        },
      },
    };
  },
};

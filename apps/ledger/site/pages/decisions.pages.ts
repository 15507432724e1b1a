import type { DecisionStanding, DecisionSummary } from '@ledger/deliberation/views';
import type { Page, Visit } from '../frame/visit.js';
import type { Sheet } from '../tables/sheet.js';
import { capital, counted } from '../words/figures.js';
import { markup } from '../words/html.js';

export const STANDING_WORDS: Readonly<Record<DecisionStanding, string>> = {
  'in-call-in': 'In call-in: it may still be asked to look again',
  'awaiting-confirmation': 'Call-in is over; it waits to be confirmed',
  confirmed: 'Confirmed',
  rescinded: 'Taken back',
  'beyond-mandate': 'Beyond its mandate: no money can follow',
};
export const decisionSheet = (decisions: readonly DecisionSummary[], kit: Visit['kit']): Sheet => {
  const currency = decisions.flatMap(({ recorded: { effects } }) => effects)[0]?.currency ?? 'GBP';
  return {
    caption: 'Decisions, newest first',
    wide: true,
    empty: kit.tense('No decision is in the record.', 'No decision was in the record by then.'),
    columns: [
      { key: 'title', label: 'Decision' },
      { key: 'decidedOn', label: 'Decided on', kind: 'day' },
      { key: 'standing', label: kit.tense('Where it stands', 'Where it stood') },
      { key: 'awardedPence', label: 'Money that follows', kind: 'money', currency },
      { key: 'entry', label: 'Entry', kind: 'entry' },
    ],
    rows: decisions.toReversed().map(({ awardedPence, bodyName, decisionId, effectiveOn, entry, illustrative, standing, title }) => ({
      cells: [
        { value: title, href: kit.to(`decisions/${decisionId}`), note: bodyName, illustrative },
        effectiveOn,
        STANDING_WORDS[standing],
        awardedPence,
        entry,
      ],
    })),
  };
};

export const decisionsPage: Page = {
  name: 'Decisions',
  address: ':tenant/decisions',
  part: 'decisions',
  template: 'pages/decisions.njk',
  build: async (visit) => {
    const { kit } = visit;
    if (!(await visit.isHere())) return undefined;
    const decisions = (await visit.ask<readonly DecisionSummary[]>('decisions')) ?? [];
    const confirmed = decisions.filter(({ standing }) => standing === 'confirmed').length;
    return {
      title: 'Decisions',
      statement: markup`${capital(counted(decisions.length, 'decision'))}
      ${kit.tense(decisions.length === 1 ? 'is' : 'are', decisions.length === 1 ? 'was' : 'were')} in the record, ${String(confirmed)} of
      them confirmed.`,
      sheets: { decisions: decisionSheet(decisions, kit) },
    };
  },
};

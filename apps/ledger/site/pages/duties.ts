import type { ObligationStanding, ObligationView } from '@ledger/deliberation/views';
import { dayWords, plural } from '../words/figures.js';
import { type Html, markup, nothing } from '../words/html.js';
import type { Kit } from '../words/kit.js';
import type { Names } from '../words/names.js';

type Mark = 'done' | 'due' | 'late';
const MARKS: Readonly<Record<ObligationStanding, Mark>> = {
  due: 'due',
  overdue: 'late',
  'discharged-on-time': 'done',
  'discharged-late': 'late',
  released: 'due',
};
export const dutyStatus = ({ daysLate, dueBy, standing }: Pick<ObligationView, 'daysLate' | 'dueBy' | 'standing'>): string =>
  standing === 'due'
    ? `Due ${dayWords(dueBy)}`
    : standing === 'overdue'
      ? `Late by ${plural(daysLate, 'day')}`
      : standing === 'discharged-on-time'
        ? 'Done on time'
        : standing === 'discharged-late'
          ? `Done ${plural(daysLate, 'day')} late`
          : 'Released';

/** A duty with where it stands: a mark, words, and the entries that prove both. */
export function dutyOf(duty: ObligationView, kit: Kit, names: Names): Readonly<{ words: Html; stamps: Html }> {
  const {
    dischargedEntry,
    dischargedOn,
    dueBy,
    duty: what,
    entry,
    illustrative,
    on,
    progress,
    releasedEntry,
    releasedOn,
    releasedWhy,
    standing,
  } = duty;
  const newest = progress.at(-1);
  return {
    words: markup`<span class="status status--${MARKS[standing]}">${dutyStatus(duty)}</span> ${names.any(on)} must:
      ${what}.${
        standing === 'released'
          ? markup` Let go on ${dayWords(releasedOn!)}: ${releasedWhy}`
          : standing.startsWith('discharged')
            ? markup` Due ${dayWords(dueBy)}, done ${dayWords(dischargedOn!)}, with evidence.`
            : standing === 'overdue'
              ? markup` It was due on ${dayWords(dueBy)}.`
              : nothing
      }${newest === undefined || standing === 'released' || standing.startsWith('discharged') ? nothing : markup` Last reported: ${newest.shareBasisPoints / 100} per cent. ${newest.words}`}${kit.ill(illustrative)}`,
    stamps: kit.stamps(
      entry,
      standing === 'released' ? releasedEntry : standing.startsWith('discharged') ? dischargedEntry : newest?.entry,
    ),
  };
}

import type { ErasureRegister, ErasureStanding, ErasureView } from '@ledger/subjects/views';
import type { Page, Visit } from '../frame/visit.js';
import type { Sheet } from '../tables/sheet.js';
import { capital, counted, dayWords, idWords } from '../words/figures.js';
import { markup, nothing } from '../words/html.js';
import { demonstration } from './shared.js';

const STANDINGS: Readonly<Record<ErasureStanding, string>> = {
  waiting: 'Waits for an answer',
  late: 'Waits, and the answer is late',
  refused: 'Refused',
  granted: 'Granted; the key is about to be destroyed',
  executed: 'Put beyond use; backups still hold the key',
  completed: 'Put beyond use, and no backup holds the key',
};
/** The bases of UK GDPR, article 17(3), as a letter to the person would put them. */
const BASES: Readonly<Record<string, string>> = {
  freedom_of_expression: 'Freedom of expression and information',
  legal_obligation: 'A legal obligation',
  public_task: 'A task in the public interest',
  public_health: 'Public health',
  archiving: 'Archiving in the public interest',
  legal_claims: 'Legal claims',
  no_ground: 'No ground in law carries the request',
};

function noteOf({ backupsExpireOn, basis, explanation, recipientsTold, reviewOn, standing }: ErasureView): string | undefined {
  if (standing === 'refused')
    return `${BASES[basis!] ?? idWords(basis!)}: ${explanation!}${reviewOn === null ? '' : `. To be looked at again on ${dayWords(reviewOn)}`}`;
  if (standing !== 'executed' && standing !== 'completed') return undefined;
  const told = recipientsTold === null ? 'Recipients are still to be told' : recipientsTold === 0 ? 'Nobody had been given the details' : `${capital(counted(recipientsTold, 'recipient'))} told`; // prettier-ignore
  return `${told}. Backups ${standing === 'completed' ? 'held' : 'hold'} the key until ${dayWords(backupsExpireOn!)}`;
}
const requestSheet = (requests: readonly ErasureView[], kit: Visit['kit']): Sheet => ({
  caption: 'Every request, in the order they came; nobody is named',
  wide: true,
  empty: kit.tense('Nobody has asked to be erased.', 'Nobody had asked to be erased by then.'),
  columns: [
    { key: 'standing', label: kit.tense('Where it stands', 'Where it stood') },
    { key: 'requestedOn', label: 'Asked on', kind: 'day' },
    { key: 'answerBy', label: 'Answer due by', kind: 'day' },
    { key: 'answeredOn', label: 'Answered on', kind: 'day' },
    { key: 'executedOn', label: 'Key destroyed on', kind: 'day' },
    { key: 'entry', label: 'Entry', kind: 'entry' },
  ],
  rows: requests.map((one) => ({
    cells: [
      { value: STANDINGS[one.standing], note: noteOf(one), illustrative: one.illustrative },
      one.requestedOn,
      one.answerBy,
      one.answeredOn,
      one.executedOn,
      one.completedEntry ?? one.executedEntry ?? one.entry,
    ],
  })),
});

export const erasuresPage: Page = {
  name: 'Erasures',
  address: ':tenant/erasures',
  part: 'check',
  template: 'pages/erasures.njk',
  build: async (visit) => {
    const { kit } = visit;
    if (!(await visit.isHere())) return undefined;
    const register = await visit.ask<ErasureRegister>('erasures');
    const { counts, enrolled = 0, requests = [], underHold = 0 } = register ?? {};
    const [gone, late] = [(counts?.executed ?? 0) + (counts?.completed ?? 0), counts?.late ?? 0];
    return {
      title: 'People’s details, and erasing them',
      statement: markup`The details of ${counted(enrolled, 'person', 'people')} were taken in. ${capital(counted(requests.length, 'request'))} to be erased ${requests.length === 1 ? 'was' : 'were'} made${
        gone === 0 ? nothing : markup`, and the details of ${counted(gone, 'person', 'people')} are put beyond use`
      }.${late === 0 ? nothing : markup` ${capital(counted(late, 'answer'))} ${kit.tense(late === 1 ? 'is' : 'are', late === 1 ? 'was' : 'were')} late.`}${
        underHold === 0 ? nothing : markup` A legal hold ${kit.tense('stands', 'stood')} over ${counted(underHold, 'person', 'people')}.`
      }`,
      demo: demonstration(visit, requests.map(({ illustrative }) => illustrative)), // prettier-ignore
      sheets: { requests: requestSheet(requests, kit) },
    };
  },
};

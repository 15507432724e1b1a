import { type Decider, type FactOf, isDay, type Refuse, sayNo } from '@ledger/kernel';
import type { AwardImported } from '../events/index.js';
import type { ImportAward } from './import-award.command.js';

/** In the order in which they are judged. */
export type ImportRefusal =
  'NO_SUCH_DAY' | 'EFFECTIVE_ON_ANOTHER_DAY' | 'FILE_NOT_CITED' | 'PERSON_NAMED' | 'RECIPIENT_NOT_NAMED' | 'AWARD_IMPORTED_DIFFERENTLY';
const refuse: Refuse<ImportRefusal> = sayNo;

type Imported = Readonly<{ award: FactOf<typeof AwardImported>['data'] | null }>;
type Award = FactOf<typeof AwardImported>['data'];

/** What a repeat must say again. Which file it was read from, by whom and in which row may differ. */
const STATED = [
  'fundId',
  'recipientKind',
  'grantId',
  'title',
  'description',
  'programme',
  'funderId',
  'funderRef',
  'funderName',
  'recipientId',
  'recipientRef',
  'recipientName',
  'amountPence',
  'currency',
  'awardedOn',
] as const satisfies readonly (keyof Award)[];

/** What would tell who a person is, or what befell them. */
const ABOUT_A_PERSON = ['grantId', 'title', 'description', 'recipientRef', 'recipientName'] as const satisfies readonly (keyof Award)[];
const OF_AN_ORGANISATION = ['grantId', 'title', 'recipientRef', 'recipientName'] as const satisfies readonly (keyof Award)[];

/** One award of the past, recorded once: a repeat adds nothing, and a file that says otherwise is refused. */
export const importedAward: Decider<Imported, ImportAward, FactOf<typeof AwardImported>> = {
  category: 'importedaward',
  stream: ({ awardId }) => awardId,
  initial: { award: null },
  decide: {
    ImportAward(command, { award }, { at, onBehalfOf }) {
      const { amountPence, awardId, awardedOn, currency, fileRow, fileSha256, funderId, funderName, funderRef, fundId } = command;
      const { description, grantId, programme, recipientId, recipientKind, recipientName, recipientRef, title } = command;
      if (!isDay(awardedOn)) refuse('NO_SUCH_DAY', `There is no ${awardedOn} in the calendar`);
      if (at.slice(0, 10) !== awardedOn)
        refuse('EFFECTIVE_ON_ANOTHER_DAY', `The award was made on ${awardedOn}, so it is true from that day, not from ${at.slice(0, 10)}`);
      if (!(command.evidence ?? []).some(({ sha256 }) => sha256 === fileSha256))
        refuse('FILE_NOT_CITED', 'The file that states the award must be named among the evidence, by its hash');
      const told = ABOUT_A_PERSON.filter((field) => command[field] !== undefined);
      if (recipientKind === 'individual' && told.length > 0)
        refuse('PERSON_NAMED', `An award to a person is kept without ${told.join(', ')}: the record is public for ever`);
      const missing = OF_AN_ORGANISATION.filter((field) => command[field] === undefined);
      if (recipientKind === 'organisation' && missing.length > 0)
        refuse('RECIPIENT_NOT_NAMED', `An award to an organisation says its ${missing.join(', ')}`);
      if (award !== null) {
        const other = STATED.filter((field) => award[field] !== command[field]);
        if (other.length === 0) return [];
        refuse('AWARD_IMPORTED_DIFFERENTLY', `This award was imported before, with another ${other.join(', ')}`, {
          awardId,
          fileSha256: award.fileSha256,
        });
      }
      return [
        {
          type: 'AwardImported',
          data: {
            awardId,
            fundId,
            recipientKind,
            ...(grantId === undefined ? {} : { grantId }),
            ...(title === undefined ? {} : { title }),
            ...(description === undefined ? {} : { description }),
            ...(programme === undefined ? {} : { programme }),
            funderId,
            funderRef,
            funderName,
            recipientId,
            ...(recipientRef === undefined ? {} : { recipientRef }),
            ...(recipientName === undefined ? {} : { recipientName }),
            amountPence,
            currency,
            awardedOn,
            fileSha256,
            fileRow,
            importedBy: onBehalfOf,
          },
        },
      ];
    },
  },
  evolve: { AwardImported: (_, { data }) => ({ award: data }) },
};

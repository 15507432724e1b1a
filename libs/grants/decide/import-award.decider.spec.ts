import { fold, isRefusal } from '@ledger/kernel';
import { AwardImported } from '../events/index.js';
import { ImportAward } from './import-award.command.js';
import { importedAward } from './import-award.decider.js';

const SHA = 'ab'.repeat(32);
const { importedBy: _, ...stated } = AwardImported.example;
const asking = (changes: Partial<ImportAward> = {}) =>
  ImportAward.of({
    ...stated,
    recipientKind: 'organisation',
    evidence: [{ sha256: SHA, bytes: 1, mediaType: 'text/csv', title: 'grants.csv' }],
    ...changes,
  });
const decide = (command: ImportAward, before: readonly ImportAward[] = [], at = '2019-03-01T12:00:00.000Z') => {
  const asked = { by: 'finance-manager', onBehalfOf: 'finance-manager', at };
  const state = before.reduce(
    (known, one) => fold(importedAward, known, importedAward.decide.ImportAward(one, known, asked)),
    importedAward.initial,
  );
  try {
    return importedAward.decide.ImportAward(command, state, asked);
  } catch (thrown) {
    if (isRefusal(thrown)) return thrown.code;
    throw thrown;
  }
};
const ofAPerson = { recipientKind: 'individual', grantId: undefined, title: undefined, description: undefined, recipientRef: undefined, recipientName: undefined } as unknown as Partial<ImportAward>; // prettier-ignore

describe('an award of the past', () => {
  it('is recorded as the file states it, and by whom', () => {
    const facts = decide(asking());
    expect(facts).toEqual([{ type: 'AwardImported', data: AwardImported.example }]);
    expect(() => AwardImported.check((facts as unknown as { data: object }[])[0]!.data)).not.toThrow();
  });
  it('is recorded once', () => expect(decide(asking(), [asking()])).toEqual([]));
  it('is the same award in another file, in another row', () =>
    expect(decide(asking({ fileSha256: 'cd'.repeat(32), fileRow: 7, evidence: [{ sha256: 'cd'.repeat(32), bytes: 1, mediaType: 'text/csv', title: 'later.csv' }] }), [asking()])).toEqual([])); // prettier-ignore
  it.each([
    ['another sum', { amountPence: 1 }],
    ['another recipient', { recipientId: 'other' }],
    ['another fund', { fundId: 'other' }],
    ['a description that was not there', { description: 'More' }],
  ])('is not recorded again with %s', (_what, changes) => expect(decide(asking(changes), [asking()])).toBe('AWARD_IMPORTED_DIFFERENTLY'));
  it('begins on the day on which it was made', () =>
    expect(decide(asking(), [], '2019-03-02T00:00:00.000Z')).toBe('EFFECTIVE_ON_ANOTHER_DAY'));
  it('was made on a day that the calendar has', () =>
    expect(decide(asking({ awardedOn: '2019-02-29' }), [], '2019-02-29T12:00:00.000Z')).toBe('NO_SUCH_DAY'));
  it('cites the file that states it', () => expect(decide(asking({ fileSha256: 'cd'.repeat(32) }))).toBe('FILE_NOT_CITED'));
  it('to a person keeps no word about them', () => {
    expect(decide(asking(ofAPerson))).toMatchObject([{ data: { recipientKind: 'individual' } }]);
    for (const field of ['grantId', 'title', 'description', 'recipientRef', 'recipientName'])
      expect(decide(asking({ ...ofAPerson, [field]: 'Jane Roe' }))).toBe('PERSON_NAMED');
  });
  it('to an organisation names it', () => {
    for (const field of ['grantId', 'title', 'recipientRef', 'recipientName'])
      expect(decide(asking({ [field]: undefined }))).toBe('RECIPIENT_NOT_NAMED');
  });
});

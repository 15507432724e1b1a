import 'reflect-metadata';
import { everyDesk } from '@ledger/policies';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import fc from 'fast-check';
import { isSound } from './quick-check.js';

const OPTIONS = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, stopAtFirstError: true };
const VALUES: readonly unknown[] = [
  'parks-2026',
  'In plain words',
  '2026-04-06',
  '2026-04-06T10:00:00.000Z',
  'ab'.repeat(32),
  'GBP',
  'general',
  'income',
  '00000000-0000-4000-8000-000000000001',
  1,
  0,
  -1,
  0.5,
  10_000,
  true,
  null,
  undefined,
  '',
  {},
  [],
  ['parks'],
  [1],
  [{}],
  [null],
  [{ lotId: 'lot-1', amountPence: 5 }],
  [{ lotId: 'lot-1', amountPence: 5, more: 1 }],
  [{ sha256: 'ab'.repeat(32), bytes: 1, mediaType: 'application/pdf', title: 'One' }],
  { code: 'as-published', text: 'In words' },
  { code: 5 },
  'a lot '.repeat(1000),
];

describe('the quick check of a request', () => {
  it('never says yes where class-validator says no, on any command: sound ones, and sound ones with a field or two of junk', () => {
    const said = { yes: 0, no: 0 };
    for (const { command } of everyDesk) {
      const names = [
        ...new Set(
          getMetadataStorage()
            .getTargetValidationMetadatas(command, '', false, false)
            .map(({ propertyName }) => propertyName),
        ),
      ].filter((name) => name !== 'type');
      const made = (body: object) => plainToInstance(command, { type: new command().type, ...body });
      const wrongIn = (body: object) => validateSync(made(body), OPTIONS).map(({ property }) => property);
      const fits = (name: string) => VALUES.filter((value) => !wrongIn({ [name]: value }).includes(name));
      // A list of things that no value above happens to be: such a command is only ever refused here.
      const fitting = (name: string) => (fits(name).length > 0 ? fits(name) : VALUES);
      const sound = fc.record(Object.fromEntries(names.map((name) => [name, fc.constantFrom(...fitting(name))])));
      const junk = fc.dictionary(fc.constantFrom(...names, 'unheardOf'), fc.constantFrom(...VALUES), { maxKeys: 2 });
      fc.assert(
        fc.property(sound, fc.oneof(fc.constant({}), junk), (body, more) => {
          const yes = isSound(made({ ...body, ...more }));
          said[yes ? 'yes' : 'no'] += 1;
          if (yes) expect(wrongIn({ ...body, ...more })).toEqual([]);
        }),
        { numRuns: 40 },
      );
    }
    expect(said.yes).toBeGreaterThan(everyDesk.length * 5);
    expect(said.no).toBeGreaterThan(everyDesk.length * 2);
  });

  it('says yes to a sound request with nested things, and no as soon as one field of one of them is wrong', () => {
    const give = everyDesk.find(({ command }) => command.name === 'GiveAuthority')!.command;
    const sound = {
      commandId: '00000000-0000-4000-8000-000000000001',
      fundId: 'parks',
      bodyId: 'panel',
      period: '2026-27',
      title: 'A share',
      lots: [{ lotId: 'lot-1', amountPence: 5 }],
      reason: { code: 'as-published' },
    };
    const made = (body: object) => plainToInstance(give, { type: 'GiveAuthority', ...body });
    expect(isSound(made(sound))).toBe(true);
    for (const wrong of [
      { lots: [{ lotId: 'lot-1', amountPence: 0.5 }] },
      { lots: [{ lotId: 'lot-1', amountPence: 5, more: 1 }] },
      { lots: [] },
      { lots: [5] },
      { lots: {} },
      { reason: { code: 5 } },
      { reason: [] },
      { fundId: 'Not an id' },
      { fundId: ['parks'] },
      { more: 1 },
      { title: undefined },
    ])
      expect([wrong, isSound(made({ ...sound, ...wrong }))]).toEqual([wrong, false]);
  });
});

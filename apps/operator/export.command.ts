import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { beancountJournal, type Books, type EntryName, hledgerJournal, type Leg } from '@ledger/formats';
import { type Home, momentFrom } from '@ledger/home';
import { type Common, NotUnderstood, type OperatorCommand } from './command-line.js';

/** hledger and ledger read one text. */
const FORMATS: Readonly<Record<string, (books: Books) => string>> = {
  hledger: hledgerJournal,
  ledger: hledgerJournal,
  beancount: beancountJournal,
};
type Given = Readonly<{ format: string; asAt?: string; asKnown?: string; tenant?: string; out?: string }>;

/** The books at one moment: every posting known by that entry and true by that day, of one tenant or of all. */
export async function booksAt(
  home: Pick<Home, 'views' | 'clock'>,
  { asAt, asKnown, tenant }: { asAt?: string | undefined; asKnown?: string | undefined; tenant?: string | undefined },
): Promise<Books> {
  const moment = await momentFrom(home, { asAt, asKnown });
  const legs = await home.views.query<Leg>((from) => {
    const query = from
      .selectFrom('journal')
      .select(['entry', 'effectiveOn', 'account', 'amountPence', 'currency'])
      .where('entry', '<=', moment.asKnown)
      .where('effectiveOn', '<=', moment.asAt)
      .orderBy('entry')
      .orderBy('leg');
    return tenant === undefined ? query : query.where('tenantId', '=', tenant);
  });
  const named = await home.views.query<EntryName & { entry: number }>((from) =>
    from.selectFrom('entries').select(['entry', 'type', 'stream']),
  );
  const names = new Map(named.map((one) => [one.entry, one] as const));
  return {
    title: [
      `The books of ${tenant ?? 'every tenant'}, true by ${moment.asAt}, as known at entry ${moment.asKnown}`,
      'Each transaction is one entry of the ledger; its number stands beside it.',
    ],
    legs,
    nameOf: (entry) => names.get(entry)!,
  };
}

export const exportBooks: OperatorCommand = (program, io) => {
  const command = program.command('export').description('take the ledger’s content out, for other people’s tools');
  command
    .command('journal')
    .description('print the books for a plain-text accounting tool, with the balance of every account for the tool to assert')
    .requiredOption('--format <tool>', `one of ${Object.keys(FORMATS).join(', ')}`)
    .option('--as-at <day>', 'only what is true by this day (default: today)')
    .option('--as-known <entry>', 'only what was known by this entry or instant (default: everything)')
    .option('--tenant <tenant>', 'one tenant’s books (default: every tenant’s)')
    .option('--out <file>', 'write to a file instead of the terminal')
    .addHelpText('after', '\nExample: operator export journal --format hledger --as-at 2019-03-31 --out books.journal')
    .action((given: Given, self: Command) =>
      io.run(() => {
        const print = FORMATS[given.format];
        if (print === undefined) throw new NotUnderstood(`--format is one of ${Object.keys(FORMATS).join(', ')}`);
        const options: Common = self.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const books = await booksAt(home, given);
          const text = print(books);
          if (given.out === undefined && options.json !== true) {
            io.write(text);
            return;
          }
          if (given.out !== undefined) save(given.out, text);
          const entries = new Set(books.legs.map(({ entry }) => entry)).size;
          io.answer(
            options,
            {
              format: given.format,
              entries,
              legs: books.legs.length,
              ...(given.out === undefined ? { journal: text } : { out: given.out }),
            },
            () => [`${books.legs.length} postings of ${entries} entries, in ${given.out ?? ''}.`],
          );
        });
      }),
    );
  return command;
};

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (failed) {
    throw new NotUnderstood(`${file} cannot be written: ${(failed as Error).message}`);
  }
}

import type { Command } from 'commander';
import { decimalPounds } from '@ledger/kernel';
import { type Moment, momentFrom, readBundle } from './moment.js';
import type { ReadEntry } from './reading.js';
import { EXIT, type Terminal } from './terminal.js';

type Line = Readonly<{ account: string; currency: string; pence: number; lastEntry: number }>;

/** Balances of every account at a moment: the auditor's own fold over the postings of the entries. */
class TrialBalance {
  private readonly accounts = new Map<string, Line>();
  constructor(private readonly moment: Moment) {}
  add(read: ReadEntry): void {
    if (!this.moment.knows(read)) return;
    for (const { account, amountPence, currency, effectiveOn } of read.document.postings) {
      if (effectiveOn > this.moment.asAt) continue;
      const key = `${account} ${currency}`;
      this.accounts.set(key, { account, currency, pence: (this.accounts.get(key)?.pence ?? 0) + amountPence, lastEntry: read.entry });
    }
  }
  lines(): readonly Line[] {
    return [...this.accounts.values()].filter(({ pence }) => pence !== 0).sort((a, b) => (a.account < b.account ? -1 : 1));
  }
}

const money = ({ currency, pence }: { currency: string; pence: number }) => `${decimalPounds(pence)} ${currency}`;
const nil = (lines: readonly Line[]) =>
  [...Map.groupBy(lines, ({ currency }) => currency)].map(([currency, all]) => ({
    currency,
    pence: all.reduce((sum, { pence }) => sum + pence, 0),
  }));

type At = Readonly<{ asKnown?: string; asAt?: string; json?: boolean }>;
export const replay = (program: Command, terminal: Terminal): Command =>
  program
    .command('replay')
    .description('the trial balance at an entry or a day, from the auditor’s own fold over the entries of the bundle')
    .argument('<bundle>', 'the folder or .zip file that the operator wrote')
    .option('--as-known <entry>', 'only what was recorded by this entry, day or instant')
    .option('--as-at <day>', 'only what is true by this day')
    .option('--json', 'answer with one JSON document')
    .addHelpText('after', '\nExample: auditor replay bundle.zip --as-known 120 --as-at 2019-03-31')
    .action((path: string, given: At) =>
      terminal.run(async () => {
        const moment = momentFrom(given.asKnown, given.asAt);
        const balance = new TrialBalance(moment);
        await readBundle(path, (read) => balance.add(read), terminal.progress('Replaying'));
        const accounts = balance.lines();
        const sums = nil(accounts);
        terminal.answer(given.json === true, { asKnown: given.asKnown ?? null, asAt: given.asAt ?? null, accounts, sums }, () => [
          `Trial balance ${moment.words}`,
          ...accounts.map((line) => `${money(line).padStart(20)}  ${line.account}  (entry ${line.lastEntry})`),
          ...sums.map((sum) => `${money(sum).padStart(20)}  all accounts`),
        ]);
        return sums.every(({ pence }) => pence === 0) ? EXIT.proven : EXIT.wrong;
      }),
    );

type Between = Readonly<{ from: string; to?: string; asAt?: string; json?: boolean }>;
export const diff = (program: Command, terminal: Terminal): Command =>
  program
    .command('diff')
    .description('what came in between two entries or two days: the events that did it, and what they moved')
    .argument('<bundle>', 'the folder or .zip file that the operator wrote')
    .requiredOption('--from <entry>', 'the earlier entry, day or instant')
    .option('--to <entry>', 'the later one (default: the end of the bundle)')
    .option('--json', 'answer with one JSON document')
    .addHelpText('after', '\nExample: auditor diff bundle.zip --from 120 --to 180')
    .action((path: string, given: Between) =>
      terminal.run(async () => {
        const [before, after] = [momentFrom(given.from, undefined), momentFrom(given.to, undefined)];
        const [earlier, later] = [new TrialBalance(before), new TrialBalance(after)];
        const events: { entry: number; type: string; stream: string; recordedAt: string; moves: number }[] = [];
        await readBundle(
          path,
          (read) => {
            earlier.add(read);
            later.add(read);
            const { postings, recordedAt, stream, type } = read.document;
            if (after.knows(read) && !before.knows(read))
              events.push({ entry: read.entry, type, stream, recordedAt, moves: postings.length });
          },
          terminal.progress('Comparing'),
        );
        const [was, is] = [earlier, later].map((one) => new Map(one.lines().map((line) => [`${line.account} ${line.currency}`, line])));
        const accounts = [...new Set([...was!.keys(), ...is!.keys()])].sort().flatMap((key) => {
          const [a, b] = [was!.get(key), is!.get(key)];
          const { account, currency } = (b ?? a)!;
          const [beforePence, afterPence] = [a?.pence ?? 0, b?.pence ?? 0];
          return beforePence === afterPence ? [] : [{ account, currency, beforePence, afterPence, movedPence: afterPence - beforePence }];
        });
        terminal.answer(given.json === true, { from: given.from, to: given.to ?? null, events, accounts }, () => [
          `${events.length} entries came in:`,
          ...events.map(
            ({ entry, moves, recordedAt, stream, type }) =>
              `  ${entry}  ${recordedAt}  ${type}  ${stream}${moves === 0 ? '' : `  ${moves} postings`}`,
          ),
          `${accounts.length} accounts moved:`,
          ...accounts.map(
            ({ account, afterPence, beforePence, currency, movedPence }) =>
              `  ${account}: ${decimalPounds(beforePence)} → ${decimalPounds(afterPence)} ${currency} (${decimalPounds(movedPence)})`,
          ),
        ]);
        return EXIT.proven;
      }),
    );

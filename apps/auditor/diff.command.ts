import type { Command } from 'commander';
import { type Answer, checkpointOf, example, onBundle, type Shown } from './answer.js';
import { momentFrom, readBundle } from './moment.js';
import { EXIT, type Terminal } from './terminal.js';
import { amount, TrialBalance } from './trial-balance.js';

type Between = Shown & Readonly<{ from: string; to?: string }>;
async function differed(path: string, { from, to }: Between, progress: (done: number, total: number) => void): Promise<Answer> {
  const [before, after] = [momentFrom(from, undefined), momentFrom(to, undefined)];
  const [earlier, later] = [new TrialBalance(before), new TrialBalance(after)];
  const events: { entry: number; type: string; stream: string; recordedAt: string; moves: number }[] = [];
  const about = await readBundle(
    path,
    (read) => {
      earlier.add(read);
      later.add(read);
      const { postings, recordedAt, stream, type } = read.document;
      if (after.knows(read) && !before.knows(read)) events.push({ entry: read.entry, type, stream, recordedAt, moves: postings.length });
    },
    progress,
  );
  const [was, is] = [earlier, later].map((one) => new Map(one.lines().map((line) => [`${line.account} ${line.currency}`, line])));
  const accounts = [...new Set([...was!.keys(), ...is!.keys()])].sort().flatMap((key) => {
    const [a, b] = [was!.get(key), is!.get(key)];
    const { account, currency } = (b ?? a)!;
    const [beforePence, afterPence] = [a?.pence ?? 0, b?.pence ?? 0];
    const change = a === undefined ? 'added' : b === undefined ? 'gone' : 'changed';
    return beforePence === afterPence ? [] : [{ account, currency, change, beforePence, afterPence, movedPence: afterPence - beforePence }];
  });
  const parameters = { from, to: to ?? null };
  return {
    title: `What came between ${from} and ${to ?? 'the end of the bundle'}`,
    objective: 'Say what was added, changed and gone between two moments, and the events that did it.',
    population: `${events.length} of ${about.size} entries`,
    parameters,
    checkpoint: checkpointOf(about),
    document: { ...parameters, events, accounts },
    sections: [
      {
        title: `${events.length} entries came in`,
        columns: ['Entry', 'Recorded', 'Fact', 'Stream', 'Postings'],
        rows: events.map(({ entry, moves, recordedAt, stream, type }) => [String(entry), recordedAt, type, stream, String(moves)]),
      },
      {
        title: `${accounts.length} accounts moved`,
        columns: ['Account', '', 'Before', 'After', 'Moved'],
        rows: accounts.map(({ account, afterPence, beforePence, change, currency, movedPence }) => [
          account,
          change,
          amount(beforePence),
          amount(afterPence),
          `${amount(movedPence)} ${currency}`,
        ]),
      },
    ],
    exit: EXIT.proven,
  };
}

export const diff = (program: Command, terminal: Terminal): Command =>
  example(
    onBundle(program, 'diff', 'what came in between two entries or two days: the events that did it, and what they moved')
      .requiredOption('--from <entry>', 'the earlier entry, day or instant')
      .option('--to <entry>', 'the later one (default: the end of the bundle)')
      .action((path: string, given: Between) => terminal.run('diff', given, () => differed(path, given, terminal.progress('Comparing')))),
    'diff bundle.zip --from 120 --to 180',
  );

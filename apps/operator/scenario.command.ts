import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { pounds } from '@ledger/kernel';
import { type Figure, HomeTeller, HttpTeller, inWords, type Outcome, type Plain, type ReadStory, readStory, tell } from '@ledger/stories';
import { type Common, EXIT, type Io, NotUnderstood, type OperatorCommand } from './command-line.js';

type Given = Readonly<{ to?: string; token?: string }>;

/** What the person at the terminal can put right: a file that cannot be told, a ledger that does not answer. */
const TO_PUT_RIGHT = ['StoryUnreadable', 'LedgerOutOfReach'];
async function inWordsOfTheTerminal<T>(action: () => T | Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    throw TO_PUT_RIGHT.includes((thrown as Error).name) ? new NotUnderstood((thrown as Error).message) : thrown;
  }
}

async function tellAll(stories: readonly ReadStory[], { to, token }: Given, home: string | undefined, io: Io): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  if (to !== undefined) {
    const teller = await HttpTeller.to(to, token);
    for (const story of stories) outcomes.push(await tell(story, teller));
    return outcomes;
  }
  const folder = home ?? mkdtempSync(join(tmpdir(), 'ledger-scenario-'));
  try {
    await io.withHome(folder, async (opened) => {
      for (const story of stories) outcomes.push(await tell(story, new HomeTeller(opened)));
    });
  } finally {
    if (home === undefined) rmSync(folder, { recursive: true, force: true });
  }
  return outcomes;
}

const shown = (value: Plain, inPence: boolean): string =>
  value === null ? 'not in the record' : inPence && typeof value === 'number' ? pounds(value) : inWords(value);

const COLUMNS = ['', 'As known at', 'Figure', 'Asked for', 'Found'] as const;
const rowOf = ({ asked, at, entry, found, holds, inPence, says }: Figure): readonly string[] => [
  holds ? '✓' : '✗',
  `${at}, entry ${entry}`,
  says,
  shown(asked, inPence),
  shown(found, inPence),
];
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
}

function linesOf({ asked, figures, refusedAsTold, story, surprise, title }: Outcome): readonly string[] {
  const wrong = figures.filter(({ holds }) => !holds).length;
  return [
    `${story}: ${title}`,
    `  ${asked} requests told, ${refusedAsTold} refused as the story says`,
    ...(surprise === null
      ? table([COLUMNS, ...figures.map(rowOf)])
      : [`  The telling stopped at line ${surprise.line}: ${surprise.words}`]),
    ...(surprise === null ? [`  ${figures.length} figures, ${wrong === 0 ? 'all as asked for' : `${wrong} of them differ`}`] : []),
    '',
  ];
}

/** Tells stories to a ledger, and holds every figure they ask for against the figure found. */
export const scenario: OperatorCommand = (program, io) => {
  program
    .command('scenario')
    .description('tell stories of the field to a ledger, and hold their figures against the ledger’s')
    .argument('<run>', 'run: tell them and compare')
    .argument('<files...>', 'story files (YAML; libs/stories/story.schema.json says what may stand in one)')
    .option('--to <url>', 'a running ledger; without it, the one of --home, else a fresh one that is thrown away again')
    .option('--token <token>', 'of a recorder in the stories’ tenants; without it, the demonstration’s sign-in')
    .addHelpText('after', '\nExample: operator scenario run test/scenarios/a19-barking-and-dagenham.story.yaml --json')
    .action((what: string, files: string[], given: Given, command: Command) =>
      io.run(async () => {
        if (what !== 'run') throw new NotUnderstood(`A scenario can be run, and "${what}" was asked for`);
        const options: Common = command.optsWithGlobals();
        if (given.to !== undefined && options.home !== undefined) throw new NotUnderstood('Say --to or --home, not both');
        const outcomes = await inWordsOfTheTerminal(() => tellAll(files.map(readStory), given, options.home, io));
        const holds = outcomes.every((outcome) => outcome.holds);
        io.answer(options, { holds, stories: outcomes }, () => outcomes.flatMap(linesOf));
        return holds ? EXIT.done : EXIT.no;
      }),
    );
};

import type { Command } from 'commander';
import type { AboutBundle } from '@ledger/log';
import { verifierFrom } from '@ledger/log';

export type Checkpoint = Readonly<{ origin: string; size: number; root: string }>;
/** One thing that an answer shows: words, or rows under their columns. */
export type Section = Readonly<{
  title: string;
  words?: readonly string[];
  columns?: readonly string[];
  rows?: readonly (readonly string[])[];
}>;
/** What a command answers, once: printed as text or JSON, and kept as a working paper. The conclusion is a person's, and never in it. */
export type Answer = Readonly<{
  title: string;
  objective: string;
  /** What was looked at, in words with a count. */
  population: string;
  parameters: Readonly<Record<string, string | number | null>>;
  checkpoint: Checkpoint | null;
  sections: readonly Section[];
  document: object;
  exit: number;
}>;
/** What every command may be asked beside its own options. */
export type Shown = Readonly<{ json?: boolean; paper?: string }>;

export const checkpointOf = ({ log, root, size }: AboutBundle): Checkpoint => ({ origin: verifierFrom(log).name, size, root });

/** A command that reads one bundle. Every one can answer in JSON, and keep its working paper. */
export const onBundle = (program: Command, name: string, says: string): Command =>
  program
    .command(name)
    .description(says)
    .argument('<bundle>', 'the folder or .zip file that the operator wrote')
    .option('--json', 'answer with one JSON document')
    .option('--paper <place>', 'keep the working paper: a folder, or FILE.html with FILE.json beside it');

export const example = (command: Command, line: string): Command => command.addHelpText('after', `\nExample: auditor ${line}`);

const NUMBER = /^-?\d[\d.,]*( [A-Z]{3})?$/;
/** Rows as text: columns of figures stand to the right. */
function aligned(rows: readonly (readonly string[])[], columns: readonly string[]): readonly string[] {
  const all = [columns, ...rows];
  const width = columns.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const right = columns.map((_, at) => rows.length > 0 && rows.every((row) => NUMBER.test(row[at] ?? '') || row[at] === ''));
  return all.map((row) =>
    row
      .map((cell, at) => (right[at] === true ? cell.padStart(width[at]!) : cell.padEnd(width[at]!)))
      .join('  ')
      .trimEnd(),
  );
}
export const textOf = ({ sections }: Answer): string =>
  `${sections
    .map(({ columns, rows, title, words }) =>
      [
        ...(title === '' ? [] : [title]),
        ...(words ?? []),
        ...(rows === undefined || columns === undefined || rows.length === 0 ? [] : aligned(rows, columns).map((line) => `  ${line}`)),
      ].join('\n'),
    )
    .join('\n\n')}\n`;

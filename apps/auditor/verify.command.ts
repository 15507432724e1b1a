import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { trustPolicyFrom } from '@ledger/log';
import { Bundle, Wrong } from './bundle.js';
import { EXIT, NotUnderstood, type Terminal } from './terminal.js';
import { type Verification, Verifying } from './verify.js';

type Given = Readonly<{ policy?: string; checkpoint?: string; receipts?: string }>;

const textOf = (file: string, what: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new NotUnderstood(`${what} cannot be read: ${file}`);
  }
};
function policyOf(file: string) {
  try {
    return trustPolicyFrom(textOf(file, 'The policy'));
  } catch (thrown) {
    throw new NotUnderstood((thrown as Error).message);
  }
}

/** An archive that cannot be unpacked is wrong before anything in it was read. */
const unreadable = (words: string): Verification => ({
  verdict: 'wrong',
  tests: [{ name: 'Every byte is read, and nothing else stands there', outcome: 'FAIL', words }],
  firstWrong: { entry: null, words },
  checkpoint: null,
  anchors: [],
  notShown: [],
});

/** Verifies a bundle by what the auditor brought: the one road of the command line and of its tests. */
export async function verification(path: string, given: Given, progress?: (done: number, total: number) => void): Promise<Verification> {
  if (!existsSync(path)) throw new NotUnderstood(`There is no bundle at ${path}`);
  if (given.receipts !== undefined && statSync(given.receipts, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new NotUnderstood(`There is no folder of receipts at ${given.receipts}`);
  const brought = {
    policy: given.policy === undefined ? null : policyOf(given.policy),
    kept: given.checkpoint === undefined ? null : textOf(given.checkpoint, 'The checkpoint that was kept'),
    receipts: given.receipts ?? null,
  };
  let bundle: Bundle;
  try {
    bundle = await Bundle.open(path);
  } catch (thrown) {
    if (!(thrown instanceof Wrong)) throw thrown;
    return unreadable(thrown.words);
  }
  try {
    return new Verifying(bundle, brought, progress).run();
  } finally {
    bundle.close();
  }
}

const WORDS = {
  proven: 'PROVEN',
  wrong: 'WRONG',
  'the operator’s word only': 'CONSISTENT WITH ITSELF, and anchored in nothing that you brought: the operator’s word only',
} as const;
const EXITS = { proven: EXIT.proven, wrong: EXIT.wrong, 'the operator’s word only': EXIT.unanchored } as const;

function linesFor({ anchors, checkpoint, firstWrong, notShown, tests, verdict }: Verification): readonly string[] {
  return [
    ...(checkpoint === null ? [] : [`${checkpoint.origin}, ${checkpoint.size} entries, root ${checkpoint.root}`, '']),
    ...tests.map(({ name, outcome, words }) => `${outcome.padEnd(10)} ${name}${words === '' ? '' : `: ${words}`}`),
    '',
    ...(notShown.length === 0
      ? ['Everything is shown.']
      : [
          'Not shown in this bundle, and proven by its hash alone:',
          ...notShown.map((one) => `  ${one.month}  ${one.count} × ${one.part} part of ${one.type}`),
        ]),
    '',
    ...(anchors.length === 0 ? [] : [`Anchored in: ${anchors.join('; ')}.`]),
    ...(firstWrong === null ? [] : [`First wrong${firstWrong.entry === null ? '' : ` at entry ${firstWrong.entry}`}: ${firstWrong.words}`]),
    WORDS[verdict],
  ];
}

export const verify = (program: Command, terminal: Terminal): Command =>
  program
    .command('verify')
    .description('check a bundle to its last byte, by the policy, checkpoint and receipts that you brought; trust nothing that came in it')
    .argument('<bundle>', 'the folder or .zip file that the operator wrote')
    .option('--policy <file>', 'whom you trust, from a person you could ask; without it nothing is proven')
    .option('--checkpoint <file>', 'a checkpoint of this log that you kept')
    .option('--receipts <folder>', 'signed receipts that somebody kept')
    .option('--json', 'answer with one JSON document')
    .addHelpText('after', '\nExample: auditor verify bundle.zip --policy policy.txt --checkpoint kept.txt')
    .action((path: string, given: Given & { json?: boolean }) =>
      terminal.run(async () => {
        const found = await verification(path, given, terminal.progress('Verifying'));
        terminal.answer(given.json === true, found, () => linesFor(found));
        return EXITS[found.verdict];
      }),
    );

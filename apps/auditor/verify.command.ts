import { existsSync, statSync } from 'node:fs';
import type { Command } from 'commander';
import { type Answer, example, onBundle, type Shown } from './answer.js';
import { Bundle, Wrong } from './bundle.js';
import { NotUnderstood } from './not-understood.js';
import { policyFrom, textOf } from './policy.js';
import { EXIT, type Terminal } from './terminal.js';
import type { Verification } from './verification.js';
import { Verifying } from './verify.js';

type Given = Shown & Readonly<{ policy?: string; checkpoint?: string; receipts?: string }>;

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
    policy: given.policy === undefined ? null : policyFrom(given.policy),
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
  'proven, but for what is lost': 'PROVEN, BUT FOR WHAT IS LOST: the log began again after a restore, and that stays a finding for ever',
  wrong: 'WRONG',
  'the operator’s word only': 'CONSISTENT WITH ITSELF, and anchored in nothing that you brought: the operator’s word only',
} as const;
const EXITS = {
  proven: EXIT.proven,
  'proven, but for what is lost': EXIT.wrong,
  wrong: EXIT.wrong,
  'the operator’s word only': EXIT.unanchored,
} as const;

function answerOf(found: Verification, { checkpoint: kept, policy, receipts }: Given): Answer {
  const { anchors, checkpoint, firstWrong, notShown, tests, verdict } = found;
  return {
    title: 'Verification of a bundle',
    objective: 'Check the bundle to its last byte by what the auditor brought, and trust nothing that came in it.',
    population: `${checkpoint?.size ?? 0} entries`,
    parameters: { policy: policy ?? null, checkpoint: kept ?? null, receipts: receipts ?? null },
    checkpoint,
    document: found,
    sections: [
      {
        title: checkpoint === null ? '' : `${checkpoint.origin}, ${checkpoint.size} entries, root ${checkpoint.root}`,
        columns: ['', 'Test', 'Found'],
        rows: tests.map(({ name, outcome, words }) => [outcome, name, words]),
      },
      {
        title: notShown.length === 0 ? 'Everything is shown.' : 'Not shown in this bundle, and proven by its hash alone',
        columns: ['Month', 'How many', 'What'],
        rows: notShown.map(({ count, month, part, type }) => [month, String(count), `${part} part of ${type}`]),
      },
      {
        title: WORDS[verdict],
        words: [
          ...(anchors.length === 0 ? [] : [`Anchored in: ${anchors.join('; ')}.`]),
          ...(firstWrong === null
            ? []
            : [`First wrong${firstWrong.entry === null ? '' : ` at entry ${firstWrong.entry}`}: ${firstWrong.words}`]),
        ],
      },
    ],
    exit: EXITS[verdict],
  };
}

export const verify = (program: Command, terminal: Terminal): Command =>
  example(
    onBundle(program, 'verify', 'check a bundle to its last byte, by what you brought; trust nothing that came in it')
      .option('--policy <file>', 'whom you trust, from a person you could ask; without it nothing is proven')
      .option('--checkpoint <file>', 'a checkpoint of this log that you kept')
      .option('--receipts <folder>', 'signed receipts that somebody kept')
      .action((path: string, given: Given) =>
        terminal.run('verify', given, async () => answerOf(await verification(path, given, terminal.progress('Verifying')), given)),
      ),
    'verify bundle.zip --policy policy.txt --checkpoint kept.txt',
  );

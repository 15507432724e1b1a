import { Command, CommanderError } from 'commander';
import { backup, restore } from './backup.command.js';
import { catalogue } from './catalogue.command.js';
import { EXIT, Io, type OperatorCommand } from './command-line.js';
import { copy } from './copy.command.js';
import { exportBooks } from './export.command.js';
import { importGrants } from './import.command.js';
import { keys } from './keys.command.js';
import { deadLetters, init, rebuild, selfCheck, status, token } from './ledger.commands.js';
import { exportBundle, publicLog } from './log.commands.js';
import { grantRole } from './role.command.js';
import { scenario } from './scenario.command.js';
import { witness } from './witness.command.js';

/** Every command of the operator, in the order in which the help lists them. The next one goes here. */
const commands: readonly OperatorCommand[] = [
  init,
  token,
  grantRole,
  importGrants,
  exportBooks,
  exportBundle,
  publicLog,
  witness,
  scenario,
  copy,
  backup,
  restore,
  status,
  rebuild,
  selfCheck,
  keys,
  deadLetters,
  catalogue,
];

type Streams = Readonly<{ out?: (text: string) => void; err?: (text: string) => void; isTerminal?: boolean }>;

/** Runs one command line and answers its exit code. */
export async function operator(
  args: readonly string[],
  {
    err = (text) => process.stderr.write(text),
    isTerminal = process.stderr.isTTY,
    out = (text) => process.stdout.write(text),
  }: Streams = {},
): Promise<number> {
  const io = new Io(out, err, isTerminal);
  const program = new Command('operator')
    .description('Keeps a community commissioning ledger: begin it, tell it stories, bring grants in, take its books out.')
    .option('--home <folder>', 'the folder of the ledger (default: LEDGER_HOME, else .ledger)')
    .option('--json', 'answer with one JSON document')
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError('(operator --help lists the commands)');
  commands.forEach((add) => add(program, io));
  for (const command of program.commands) command.exitOverride().configureOutput({ writeOut: out, writeErr: err });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return io.exit;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.done : EXIT.misunderstood;
    throw thrown;
  }
}

import { Command, CommanderError } from 'commander';
import { controls } from './controls.command.js';
import { diff } from './diff.command.js';
import { explain } from './explain.command.js';
import { period } from './period.command.js';
import { replay } from './replay.command.js';
import { sample } from './sample.command.js';
import { EXIT, Terminal } from './terminal.js';
import { verify } from './verify.command.js';

/** Every command of the auditor, in the order in which the help lists them. The next one goes here. */
const commands: readonly ((program: Command, terminal: Terminal) => Command)[] = [verify, replay, diff, explain, period, controls, sample];

type Streams = Readonly<{ out?: (text: string) => void; err?: (text: string) => void; isTerminal?: boolean }>;

/** Runs one command line and answers its exit code. It needs no server, and writes nothing. */
export async function auditor(
  args: readonly string[],
  {
    err = (text) => process.stderr.write(text),
    isTerminal = process.stderr.isTTY,
    out = (text) => process.stdout.write(text),
  }: Streams = {},
): Promise<number> {
  const terminal = new Terminal(out, err, isTerminal);
  const program = new Command('auditor')
    .description(
      'Checks a community commissioning ledger from a bundle alone, and trusts nobody: not its operator, nor whoever holds its keys.',
    )
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError('(auditor --help lists the commands)');
  for (const add of commands) add(program, terminal).exitOverride().configureOutput({ writeOut: out, writeErr: err });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return terminal.exit;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.proven : EXIT.misunderstood;
    throw thrown;
  }
}

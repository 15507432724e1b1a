import { LocalMasterKey } from '@ledger/privacy';
import type { Command } from 'commander';
import type { OperatorCommand } from './command-line.js';

export const keys: OperatorCommand = (program, io) => {
  const command = program.command('keys').description('the keys of people, and the master key that wraps them');
  command
    .command('rewrap')
    .description('wrap every key anew under another master key, which the old one then no longer opens')
    .requiredOption('--to <file>', 'the file of the new master key: 64 hex digits; it is made where it is not there')
    .addHelpText('after', '\nStop the ledger first.\nExample: operator keys rewrap --to /run/secrets/master-2027.key')
    .action((given: { to: string }, self: Command) =>
      io.run(() => {
        const options = self.optsWithGlobals<{ home?: string; json?: boolean }>();
        return io.withHome(options.home, (home) => {
          const wrapped = home.keys.rewrap(LocalMasterKey.inFile(given.to, true));
          io.answer(options, { wrapped, masterKey: given.to }, () => [
            `${wrapped} keys and secrets are wrapped by the key in ${given.to}. Name it as LEDGER_MASTER_KEY_FILE from now on.`,
            'Backups of the keys from before still open under the old master key: destroy that one when the last of them has expired.',
          ]);
          return Promise.resolve();
        });
      }),
    );
};

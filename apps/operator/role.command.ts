import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { FIRST_OPERATOR, OWN_ISSUER } from '@ledger/home';
import { keepReceipts, RECEIPTS } from './receipts.js';
import type { Common, OperatorCommand } from './command-line.js';

/** The operator at this machine: whoever can read the ledger's keys could make any token, so the command line asks as the first operator. */
export const AT_THIS_MACHINE = { actorRef: FIRST_OPERATOR, issuer: OWN_ISSUER, authnStrength: 'local' } as const;

export const grantRole: OperatorCommand = (program, io) =>
  program
    .command('grant-role')
    .description('give an office or pseudonym a role in a tenant; it is an entry of the ledger, like every fact')
    .requiredOption('--subject <office>', 'who gets the role')
    .requiredOption('--role <role>', 'the role, such as clerk, finance-officer, importer or recorder')
    .requiredOption('--tenant <tenant>', 'where it counts')
    .option(...RECEIPTS)
    .addHelpText('after', '\nExample: operator grant-role --tenant trafford --subject finance-manager --role importer')
    .action((given: { subject: string; role: string; tenant: string; receipts?: string }, command: Command) =>
      io.run(() => {
        const options: Common = command.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const { role, subject, tenant } = given;
          const receipt = await home.door.ask(tenant, 'GrantRole', { commandId: randomUUID(), subject, role }, AT_THIS_MACHINE);
          const answer = await home.publicLog.signed(receipt);
          if (given.receipts !== undefined) keepReceipts(given.receipts, [answer]);
          await home.settle();
          const held = await home.door.rolesOf(tenant, subject);
          io.answer(options, { tenant, subject, roles: held, signed: answer.signed }, () => [
            `${subject} is now ${held.join(', ')} in ${tenant}.`,
          ]);
        });
      }),
    );

import { catalogue } from '@ledger/catalogue';
import { copyLedger, EVENT_STORES, isEventStoreAddress, keepsOrderOfAsking, openEventStore } from '@ledger/event-store';
import type { Command } from 'commander';
import { EXIT, NotUnderstood, type OperatorCommand } from './command-line.js';

/** A store that cannot be opened is an address that the person at the terminal can put right. */
const opened = (address: string, mustExist: boolean) =>
  openEventStore(address, { mustExist }).catch((failed: unknown) => {
    throw new NotUnderstood((failed as Error).message);
  });

export const copy: OperatorCommand = (program, io) =>
  program
    .command('copy')
    .description('move a ledger to another engine: the same entries to the byte, checked on both sides before it says done')
    .requiredOption('--from <address>', 'the store that holds the ledger')
    .requiredOption('--to <address>', 'an empty store, or one that an interrupted copy has begun to fill')
    .addHelpText(
      'after',
      '\nStop the ledger first. The keys stay where they are.\nExample: operator copy --from sqlite:.ledger/events.db --to postgres://ledger@localhost/ledger',
    )
    .action((given: { from: string; to: string }, command: Command) =>
      io.run(async () => {
        for (const address of [given.from, given.to])
          if (!isEventStoreAddress(address) || address === 'memory:')
            throw new NotUnderstood(
              `"${address}" is not the address of a store that lasts. Known: ${Object.values(EVENT_STORES).slice(1).join(', ')}`,
            );
        const from = await opened(given.from, true);
        const to = await opened(given.to, false).catch(async (failed: unknown) => {
          await from.close();
          throw failed;
        });
        try {
          const done = await copyLedger(catalogue, from, to, {
            keepsOrder: keepsOrderOfAsking(given.to),
            onProgress: (written) => io.note(`${written} entries written`),
          });
          io.answer(command.optsWithGlobals(), done, () => [
            `${done.events} entries, ${done.written} of them written now. Both sides were read again and are equal; SHA-256 of all entries: ${done.sha256}`,
          ]);
          return EXIT.done;
        } catch (thrown) {
          if ((thrown as Error).name !== 'AnotherLedger') throw thrown;
          io.note(`Refused: ${(thrown as Error).message}. Nothing was written.`);
          return EXIT.no;
        } finally {
          await Promise.all([from.close(), to.close()]);
        }
      }),
    );

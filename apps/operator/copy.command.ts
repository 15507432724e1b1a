import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { catalogue } from '@ledger/catalogue';
import { isPostgres } from '@ledger/database';
import { copyLedger, EVENT_STORES, isEventStoreAddress, keepsOrderOfAsking, openEventStore } from '@ledger/event-store';
import { type Settings, settingsFrom } from '@ledger/home';
import { SealsStore } from '@ledger/sealer';
import type { Command } from 'commander';
import { type Common, EXIT, NotUnderstood, type OperatorCommand } from './command-line.js';

type Given = Readonly<{ from: string; to: string; sealsFrom?: string; sealsTo?: string }>;

/** A store that cannot be opened is an address that the person at the terminal can put right. */
const opened = (address: string, mustExist: boolean) =>
  openEventStore(address, { mustExist }).catch((failed: unknown) => {
    throw new NotUnderstood((failed as Error).message);
  });

/** Where the seals of a ledger stand whose events are at an address, unless it is said: beside them, and beside EventStoreDB where the log is. */
function sealsBeside(events: string, { folder, log }: Settings): string {
  if (events.startsWith('sqlite:')) return `sqlite:${join(dirname(events.slice('sqlite:'.length)), 'seals.db')}`;
  return isPostgres(events) ? events : (log ?? `sqlite:${join(folder!, 'seals.db')}`);
}
/** Signatures and cosignatures go with the ledger: nobody could make them again. */
async function takeSealsAlong(from: string, to: string): Promise<number> {
  if (from === to || (from.startsWith('sqlite:') && !existsSync(from.slice('sqlite:'.length)))) return 0;
  const source = await SealsStore.open(from);
  try {
    if ((await source.newest()) === undefined) return 0;
    const target = await SealsStore.open(to);
    return await target.takeAlong(source).finally(() => target.close());
  } finally {
    await source.close();
  }
}

export const copy: OperatorCommand = (program, io) =>
  program
    .command('copy')
    .description('move a ledger to another engine: the same entries to the byte, checked on both sides before it says done')
    .requiredOption('--from <address>', 'the store that holds the ledger')
    .requiredOption('--to <address>', 'an empty store, or one that an interrupted copy has begun to fill')
    .option('--seals-from <address>', 'the database of the ledger’s seals (default: beside the events)')
    .option('--seals-to <address>', 'the database that the seals are taken to (default: beside the events)')
    .addHelpText(
      'after',
      '\nStop the ledger first. The seals go with it; keys and signer stay where they are.\nExample: operator copy --from sqlite:.ledger/events.db --to postgres://ledger@localhost/ledger',
    )
    .action((given: Given, command: Command) =>
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
          const options: Common = command.optsWithGlobals();
          const settings = settingsFrom(process.env, options.home === undefined ? {} : { folder: options.home });
          const seals = await takeSealsAlong(
            given.sealsFrom ?? sealsBeside(given.from, settings),
            given.sealsTo ?? sealsBeside(given.to, settings),
          );
          io.answer(options, { ...done, seals }, () => [
            `${done.events} entries, ${done.written} of them written now. Both sides were read again and are equal; SHA-256 of all entries: ${done.sha256}`,
            ...(seals === 0 ? [] : [`${seals} seals went with it.`]),
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

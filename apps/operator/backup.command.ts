import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { unzipTo, zipFolder } from '@ledger/formats';
import { type Elsewhere, type Holding, restoreBackup, settingsFrom, takeBackup } from '@ledger/home';
import { systemClock } from '@ledger/kernel';
import { type Common, EXIT, NotUnderstood, type OperatorCommand } from './command-line.js';

/** How another engine backs up what it holds: after our own files, so that it holds all that those speak of. */
const BY_ITSELF: Readonly<Record<string, string>> = {
  postgres: 'pg_dump --format=custom --file=ledger.dump "$LEDGER_EVENTS"',
  postgresql: 'pg_dump --format=custom --file=ledger.dump "$LEDGER_EVENTS"',
  esdb: 'the server’s own backup of one node: its checkpoint files first, then the rest of its database folder',
  'esdb+discover': 'the server’s own backup of one node: its checkpoint files first, then the rest of its database folder',
};
const nextSteps = (elsewhere: readonly Elsewhere[]) =>
  elsewhere.map(({ engine, what }) => `The ${what} are not in it: ${engine} holds them. Take them now, after this: ${BY_ITSELF[engine]}`);

const settingsOf = ({ home }: Common) => settingsFrom(process.env, home === undefined ? {} : { folder: resolve(home) });

/** Hands a folder on, which for an archive is one beside it that does not outlive the command. */
async function unpacked<Answer>(place: string, action: (folder: string, isArchive: boolean) => Promise<Answer>): Promise<Answer> {
  if (!place.endsWith('.zip')) return action(place, false);
  const folder = mkdtempSync(join(dirname(resolve(place)), '.backup-'));
  try {
    return await action(folder, true);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const backup: OperatorCommand = (program, io) =>
  program
    .command('backup')
    .description('copy a ledger while it runs: events, log and seals with their hashes. Not its keys, and never the signer')
    .argument('<target>', 'an empty folder, or a file that ends in .zip')
    .option('--keys', 'back up the keys instead: they are kept apart, so that what is erased can be gone')
    .addHelpText('after', '\nExample: operator backup /backups/2026-03-02.zip')
    .action((target: string, given: { keys?: true }, command: Command) =>
      io.run(async () => {
        const options: Common = command.optsWithGlobals();
        if (target.endsWith('.zip') && existsSync(target)) throw new NotUnderstood(`${target} is there already: it is not written over`);
        const holds: Holding = given.keys === true ? 'keys' : 'ledger';
        const manifest = await unpacked(target, async (folder, isArchive) => {
          const taken = await takeBackup(settingsOf(options), folder, systemClock, holds);
          if (isArchive) await zipFolder(folder, target);
          return taken;
        });
        const { elsewhere, entries, files } = manifest;
        io.answer(options, { backup: target, ...manifest }, () => [
          holds === 'keys' ? `The keys are in ${target}.` : `${entries} entries are in ${target}.`,
          ...files.map(({ bytes, name, sha256 }) => `  ${name}  ${bytes} bytes  SHA-256 ${sha256}`),
          ...nextSteps(elsewhere),
        ]);
      }),
    );

export const restore: OperatorCommand = (program, io) =>
  program
    .command('restore')
    .description('put a backup where no ledger is, once every file of it was checked by its hash')
    .argument('<source>', 'the folder or .zip file of a backup')
    .addHelpText(
      'after',
      '\nPut the keys and the signer’s folder back first.\nExample: operator restore /backups/2026-03-02.zip --home .ledger',
    )
    .action((source: string, _: unknown, command: Command) =>
      io.run(async () => {
        const options: Common = command.optsWithGlobals();
        if (!existsSync(source)) throw new NotUnderstood(`There is no backup at ${source}`);
        const settings = settingsOf(options);
        const manifest = await unpacked(source, async (folder, isArchive) => {
          if (isArchive)
            await unzipTo(source, folder).catch((failed: unknown) => {
              throw new NotUnderstood(`${source} cannot be read: ${(failed as Error).message}`);
            });
          return restoreBackup(folder, settings);
        });
        const missing = [
          ...(existsSync(join(settings.folder!, 'keys.db')) ? [] : ['the keys, from their own backup (operator restore KEYS)']),
          ...(settings.masterKey !== null || existsSync(join(settings.folder!, 'master.key'))
            ? []
            : ['the master key, from where it was kept']),
          ...(existsSync(join(settings.publicLog.signer ?? join(settings.folder!, 'signer'), 'signer.db'))
            ? []
            : ['the signer’s folder, from where it was kept']),
          ...manifest.elsewhere.map(({ engine, what }) => `the ${what}, into ${engine}`),
        ];
        io.answer(options, { ...manifest, home: settings.folder, missing }, () => [
          `What was backed up at ${manifest.takenAt} is in ${settings.folder}${manifest.entries === null ? '' : `: ${manifest.entries} entries`}.`,
          ...(missing.length === 0 ? [] : [`Before the ledger is opened, put back ${missing.join('; ')}.`]),
          'Then: operator status',
        ]);
        return EXIT.done;
      }),
    );

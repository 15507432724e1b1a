import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { zipFolder } from '@ledger/formats';
import { writeBundle } from '@ledger/home';
import { BUNDLE_AUDIENCES, type BundleAudience, toHex } from '@ledger/log';
import { type Common, EXIT, NotUnderstood, type OperatorCommand } from './command-line.js';

/** The public log: seal it, say whom to trust about it, hold it against the store, hand out receipts. */
export const publicLog: OperatorCommand = (program, io) => {
  const log = program.command('log').description('the public log: its seals, whom to trust about it, and whether the store agrees with it');
  log
    .command('policy')
    .description('print the trust policy to hand over in person: the log’s key, its witnesses, and its newest checkpoint')
    .addHelpText('after', '\nExample: operator log policy > policy.txt')
    .action((_: unknown, self: Command) =>
      io.run(() => {
        const options: Common = self.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          await home.publicLog.sealer.seal();
          const text = await home.publicLog.policyText();
          io.answer(options, { policy: text }, () => [text.trimEnd()]);
        });
      }),
    );
  log
    .command('seal')
    .description('seal now what waits, instead of at the sealer’s own pace')
    .addHelpText('after', '\nExample: operator log seal')
    .action((_: unknown, self: Command) =>
      io.run(() => {
        const options: Common = self.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const seal = await home.publicLog.sealer.seal();
          const [size, root] = [seal?.size ?? 0, seal === null ? null : toHex(seal.root)];
          io.answer(options, { size, root, cosignatures: seal?.cosignatures.length ?? 0 }, () => [
            `${size} entries are sealed under ${root ?? 'nothing'}.`,
            ...home.publicLog.sealer.faults.list().flatMap(({ standing, words }) => (standing ? [words] : [])),
          ]);
        });
      }),
    );
  log
    .command('compare')
    .description('hold the whole log and the whole store against each other, entry by entry, both ways')
    .addHelpText('after', '\nExample: operator log compare')
    .action((_: unknown, self: Command) =>
      io.run(() => {
        const options: Common = self.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const found = home.publicLog.sealer.stopped ?? (await home.publicLog.sealer.compareAll(io.progress('Comparing')));
          const entries = await home.log.size();
          io.answer(options, { agrees: found === null, entries, found }, () => [found ?? `Log and store agree on all ${entries} entries.`]);
          return found === null ? EXIT.done : EXIT.no;
        });
      }),
    );
  log
    .command('new-key')
    .description('sign the log with another key from here on: an entry says so, signed by both keys. Hand the new policy over in person')
    .addHelpText('after', '\nExample: operator log new-key && operator log policy > policy.txt')
    .action((_: unknown, self: Command) =>
      io.run(() => {
        const options: Common = self.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const seal = await home.publicLog.sealer.changeKey();
          const { vkey } = home.publicLog.signer.log;
          io.answer(options, { key: vkey, size: seal?.size ?? 0 }, () => [`The log is signed by ${vkey} from here on.`]);
        });
      }),
    );
  log
    .command('begin-again')
    .description('go on after a restore that lost signed entries, under another name. The record names what was lost, for ever')
    .option('--origin <name>', 'the new name of the log; without it one is made')
    .addHelpText('after', '\nExample: operator log begin-again --origin council.example/ledger-2')
    .action((given: { origin?: string }, self: Command) =>
      io.run(() => {
        const options: Common = self.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const seal = await home.publicLog.sealer.beginAgain(given.origin ?? null);
          const { renewals } = await home.publicLog.account();
          const { origin } = home.publicLog.signer;
          const words = renewals.findLast(({ isFinding }) => isFinding)?.words ?? '';
          io.answer(options, { origin, size: seal?.size ?? 0, finding: words }, () => [`The log is called ${origin} from here on.`, words]);
        });
      }),
    );
  log
    .command('receipt')
    .description('print the signed receipt of one event: a promise that it stands in the log, which anybody can keep')
    .argument('<stream>', 'the stream, as a command’s answer names it')
    .argument('<revision>', 'the revision, as a command’s answer names it')
    .addHelpText('after', '\nExample: operator log receipt fund-barking_levy 0 > receipt.txt')
    .action((stream: string, revision: string, _: unknown, self: Command) =>
      io.run(() => {
        if (!/^\d{1,15}$/.test(revision)) throw new NotUnderstood('A revision is a whole number');
        const options: Common = self.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const text = await home.publicLog.receipt(stream, Number(revision));
          if (text === undefined) throw new NotUnderstood(`There is no event at ${stream}, revision ${revision}`);
          io.answer(options, { receipt: text }, () => [text.trimEnd()]);
        });
      }),
    );
};

/** Everything an auditor takes home. It joins `export`, so it is listed after that. */
export const exportBundle: OperatorCommand = (program, io) =>
  program.commands
    .find((one) => one.name() === 'export')!
    .command('bundle')
    .description('write everything that an auditor takes home, up to the newest checkpoint, to a folder or a .zip file')
    .argument('<target>', 'an empty folder, or a file that ends in .zip')
    .option('--audience <audience>', `who it is for: ${Object.keys(BUNDLE_AUDIENCES).join(', ')}`, 'public')
    .addHelpText('after', '\nExample: operator export bundle for-the-auditor.zip --audience auditor')
    .action((target: string, given: { audience: string }, self: Command) =>
      io.run(() => {
        if (!Object.hasOwn(BUNDLE_AUDIENCES, given.audience))
          throw new NotUnderstood(`--audience is one of ${Object.keys(BUNDLE_AUDIENCES).join(', ')}`);
        const options: Common = self.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const packed = target.endsWith('.zip');
          const folder = packed ? mkdtempSync(join(dirname(resolve(target)), '.bundle-')) : target;
          try {
            const { size, root } = await writeBundle(home, folder, given.audience as BundleAudience, io.progress('Writing'));
            if (packed) await zipFolder(folder, target);
            io.answer(options, { entries: size, root: toHex(root), audience: given.audience, bundle: target }, () => [
              `${size} entries for ${given.audience}, under root ${toHex(root)}, in ${target}.`,
              'Verify them with: auditor verify BUNDLE --policy FILE',
            ]);
          } finally {
            if (packed) rmSync(folder, { recursive: true, force: true });
          }
        });
      }),
    );

import type { Command } from 'commander';
import { FIRST_OPERATOR, keyFindings, standingOf } from '@ledger/home';
import { EXIT, type Common, type OperatorCommand } from './command-line.js';

export const init: OperatorCommand = (program, io) =>
  program
    .command('init')
    .description('begin a ledger: its first entries say which rules it is checked by, and who may grant roles')
    .addHelpText('after', '\nExample: operator init --home .ledger')
    .action((_: unknown, command: Command) =>
      io.run(() => {
        const options: Common = command.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const { entry } = await home.views.completeTo();
          io.answer(options, { entries: entry + 1, operator: FIRST_OPERATOR }, () => [
            `The ledger is open, with ${entry + 1} entries. "${FIRST_OPERATOR}" may grant roles.`,
          ]);
        });
      }),
    );

export const token: OperatorCommand = (program, io) =>
  program
    .command('token')
    .description('make a token of the ledger’s own issuer, for one office or pseudonym on this machine')
    .requiredOption('--as <office>', 'who the token is for')
    .option('--hours <hours>', 'how long it is valid', '12')
    .addHelpText('after', '\nExample: operator token --as finance-manager --hours 2')
    .action((given: { as: string; hours: string }, command: Command) =>
      io.run(() => {
        const options: Common = command.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const made = await home.tokens.issue(given.as, Number(given.hours));
          io.answer(options, { token: made, subject: given.as }, () => [made]);
        });
      }),
    );

export const status: OperatorCommand = (program, io) =>
  program
    .command('status')
    .description('whether the ledger can be read and written, how far it has come, what waits, and whether the store is whole')
    .addHelpText('after', '\nExample: operator status --json')
    .action((_: unknown, command: Command) =>
      io.run(() => {
        const options: Common = command.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const [findings, letters, standing] = [await home.store.inspect(), await home.log.deadLetters(), await standingOf(home)];
          const { completeTo, status, words } = standing;
          io.answer(options, { ...standing, deadLetters: letters.length, findings }, () => [
            words,
            `Complete to entry ${completeTo?.entry ?? 'unknown'} (${completeTo?.recordedAt ?? 'nothing yet'})`,
            `${letters.length} dead letters`,
            ...(findings.length === 0 ? ['The store has no gap'] : findings.map(({ words }) => `FOUND: ${words}`)),
          ]);
          return findings.length === 0 && status === 'ready' ? EXIT.done : EXIT.no;
        });
      }),
    );

export const rebuild: OperatorCommand = (program, io) =>
  program
    .command('rebuild')
    .description('build views again from the first entry; the old ones serve until the new ones are complete')
    .argument('[views...]', 'the views to rebuild; all of them when none is named')
    .addHelpText('after', '\nExample: operator rebuild journal')
    .action((names: string[], _: unknown, command: Command) =>
      io.run(() => {
        const options: Common = command.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          await home.views.rebuild(names.length === 0 ? undefined : names, io.progress('Rebuilding'));
          const { entry } = await home.views.completeTo();
          io.answer(options, { rebuilt: names.length === 0 ? 'all' : names, entries: entry + 1 }, () => [
            `Rebuilt from ${entry + 1} entries.`,
          ]);
        });
      }),
    );

export const selfCheck: OperatorCommand = (program, io) =>
  program
    .command('self-check')
    .description('replay everything into fresh views, compare them with the stored ones row by row, and hold the keys against the record')
    .addHelpText('after', '\nExample: operator self-check')
    .action((_: unknown, command: Command) =>
      io.run(() => {
        const options: Common = command.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const wrong = [...(await home.views.selfCheck()), ...(await keyFindings(home))];
          io.answer(options, { agrees: wrong.length === 0, wrong }, () =>
            wrong.length === 0 ? ['The views agree with a replay, row by row, and the keys with the record.'] : wrong,
          );
          return wrong.length === 0 ? EXIT.done : EXIT.no;
        });
      }),
    );

export const deadLetters: OperatorCommand = (program, io) =>
  program
    .command('dead-letters')
    .description('what a policy could not do, and why; --replay tries one again')
    .option('--replay <number>', 'the letter to try again')
    .addHelpText('after', '\nExample: operator dead-letters --replay 3')
    .action((given: { replay?: string }, command: Command) =>
      io.run(() => {
        const options: Common = command.optsWithGlobals();
        return io.withHome(options.home, async (home) => {
          const delivered = given.replay === undefined ? undefined : await home.policies.replay(Number(given.replay));
          const letters = await home.log.deadLetters();
          io.answer(options, { ...(delivered === undefined ? {} : { delivered }), letters }, () => [
            ...(delivered === undefined ? [] : [delivered ? 'Delivered.' : 'Not delivered; it stays on the list.']),
            ...(letters.length === 0
              ? ['No dead letters.']
              : letters.map(({ id, policy, since, words }) => `${id}  ${policy}  ${since}  ${words}`)),
          ]);
          return delivered === false ? EXIT.no : EXIT.done;
        });
      }),
    );

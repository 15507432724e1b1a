import type { Command } from 'commander';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue as everything, contexts } from '@ledger/catalogue';
import { CHART, type FactDeclaration, type PostingLeg } from '@ledger/kernel';
import { EXIT, NotUnderstood, type OperatorCommand } from './command-line.js';

const NOTE = 'Generated from the facts’ own declarations by `npm run docs:events`. Do not edit: change the declaration.';
const kebab = (name: string) =>
  name
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
    .toLowerCase()
    .replaceAll('.', '-');
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

type Shape = {
  type?: string;
  unit?: string;
  audience?: string;
  anyOf?: { const?: string }[];
  items?: Shape;
  properties?: Record<string, Shape>;
  required?: string[];
};

/** What a field holds, in words: its unit, or what stands inside it. */
function holds(shape: Shape): string {
  if (shape.anyOf !== undefined) return `one of ${shape.anyOf.map((one) => `\`${one.const ?? '?'}\``).join(', ')}`;
  if (shape.type === 'array') return `a list of ${holds(shape.items ?? {})}`;
  if (shape.properties !== undefined) {
    const inside = Object.entries(shape.properties).map(
      ([name, one]) => `${name}${shape.required?.includes(name) === false ? ' (may be left out)' : ''}: ${holds(one)}`,
    );
    return `{ ${inside.join('; ')} }`;
  }
  return shape.unit ?? shape.type ?? 'anything';
}

const legWords = ({ account, amount, currency, each, on, sign, unless, when }: PostingLeg): string => {
  const tests = [
    ...Object.entries(when ?? {}).map(([path, values]) => `when ${path} is ${values.join(' or ')}`),
    ...Object.entries(unless ?? {}).map(([path, values]) => `unless ${path} is ${values.join(' or ')}`),
    ...(currency === undefined ? [] : [`in ${currency}`]),
    ...(on === undefined ? [] : [`on the day of ${on}`]),
  ];
  const [letter = '', ...tail] = account.split(':');
  const full = [CHART[letter]?.prefix ?? letter, ...tail].join(':');
  return `| ${sign === 1 ? 'Debit' : 'Credit'} | \`${full}\` | ${amount}${each === undefined ? '' : `, each of ${each}`} | ${cell(tests.join(', '))} |`;
};

const KEY_WORDS: Readonly<Record<NonNullable<FactDeclaration['key']>, string>> = {
  made: 'It makes its subject’s data key: `key` beside these fields names the key and commits to it.',
  destroyed: 'It destroys its subject’s data key: `key` beside these fields names the key.',
};

function page(context: string, fact: FactDeclaration): string {
  const fields = Object.entries(fact.fields.properties as Record<string, Shape>);
  const required = (fact.fields as { required?: string[] }).required ?? [];
  const lift = everything.upcasters.get(fact.name);
  return [
    `# ${fact.name}`,
    '',
    NOTE,
    '',
    fact.says,
    '',
    `Context: ${context}. Version ${fact.version} of its shape.${lift === undefined ? '' : ` Read today as ${lift.to}.`}`,
    '',
    '| Field | Holds | Who may see it |',
    '| --- | --- | --- |',
    ...fields.map(
      ([name, shape]) =>
        `| ${name}${required.includes(name) ? '' : ' (may be left out)'} | ${cell(holds(shape))} | ${shape.audience ?? 'tenant'} |`,
    ),
    ...(fact.opens === undefined ? [] : ['', `Sealed fields open at ${fact.opens.event}, joined by ${fact.opens.joinedBy}.`]),
    ...(fact.key === undefined ? [] : ['', KEY_WORDS[fact.key]]),
    '',
    '## Postings',
    '',
    ...(fact.postings.length === 0
      ? ['None: it moves no money.']
      : ['| Side | Account | Amount | Only |', '| --- | --- | --- | --- |', ...fact.postings.map(legWords)]),
    '',
    '## Example',
    '',
    '```json',
    JSON.stringify(fact.example, null, 2),
    '```',
    '',
  ].join('\n');
}

function index(): string {
  return [
    '# The event catalogue',
    '',
    NOTE,
    '',
    'Every fact that this ledger can hold. Beside its own fields each event carries `schema`, `tenantId`, `effectiveAt`, `reason`, `evidence`, `decisionRef`, `ruleSetRef` and its `postings`; a fact that makes or destroys a person’s data key carries `key`.',
    '',
    `The hash of these declarations is \`${everything.hash}\`; the first entry of a ledger keeps the hash it was opened under.`,
    '',
    ...Object.entries(contexts).flatMap(([context, facts]) => [
      `## ${context}`,
      '',
      '| Fact | Says | Moves money |',
      '| --- | --- | --- |',
      ...facts.map(
        ({ name, postings, says }) => `| [${name}](${kebab(name)}.md) | ${cell(says)} | ${postings.length === 0 ? '' : 'yes'} |`,
      ),
      '',
    ]),
    '## The chart of accounts',
    '',
    '| Account | Section | Means |',
    '| --- | --- | --- |',
    ...Object.values(CHART).map(({ prefix, says, section }) => `| \`${prefix}\` | ${section} | ${says} |`),
    '',
  ].join('\n');
}

const pages = (): ReadonlyMap<string, string> =>
  new Map([
    ['README.md', index()],
    ...Object.entries(contexts).flatMap(([context, facts]) =>
      facts.map((fact) => [`${kebab(fact.name)}.md`, page(context, fact)] as const),
    ),
  ]);

export const catalogue: OperatorCommand = (program, io) =>
  program
    .command('catalogue')
    .description('write the event catalogue as pages a person can read; --check says whether the written ones are fresh')
    .option('--out <folder>', 'where the pages stand', 'docs/events')
    .option('--check', 'write nothing; the answer is no when a page is stale')
    .addHelpText('after', '\nExample: operator catalogue --check')
    .action((given: { out: string; check?: boolean }, command: Command) =>
      io.run(() => {
        const wanted = pages();
        const written = existsSync(given.out) ? readdirSync(given.out).filter((name) => name.endsWith('.md')) : [];
        const stale = [...new Set([...wanted.keys(), ...written])].filter(
          (name) => !written.includes(name) || wanted.get(name) !== readFileSync(join(given.out, name), 'utf8'),
        );
        if (given.check === true) {
          io.answer(command.optsWithGlobals(), { pages: wanted.size, stale }, () =>
            stale.length === 0 ? [`${wanted.size} pages, all fresh.`] : stale.map((name) => `stale: ${name}`),
          );
          return Promise.resolve(stale.length === 0 ? EXIT.done : EXIT.no);
        }
        try {
          mkdirSync(given.out, { recursive: true });
          for (const name of stale) {
            const text = wanted.get(name);
            if (text === undefined) rmSync(join(given.out, name));
            else writeFileSync(join(given.out, name), text);
          }
        } catch (failed) {
          throw new NotUnderstood(`The pages cannot be written to ${given.out}: ${(failed as Error).message}`);
        }
        io.answer(command.optsWithGlobals(), { pages: wanted.size, written: stale }, () => [
          `${wanted.size} pages, ${stale.length} written.`,
        ]);
        return Promise.resolve(EXIT.done);
      }),
    );

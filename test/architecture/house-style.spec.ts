import { catalogue, contexts } from '@ledger/catalogue';
import { AUDIENCES } from '@ledger/kernel';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const LINES_MAX = 340;

const files = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((one) =>
    one.isDirectory()
      ? files(join(folder, one.name))
      : [
          relative(ROOT, join(ROOT, folder, one.name))
            .split(sep)
            .join('/'),
        ],
  );
const isTest = (file: string) => /\.spec\.ts$|\.contract\.ts$|\/testing\//.test(file);
const program = ['libs', 'apps'].flatMap(files).filter((file) => file.endsWith('.ts') && !isTest(file));
const textOf = new Map(program.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));

/** Words that are not said in a place, what is said instead, and an example that the ban must still catch. */
type Ban = Readonly<{ word: RegExp; in: RegExp; except?: RegExp; instead: string; example: string; fine: string }>;
const EVERYWHERE = /^(libs|apps)\//;
const LIBS = /^libs\//;
const bans: readonly Ban[] = [
  {
    word: /\bnew Date\(/,
    in: LIBS,
    except: /^libs\/kernel\/clock\.ts$/,
    instead: 'the clock that one is given',
    example: 'const now = new Date();',
    fine: 'const now = clock.now();',
  },
  {
    word: /\bDate\.now\(/,
    in: LIBS,
    instead: 'the clock that one is given',
    example: 'if (Date.now() > end)',
    fine: 'if (clock.now() > end)',
  },
  {
    word: /\bDate\.|\bIntl\.|\bperformance\b|\bprocess\.|\bcrypto\b|\brandom/i,
    in: /^libs\/[^/]+\/(decide\/.*\.(decider|deciders|state)|views\/.*\.projection)\.ts$/,
    instead: 'what the request or the fact says',
    example: 'const id = randomUUID();',
    fine: 'const { awardId } = command;',
  },
  {
    word: /\bMath\.random\(/,
    in: EVERYWHERE,
    instead: 'randomUUID or randomBytes, and never in a rule',
    example: 'Math.random() < 0.5',
    fine: 'randomBytes(16)',
  },
  {
    word: /\.toFixed\(/,
    in: EVERYWHERE,
    except: /^apps\/ledger\/site\/charts\//,
    instead: 'pounds or decimalPounds',
    example: '(pence / 100).toFixed(2)',
    fine: 'pounds(pence)',
  },
  {
    word: /\bparseFloat\(/,
    in: EVERYWHERE,
    instead: 'whole pence, read digit by digit',
    example: 'parseFloat(text) * 100',
    fine: 'penceOf(text)',
  },
  {
    word: /[Pp]ence\w*\)?\s*\*\s*\d*\.\d|[Pp]ence\w*\)?\s*\/\s*(?!100\))\w+\.?\d*\s*[;,)]|\bMath\.round\([^)]*[Pp]ence/,
    in: LIBS,
    instead: 'largestRemainder, in whole pence',
    example: 'const fee = amountPence * 0.05;',
    fine: 'Math.trunc(Math.abs(pence) / 100)',
  },
  {
    word: /\bAggregateRoot\b|\bEventBus\b|@Saga\b|\bEventPublisher\b/,
    in: EVERYWHERE,
    instead: 'a decider, the store and a policy',
    example: "import { AggregateRoot } from '@nestjs/cqrs';",
    fine: "import { CommandBus } from '@nestjs/cqrs';",
  },
  {
    word: /\bANY\b(?! \()|expectedRevision:\s*('any'|"any")/,
    in: EVERYWHERE,
    instead: 'NO_STREAM or an exact revision',
    example: "await client.append(stream, events, { expectedRevision: 'any' });",
    fine: 'await store.append(stream, NO_STREAM, events);',
  },
  {
    word: /\b(TODO|FIXME)\b/,
    in: EVERYWHERE,
    instead: 'an issue, or the work itself',
    example: '// TODO later',
    fine: '// Later entries come first.',
  },
  { word: /\bconsole\./, in: LIBS, instead: 'what the caller is given back', example: "console.log('here')", fine: "say('here')" },
  { word: /\bprocess\.env\b/, in: LIBS, instead: 'settingsFrom', example: "process.env['PORT']", fine: 'settings.port' },
  {
    word: /eslint-disable|@ts-(ignore|expect-error|nocheck)/,
    in: EVERYWHERE,
    instead: 'code that the tools accept',
    example: '// @ts-ignore',
    fine: '// Ignored on purpose: it is not ours.',
  },
  {
    word: /\bCommandBus\b|\bDoor\b|\.door\b|\bcarryOut\b|\.ledger\b|\.store\b|\.policies\b/,
    in: /^apps\/ledger\/site\//,
    instead: 'the query bus: a page asks, and asks only',
    example: 'await home.door.ask(tenant, type, body, actor);',
    fine: 'await this.queries.execute(new Ask(tenant, name));',
  },
];

describe('words in places', () => {
  it('looks at the whole program', () => expect(program.length).toBeGreaterThan(100));
  describe.each(bans.map((ban) => [String(ban.word), ban] as const))('%s', (_, { example, except, fine, in: place, instead, word }) => {
    it(`is not said; say ${instead}`, () => {
      const said = program
        .filter((file) => place.test(file) && !(except?.test(file) ?? false))
        .flatMap((file) =>
          textOf
            .get(file)!
            .split('\n')
            .flatMap((line, index) => (word.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
        );
      expect(said).toEqual([]);
    });
    it('would still be caught', () => expect([word.test(example), word.test(fine)]).toEqual([true, false]));
  });
});

describe('files', () => {
  const ROLES =
    'commands?|deciders?|state|projections?|quer(y|ies)|policy|policies|controllers?|module|pages?|event-store|teller|filter|decorator|client|times|reports?|sources?|database|lease';
  it('are named in kebab-case, with the role last', () =>
    expect(program.filter((file) => !new RegExp(`^[a-z0-9]+(-[a-z0-9]+)*(\\.(${ROLES}))?\\.ts$`).test(file.split('/').at(-1)!))).toEqual(
      [],
    ));
  it('of requests, rules, views and pages say so in their name', () => {
    const decide = program.filter((file) => /\/decide\//.test(file) && !file.endsWith('/index.ts'));
    expect(decide.filter((file) => !/\.(command|commands|decider|deciders|state)\.ts$/.test(file))).toEqual([]);
    const folds = program.filter((file) => /: Projection</.test(textOf.get(file)!) && !/^libs\/views\//.test(file));
    expect(folds.filter((file) => !/\.projections?\.ts$/.test(file))).toEqual([]);
  });
  it(`hold one idea: none has more than ${LINES_MAX} lines, but a list of facts and an engine’s adapter`, () =>
    expect(
      program.filter((file) => textOf.get(file)!.split('\n').length > LINES_MAX && !/\/events\/index\.ts$|\.event-store\.ts$/.test(file)),
    ).toEqual([]));
  it('name no place on somebody’s own machine', () =>
    expect(program.filter((file) => /['"`(]\/(work|tmp|home|Users)\//.test(textOf.get(file)!))).toEqual([]));
});

describe('facts', () => {
  const all = Object.entries(contexts).flatMap(([context, facts]) => facts.map((fact) => [context, fact] as const));
  it('are in the past, in capitals, and say in a sentence what happened', () => {
    for (const [, { name, says }] of all) {
      expect(name).toMatch(/^[A-Z][a-z]+([A-Z][a-z]+)*(\.\d+)?$/);
      expect(name).not.toMatch(/Event$|Updated|Changed/);
      expect(says).toMatch(/^[A-Z].*\.$/);
    }
  });
  it('give every field an audience', () => {
    for (const [, { fields, name }] of all)
      for (const [field, schema] of Object.entries(fields.properties))
        if (!AUDIENCES.includes((schema as { audience?: never }).audience!)) throw new Error(`${name}.${field} is for nobody`);
  });
  it('post nothing that is personal or sealed', () => {
    for (const [, { fields, name, postings }] of all)
      for (const { account, amount } of postings)
        for (const path of [amount, ...[...account.matchAll(/\{([^}]+)\}/g)].map(([, inside]) => inside!)]) {
          const audience = (fields.properties[path] as { audience?: string } | undefined)?.audience;
          if (audience === 'personal' || audience === 'sealed') throw new Error(`${name} posts ${path}, which is ${audience}`);
        }
  });
  it('keep no personal text in clear: what says so is text of a subject, and so is encrypted', () => {
    for (const [, { fields, name }] of all)
      for (const [field, schema] of Object.entries(fields.properties)) {
        const { audience, type } = schema as { audience?: string; type?: string };
        if (audience !== 'personal') continue;
        if (type !== 'string') throw new Error(`${name}.${field} is personal and not text: only text is encrypted`);
        if (!('subjectRef' in fields.properties)) throw new Error(`${name}.${field} is personal and names no subject whose key seals it`);
      }
  });
  it('make or destroy a key only of a subject whom they name', () => {
    for (const [, { fields, key }] of all) if (key !== undefined) expect(fields.properties).toHaveProperty('subjectRef');
  });
  it('open what they seal, by a field that both facts have', () => {
    for (const [, { fields, name, opens }] of all) {
      const sealed = Object.values(fields.properties).some((schema) => (schema as { audience?: string }).audience === 'sealed');
      if (sealed !== (opens !== undefined)) throw new Error(`${name} seals a field that nothing opens, or opens nothing`);
      if (opens !== undefined) expect(catalogue.facts.get(opens.event)?.fields.properties).toHaveProperty(opens.joinedBy);
      if (opens !== undefined) expect(fields.properties).toHaveProperty(opens.joinedBy);
    }
  });
});

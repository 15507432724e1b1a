import 'reflect-metadata';
import type { LedgerCommand } from '@ledger/event-store';
import { commandFrom, Home, Misunderstood, settingsFrom } from '@ledger/home';
import { everyDesk } from '@ledger/policies';
import { getMetadataStorage } from 'class-validator';
import { inspect } from 'node:util';

/** What OpenAPI says of a field: the base of every body below, so that the page that explains a request is tried as well. */
type Shown = Readonly<{
  type?: unknown;
  isArray?: boolean;
  example?: unknown;
  required?: boolean;
  enum?: readonly string[];
  pattern?: string;
  format?: string;
}>;
type Kind = new () => object;
type Json = Readonly<Record<string, unknown>>;
type Place = Readonly<{ path: readonly (string | number)[]; shown: Shown; nested?: Kind }>;

const validated = (kind: Kind) => [
  ...new Set(
    getMetadataStorage()
      .getTargetValidationMetadatas(kind, '', true, false)
      .map(({ propertyName }) => propertyName),
  ),
];
const shownOf = (kind: Kind, property: string) =>
  Reflect.getMetadata('swagger/apiModelProperties', kind.prototype as object, property) as Shown | undefined;
/** Nested classes are named lazily, by a function without a name of its own. */
function nestedOf({ type }: Shown): Kind | undefined {
  if (typeof type !== 'function' || [String, Number, Boolean, Object].includes(type as never)) return undefined;
  return type.prototype === undefined ? (type as () => Kind)() : undefined;
}

/** A whole body of a request, every optional field said, and every place in it. */
function bodyOf(kind: Kind, path: readonly (string | number)[] = []): { body: Json; places: readonly Place[] } {
  const places: Place[] = [];
  const fields = validated(kind).map((property): readonly [string, unknown] => {
    if (property === 'type') return ['type', (new kind() as LedgerCommand).type];
    const shown = shownOf(kind, property);
    if (shown === undefined) throw new Error(`${kind.name}.${property} is not shown in OpenAPI`);
    const nested = nestedOf(shown);
    const here = [...path, property];
    if (nested === undefined) {
      places.push({ path: here, shown });
      return [property, shown.example];
    }
    const inside = bodyOf(nested, shown.isArray ? [...here, 0] : here);
    places.push({ path: here, shown, nested }, ...inside.places);
    return [property, shown.isArray ? [inside.body, inside.body] : inside.body];
  });
  return { body: Object.fromEntries(fields), places };
}

function changed(value: unknown, [step, ...rest]: readonly (string | number)[], change: (value: unknown) => unknown): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((one: unknown, index) => (index === step ? changed(one, rest, change) : one));
  const next = changed((value as Json)[step], rest, change);
  return Object.fromEntries(Object.entries({ ...(value as Json), [step]: next }).filter(([, one]) => one !== GONE));
}
const GONE = Symbol('gone');
const put = (body: Json, path: readonly (string | number)[], junk: unknown) => changed(body, path, () => junk) as Json;

const HOSTILE = JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}}') as object;
/** Junk for every place, whatever it should hold. */
const ANYWHERE: readonly unknown[] = [
  ...[null, NaN, Infinity, -Infinity, -1, -0.5, 0.5, 2 ** 53, 1e309, -(2 ** 53)],
  ...['', ' ', '\n\t', '\ud800', 'half \udc00', 'a\u0000b', '\u0007bell', '\u007f', '\u009b', 'x'.repeat(20_000)],
  ...[[], [[]], [null], [{}], {}, HOSTILE, { length: 1, 0: 'x' }],
];
/** What text may well say, and nothing but text. */
const NOT_TEXT: readonly unknown[] = [
  "'; DROP TABLE events; --",
  '<script>alert(1)</script>',
  '../../etc/passwd',
  '2018-02-31',
  '2018-13-01',
  '2019-02-29',
  '2018-02-31T10:00:00.000Z',
  '2018-06-05T24:00:00.000Z',
  '2018-06-05',
  'Constructor',
  'constructor',
  '１２',
];
const BOOLEANS: readonly unknown[] = [true, false];

/** Digits and dashes make a fair id, whatever they look like. */
const fairId = ({ example, isArray, pattern }: Shown, junk: unknown) =>
  pattern !== undefined && typeof example === 'string' && !/^[0-9a-f]{64}$/.test(example) && !isArray && /^\d[\d-]*$/.test(String(junk));

function junkFor({ nested, shown }: Place): readonly unknown[] {
  const { format, isArray, required, type } = shown;
  const words =
    type === 'string' &&
    shown.enum === undefined &&
    shown.pattern === undefined &&
    format === undefined &&
    !isArray &&
    shown.example !== 'GBP' &&
    shown.example !== 'application/pdf';
  const fits = new Set<unknown>([shown.example]);
  return [
    ...ANYWHERE.filter((junk) => !(isArray && Array.isArray(junk) && junk.length === 0)),
    ...(words ? [] : NOT_TEXT.filter((junk) => !(format === 'date' && junk === '2018-06-05') && !fairId(shown, junk))),
    ...(type === 'boolean' ? [0, 1, 'true'] : BOOLEANS),
    ...(type === 'integer' ? ['1', '0x10', 1.5] : nested === undefined ? [0, 1] : [0, 'text', [[{}]]]),
    ...(required === false ? [] : [undefined, GONE]),
    ...(isArray ? [[null], [undefined], [[]], ['constructor'], Array.from({ length: 1_000 }, () => shown.example)] : []),
  ].filter((junk) => !fits.has(junk));
}

/** Fields that every request has, from one declaration: tried with all junk once, and with a little everywhere. */
const IN_EVERY_REQUEST = ['commandId', 'effectiveAt', 'reason', 'evidence', 'decisionRef', 'ruleSetRef'];
const TRIED_IN_FULL = everyDesk[0]!.command;
const A_LITTLE: readonly unknown[] = [null, HOSTILE, 0.5];

describe('junk inside every field of every request', () => {
  let home: Home;
  let tried = 0;
  const operator = { actorRef: 'operator', issuer: 'test', authnStrength: 'test' };
  beforeAll(async () => (home = await Home.open(settingsFrom({}, { folder: null }))));
  afterAll(async () => {
    await home.close();
    process.stderr.write(`Junk: ${tried} bodies refused in words\n`);
  });

  const refused = async (type: string, body: unknown, where: string) => {
    tried += 1;
    const answer = await home.door.ask('council', type, body, operator).then(
      () => new Error('It was carried out'),
      (thrown: unknown) => thrown as Error,
    );
    if (!(answer instanceof Misunderstood)) throw new Error(`${type} ${where}: ${answer.message}\n${inspect(body).slice(0, 300)}`);
    for (const { field, words } of answer.problems) {
      expect(field).toMatch(/^[A-Za-z0-9_.]+$/);
      expect(words).toMatch(/[a-z]{2,} [a-z0-9]/);
      expect(words.length).toBeLessThan(600);
    }
  };

  describe.each(everyDesk.map(({ command }) => [command.name, command] as const))('%s', (type, kind) => {
    const { body, places } = bodyOf(kind);
    it('is understood as OpenAPI shows it', () => expect(() => commandFrom({ command: kind }, body)).not.toThrow());
    it('is refused in words when any field holds junk, and nothing is written', async () => {
      const before = await home.store.head();
      for (const place of places)
        for (const junk of kind !== TRIED_IN_FULL && IN_EVERY_REQUEST.includes(String(place.path[0])) ? A_LITTLE : junkFor(place))
          await refused(type, put(body, place.path, junk), place.path.join('.'));
      // A field that nobody named, at the top and inside everything nested.
      for (const { nested, path, shown } of [{ path: [], shown: {}, nested: kind } as Place, ...places])
        if (nested !== undefined)
          for (const name of ['unasked', '__proto__', 'constructor', 'toString', 'asked', 'askedBy', 'amount'])
            await refused(
              type,
              changed(body, shown.isArray ? [...path, 0] : path, (inside) =>
                Object.defineProperty({ ...(inside as Json) }, name, { value: { admin: true }, enumerable: true }),
              ),
              `${path.join('.')} with ${name}`,
            );
      for (const other of ['OtherCommand', null, 1, {}]) await refused(type, { ...body, type: other }, 'type');
      for (const whole of [null, undefined, [], [body], 'body', 1, true]) await refused(type, whole, 'the whole body');
      expect(await home.store.head()).toEqual(before);
    });
  });

  it('left nothing behind in JavaScript itself', () => expect(({} as { admin?: boolean }).admin).toBeUndefined());
  it('refuses a body that no event has room for, in words', async () => {
    const { body } = bodyOf(everyDesk.find(({ command }) => command.name === 'RecordDecision')!.command);
    const option = { option: 'One of many', chosen: true, why: 'long '.repeat(390) };
    await refused('RecordDecision', { ...body, options: Array.from({ length: 20 }, () => option) }, 'options');
  });
  it('refuses a request, a tenant and a name that nobody knows', async () => {
    for (const type of ['constructor', '__proto__', 'Nothing', '']) await refused(type, {}, 'type');
    for (const tenant of ['', 'Council', '../x', 'a_b', 'x'.repeat(81), 'a b'])
      await expect(home.door.ask(tenant, 'OpenFund', {}, operator)).rejects.toBeInstanceOf(Misunderstood);
  });
});

import { applyDecorators } from '@nestjs/common';
import { isDay, isInstant } from '@ledger/kernel';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsMimeType,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

const ID = /^[a-z0-9][a-z0-9-]{0,79}$/;
/** The one word of this pattern that every JavaScript object answers to: a list kept by id would seem to hold it. */
const TAKEN = 'constructor';
const isId = (value: unknown) => typeof value === 'string' && ID.test(value) && value !== TAKEN;
/** What nobody types: it would hide in a page, break a file or be unreadable text. Tabs and line ends are typed. */
const UNTYPED = /(?![\t\n\r])\p{Cc}/u;
const isText = (value: unknown) => typeof value === 'string' && value.isWellFormed() && !UNTYPED.test(value) && value.trim() !== '';
const isPlainThing = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
const MEDIA_TYPE_MAX = 100;
type Options = Readonly<{ optional?: boolean; example?: unknown }>;
/** What may be left out may be left out, and that is all: null is not nothing. */
const LeftOut = () => ValidateIf((_, value) => value !== undefined);
const passes = (name: string, message: string, validate: (value: unknown) => boolean, each = false) =>
  ValidateBy({ name, validator: { validate } }, { message, each });
const shown = ({ optional, example }: Options, schema: object) =>
  optional ? [LeftOut(), ApiPropertyOptional({ ...schema, example })] : [ApiProperty({ ...schema, example })];

/** The shapes of a command's fields at the door: each says what it accepts to class-validator and to OpenAPI at once. */
export const Id = (options: Options = {}) =>
  applyDecorators(
    passes('isId', '$property must be an id: small letters, digits and dashes', isId),
    ...shown({ example: 'parks-2026', ...options }, { type: 'string', pattern: ID.source }),
  );
/** A random name for a person: nothing that anybody could read somebody out of. */
export const Pseudonym = () =>
  applyDecorators(
    Matches(/^p-[0-9a-f]{8,32}$/, { message: '$property must be a random pseudonym: p- and 8 to 32 of 0 to 9 and a to f' }),
    ApiProperty({ type: 'string', pattern: '^p-[0-9a-f]{8,32}$', example: 'p-4f1c09d2' }),
  );
export const Words = (max: number, options: Options = {}) =>
  applyDecorators(
    passes('isText', `$property must be text of 1 to ${max} characters`, (value) => isText(value) && (value as string).length <= max),
    ...shown({ example: 'In plain words', ...options }, { type: 'string', minLength: 1, maxLength: max }),
  );
export const Whole = (min: number, max: number, options: Options = {}) =>
  applyDecorators(
    IsInt({ message: '$property must be a whole number' }),
    Min(min, { message: `$property must be at least ${min}` }),
    Max(max, { message: `$property must be at most ${max}` }),
    ...shown({ example: min, ...options }, { type: 'integer', minimum: min, maximum: max }),
  );
/** An amount in pence: a whole number of at least one penny, unless nought is allowed. */
export const Pence = (options: Options & { nought?: boolean } = {}) =>
  applyDecorators(
    IsInt({ message: '$property must be a whole number of pence' }),
    Min(options.nought ? 0 : 1, { message: '$property must be more than nothing' }),
    Max(Number.MAX_SAFE_INTEGER, { message: '$property is larger than the ledger can count' }),
    ...shown({ example: 32_700_000, ...options }, { type: 'integer', minimum: options.nought ? 0 : 1 }),
  );
export const Day = (options: Options = {}) =>
  applyDecorators(
    passes('isDay', '$property must be a day like 2018-06-05', (value) => typeof value === 'string' && isDay(value)),
    ...shown({ example: '2018-06-05', ...options }, { type: 'string', format: 'date' }),
  );
/** An instant in UTC, to the millisecond. */
export const Instant = (options: Options = {}) =>
  applyDecorators(
    passes(
      'isInstant',
      '$property must be an instant in UTC like 2018-06-05T10:00:00.000Z',
      (value) => typeof value === 'string' && isInstant(value),
    ),
    ...shown({ example: '2018-06-05T10:00:00.000Z', ...options }, { type: 'string', format: 'date-time' }),
  );
export const MediaType = (options: Options = {}) =>
  applyDecorators(
    IsMimeType({ message: '$property must be a media type like application/pdf' }),
    MaxLength(MEDIA_TYPE_MAX, { message: `$property may have at most ${MEDIA_TYPE_MAX} characters` }),
    ...shown({ example: 'application/pdf', ...options }, { type: 'string' }),
  );
export const OneOf = (names: readonly string[], options: Options = {}) =>
  applyDecorators(
    IsIn(names, { message: `$property must be one of: ${names.join(', ')}` }),
    ...shown({ example: names[0], ...options }, { type: 'string', enum: [...names] }),
  );
export const YesNo = (options: Options = {}) =>
  applyDecorators(IsBoolean({ message: '$property must be true or false' }), ...shown({ example: true, ...options }, { type: 'boolean' }));
export const Hash = (options: Options = {}) =>
  applyDecorators(
    Matches(/^[0-9a-f]{64}$/, { message: '$property must be a SHA-256 in hex' }),
    ...shown({ example: 'ab'.repeat(32), ...options }, { type: 'string', pattern: '^[0-9a-f]{64}$' }),
  );
export const Currency = (options: Options = {}) =>
  applyDecorators(
    Matches(/^[A-Z]{3}$/, { message: '$property must be a currency like GBP' }),
    ...shown({ example: 'GBP', ...options }, { type: 'string' }),
  );

/** A list of nested things, each checked to its last field. */
export const Several = (of: () => new () => object, min = 0, max = 100, options: Options = {}) =>
  applyDecorators(
    IsArray({ message: '$property must be a list' }),
    ArrayMinSize(min, { message: `$property needs at least ${min}` }),
    ArrayMaxSize(max, { message: `$property may have at most ${max}` }),
    passes('isObject', 'each of $property must be an object with the named fields', isPlainThing, true),
    ValidateNested({ each: true, message: 'each of $property must be an object with the named fields' }),
    Type(of),
    ...shown({ ...options }, { type: of, isArray: true }),
  );
export const Ids = (min = 0, max = 100, options: Options = {}) =>
  applyDecorators(
    IsArray({ message: '$property must be a list' }),
    ArrayMinSize(min, { message: `$property needs at least ${min}` }),
    ArrayMaxSize(max, { message: `$property may have at most ${max}` }),
    passes('isId', 'each of $property must be an id: small letters, digits and dashes', isId, true),
    ...shown({ example: ['parks'], ...options }, { type: 'string', isArray: true }),
  );
export const One = (of: () => new () => object, options: Options = {}) =>
  applyDecorators(
    passes('isObject', '$property must be an object with the named fields', isPlainThing),
    ValidateNested({ message: '$property must be an object with the named fields' }),
    Type(of),
    ...shown(options, { type: of }),
  );

const roles = new WeakMap<object, readonly string[]>();
/** Which roles may ask for a command: kept beside its shape, folded at the door. */
export const MayBeAskedBy =
  (...names: readonly string[]) =>
  (command: object) =>
    void roles.set(command, names);
export const rolesFor = (command: object): readonly string[] => roles.get(command) ?? [];

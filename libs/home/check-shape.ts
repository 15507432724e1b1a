import type { Desk, LedgerCommand } from '@ledger/event-store';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { isSound } from './quick-check.js';

export type Problem = Readonly<{ field: string; words: string }>;

/** What was sent is not a request of this kind. Nothing was judged and nothing written; what was typed is still the caller's. */
export class Misunderstood extends Error {
  override readonly name = 'Misunderstood';
  readonly code = 'MISUNDERSTOOD';
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ field, words }) => (words.includes(field.split('.').at(-1)!) ? words : `${field} ${words}`)).join('; '));
  }
}

const PROBLEMS_MAX = 50;
/** An event has room for 16 KiB, and keeps beside the request who asked, when, and its salts. */
export const BODY_BYTES_MAX = 14 * 1024;

const STRICT = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, stopAtFirstError: true };
/** How deep a body may go: a request, a list in it, a thing in the list, its own fields. */
const DEPTH_MAX = 6;
/** Names that JavaScript itself answers to: no request has such a field, and nothing that reads a request may ever meet one. */
const noField = (name: string) => name in Object.prototype || name === 'prototype';

function refuseUnreadable(value: unknown, path: readonly string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (path.length > DEPTH_MAX) throw new Misunderstood([{ field: path.join('.'), words: 'goes deeper than any request' }]);
  for (const name of Object.keys(value)) {
    const here = [...path, name];
    if (noField(name)) throw new Misunderstood([{ field: here.join('.'), words: 'is not a field of this request' }]);
    refuseUnreadable((value as Readonly<Record<string, unknown>>)[name], here);
  }
}

/** Turns a body into a command of one kind, checked to its last nested field. @throws Misunderstood */
export function commandFrom({ command: kind }: Pick<Desk, 'command'>, body: unknown): LedgerCommand {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Misunderstood([{ field: 'body', words: 'must be an object with the named fields' }]);
  refuseUnreadable(body, []);
  // What a command can do is no field of it; the transformer would run it or drop it in silence.
  const taken = Object.keys(body).filter((name) => name in (kind.prototype as object));
  if (taken.length > 0) throw new Misunderstood(taken.map((field) => ({ field, words: 'is not a field of this request' })));
  const command = plainToInstance(kind, { type: new kind().type, ...body });
  const wrong = isSound(command) ? [] : validateSync(command, STRICT);
  if (wrong.length > 0) throw new Misunderstood(wrong.flatMap((one) => problemsOf(one)).slice(0, PROBLEMS_MAX));
  const bytes = Buffer.byteLength(JSON.stringify(command));
  if (bytes > BODY_BYTES_MAX)
    throw new Misunderstood([
      {
        field: 'body',
        words: `has ${bytes} bytes, and ${BODY_BYTES_MAX} are the most: keep a long text as a document, and name it by its hash`,
      },
    ]);
  return command;
}

function problemsOf({ children, constraints, property }: ValidationError, above = ''): readonly Problem[] {
  const field = above === '' ? property : `${above}.${property}`;
  const own = Object.entries(constraints ?? {}).map(([rule, words]) => ({
    field,
    words: rule === 'whitelistValidation' ? 'is not a field of this request' : words,
  }));
  return [...own, ...(children ?? []).flatMap((child) => problemsOf(child, field))];
}

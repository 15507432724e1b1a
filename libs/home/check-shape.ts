import type { Desk, LedgerCommand } from '@ledger/event-store';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';

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

/** Turns a body into a command of one kind, checked to its last nested field. @throws Misunderstood */
export function commandFrom({ command: kind }: Pick<Desk, 'command'>, body: unknown): LedgerCommand {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Misunderstood([{ field: 'body', words: 'must be an object with the named fields' }]);
  const command = plainToInstance(kind, { type: new kind().type, ...body });
  const wrong = validateSync(command, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true, stopAtFirstError: true });
  if (wrong.length > 0) throw new Misunderstood(wrong.flatMap((one) => problemsOf(one)).slice(0, PROBLEMS_MAX));
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

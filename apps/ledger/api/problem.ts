import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Problem as FieldProblem } from '@ledger/home';
import { isRefusal, type RefusalNumbers } from '@ledger/kernel';
import { randomUUID } from 'node:crypto';

/** An answer that says no, or not now, as RFC 9457 writes it: a code for a machine, words for a person, the numbers behind them. */
export type ProblemDetails = Readonly<{
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  numbers?: RefusalNumbers;
  errors?: readonly FieldProblem[];
  /** Under which the server's log has the fault. */
  incident?: string;
}>;

/** Refusals at the door have the status that HTTP gives them; every rule's refusal is a conflict with what stands in the ledger. */
const STATUS: Readonly<Record<string, number>> = {
  SIGN_IN_NEEDED: 401,
  ROLE_MISSING: 403,
  RECORDER_ONLY: 403,
  EVIDENCE_NEEDED: 403,
  ONLY_ON_THIS_MACHINE: 403,
};
const RULE_SAID_NO = 409;
export const RETRY_AFTER_SECONDS = 1;

/** Not refused and not a fault: the same request may go through in a moment. */
const TRY_AGAIN: Readonly<Record<string, Readonly<{ code: string; words: string }>>> = {
  LedgerBusy: { code: 'TRY_AGAIN', words: 'Many people are writing to the same record. Nothing was written; send the same request again' },
  StoreUnavailable: {
    code: 'OUTCOME_UNKNOWN',
    words: 'The store did not answer in time. Send the very same request again, with the same commandId: it will be done once',
  },
  DatabaseUnavailable: { code: 'NOT_NOW', words: 'What the ledger shows cannot be read at the moment. Nothing is lost; ask again' },
  StillBusy: { code: 'NOT_NOW', words: 'Another process is still at work on this. Ask again' },
  NotThereYet: { code: 'NOT_THERE_YET', words: 'The pages have not caught up with that position yet. Ask again' },
};

const problem = (status: number, code: string, title: string, detail: string, more: object = {}): ProblemDetails => ({
  type: `urn:ledger:problem:${code}`,
  title,
  status,
  code,
  detail,
  ...more,
});

/** What an exception means for the caller. Anything unforeseen is a fault, and tells no internals. */
export function problemFrom(thrown: unknown): ProblemDetails {
  const { message, name } = thrown as Error;
  if (isRefusal(thrown))
    return problem(
      STATUS[thrown.code] ?? RULE_SAID_NO,
      thrown.code,
      'The ledger refused',
      thrown.words,
      Object.keys(thrown.numbers).length === 0 ? {} : { numbers: thrown.numbers },
    );
  if (name === 'Misunderstood')
    return problem(400, 'MISUNDERSTOOD', 'The request was not understood', message, {
      errors: (thrown as { problems: readonly FieldProblem[] }).problems,
    });
  const wait = TRY_AGAIN[name];
  if (wait !== undefined) return problem(503, wait.code, 'Not now', wait.words);
  if (thrown instanceof HttpException)
    return thrown.getStatus() === 404
      ? problem(404, 'NOT_FOUND', 'Not here', thrown.message)
      : problem(thrown.getStatus(), 'BAD_REQUEST', 'The request was not understood', thrown.message);
  const { code, statusCode } = thrown as { code?: string; statusCode?: number };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return problem(statusCode, code ?? 'BAD_REQUEST', 'The request was not understood', message);
  return problem(500, 'FAULT', 'Something broke on our side', 'Nothing you sent is to blame. If it goes on, quote the incident number', {
    incident: randomUUID(),
  });
}

type Reply = { status(code: number): Reply; header(name: string, value: string): Reply; send(body: unknown): void };

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');
  catch(thrown: unknown, host: ArgumentsHost): void {
    const answer = problemFrom(thrown);
    if (answer.incident !== undefined)
      this.log.error(`${answer.incident} ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
    const reply = host
      .switchToHttp()
      .getResponse<Reply>()
      .status(answer.status)
      .header('content-type', 'application/problem+json; charset=utf-8');
    if (answer.status === 503) reply.header('retry-after', String(RETRY_AFTER_SECONDS));
    if (answer.status === 401) reply.header('www-authenticate', 'Bearer');
    reply.send(answer);
  }
}

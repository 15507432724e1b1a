import type { Position } from '@ledger/event-store';
import { Query } from '@nestjs/cqrs';
import { Refusal } from '@ledger/kernel';
import type { Answer, LedgerQuery, Moment, OpenSealed } from '@ledger/views';
import { Misunderstood } from './check-shape.js';
import type { Actor } from './door.js';
import { everyQuery } from './everything.js';
import type { Home } from './home.js';

export type AskedAnswer = Answer | undefined;

/** A question, and the moment it is about. `asKnown` takes an entry or an instant; `after` waits for a writer's own position. */
export class Ask extends Query<AskedAnswer> {
  constructor(
    readonly tenantId: string,
    readonly name: string,
    readonly params: Readonly<Record<string, string>> = {},
    readonly moment: Readonly<{ asAt?: string | undefined; asKnown?: string | undefined; after?: string | undefined }> = {},
    /** Whoever asks, where the question is not for everybody. */
    readonly asker: Actor | null = null,
  ) {
    super();
  }
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z$/;

/** Reads a moment as people write it. @throws Misunderstood with the field and what to do. */
export async function momentFrom(
  home: Pick<Home, 'views' | 'clock'>,
  { asAt, asKnown }: { asAt?: string | undefined; asKnown?: string | undefined },
): Promise<Moment> {
  const { entry: newest } = await home.views.completeTo();
  if (asAt !== undefined && (!DAY.test(asAt) || Number.isNaN(Date.parse(asAt))))
    throw new Misunderstood([{ field: 'asAt', words: `"${asAt}" is not a day like 2018-06-05` }]);
  let known = newest;
  if (asKnown !== undefined && INSTANT.test(asKnown))
    known = await home.views.entryAt(asKnown.includes('.') ? asKnown : asKnown.replace('Z', '.999Z'));
  else if (asKnown !== undefined && /^\d{1,15}$/.test(asKnown)) known = Number(asKnown);
  else if (asKnown !== undefined)
    throw new Misunderstood([
      { field: 'asKnown', words: `"${asKnown}" is neither an entry like 12 nor an instant like 2018-06-05T10:00:00Z` },
    ]);
  if (known > newest) throw new Misunderstood([{ field: 'asKnown', words: `Entry ${known} does not exist yet. The newest is ${newest}` }]);
  if (known < 0) throw new Misunderstood([{ field: 'asKnown', words: `Nothing had been entered by then` }]);
  return { asAt: asAt ?? home.clock.now().slice(0, 10), asKnown: known };
}

/** Opens what a person's key sealed, for a question that only some may ask; for all others nothing ever opens. */
async function openerFor({ door, keys }: Pick<Home, 'door' | 'keys'>, query: LedgerQuery, { asker, tenantId }: Ask): Promise<OpenSealed> {
  if (query.for === undefined) return () => null;
  if (asker === null) throw new Refusal('SIGN_IN_NEEDED', `"${query.name}" is for ${query.for.join(' or ')}: send a bearer token`);
  if (!(await door.rolesOf(tenantId, asker.actorRef)).some((role) => query.for!.includes(role)))
    throw new Refusal('ROLE_MISSING', `"${query.name}" is for ${query.for.join(' or ')}`, { subject: asker.actorRef });
  return ({ eventId, field, subjectRef, tenantId: of }, sealed) => keys.open({ tenantId: of, eventId, field, subjectRef }, sealed) ?? null;
}

/** @throws Refusal when the question is not for whoever asks, Misunderstood when there is no such question, NotThereYet when the views did not come as far as `after` in time. */
export async function answerTo(home: Pick<Home, 'views' | 'clock' | 'door' | 'keys'>, ask: Ask): Promise<AskedAnswer> {
  const { moment, name, params, tenantId } = ask;
  const query = (everyQuery as unknown as readonly LedgerQuery[]).find((one) => one.name === name);
  if (query === undefined) throw new Misunderstood([{ field: 'query', words: `there is no question called ${name}` }]);
  const open = await openerFor(home, query, ask);
  const known = query.params.map((param) => param.replace(/\?$/, ''));
  const missing = query.params.filter((param) => !param.endsWith('?') && params[param] === undefined);
  const unknown = Object.keys(params).filter((param) => !known.includes(param));
  if (missing.length + unknown.length > 0) {
    throw new Misunderstood([
      ...missing.map((field) => ({ field, words: 'is needed' })),
      ...unknown.map((field) => ({ field, words: 'is not part of this question' })),
    ]);
  }
  if (moment.after !== undefined) await home.views.waitFor(moment.after as Position);
  const { asAt, asKnown } = await momentFrom(home, moment);
  return home.views.answer(tenantId, { asAt, asKnown }, async (read) => {
    const view = await query.answer(read, params, open);
    return view === undefined ? undefined : { tenantId, asAt, asKnown, completeTo: read.completeTo, view };
  });
}

import { createHmac, randomUUID } from 'node:crypto';
import {
  canonicalText,
  canonicalTextOfSaid,
  type Clock,
  type CommandLike,
  type Decider,
  type FactDeclaration,
  fold,
  isRefusal,
  type LedgerEvent,
  postingsOf,
  Refusal,
  type SubjectKey,
} from '@ledger/kernel';
import { saltsFor } from '@ledger/log';
import type { KeyStore } from '@ledger/privacy';
import type { Caller, LedgerCommand } from './command.js';
import { type EventStore, type NewEvent, NO_STREAM, type Position } from './event-store.js';
import { type Catalogue, factNamed, know, type Known, type Meta, personalFieldsOf } from './known.js';
import { type Meter, unmetered } from './meter.js';

/** What a carried out command answers, then and at every repeat. It derives from the stored events alone. */
export type Receipt = Readonly<{
  commandId: string;
  stream: string;
  revision: number;
  position: Position | null;
  events: readonly { id: string; type: string }[];
}>;

/** Somebody else kept writing first. Neither a refusal nor a fault: try again. */
export class LedgerBusy extends Error {
  override readonly name = 'LedgerBusy';
}

export const ATTEMPTS_MAX = 3;
const CACHED_STREAMS_MAX = 5_000;
export const APP_VERSION = '0.1.0';

type Done = Readonly<{ requestHmac: string; receipt: Receipt }>;
type Remembered<State> = { revision: number; state: State; receipts: Map<string, Done> };

/** Load, fold, decide, append; again when somebody else wrote first; once, however often asked. */
export class Ledger {
  private readonly cache = new Map<string, Remembered<unknown>>();
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(
    readonly store: EventStore,
    readonly catalogue: Catalogue,
    private readonly keys: KeyStore,
    private readonly clock: Clock,
    private readonly meter: Meter = unmetered,
  ) {}

  static streamOf<C extends CommandLike>(
    decider: Pick<Decider<never, C, LedgerEvent>, 'category' | 'stream'>,
    tenantId: string,
    command: C,
  ): string {
    return `${decider.category}-${tenantId}_${decider.stream(command)}`;
  }

  /** @throws Refusal when the rules say no, LedgerBusy when others kept writing first; anything else is a fault. */
  carryOut<S, C extends CommandLike, E extends LedgerEvent>(
    decider: Decider<S, C, E>,
    tenantId: string,
    command: C & LedgerCommand,
    caller: Caller,
  ): Promise<Receipt> {
    const stream = Ledger.streamOf(decider, tenantId, command);
    const turn = (this.queues.get(stream) ?? Promise.resolve()).then(() => this.judgeAndAppend(decider, stream, tenantId, command, caller));
    const settled = turn.catch(() => undefined);
    this.queues.set(stream, settled);
    void settled.then(() => this.queues.get(stream) === settled && this.queues.delete(stream));
    return turn;
  }

  /** The state of one stream as it is now, for the door (roles) and the tests. */
  async stateOf<S, C extends CommandLike, E extends LedgerEvent>(decider: Decider<S, C, E>, stream: string): Promise<S> {
    return (await this.catchUp(decider, stream)).state;
  }

  private async judgeAndAppend<S, C extends CommandLike, E extends LedgerEvent>(
    decider: Decider<S, C, E>,
    stream: string,
    tenantId: string,
    command: C & LedgerCommand,
    caller: Caller,
  ): Promise<Receipt> {
    const said = canonicalTextOfSaid({ type: command.type, body: command, actor: caller.actorRef });
    const requestHmac = this.keys.hmac('requests', said);
    const acceptedAt = this.clock.now();
    const asked = { by: caller.actorRef, onBehalfOf: caller.onBehalfOf, at: command.effectiveAt ?? acceptedAt };
    const rule = decider.decide[command.type as C['type']] as (command: C, state: S, asked: object) => readonly E[];
    let known = this.cache.get(stream) as Remembered<S> | undefined;
    let fresh = known === undefined;
    known ??= await this.catchUp(decider, stream);

    for (let attempt = 0; attempt < ATTEMPTS_MAX;) {
      const first = known.receipts.get(command.commandId);
      if (first !== undefined) {
        if (first.requestHmac === requestHmac || this.isTheSame(first, tenantId, command, said)) return first.receipt;
        throw new Refusal('COMMAND_ID_REUSED', 'This command id was used before, for another request', { commandId: command.commandId });
      }
      let facts: readonly E[];
      try {
        facts = rule(command, known.state, asked);
      } catch (thrown) {
        if (!isRefusal(thrown) || fresh) throw thrown;
        facts = [];
      }
      // A refusal, or nothing to do, on a remembered state is only a guess: the stream's tail may say otherwise.
      if (facts.length === 0 && !fresh) {
        known = await this.catchUp(decider, stream);
        fresh = true;
        continue;
      }
      if (facts.length === 0) return { commandId: command.commandId, stream, revision: known.revision, position: null, events: [] };

      const events = facts.map((fact) => this.complete(fact, tenantId, command, caller, { acceptedAt, requestHmac, said }));
      try {
        const { position, lastRevision } = await this.resend(stream, known.revision, events);
        const receipt: Receipt = {
          commandId: command.commandId,
          stream,
          revision: lastRevision,
          position,
          events: events.map(({ id, type }) => ({ id, type })),
        };
        known.receipts.set(command.commandId, { requestHmac: (events[0]!.metadata as { meta: Meta }).meta.requestHmac, receipt });
        this.remember(stream, { revision: lastRevision, state: fold(decider, known.state, facts), receipts: known.receipts });
        return receipt;
      } catch (thrown) {
        this.cache.delete(stream);
        if ((thrown as Error).name !== 'ConcurrencyConflict') throw thrown;
        attempt += 1;
        known = await this.catchUp(decider, stream);
        fresh = true;
      }
    }
    throw new LedgerBusy(`Others kept writing to ${stream}; nothing was written for you. Try again.`);
  }

  /** An append whose outcome is unknown is sent again, the very same bytes. */
  private async resend(stream: string, revision: number, events: readonly NewEvent[]) {
    for (let attempt = 1; ; attempt += 1) {
      const started = performance.now();
      try {
        const appended = await this.store.append(stream, revision, events);
        this.meter.appended(events.length, (performance.now() - started) / 1000);
        return appended;
      } catch (thrown) {
        if ((thrown as Error).name !== 'StoreUnavailable' || attempt === ATTEMPTS_MAX) throw thrown;
      }
    }
  }

  private async catchUp<S, C extends CommandLike, E extends LedgerEvent>(
    decider: Decider<S, C, E>,
    stream: string,
  ): Promise<Remembered<S>> {
    const nothing: Remembered<S> = { revision: NO_STREAM, state: decider.initial, receipts: new Map() };
    const known = (this.cache.get(stream) as Remembered<S> | undefined) ?? nothing;
    const tail = (await this.store.readStream(stream, { from: known.revision + 1 })).map((stored) => know(this.catalogue, stored));
    const receipts = new Map(known.receipts);
    for (const event of tail) {
      const { commandId, requestHmac } = event.meta;
      const before = receipts.get(commandId)?.receipt.events ?? [];
      receipts.set(commandId, {
        requestHmac,
        receipt: {
          commandId,
          stream,
          revision: event.revision,
          position: event.position,
          events: [...before, { id: event.id, type: event.type }],
        },
      });
    }
    const state = fold(decider as unknown as Decider<S, never, never>, known.state, tail as never[]);
    return this.remember(stream, { revision: tail.at(-1)?.revision ?? known.revision, state, receipts });
  }

  private remember<S>(stream: string, known: Remembered<S>): Remembered<S> {
    this.cache.delete(stream);
    this.cache.set(stream, known);
    if (this.cache.size > CACHED_STREAMS_MAX) this.cache.delete(this.cache.keys().next().value!);
    return known;
  }

  /** Makes or destroys the subject's key, where the fact says so, before the append: no entry claims what was not done, and its policy repeats a destruction whose entry was lost. */
  private keyOf({ key: is }: FactDeclaration, tenantId: string, subjectRef: string): SubjectKey | undefined {
    if (is === undefined) return undefined;
    return is === 'made' ? { is, ...this.keys.make(tenantId, subjectRef) } : { is, ...this.keys.destroy(tenantId, subjectRef) };
  }

  /**
   * Whether a request that said something personal is the one that was done. Once the person's key is gone nobody can tell any more: it was
   * done, and whatever is sent under its id is answered by its receipt, so that no answer says which name was the right one.
   */
  private isTheSame({ receipt, requestHmac }: Done, tenantId: string, command: LedgerCommand, said: string): boolean {
    const own = this.ownHmac(tenantId, command, said);
    if (own !== undefined) return own === requestHmac;
    return receipt.events.some(({ type }) => personalFieldsOf(factNamed(this.catalogue, type)).length > 0);
  }
  /** The digest of a request that says something personal is under the person's own key: once that is gone, nobody can try names against it. */
  private ownHmac(tenantId: string, command: LedgerCommand, said: string): string | undefined {
    const { subjectRef } = command as { subjectRef?: string };
    return subjectRef === undefined ? undefined : this.keys.hmacOf(tenantId, subjectRef, said);
  }

  /** Makes a fact an event: envelope, postings, sealed personal fields, salts. Ids and salts are chosen here, once. */
  private complete(
    fact: LedgerEvent,
    tenantId: string,
    command: LedgerCommand,
    caller: Caller,
    { acceptedAt, requestHmac, said }: { acceptedAt: string; requestHmac: string; said: string },
  ): NewEvent {
    const declared = factNamed(this.catalogue, fact.type);
    declared.check(fact.data);
    const id = randomUUID();
    const { reason, evidence, decisionRef, ruleSetRef } = command;
    const payload: Record<string, unknown> = { ...fact.data };
    const key = this.keyOf(declared, tenantId, String(payload['subjectRef']));
    const personal = personalFieldsOf(declared);
    for (const field of personal) {
      const clear = payload[field];
      if (typeof clear !== 'string') continue;
      payload[field] = this.keys.seal({ tenantId, eventId: id, field, subjectRef: String(payload['subjectRef']) }, clear);
    }
    const data = plain({
      ...payload,
      schema: `${fact.type}/${declared.version}`,
      tenantId,
      effectiveAt: command.effectiveAt ?? acceptedAt,
      reason,
      evidence,
      decisionRef,
      ruleSetRef,
      key,
    });
    const postings = postingsOf(declared.postings, data);
    const meta: Meta = {
      eventId: id,
      commandId: command.commandId,
      correlationId: caller.correlationId ?? command.commandId,
      causationId: caller.causationId ?? command.commandId,
      actorRef: caller.actorRef,
      actorRole: caller.actorRole,
      onBehalfOf: caller.onBehalfOf,
      issuer: caller.issuer,
      authnStrength: caller.authnStrength,
      appVersion: APP_VERSION,
      acceptedAt,
      requestHmac: personal.length === 0 ? requestHmac : this.ownHmac(tenantId, command, said)!,
    };
    return { id, type: fact.type, data: { ...data, postings }, metadata: { meta, salts: saltsFor(declared, data) } };
  }
}

/** Leaves out what was not said: canonical text knows no undefined, and a class instance becomes plain data. */
function plain<Value extends object>(value: Value): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(value)) if (one !== undefined) copy[name] = plainly(one);
  return copy;
}
const plainly = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(plainly) : typeof value === 'object' && value !== null ? plain(value) : value;

/** A UUID that only this installation can derive: the same cause gives the same id, and nobody else can guess it. */
export function idFrom(secret: Buffer, ...causes: readonly (string | number)[]): string {
  const hex = createHmac('sha256', secret)
    .update(canonicalText(causes.map(String)))
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export type { Known };

import { type Clock, isRefusal, type LedgerEvent } from '@ledger/kernel';
import type { LedgerCommand } from './command.js';
import { Consumer } from './consumer.js';
import type { EventStore, Position } from './event-store.js';
import { idFrom, type Receipt } from './ledger.js';
import { mayPass } from './faults.js';
import { type Catalogue, know, type Known } from './known.js';
import type { LogStore } from './log-store.js';

/** What moves one context when another has decided: a pure table from a fact to commands. A derived id takes the place of chance. */
export interface Policy<E extends LedgerEvent = LedgerEvent> {
  readonly name: string;
  readonly on: {
    readonly [T in E['type']]?: (
      event: Extract<Known<E>, { type: T }>,
      derive: (...causes: readonly (string | number)[]) => string,
    ) => readonly Omitted[];
  };
}
/** A command without its id: the runner derives it, so that a repeat is known as one. */
type Omitted = LedgerCommand;

/** How a policy's command is carried out: by the front door, like everybody's. */
export type FrontDoor = (tenantId: string, command: LedgerCommand, caller: import('./command.js').Caller) => Promise<Receipt>;

const BACKOFF_MS = [20, 100, 500, 2_000] as const;
const later = (ms: number) => new Promise((done) => setTimeout(done, ms));
const IDLE_CHECKPOINT_MS = 1_000;

/**
 * Runs policies over the store, each from its own checkpoint: at least once, exactly once in effect.
 * One reading feeds all of them, filtered to the facts that any of them listens to. Checkpoints are kept once a page: after a crash
 * a page's commands are sent again, with the same ids, and are answered as the first time.
 */
export class PolicyRunner extends Consumer {
  private readonly types: readonly string[];
  /** How far each policy has come, as long as this process holds the lease; null asks the log. */
  private reached: Map<Policy, Position | null> | null = null;
  private keptAtMs = 0;
  private unkept = false;

  constructor(
    store: EventStore,
    private readonly catalogue: Catalogue,
    private readonly log: LogStore,
    private readonly secret: Buffer,
    private readonly clock: Clock,
    private readonly door: FrontDoor,
    readonly policies: readonly Policy[],
  ) {
    super('policies', store, log.lease('policies'));
    this.types = [...new Set(policies.flatMap(({ on }) => Object.keys(on)))];
  }

  protected override async done(upTo: Position | null): Promise<boolean> {
    return [...(await this.kept()).values()].every((reached) => this.isBehind(upTo, reached));
  }
  /** Whether the first position is not after the second one; null is before everything. */
  private isBehind = (one: Position | null, other: Position | null) =>
    one === null || (other !== null && this.store.comparePositions(one, other) <= 0);

  /** How far each policy has come: by what this process remembers, else by what the log does. */
  async progress(): Promise<readonly (readonly [policy: string, position: Position | null])[]> {
    return [...(this.reached ?? (await this.kept()))].map(([{ name }, position]) => [name, position]);
  }
  private async kept(): Promise<Map<Policy, Position | null>> {
    const kept = new Map<Policy, Position | null>();
    for (const policy of this.policies) kept.set(policy, (await this.log.checkpoint(policy.name)) as Position | null);
    return kept;
  }

  protected override async leave(): Promise<void> {
    if (this.reached !== null && (await this.lease.hold())) await this.keep(this.reached);
    this.reached = null;
  }

  /** Handles everything that stands in the store, and what that causes, until nothing is left to do. */
  protected override async work(): Promise<void> {
    try {
      this.reached ??= await this.kept();
      while (!this.stopping && this.policies.length > 0) {
        const from = [...this.reached.values()].reduce((least, one) => (this.isBehind(least, one) ? least : one));
        const { events, next } = await this.store.readAll(from, { types: this.types });
        if (next === from || next === null) {
          await this.keepWhenIdle();
          break;
        }
        for (const stored of events) if (!(await this.deliverToAll(know(this.catalogue, stored), this.reached))) return;
        for (const policy of this.policies) if (this.isBehind(this.reached.get(policy)!, next)) this.reached.set(policy, next);
        this.unkept = true;
        if (events.length > 0) await this.keep(this.reached);
        else await this.keepWhenIdle();
        if (!(await this.lease.hold())) break;
      }
    } catch (thrown) {
      if (this.reached !== null) await this.keep(this.reached);
      throw thrown;
    } finally {
      if (!(await this.lease.hold())) this.reached = null;
    }
  }

  /** What no policy listens to is passed over without a note each time; but another process that waits must see it passed before long. */
  private async keepWhenIdle(): Promise<void> {
    if (this.unkept && this.reached !== null && performance.now() - this.keptAtMs > IDLE_CHECKPOINT_MS) await this.keep(this.reached);
  }
  private async keep(reached: ReadonlyMap<Policy, Position | null>): Promise<void> {
    await this.log.setCheckpoints([...reached].flatMap(([{ name }, position]) => (position === null ? [] : [[name, position] as const])));
    [this.keptAtMs, this.unkept] = [performance.now(), false];
  }

  /** Answers false when it was told to stop on its way. */
  private async deliverToAll(event: Known, reached: Map<Policy, Position | null>): Promise<boolean> {
    for (const policy of this.policies) {
      if (this.stopping) return false;
      if (this.isBehind(event.position, reached.get(policy)!)) continue;
      if (event.type in policy.on) await this.deliver(policy, event);
      reached.set(policy, event.position);
    }
    return true;
  }

  /** Delivers one event; what cannot be delivered becomes a dead letter that an operator sees, and the policy goes on. */
  private async deliver(policy: Policy, event: Known): Promise<boolean> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.handle(policy, event);
        return true;
      } catch (thrown) {
        if (!isRefusal(thrown) && attempt < BACKOFF_MS.length && !this.stopping) {
          await later(BACKOFF_MS[attempt]!);
          continue;
        }
        if (mayPass(thrown) || (this.stopping && !isRefusal(thrown))) throw thrown;
        const { name, message } = thrown as Error;
        await this.log.addDeadLetter({
          policy: policy.name,
          position: event.position,
          eventId: event.id,
          why: name,
          words: message,
          since: this.clock.now(),
        });
        return false;
      }
    }
  }

  private async handle(policy: Policy, event: Known): Promise<void> {
    const rule = (
      policy.on as unknown as Readonly<
        Record<string, (event: Known, derive: (...causes: readonly (string | number)[]) => string) => readonly LedgerCommand[]>
      >
    )[event.type]!;
    const commands = rule(event, (...causes) => idFrom(this.secret, policy.name, ...causes));
    for (const [index, command] of commands.entries()) {
      const complete = Object.assign(command, {
        commandId: idFrom(this.secret, policy.name, event.id, index),
        effectiveAt: command.effectiveAt ?? event.data.effectiveAt,
        // What follows from an illustrative fact is illustrative too.
        ...(command.reason === undefined && event.data.reason !== undefined ? { reason: event.data.reason } : {}),
      });
      await this.door(event.data.tenantId, complete, {
        actorRef: `policy:${policy.name}`,
        actorRole: 'policy',
        onBehalfOf: event.meta.onBehalfOf,
        issuer: 'ledger',
        authnStrength: 'internal',
        causationId: event.id,
        correlationId: event.meta.correlationId,
      });
    }
  }

  /** Tries a dead letter again; it leaves the list only when it was delivered. */
  async replay(id: number): Promise<boolean> {
    const letter = (await this.log.deadLetters()).find((one) => one.id === id);
    const policy = this.policies.find(({ name }) => name === letter?.policy);
    if (letter === undefined || policy === undefined) return false;
    const types = Object.keys(policy.on);
    for (let after: Position | null = null; ;) {
      const { events, next } = await this.store.readAll(after, { types });
      const found = events.find((stored) => stored.id === letter.eventId);
      if (found !== undefined) {
        const delivered = await this.deliver(policy, know(this.catalogue, found));
        if (delivered) await this.log.removeDeadLetter(id);
        return delivered;
      }
      if (next === after) return false;
      after = next;
    }
  }
}

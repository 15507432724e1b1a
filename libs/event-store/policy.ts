import { type Clock, isRefusal, type LedgerEvent } from '@ledger/kernel';
import { exhaustMap, Observable, type Subscription } from 'rxjs';
import type { LedgerCommand } from './command.js';
import type { EventStore, Position } from './event-store.js';
import { idFrom, type Receipt } from './ledger.js';
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

/** Runs policies over the store, each from its own checkpoint: at least once, exactly once in effect. */
export class PolicyRunner {
  private running: Subscription | null = null;
  private stopping = false;

  constructor(
    private readonly store: EventStore,
    private readonly catalogue: Catalogue,
    private readonly log: LogStore,
    private readonly secret: Buffer,
    private readonly clock: Clock,
    private readonly door: FrontDoor,
    readonly policies: readonly Policy[],
  ) {}

  start(): void {
    const bells = new Observable<void>((bell) => {
      bell.next();
      const subscription = this.store.changes().subscribe(bell);
      const tick = setInterval(() => bell.next(), 250);
      return () => {
        clearInterval(tick);
        subscription.unsubscribe();
      };
    });
    this.running = bells.pipe(exhaustMap(() => this.catchUp().catch(() => undefined))).subscribe();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.running?.unsubscribe();
    await this.turn.catch(() => undefined);
  }

  private turn: Promise<void> = Promise.resolve();
  /** Handles everything that stands in the store, and what that causes, until nothing is left to do. One at a time. */
  catchUp(): Promise<void> {
    this.turn = this.turn
      .catch(() => undefined)
      .then(async () => {
        for (let before: Position | null | undefined; before !== (before = await this.store.head()) && !this.stopping;)
          for (const policy of this.policies) await this.follow(policy);
      });
    return this.turn;
  }

  private async follow(policy: Policy): Promise<void> {
    for (;;) {
      const { events, next } = await this.store.readAll(this.log.checkpoint(policy.name) as Position | null);
      if (events.length === 0 || this.stopping) return;
      for (const stored of events) {
        if (!(stored.type in policy.on)) continue;
        const event = know(this.catalogue, stored);
        await this.deliver(policy, event);
        this.log.setCheckpoint(policy.name, stored.position);
      }
      this.log.setCheckpoint(policy.name, next!);
    }
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
        const { name, message } = thrown as Error;
        this.log.addDeadLetter({
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
    const letter = this.log.deadLetters().find((one) => one.id === id);
    const policy = this.policies.find(({ name }) => name === letter?.policy);
    if (letter === undefined || policy === undefined) return false;
    for (let after: Position | null = null; ;) {
      const { events, next } = await this.store.readAll(after);
      const found = events.find((stored) => stored.id === letter.eventId);
      if (found !== undefined) {
        const delivered = await this.deliver(policy, know(this.catalogue, found));
        if (delivered) this.log.removeDeadLetter(id);
        return delivered;
      }
      if (events.length === 0) return false;
      after = next;
    }
  }
}

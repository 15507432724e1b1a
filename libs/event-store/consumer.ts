import type { Lease } from '@ledger/database';
import { exhaustMap, interval, merge, startWith, type Subscription } from 'rxjs';
import type { EventStore, Position } from './event-store.js';
import { Faults } from './faults.js';

const TICK_MS = 250;
const OTHER_WAIT_MS = 15_000;
const OTHER_POLL_MS = 50;

/** Somebody else's process does this work and did not come to its end in time. */
export class StillBusy extends Error {
  override readonly name = 'StillBusy';
}

/** A turn of the event loop shorter than this had nothing in it. */
const IDLE_TURN_MS = 0.3;
const OTHERS_MS_MAX = 15;
/**
 * Lets commands go first: comes back when the event loop has nothing else to do, and in 15 ms at the latest. Called after each few
 * milliseconds of folding or numbering, so that a backlog never makes a caller wait: views may lag. Answers whether others had work.
 */
export async function afterOthers(): Promise<boolean> {
  const started = performance.now();
  for (let before = started; ;) {
    await new Promise(setImmediate);
    const now = performance.now();
    if (now - before < IDLE_TURN_MS) return before !== started;
    if (now - started > OTHERS_MS_MAX) return true;
    before = now;
  }
}

/**
 * Work that follows the store: woken by its bell, one turn at a time, in one process at a time.
 * A fault stops the turn and not the consumer: the next bell, or the next tick, tries again from the checkpoint.
 */
export abstract class Consumer {
  readonly faults: Faults;
  protected stopping = false;
  private running: Subscription | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private nudged: Promise<void> | null = null;

  constructor(
    private readonly name: string,
    protected readonly store: EventStore,
    protected readonly lease: Lease,
  ) {
    this.faults = new Faults(name);
  }

  /** Does all there is to do now. The lease is held; it is asked for again between pages, because work may take long. */
  protected abstract work(): Promise<void>;
  /** Whether everything up to a position is done, by whichever process; null is an empty store. */
  protected abstract done(upTo: Position | null): Promise<boolean>;

  /** What must still be kept before another process goes on. */
  protected leave(): Promise<void> {
    return Promise.resolve();
  }

  start(): void {
    const bells = merge(this.store.changes(), interval(TICK_MS)).pipe(startWith(undefined));
    this.running = bells
      .pipe(exhaustMap(() => this.inTurn(async () => ((await this.lease.hold()) ? this.work() : undefined)).catch(() => undefined)))
      .subscribe();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    this.running?.unsubscribe();
    await this.turn;
    await this.leave();
    await this.lease.release();
  }

  /**
   * Comes back when everything that stands in the store now is done; where another process holds the lease, when that one has done it.
   * @throws StillBusy
   */
  catchUp(): Promise<void> {
    return this.inTurn(async () => {
      const head = await this.store.head();
      for (const started = performance.now(); !this.stopping; await new Promise((later) => setTimeout(later, OTHER_POLL_MS))) {
        if (await this.lease.hold()) return this.workOnce();
        if (await this.done(head)) return;
        if (performance.now() - started > OTHER_WAIT_MS) throw new StillBusy(`Another process keeps the ${this.name}, and is not done yet`);
      }
    });
  }

  /** Does what there is to do; where another process does it, waits a moment. Whoever asks meanwhile shares the turn. */
  nudge(): Promise<void> {
    this.nudged ??= this.inTurn(async () => {
      if (await this.lease.hold()) await this.workOnce();
      else await new Promise((later) => setTimeout(later, OTHER_POLL_MS));
    }).finally(() => (this.nudged = null));
    return this.nudged;
  }

  /** Who only passes by does not keep the others from the work. */
  private async workOnce(): Promise<void> {
    try {
      await this.work();
      if (this.running === null) await this.leave();
    } finally {
      if (this.running === null) await this.lease.release();
    }
  }

  /** One thing after the other, also for work that is not a plain turn, such as the swap after a rebuild. */
  protected inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.turn.then(work).then(
      (result) => {
        this.faults.passed();
        return result;
      },
      (thrown: unknown) => {
        this.faults.note(thrown);
        throw thrown;
      },
    );
    this.turn = turn.catch(() => undefined);
    return turn;
  }
}

import { afterOthers, type Catalogue, Consumer, type EventStore, type Position, recordedAtOf, StillBusy } from '@ledger/event-store';
import type { Database, Lease, Statements } from '@ledger/database';
import { Subject } from 'rxjs';
import type { AnyProjection } from './projection.js';
import { Shelf } from './shelf.js';

/** How much of the ledger an answer has seen: the entry, and when it was recorded. -1 is nothing yet. */
export type CompleteTo = Readonly<{ entry: number; recordedAt: string | null }>;
export type Progress = (done: number, total: number, perSecond: number) => void;
/** `generation` rises with every swap after a rebuild: what was remembered of the old tables is then worthless. */
export type Checkpoint = CompleteTo & Readonly<{ position: string | null; generation: number }>;
const START: Checkpoint = { entry: -1, position: null, recordedAt: null, generation: 0 };

/** Rises when the engine's own tables change their shape: views are then begun afresh, which loses nothing. */
const FORMAT = 4;
const PAGE = 2_000;
/** The events of a page, and the changes of a batch, while others wait: reading and writing them is one turn each. */
const FEW = 200;
const OTHERS_SEEN_FOR_MS = 50;
/** How long to fold before others get their turn. */
const SLICE_MS = 5;
/** A batch is written when it has so many changes or events. */
const CHANGES_MAX = 4_000;
const BATCH_EVENTS_MAX = 20_000;

/**
 * Folds the store into all views of a database: one engine, one transaction, one checkpoint, so that no page mixes two moments.
 * A rebuild fills tables of its own beside the ones that serve, from a checkpoint of its own, while the live fold goes on; it joins in
 * the transaction that swaps them. A view whose version rose cannot be folded by today's rules into yesterday's table: until it is
 * rebuilt, all views stay at the entry they have reached, and serve.
 */
export class FoldEngine extends Consumer {
  /** Rings with the entry that the views are now complete to. */
  readonly advanced = new Subject<CompleteTo>();
  private readonly live: Shelf;
  /** What the live shelf remembers of rows is as of here. */
  private wrote: Checkpoint = START;
  private readonly rebuilding: Lease;
  private othersSeenMs = -Infinity;
  private rebuilds: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly db: Database,
    store: EventStore,
    catalogue: Catalogue,
    readonly projections: readonly AnyProjection[],
  ) {
    super('views', store, db.lease('views'));
    this.rebuilding = db.lease('rebuild');
    this.live = new Shelf(db, catalogue, projections);
    this.shelfOf = (some, suffix) => new Shelf(db, catalogue, some, suffix);
  }
  private readonly shelfOf: (projections: readonly AnyProjection[], suffix?: string) => Shelf;

  static async open(db: Database, store: EventStore, catalogue: Catalogue, projections: readonly AnyProjection[]): Promise<FoldEngine> {
    await db.begin(FORMAT);
    await db.create(`
      CREATE TABLE IF NOT EXISTS checkpoint (
        one INTEGER PRIMARY KEY CHECK (one = 1), entry INTEGER NOT NULL, position TEXT, "recordedAt" TEXT, generation INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS projections (name TEXT PRIMARY KEY, version INTEGER NOT NULL);`);
    const engine = new FoldEngine(db, store, catalogue, projections);
    await engine.prepare();
    return engine;
  }

  /** Gives every view a table: all of them the first time; later a new one an empty table, until its rebuild. */
  private prepare(): Promise<void> {
    return this.db.transaction(async (inside) => {
      const known = await versionsIn(inside);
      const missing = this.projections.filter(({ name }) => !known.has(name));
      if (missing.length === 0) return;
      const { entry, generation } = await checkpointIn(inside);
      await this.shelfOf(missing).create(inside, generation);
      for (const { name, version } of missing) await adopt(inside, name, entry < 0 ? version : 0);
    });
  }

  checkpoint(): Promise<Checkpoint> {
    return checkpointIn(this.db);
  }
  private async stale(): Promise<readonly AnyProjection[]> {
    const known = await versionsIn(this.db);
    return this.projections.filter(({ name, version }) => known.get(name) !== version);
  }
  /** Whether the views have seen a position. */
  async hasSeen(wanted: Position): Promise<boolean> {
    const { position } = await this.checkpoint();
    return position !== null && this.store.comparePositions(position as Position, wanted) >= 0;
  }

  protected override async done(upTo: Position | null): Promise<boolean> {
    return (await this.stale()).length === 0 && (upTo === null || (await this.hasSeen(upTo)));
  }

  private progress: Progress | undefined;
  /** Folds all there is into the views, and tells how a rebuild goes that must come first. */
  catchUpTelling(progress?: Progress): Promise<void> {
    this.progress = progress;
    return this.catchUp().finally(() => (this.progress = undefined));
  }

  protected override async work(): Promise<void> {
    const stale = await this.stale();
    if (stale.length > 0) await this.fillAndSwap(stale, (join) => join(), this.progress);
    while (!this.stopping && (await this.lease.hold())) {
      const from = await this.checkpoint();
      // Another engine folded, or swapped tables, since this one last wrote: what is remembered of rows is old.
      if (from.entry !== this.wrote.entry || from.generation !== this.wrote.generation) this.live.forget();
      const reached = await this.gather(this.live, from);
      if (reached.entry === from.entry) break;
      if (await this.commit(this.live, from, reached)) this.advanced.next({ entry: reached.entry, recordedAt: reached.recordedAt });
    }
  }

  /** Folds up to an entry and no further: for the replay that a self-check compares with. */
  foldTo(goal: number): Promise<void> {
    return this.inTurn(async () => {
      for (let from = await this.checkpoint(); from.entry < goal; from = await this.checkpoint())
        await this.commit(this.live, from, await this.gather(this.live, from, goal));
    });
  }

  private get othersWait(): boolean {
    return performance.now() - this.othersSeenMs < OTHERS_SEEN_FOR_MS;
  }

  /** Reads and folds events in memory until the batch is full; a fact that cannot be folded ends it just before. */
  private async gather(shelf: Shelf, from: Checkpoint, until = Infinity): Promise<Checkpoint> {
    let at = from;
    let sliceEnds = performance.now() + SLICE_MS;
    try {
      while (at.entry < until && shelf.pending < (this.othersWait ? FEW : CHANGES_MAX) && at.entry - from.entry < BATCH_EVENTS_MAX) {
        const { events } = await this.store.readAll(at.position as Position | null, {
          limit: Math.min(this.othersWait ? FEW : PAGE, until - at.entry),
          ...(shelf.textOf === undefined ? {} : { textOf: shelf.textOf }),
        });
        if (events.length === 0) break;
        for (let first = 0; first < events.length; first += FEW)
          for (const met of await shelf.meet(events.slice(first, first + FEW), at.entry + 1)) {
            shelf.fold(met);
            at = { ...from, entry: met.entry, position: met.stored.position, recordedAt: recordedAtOf(met.stored) };
            if (performance.now() < sliceEnds) continue;
            if (await afterOthers()) this.othersSeenMs = performance.now();
            if (this.othersWait && shelf.pending >= FEW) return at;
            sliceEnds = performance.now() + SLICE_MS;
          }
      }
      return at;
    } catch (thrown) {
      shelf.forget();
      if (at.entry === from.entry || this.stopping) throw thrown;
      // What comes before the fault is sound: fold it again up to there, and meet the fault at the beginning of the next batch.
      return this.gather(shelf, from, at.entry);
    }
  }

  /** Writes a batch with the checkpoint it leads to. Another engine that got here first has done this work: then nothing is written. */
  private async commit(shelf: Shelf, from: Checkpoint, reached: Checkpoint): Promise<boolean> {
    try {
      const written = await this.db.transaction(async (inside) => {
        const now = await checkpointIn(inside);
        if (now.entry !== from.entry || now.generation !== from.generation) return false;
        await shelf.flush(inside);
        await reach(inside, reached);
        return true;
      });
      if (written) this.wrote = reached;
      else shelf.forget();
      return written;
    } catch (thrown) {
      shelf.forget();
      throw thrown;
    }
  }

  /** Builds views again from the first entry, beside the old ones, which serve and go on until the new ones take their place. */
  rebuild(names: readonly string[], progress?: Progress): Promise<void> {
    const mine = this.projections.filter(({ name }) => names.includes(name));
    const rebuild = this.rebuilds.then(async () => {
      if (!(await this.rebuilding.hold())) throw new StillBusy('Another process is rebuilding these views');
      try {
        await this.fillAndSwap(mine, (join) => this.inTurn(join), progress);
      } finally {
        await this.rebuilding.release();
      }
    });
    this.rebuilds = rebuild.catch(() => undefined);
    return rebuild;
  }

  private async fillAndSwap(
    projections: readonly AnyProjection[],
    inTurn: (join: () => Promise<boolean>) => Promise<boolean>,
    progress?: Progress,
  ): Promise<void> {
    const started = performance.now();
    const shelf = this.shelfOf(projections, '__next');
    await this.db.transaction(async (inside) => shelf.create(inside, (await checkpointIn(inside)).generation + 1));
    let at = START;
    const fill = async (goal: number): Promise<void> => {
      while (at.entry < goal) {
        const reached = await this.gather(shelf, at, goal);
        if (reached.entry === at.entry) throw new Error(`The store ends at entry ${at.entry}, and the views had reached ${goal}`);
        at = reached;
        await this.db.transaction((inside) => shelf.flush(inside));
        await this.rebuilding.hold();
        progress?.(at.entry + 1, goal + 1, ((at.entry + 1) * 1000) / (performance.now() - started));
        if (this.stopping) throw new StillBusy('The rebuild was stopped on its way');
      }
    };
    const join = async (): Promise<boolean> => {
      await fill((await this.checkpoint()).entry);
      return this.db.transaction((inside) => this.swap(inside, shelf, at));
    };
    do await fill((await this.checkpoint()).entry);
    while (!(await inTurn(join)));
  }

  /** Puts the new tables in the place of the old ones, unless the views have moved on in the meantime. */
  private async swap(inside: Statements, shelf: Shelf, at: Checkpoint): Promise<boolean> {
    const now = await checkpointIn(inside);
    if (now.entry !== at.entry) return false;
    const names = [...shelf.tables.keys(), ...(this.live.books?.names ?? []).filter(() => shelf.books !== null)];
    for (const name of names) await inside.create(`DROP TABLE IF EXISTS "${name}"; ALTER TABLE "${name}__next" RENAME TO "${name}";`);
    for (const { name, version } of shelf.projections) await adopt(inside, name, version);
    await reach(inside, { ...now, generation: now.generation + 1 });
    this.live.forget();
    return true;
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.rebuilds;
    await this.rebuilding.release();
  }
}

async function checkpointIn(db: Statements): Promise<Checkpoint> {
  const [found] = await db.all<Checkpoint>('SELECT entry, position, "recordedAt", generation FROM checkpoint');
  return found ?? START;
}
async function versionsIn(db: Statements): Promise<ReadonlyMap<string, number>> {
  const rows = await db.all<{ name: string; version: number }>('SELECT name, version FROM projections');
  return new Map(rows.map(({ name, version }) => [name, version]));
}
const reach = (db: Statements, { entry, generation, position, recordedAt }: Checkpoint) =>
  db.run(
    `INSERT INTO checkpoint VALUES (1, ?, ?, ?, ?) ON CONFLICT (one) DO UPDATE
     SET entry = excluded.entry, position = excluded.position, "recordedAt" = excluded."recordedAt", generation = excluded.generation`,
    [entry, position, recordedAt, generation],
  );
const adopt = (db: Statements, name: string, version: number) =>
  db.run('INSERT INTO projections VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version', [name, version]);

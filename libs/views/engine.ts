import {
  afterOthers,
  type Catalogue,
  Consumer,
  type EventStore,
  know,
  Lease,
  type Position,
  recordedAtOf,
  StillBusy,
} from '@ledger/event-store';
import type Database from 'better-sqlite3';
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
const FORMAT = 3;
const PAGE = 2_000;
/** The events of a page, and the changes of a batch, while others wait: reading and writing them is one turn each. */
const FEW = 200;
const OTHERS_SEEN_FOR_MS = 500;
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
  private readonly sql;

  constructor(
    private readonly db: Database.Database,
    store: EventStore,
    private readonly catalogue: Catalogue,
    readonly projections: readonly AnyProjection[],
  ) {
    super('views', store, leaseOf(db, 'views'));
    this.rebuilding = new Lease(db, 'rebuild');
    db.exec(`
      CREATE TABLE IF NOT EXISTS checkpoint (
        one INTEGER PRIMARY KEY CHECK (one = 1), entry INTEGER NOT NULL, position TEXT, recordedAt TEXT, generation INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS projections (name TEXT PRIMARY KEY, version INTEGER NOT NULL);`);
    this.sql = {
      checkpoint: db.prepare<[], Checkpoint>('SELECT entry, position, recordedAt, generation FROM checkpoint'),
      reach: db.prepare(
        `INSERT INTO checkpoint VALUES (1, @entry, @position, @recordedAt, @generation) ON CONFLICT (one) DO UPDATE
         SET entry = @entry, position = @position, recordedAt = @recordedAt, generation = @generation`,
      ),
      versions: db.prepare<[], { name: string; version: number }>('SELECT name, version FROM projections'),
      adopt: db.prepare('INSERT INTO projections VALUES (@name, @version) ON CONFLICT (name) DO UPDATE SET version = @version'),
    };
    this.live = new Shelf(db, catalogue, projections);
    this.prepare();
  }

  /** Gives every view a table: all of them the first time; later a new one an empty table, until its rebuild. */
  private prepare(): void {
    this.db
      .transaction(() => {
        const known = new Map(this.sql.versions.all().map(({ name, version }) => [name, version]));
        const missing = this.projections.filter(({ name }) => !known.has(name));
        if (missing.length === 0) return;
        const { entry, generation } = this.checkpoint();
        new Shelf(this.db, this.catalogue, missing).create(generation);
        for (const { name, version } of missing) this.sql.adopt.run({ name, version: entry < 0 ? version : 0 });
      })
      .immediate();
  }

  checkpoint(): Checkpoint {
    return this.sql.checkpoint.get() ?? START;
  }
  private stale(): readonly AnyProjection[] {
    const known = new Map(this.sql.versions.all().map(({ name, version }) => [name, version]));
    return this.projections.filter(({ name, version }) => known.get(name) !== version);
  }

  protected override async done(): Promise<boolean> {
    const [head, { position }] = [await this.store.head(), this.checkpoint()];
    return (
      this.stale().length === 0 && (head === null || (position !== null && this.store.comparePositions(position as Position, head) >= 0))
    );
  }

  private progress: Progress | undefined;
  /** Folds all there is into the views, and tells how a rebuild goes that must come first. */
  catchUpTelling(progress?: Progress): Promise<void> {
    this.progress = progress;
    return this.catchUp().finally(() => (this.progress = undefined));
  }

  protected override async work(): Promise<void> {
    const stale = this.stale();
    if (stale.length > 0) await this.fillAndSwap(stale, (join) => join(), this.progress);
    while (!this.stopping && this.lease.hold()) {
      const from = this.checkpoint();
      // Another engine folded, or swapped tables, since this one last wrote: what is remembered of rows is old.
      if (from.entry !== this.wrote.entry || from.generation !== this.wrote.generation) this.live.forget();
      const reached = await this.gather(this.live, from);
      if (reached.entry === from.entry) break;
      if (this.commit(this.live, from, reached)) this.advanced.next({ entry: reached.entry, recordedAt: reached.recordedAt });
    }
  }

  /** Folds up to an entry and no further: for the replay that a self-check compares with. */
  foldTo(goal: number): Promise<void> {
    return this.inTurn(async () => {
      for (let from = this.checkpoint(); from.entry < goal; from = this.checkpoint())
        this.commit(this.live, from, await this.gather(this.live, from, goal));
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
        const wanted = shelf.textOf === undefined ? null : new Set(shelf.textOf);
        for (const stored of events) {
          const entry = at.entry + 1;
          if (wanted === null || wanted.has(stored.type)) shelf.fold(Object.assign(know(this.catalogue, stored), { entry }));
          at = { ...from, entry, position: stored.position, recordedAt: recordedAtOf(stored) };
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
  private commit(shelf: Shelf, from: Checkpoint, reached: Checkpoint): boolean {
    try {
      const written = this.db
        .transaction(() => {
          const now = this.checkpoint();
          if (now.entry !== from.entry || now.generation !== from.generation) return false;
          shelf.flush();
          this.sql.reach.run(reached);
          return true;
        })
        .immediate();
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
      if (!this.rebuilding.hold()) throw new StillBusy('Another process is rebuilding these views');
      try {
        await this.fillAndSwap(mine, (join) => this.inTurn(join), progress);
      } finally {
        this.rebuilding.release();
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
    const shelf = new Shelf(this.db, this.catalogue, projections, '__next');
    shelf.create(this.checkpoint().generation + 1);
    let at = START;
    const fill = async (goal: number): Promise<void> => {
      while (at.entry < goal) {
        const reached = await this.gather(shelf, at, goal);
        if (reached.entry === at.entry) throw new Error(`The store ends at entry ${at.entry}, and the views had reached ${goal}`);
        at = reached;
        this.db.transaction(() => shelf.flush()).immediate();
        this.rebuilding.hold();
        progress?.(at.entry + 1, goal + 1, ((at.entry + 1) * 1000) / (performance.now() - started));
        if (this.stopping) throw new StillBusy('The rebuild was stopped on its way');
      }
    };
    const join = async (): Promise<boolean> => {
      await fill(this.checkpoint().entry);
      return this.db.transaction(() => this.swap(shelf, at)).immediate();
    };
    do await fill(this.checkpoint().entry);
    while (!(await inTurn(join)));
  }

  /** Puts the new tables in the place of the old ones, unless the views have moved on in the meantime. */
  private swap(shelf: Shelf, at: Checkpoint): boolean {
    const now = this.checkpoint();
    if (now.entry !== at.entry) return false;
    const names = [...shelf.tables.keys(), ...(this.live.books?.names ?? []).filter(() => shelf.books !== null)];
    for (const name of names) this.db.exec(`DROP TABLE IF EXISTS "${name}"; ALTER TABLE "${name}__next" RENAME TO "${name}";`);
    for (const { name, version } of shelf.projections) this.sql.adopt.run({ name, version });
    this.sql.reach.run({ ...now, generation: now.generation + 1 });
    this.live.forget();
    return true;
  }

  override async stop(): Promise<void> {
    await super.stop();
    await this.rebuilds;
    this.rebuilding.release();
    this.advanced.complete();
  }
}

/** Begins a database of another shape afresh, before anything is prepared on it. */
function leaseOf(db: Database.Database, job: string): Lease {
  if (db.pragma('user_version', { simple: true }) !== FORMAT) {
    const old = db.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
    db.transaction(() => old.forEach(({ name }) => db.exec(`DROP TABLE "${name}"`))).immediate();
    db.pragma(`user_version = ${FORMAT}`);
  }
  return new Lease(db, job);
}

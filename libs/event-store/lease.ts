import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';

/** How long a process that died keeps a lease: another one takes over after this. */
export const LEASE_SECONDS = 4;

/**
 * One process at a time does a job over a database. The time is SQLite's own, so that all processes of the machine read one clock.
 * It spares double work and is no proof against it: a process that slept through its lease finds out at its next write, so every job
 * also checks its place inside the transaction that moves it.
 */
export class Lease {
  private readonly holder = randomUUID();
  private sureUntilMs = -1;
  private readonly take: Database.Statement;
  private readonly give: Database.Statement;

  constructor(db: Database.Database, name: string) {
    db.exec('CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL)');
    this.take = db
      .prepare(
        `INSERT INTO leases VALUES (@name, @holder, unixepoch('subsec') + @seconds)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
         WHERE holder = excluded.holder OR until < unixepoch('subsec')`,
      )
      .bind({ name, holder: this.holder, seconds: LEASE_SECONDS });
    this.give = db.prepare('DELETE FROM leases WHERE name = @name AND holder = @holder').bind({ name, holder: this.holder });
  }

  /** Whether this process may work now: takes the lease when it is free, renews it when half of it has passed. */
  hold(): boolean {
    const now = performance.now();
    if (now < this.sureUntilMs) return true;
    const held = this.take.run().changes === 1;
    this.sureUntilMs = held ? now + LEASE_SECONDS * 500 : -1;
    return held;
  }
  /** Lets another process go on at once. */
  release(): void {
    this.sureUntilMs = -1;
    this.give.run();
  }
}

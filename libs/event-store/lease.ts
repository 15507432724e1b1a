import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type Database from 'better-sqlite3';

/** How long a lease is kept without being renewed. A process that died on this machine is noticed at once. */
export const LEASE_SECONDS = 4;

/**
 * One process at a time does a job over a database. The time is SQLite's own, so that all processes of the machine read one clock.
 * It spares double work and is no proof against it: a process that slept through its lease finds out at its next write, so every job
 * also checks its place inside the transaction that moves it.
 */
export class Lease {
  private readonly holder = `${hostname()} ${process.pid} ${randomUUID()}`;
  private sureUntilMs = -1;
  private readonly take: Database.Statement;
  private readonly clear: Database.Statement<[holder: string]>;
  private readonly give: Database.Statement;
  private readonly other: Database.Statement<[name: string], { holder: string }>;

  constructor(
    db: Database.Database,
    private readonly name: string,
  ) {
    db.exec('CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL)');
    this.take = db
      .prepare(
        `INSERT INTO leases VALUES (@name, @holder, unixepoch('subsec') + @seconds)
         ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
         WHERE holder = excluded.holder OR until < unixepoch('subsec')`,
      )
      .bind({ name, holder: this.holder, seconds: LEASE_SECONDS });
    this.clear = db.prepare<[holder: string]>('DELETE FROM leases WHERE holder = ?');
    this.other = db.prepare<[name: string], { holder: string }>('SELECT holder FROM leases WHERE name = ?');
    this.give = db.prepare('DELETE FROM leases WHERE name = @name AND holder = @holder').bind({ name, holder: this.holder });
  }

  /** Whether this process may work now: takes the lease when it is free, renews it when half of it has passed. */
  hold(): boolean {
    const now = performance.now();
    if (now < this.sureUntilMs) return true;
    const held = this.take.run().changes === 1 || (this.holderDied() && this.take.run().changes === 1);
    this.sureUntilMs = held ? now + LEASE_SECONDS * 500 : -1;
    return held;
  }
  /** Takes the lease from a process of this machine that is no longer there. */
  private holderDied(): boolean {
    const { holder } = this.other.get(this.name) ?? { holder: '' };
    const [host, pid] = holder.split(' ');
    if (host !== hostname()) return false;
    try {
      process.kill(Number(pid), 0);
      return false;
    } catch (thrown) {
      return (thrown as { code?: string }).code === 'ESRCH' && this.clear.run(holder).changes === 1;
    }
  }

  /** Lets another process go on at once. */
  release(): void {
    this.sureUntilMs = -1;
    this.give.run();
  }
}

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Lease, Statements } from './database.js';

/** How long a lease is kept without being renewed. A process that died on this machine is noticed at once. */
const LEASE_SECONDS = 4;

/** A row that says who does a job, and until when. The time is SQLite's own, so that all processes of the machine read one clock. */
export class SqliteLease implements Lease {
  private readonly holder = `${hostname()} ${process.pid} ${randomUUID()}`;
  private sureUntilMs = -1;
  private made = false;

  constructor(
    private readonly db: Statements,
    private readonly job: string,
  ) {}

  async hold(): Promise<boolean> {
    const now = performance.now();
    // Renewed when half of it has passed.
    if (now < this.sureUntilMs) return true;
    const held = (await this.take()) || ((await this.holderDied()) && (await this.take()));
    this.sureUntilMs = held ? now + LEASE_SECONDS * 500 : -1;
    return held;
  }
  private async take(): Promise<boolean> {
    if (!this.made)
      await this.db.create('CREATE TABLE IF NOT EXISTS leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL)');
    this.made = true;
    const taken = await this.db.run(
      `INSERT INTO leases VALUES (?, ?, unixepoch('subsec') + ${LEASE_SECONDS})
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
       WHERE holder = excluded.holder OR until < unixepoch('subsec')`,
      [this.job, this.holder],
    );
    return taken === 1;
  }
  /** Takes the lease from a process of this machine that is no longer there. */
  private async holderDied(): Promise<boolean> {
    const [row] = await this.db.all<{ holder: string }>('SELECT holder FROM leases WHERE name = ?', [this.job]);
    const [host, pid] = (row?.holder ?? '').split(' ');
    if (host !== hostname()) return false;
    try {
      process.kill(Number(pid), 0);
      return false;
    } catch (thrown) {
      return (
        (thrown as { code?: string }).code === 'ESRCH' && (await this.db.run('DELETE FROM leases WHERE holder = ?', [row!.holder])) > 0
      );
    }
  }

  async release(): Promise<void> {
    if (this.sureUntilMs < 0) return;
    this.sureUntilMs = -1;
    await this.db.run('DELETE FROM leases WHERE name = ? AND holder = ?', [this.job, this.holder]);
  }
}

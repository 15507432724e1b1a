import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresForTests, type PostgresServer, startPostgres } from '../../event-store/testing/postgres-server.js';
import { openDatabase } from '../index.js';

/** An engine that tests run over: addresses of fresh databases, and what goes on behind the back of who uses one. */
export class EngineForTests {
  private folder = '';
  private postgres: PostgresServer | null = null;
  constructor(readonly name: 'SQLite' | 'PostgreSQL') {}

  async start(): Promise<void> {
    if (this.name === 'PostgreSQL') this.postgres = await startPostgres();
    else this.folder = mkdtempSync(join(tmpdir(), 'ledger-database-'));
  }
  stop(): void {
    this.postgres?.stop();
    if (this.folder !== '') rmSync(this.folder, { recursive: true });
  }
  fresh(): Promise<string> {
    const name = `t${randomUUID().replaceAll('-', '')}`;
    return this.postgres?.address(name) ?? Promise.resolve(`sqlite:${join(this.folder, name)}.db`);
  }

  /** Pulls the plug of a server; a file has none. */
  async crash(meanwhile: () => Promise<void>): Promise<void> {
    this.postgres?.crash();
    try {
      await meanwhile();
    } finally {
      this.postgres?.start();
    }
  }

  /** Somebody else's hand on the tables. */
  async byHand(address: string, part: string, sql: string): Promise<void> {
    const db = await openDatabase(address, part);
    await db.run(sql);
    await db.close();
  }
  /** Takes every job from whoever holds it, without a word. */
  loseLeases(address: string, part: string): Promise<void> {
    const sessions = `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database
      WHERE locktype = 'advisory' AND d.datname = current_database() AND pid <> pg_backend_pid()`;
    return this.byHand(address, part, this.name === 'PostgreSQL' ? sessions : 'DELETE FROM leases');
  }
}

/** Runs a suite over both engines; without a PostgreSQL, that half is skipped with a word. */
export function overBothEngines(what: string, suite: (engine: EngineForTests) => void): void {
  const from = postgresForTests();
  if (from === null) process.stderr.write(`${what} on PostgreSQL: skipped, because there is no PostgreSQL here\n`);
  for (const name of ['SQLite', 'PostgreSQL'] as const) {
    const engine = new EngineForTests(name);
    (name === 'PostgreSQL' && from === null ? describe.skip : describe)(`${what} on ${name}`, () => {
      beforeAll(() => engine.start());
      afterAll(() => engine.stop());
      suite(engine);
    });
  }
}

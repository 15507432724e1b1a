import pg from 'pg';
import type { Lease } from '../database.js';
import { addressWith, unavailable } from './pool.js';

/** A machine that is switched off says nothing: after so many seconds of silence the server takes its locks to be free. */
const KEEPALIVES = { tcp_keepalives_idle: 3, tcp_keepalives_interval: 1, tcp_keepalives_count: 3 };

/**
 * Jobs as advisory locks of one session: they are free again at the very moment in which the process, or its connection, dies.
 * The session is opened when the first job is asked for, and again after it broke.
 */
export class PostgresLeases {
  private session: Promise<pg.Client> | null = null;
  private readonly held = new Set<string>();

  constructor(
    private readonly address: string,
    private readonly schema: string,
  ) {}

  lease(job: string): Lease {
    return {
      hold: async () => {
        if (!this.held.has(job) && (await this.ask('pg_try_advisory_lock', job))) this.held.add(job);
        return this.held.has(job);
      },
      release: async () => {
        // Where the session broke, it is free already.
        if (this.held.delete(job)) await this.ask('pg_advisory_unlock', job).catch(() => false);
      },
    };
  }

  private async ask(what: 'pg_try_advisory_lock' | 'pg_advisory_unlock', job: string): Promise<boolean> {
    try {
      const client = await (this.session ??= this.connect());
      const { rows } = await client.query<{ done: boolean }>(`SELECT ${what}(hashtextextended($1, 0)) AS done`, [`${this.schema} ${job}`]);
      return rows[0]?.done === true;
    } catch (thrown) {
      throw unavailable(thrown);
    }
  }
  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: addressWith(this.address, KEEPALIVES), keepAlive: true });
    const lost = () => {
      this.session = null;
      this.held.clear();
    };
    client.on('error', lost);
    client.on('end', lost);
    try {
      await client.connect();
      return client;
    } catch (thrown) {
      lost();
      throw thrown;
    }
  }

  async close(): Promise<void> {
    await (await this.session?.catch(() => undefined))?.end();
  }
}

import { type Columns, type Database, type Lease, openDatabase } from '@ledger/database';

export type DeadLetter = Readonly<{
  id: number;
  policy: string;
  position: string;
  eventId: string;
  why: string;
  words: string;
  since: string;
}>;
export type LogEntry = Readonly<{ entry: number; position: string; eventId: string; document: string }>;
const ENTRIES: Columns = { entry: 'integer', position: 'text', event_id: 'text', document: 'text' };
const ENTRY = 'entry, position, event_id AS "eventId", document';

/** What the machinery remembers beside the events: entry numbers, how far each policy has come, and what could not be delivered. */
export class LogStore {
  private constructor(private readonly db: Database) {}

  /** Opens the log at the address of a database, and makes its tables where there are none. */
  static async open(address: string): Promise<LogStore> {
    const db = await openDatabase(address, 'log');
    await db.create(`
      CREATE TABLE IF NOT EXISTS entries (entry INTEGER PRIMARY KEY, position TEXT NOT NULL UNIQUE, event_id TEXT NOT NULL, document TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS checkpoints (consumer TEXT PRIMARY KEY, position TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS dead_letters (
        id INTEGER PRIMARY KEY, policy TEXT NOT NULL, position TEXT NOT NULL, event_id TEXT NOT NULL, why TEXT NOT NULL, words TEXT NOT NULL, since TEXT NOT NULL,
        UNIQUE (policy, event_id));`);
    return new LogStore(db);
  }

  async lastEntry(): Promise<Pick<LogEntry, 'entry' | 'position'> | undefined> {
    const [last] = await this.db.all<LogEntry>('SELECT entry, position FROM entries ORDER BY entry DESC LIMIT 1');
    return last;
  }
  /** How many entries have a number. */
  async size(): Promise<number> {
    return ((await this.lastEntry())?.entry ?? -1) + 1;
  }
  async entry(entry: number): Promise<LogEntry | undefined> {
    return (await this.entriesFrom(entry, 1)).find((found) => found.entry === entry);
  }
  /** Entries in their order, from a number on. */
  entriesFrom(entry: number, limit: number): Promise<readonly LogEntry[]> {
    return this.db.all(`SELECT ${ENTRY} FROM entries WHERE entry >= ? ORDER BY entry LIMIT ?`, [entry, limit]);
  }
  async entryAt(position: string): Promise<number | undefined> {
    const [found] = await this.db.all<LogEntry>('SELECT entry FROM entries WHERE position = ?', [position]);
    return found?.entry;
  }
  /** Adds the next entries; a second writer of the same numbers fails on the key, and changes nothing. */
  addEntries(rows: readonly LogEntry[]): Promise<void> {
    return this.db.insert(
      'entries',
      ENTRIES,
      rows.map(({ document, entry, eventId, position }) => [entry, position, eventId, document]),
    );
  }

  async checkpoint(consumer: string): Promise<string | null> {
    const [found] = await this.db.all<{ position: string }>('SELECT position FROM checkpoints WHERE consumer = ?', [consumer]);
    return found?.position ?? null;
  }
  setCheckpoints(reached: readonly (readonly [consumer: string, position: string])[]): Promise<void> {
    return this.db.transaction(async (inside) => {
      for (const one of reached)
        await inside.run('INSERT INTO checkpoints VALUES (?, ?) ON CONFLICT (consumer) DO UPDATE SET position = excluded.position', one);
    });
  }
  /** A job over this ledger that one process at a time does. */
  lease(job: string): Lease {
    return this.db.lease(job);
  }

  async addDeadLetter({ eventId, policy, position, since, why, words }: Omit<DeadLetter, 'id'>): Promise<void> {
    await this.db.run(
      `INSERT INTO dead_letters (policy, position, event_id, why, words, since) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (policy, event_id) DO UPDATE SET why = excluded.why, words = excluded.words`,
      [policy, position, eventId, why, words, since],
    );
  }
  deadLetters(): Promise<readonly DeadLetter[]> {
    return this.db.all('SELECT id, policy, position, event_id AS "eventId", why, words, since FROM dead_letters ORDER BY id');
  }
  async removeDeadLetter(id: number): Promise<void> {
    await this.db.run('DELETE FROM dead_letters WHERE id = ?', [id]);
  }
  close(): Promise<void> {
    return this.db.close();
  }
}

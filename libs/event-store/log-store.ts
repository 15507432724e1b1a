import Database from 'better-sqlite3';
import { Lease } from './lease.js';

export type DeadLetter = Readonly<{
  id: number;
  policy: string;
  position: string;
  eventId: string;
  why: string;
  words: string;
  since: string;
}>;

/** What the machinery remembers beside the events: entry numbers, how far each policy has come, and what could not be delivered. */
export class LogStore {
  private readonly db: Database.Database;
  constructor(file: string) {
    this.db = new Database(file);
    this.db.pragma('busy_timeout = 2000');
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = NORMAL');
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS entries (entry INTEGER PRIMARY KEY, position TEXT NOT NULL UNIQUE, event_id TEXT NOT NULL, document TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS checkpoints (consumer TEXT PRIMARY KEY, position TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS dead_letters (
        id INTEGER PRIMARY KEY, policy TEXT NOT NULL, position TEXT NOT NULL, event_id TEXT NOT NULL, why TEXT NOT NULL, words TEXT NOT NULL, since TEXT NOT NULL,
        UNIQUE (policy, event_id));`);
  }

  lastEntry(): { entry: number; position: string } | undefined {
    return this.db
      .prepare<[], { entry: number; position: string }>('SELECT entry, position FROM entries ORDER BY entry DESC LIMIT 1')
      .get();
  }
  entry(entry: number): { position: string; eventId: string; document: string } | undefined {
    return this.db
      .prepare<[number], { position: string; eventId: string; document: string }>(
        'SELECT position, event_id AS eventId, document FROM entries WHERE entry = ?',
      )
      .get(entry);
  }
  /** Entries in their order, from a number on. */
  entriesFrom(entry: number, limit: number): readonly { entry: number; position: string; document: string }[] {
    return this.db
      .prepare<[number, number], { entry: number; position: string; document: string }>(
        'SELECT entry, position, document FROM entries WHERE entry >= ? ORDER BY entry LIMIT ?',
      )
      .all(entry, limit);
  }
  entryAt(position: string): number | undefined {
    return this.db.prepare<[string], { entry: number }>('SELECT entry FROM entries WHERE position = ?').get(position)?.entry;
  }
  /** Adds the next entries; a second writer of the same numbers fails on the key, and changes nothing. */
  addEntries(rows: readonly { entry: number; position: string; eventId: string; document: string }[]): void {
    const insert = this.db.prepare('INSERT INTO entries (entry, position, event_id, document) VALUES (?, ?, ?, ?)');
    this.db
      .transaction(() => rows.forEach(({ entry, position, eventId, document }) => insert.run(entry, position, eventId, document)))
      .immediate();
  }

  checkpoint(consumer: string): string | null {
    return (
      this.db.prepare<[string], { position: string }>('SELECT position FROM checkpoints WHERE consumer = ?').get(consumer)?.position ?? null
    );
  }
  setCheckpoints(reached: readonly (readonly [consumer: string, position: string])[]): void {
    const set = this.db.prepare('INSERT INTO checkpoints VALUES (?, ?) ON CONFLICT (consumer) DO UPDATE SET position = excluded.position');
    this.db.transaction(() => reached.forEach((one) => set.run(...one))).immediate();
  }
  /** A job over this ledger that one process at a time does. */
  lease(job: string): Lease {
    return new Lease(this.db, job);
  }

  addDeadLetter(letter: Omit<DeadLetter, 'id'>): void {
    this.db
      .prepare(
        'INSERT INTO dead_letters (policy, position, event_id, why, words, since) VALUES (@policy, @position, @eventId, @why, @words, @since) ON CONFLICT (policy, event_id) DO UPDATE SET why = excluded.why, words = excluded.words',
      )
      .run(letter);
  }
  deadLetters(): readonly DeadLetter[] {
    return this.db
      .prepare<[], DeadLetter>('SELECT id, policy, position, event_id AS eventId, why, words, since FROM dead_letters ORDER BY id')
      .all();
  }
  removeDeadLetter(id: number): void {
    this.db.prepare('DELETE FROM dead_letters WHERE id = ?').run(id);
  }
  close(): void {
    this.db.close();
  }
}

import { type Checkpoint, type Digest, digestFromHex, type NoteSigner, signerFrom, toHex } from '@ledger/log';
import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import type { WitnessMemory } from './witness.js';

/** A witness's key, and what it has signed of each log. Its file belongs to another body than the log's, on another machine. */
export class WitnessStore implements WitnessMemory {
  private readonly db: Database.Database;
  readonly signer: NoteSigner;

  constructor(file: string, name: string) {
    this.db = new Database(file);
    if (file !== ':memory:') chmodSync(file, 0o600);
    this.db.pragma('busy_timeout = 2000');
    this.db.pragma('synchronous = EXTRA');
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS key (one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL, seed BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS seen (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root TEXT NOT NULL);`);
    this.db.prepare('INSERT INTO key VALUES (1, ?, ?) ON CONFLICT DO NOTHING').run(name, randomBytes(32));
    const key = this.db.prepare<[], { name: string; seed: Buffer }>('SELECT name, seed FROM key').get()!;
    if (key.name !== name) throw new Error(`This witness is called ${key.name}, and a witness keeps its name`);
    this.signer = signerFrom(key.name, 'cosignature/v1', key.seed);
  }

  last(origin: string): Readonly<{ size: number; root: Digest }> | null {
    const row = this.db.prepare<[string], { size: number; root: string }>('SELECT size, root FROM seen WHERE origin = ?').get(origin);
    return row === undefined ? null : { size: row.size, root: digestFromHex(row.root) };
  }
  swap(origin: string, before: number, next: Checkpoint): boolean {
    return this.db
      .transaction(() => {
        if ((this.last(origin)?.size ?? 0) !== before) return false;
        this.db
          .prepare('INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root')
          .run(origin, next.size, toHex(next.root));
        return true;
      })
      .immediate();
  }
  close(): void {
    this.db.close();
  }
}

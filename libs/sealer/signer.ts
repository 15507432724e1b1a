import {
  type Checkpoint,
  checkpointBody,
  type Digest,
  digestFromHex,
  type KeyKind,
  type NoteSigner,
  signatureLine,
  signerFrom,
  toHex,
  verifyConsistency,
} from '@ledger/log';
import Database from 'better-sqlite3';
import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';

/** The signer was asked for a signature that would contradict an earlier one. It never gives that. */
export class SignerRefuses extends Error {
  override readonly name = 'SignerRefuses';
}

/**
 * The log's key, and beside it what was signed last. It stands apart from the store and from the store's backups: whoever restores
 * yesterday's store does not restore the signer's memory with it. Each use has a key of its own.
 */
export class LogSigner {
  private readonly db: Database.Database;
  readonly origin: string;
  readonly log: NoteSigner;
  readonly receipts: NoteSigner;

  constructor(file: string, origin: string | null) {
    this.db = new Database(file);
    if (file !== ':memory:') chmodSync(file, 0o600);
    this.db.pragma('busy_timeout = 2000');
    this.db.pragma('synchronous = EXTRA');
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS names (use TEXT PRIMARY KEY, name TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS keys (use TEXT PRIMARY KEY, seed BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS signed (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root TEXT NOT NULL);`);
    const fresh = origin ?? `community-commissioning-ledger/${randomBytes(8).toString('hex')}`;
    this.db.prepare("INSERT INTO names VALUES ('origin', ?) ON CONFLICT DO NOTHING").run(fresh);
    this.origin = this.db.prepare<[], { name: string }>("SELECT name FROM names WHERE use = 'origin'").get()!.name;
    if (origin !== null && origin !== this.origin)
      throw new SignerRefuses(`The log is called ${this.origin}, and LEDGER_ORIGIN says ${origin}: a log keeps its name`);
    this.log = this.key('log', this.origin, 'ed25519');
    this.receipts = this.key('receipts', `${this.origin}/receipts`, 'ed25519');
  }

  private key(use: string, name: string, kind: KeyKind): NoteSigner {
    this.db.prepare('INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING').run(use, randomBytes(32));
    return signerFrom(name, kind, this.db.prepare<[string], { seed: Buffer }>('SELECT seed FROM keys WHERE use = ?').get(use)!.seed);
  }

  /** What was signed last; size 0 is nothing yet. */
  remembered(): Readonly<{ size: number; root: Digest }> | null {
    const row = this.db
      .prepare<[string], { size: number; root: string }>('SELECT size, root FROM signed WHERE origin = ?')
      .get(this.origin);
    return row === undefined ? null : { size: row.size, root: digestFromHex(row.root) };
  }

  /** Signs a checkpoint that goes on from the last one, and remembers it before anybody sees the signature. @throws SignerRefuses */
  sign(size: number, root: Digest, proofFrom: (size: number) => readonly Digest[]): { body: string; line: string } {
    return this.db
      .transaction(() => {
        const last = this.remembered();
        if (last !== null && (size < last.size || !verifyConsistency(last.size, size, proofFrom(last.size), last.root, root)))
          throw new SignerRefuses(
            `The log was signed at ${last.size} entries, and ${size} entries with another beginning are offered now: that is never signed`,
          );
        this.db
          .prepare('INSERT INTO signed VALUES (?, ?, ?) ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root')
          .run(this.origin, size, toHex(root));
        const checkpoint: Checkpoint = { origin: this.origin, size, root };
        const body = checkpointBody(checkpoint);
        return { body, line: signatureLine(this.log, body) };
      })
      .immediate();
  }
  close(): void {
    this.db.close();
  }
}

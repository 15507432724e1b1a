import {
  type Checkpoint,
  checkpointBody,
  type Digest,
  digestFromHex,
  type FreshStart,
  type KeyChange,
  type NoteSigner,
  renewalNote,
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

/** A change of the log's key or name, with the note that both keys have signed. */
export type Renewal = (KeyChange | FreshStart) & Readonly<{ note: string }>;
const freshOrigin = (): string => `community-commissioning-ledger/${randomBytes(8).toString('hex')}`;

/**
 * The log's key, and beside it what was signed last. It stands apart from the store and from the store's backups: whoever restores
 * yesterday's store does not restore the signer's memory with it. Each use has a key of its own. A key or a name that was given up
 * stays, and signs no more.
 */
export class LogSigner {
  private readonly db: Database.Database;
  private readonly version: Database.Statement<[], number>;

  constructor(file: string, origin: string | null) {
    this.db = new Database(file);
    if (file !== ':memory:') chmodSync(file, 0o600);
    this.db.pragma('busy_timeout = 2000');
    this.db.pragma('synchronous = EXTRA');
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS names (use TEXT PRIMARY KEY, name TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS keys (use TEXT PRIMARY KEY, seed BLOB NOT NULL);
      CREATE TABLE IF NOT EXISTS signed (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS renewals (one INTEGER PRIMARY KEY CHECK (one = 1), said TEXT NOT NULL);`);
    this.version = this.db.prepare<[], number>('PRAGMA data_version').pluck();
    this.db.prepare("INSERT INTO names VALUES ('origin', ?) ON CONFLICT DO NOTHING").run(origin ?? freshOrigin());
    if (origin !== null && origin !== this.origin)
      throw new SignerRefuses(`The log is called ${this.origin}, and LEDGER_ORIGIN says ${origin}: a log keeps its name`);
    // Both keys from the first day: a copy of the folder that was made before the first receipt has the receipts' key too.
    this.key('log', this.origin);
    this.key('receipts', `${this.origin}/receipts`);
  }

  get origin(): string {
    return this.now().origin;
  }
  get log(): NoteSigner {
    return this.now().log;
  }
  get receipts(): NoteSigner {
    return this.now().receipts;
  }

  private kept: Readonly<{ version: number; origin: string; log: NoteSigner; receipts: NoteSigner }> | null = null;
  /** The name and the keys in force. Another process may have changed them: then they are read again. */
  private now(): NonNullable<typeof this.kept> {
    const version = this.version.get()!;
    if (this.kept?.version === version) return this.kept;
    const origin = this.db.prepare<[], { name: string }>("SELECT name FROM names WHERE use = 'origin'").get()!.name;
    return (this.kept = { version, origin, log: this.key('log', origin), receipts: this.key('receipts', `${origin}/receipts`) });
  }
  private key(use: string, name: string): NoteSigner {
    this.db.prepare('INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING').run(use, randomBytes(32));
    return signerFrom(name, 'ed25519', this.db.prepare<[string], { seed: Buffer }>('SELECT seed FROM keys WHERE use = ?').get(use)!.seed);
  }

  /** Takes a new key for the log. The record is told by `recorded`'s caller: until then the change waits here, signed by both keys. */
  changeKey(): void {
    this.renew((previous) => {
      this.giveUp('log', previous.vkey);
      return { origin: this.origin, previousKey: previous.vkey, newKey: this.log.vkey };
    });
  }
  /** Takes a new name and new keys, after entries were lost that had been signed under the old name. */
  beginAgain(origin: string | null, lost: Pick<FreshStart, 'previousSize' | 'previousRoot' | 'lostFrom' | 'lostCount'>): void {
    this.renew((previous) => {
      const previousOrigin = this.origin;
      for (const use of ['log', 'receipts']) this.giveUp(use, previous.vkey);
      this.db.prepare("UPDATE names SET name = ? WHERE use = 'origin'").run(origin ?? freshOrigin());
      this.kept = null;
      return { origin: this.origin, previousKey: previous.vkey, newKey: this.log.vkey, previousOrigin, ...lost };
    });
  }
  private renew(change: (previous: NoteSigner) => KeyChange | FreshStart): void {
    this.kept = null;
    this.db
      .transaction(() => {
        if (this.pending() !== null) throw new SignerRefuses('A change of the key waits to be entered in the record: seal first');
        const previous = this.log;
        const said = change(previous);
        const renewal: Renewal = { ...said, note: renewalNote(said, [previous, this.log]) };
        this.db.prepare('INSERT INTO renewals VALUES (1, ?)').run(JSON.stringify(renewal));
      })
      .immediate();
  }
  private giveUp(use: string, until: string): void {
    this.db.prepare('UPDATE keys SET use = ? WHERE use = ?').run(`${use}, given up with ${until}`, use);
    this.kept = null;
  }
  /** A change that the record does not hold yet. */
  pending(): Renewal | null {
    const row = this.db.prepare<[], { said: string }>('SELECT said FROM renewals').get();
    return row === undefined ? null : (JSON.parse(row.said) as Renewal);
  }
  recorded(): void {
    this.db.prepare('DELETE FROM renewals').run();
  }

  /** Has signed nothing yet, under any name. */
  get isNew(): boolean {
    return this.db.prepare('SELECT 1 FROM signed').get() === undefined;
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

import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { canonicalText, Refusal } from '@ledger/kernel';
import Database from 'better-sqlite3';
import { commitmentTo, LocalMasterKey, type MasterKey } from './master-key.js';

/** Where a sealed text belongs: moved to another field, event, subject or tenant, it no longer opens. */
export type SealPlace = Readonly<{ tenantId: string; eventId: string; field: string; subjectRef: string }>;
/** AES-256-GCM under the subject's key; nonce and text in base64, the tag at the end of the text. */
export type Sealed = Readonly<{ keyId: string; nonce: string; text: string }>;
/** One subject's key as the store has it: the key itself never leaves. */
export type KeyStanding = Readonly<{ tenantId: string; subjectRef: string; keyId: string; held: boolean }>;

const PAD_BYTES = 64;
const padded = (text: string) => {
  const bytes = Buffer.from(`${text}\u0000`);
  return Buffer.concat([bytes, Buffer.alloc((PAD_BYTES - (bytes.length % PAD_BYTES)) % PAD_BYTES)]);
};
const contextOf = (tenantId: string, subjectRef: string, keyId: string) => `subject key ${keyId}\n${tenantId}\n${subjectRef}`;

/**
 * Keys of people, and the ledger's own secrets, in a file of their own, each wrapped by the master key: destroying one is possible, and
 * provable. Nothing is remembered in clear but the ledger's own secrets, so a destroyed key is gone for every process at once.
 */
export class KeyStore {
  private readonly db: Database.Database;
  private readonly secrets = new Map<string, Buffer>();
  private readonly hmacKeys = new Map<string, KeyObject>();
  constructor(
    file: string,
    private master: MasterKey = LocalMasterKey.ofTheMoment(),
  ) {
    this.db = new Database(file);
    this.db.pragma('busy_timeout = 2000');
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = FULL');
    this.db.pragma('secure_delete = ON');
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS subject_keys (tenant TEXT NOT NULL, subject TEXT NOT NULL, key_id TEXT NOT NULL, wrapped BLOB, PRIMARY KEY (tenant, subject));
      CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL);`);
  }

  /** A secret of the installation, made at its first use, and remembered: every command asks for one. */
  secret(name: string): Buffer {
    let secret = this.secrets.get(name);
    if (secret === undefined) {
      this.keep(name, randomBytes(32));
      this.secrets.set(name, (secret = this.kept(name)!));
    }
    return secret;
  }
  keep(name: string, secret: Buffer): void {
    this.db.prepare('INSERT INTO secrets VALUES (?, ?) ON CONFLICT (name) DO NOTHING').run(name, this.master.wrap(secret, name));
  }
  kept(name: string): Buffer | undefined {
    const row = this.db.prepare<[string], { wrapped: Buffer }>('SELECT wrapped FROM secrets WHERE name = ?').get(name);
    return row === undefined ? undefined : this.master.unwrap(row.wrapped, name);
  }
  /** HMAC-SHA256 under one of the installation's secrets, in hex: a digest that nobody else can guess back. */
  hmac(name: string, text: string): string {
    let key = this.hmacKeys.get(name);
    // A key object is seven times as fast as its bytes, and every command is digested.
    if (key === undefined) this.hmacKeys.set(name, (key = createSecretKey(this.secret(name))));
    return createHmac('sha256', key).update(text).digest('hex');
  }

  private keyOf(tenantId: string, subjectRef: string): { keyId: string; key: Buffer | null } | undefined {
    const row = this.db
      .prepare<[string, string], { keyId: string; wrapped: Buffer | null }>(
        'SELECT key_id AS keyId, wrapped FROM subject_keys WHERE tenant = ? AND subject = ?',
      )
      .get(tenantId, subjectRef);
    if (row === undefined) return undefined;
    const { keyId, wrapped } = row;
    return { keyId, key: wrapped === null ? null : this.master.unwrap(wrapped, contextOf(tenantId, subjectRef, keyId)) };
  }
  private heldKey(tenantId: string, subjectRef: string): { keyId: string; key: Buffer } {
    const { key = null, keyId = '' } = this.keyOf(tenantId, subjectRef) ?? {};
    if (key === null)
      throw new Refusal(
        'NO_KEY_FOR_SUBJECT',
        `Text about a person is kept under a key of their own, and ${subjectRef} has none here: not enrolled, or put beyond use`,
      );
    return { keyId, key };
  }

  /** Makes the subject's key, once, and says what may be published of it. @throws Refusal where the key was destroyed: it is never made again */
  make(tenantId: string, subjectRef: string): { keyId: string; commitment: string } {
    const fresh = randomBytes(8).toString('hex');
    this.db
      .prepare('INSERT INTO subject_keys VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(tenantId, subjectRef, fresh, this.master.wrap(randomBytes(32), contextOf(tenantId, subjectRef, fresh)));
    const { key, keyId } = this.heldKey(tenantId, subjectRef);
    return { keyId, commitment: commitmentTo(keyId, key) };
  }
  /** The commitment to a key that is held, for comparing with the record's. */
  commitment(tenantId: string, subjectRef: string): string | undefined {
    const { key = null, keyId = '' } = this.keyOf(tenantId, subjectRef) ?? {};
    return key === null ? undefined : commitmentTo(keyId, key);
  }
  /** HMAC-SHA256 under a key derived from the subject's own (HKDF), in hex; undefined where that is not there, or not there any more. */
  hmacOf(tenantId: string, subjectRef: string, text: string): string | undefined {
    const { key = null } = this.keyOf(tenantId, subjectRef) ?? {};
    if (key === null) return undefined;
    const derived = Buffer.from(hkdfSync('sha256', key, '', 'ledger-request-digest/1', 32));
    return createHmac('sha256', derived).update(text).digest('hex');
  }
  /** Overwrites the key and empties the write-ahead log; the row stays, so that nobody makes another key for this subject. Done twice, it is done once. */
  destroy(tenantId: string, subjectRef: string): { keyId: string } {
    const found = this.db
      .prepare<[string, string], { keyId: string }>(
        'UPDATE subject_keys SET wrapped = NULL WHERE tenant = ? AND subject = ? RETURNING key_id AS keyId',
      )
      .get(tenantId, subjectRef);
    if (found === undefined)
      throw new Error(`The key store knows no key of ${subjectRef} in ${tenantId}: restore it before anything is erased`);
    this.db.pragma('wal_checkpoint(TRUNCATE)');
    return found;
  }
  /** Wraps everything anew under another master key, all of it or nothing. Answers how much; the old one then opens nothing of this file. */
  rewrap(to: MasterKey): number {
    const change = (table: string, id: string, rows: readonly { id: string; wrapped: Buffer; context: string }[]) => {
      const update = this.db.prepare(`UPDATE ${table} SET wrapped = ? WHERE ${id} = ?`);
      for (const one of rows) update.run(to.wrap(this.master.unwrap(one.wrapped, one.context), one.context), one.id);
      return rows.length;
    };
    const done = this.db
      .transaction(() => {
        const secrets = this.db.prepare<[], { id: string; wrapped: Buffer }>('SELECT name AS id, wrapped FROM secrets').all();
        const held = this.db
          .prepare<[], { id: string; wrapped: Buffer; tenant: string; subject: string }>(
            'SELECT key_id AS id, wrapped, tenant, subject FROM subject_keys WHERE wrapped IS NOT NULL',
          )
          .all();
        return (
          change(
            'secrets',
            'name',
            secrets.map((one) => ({ ...one, context: one.id })),
          ) +
          change(
            'subject_keys',
            'key_id',
            held.map((one) => ({ ...one, context: contextOf(one.tenant, one.subject, one.id) })),
          )
        );
      })
      .immediate();
    this.db.pragma('wal_checkpoint(TRUNCATE)');
    this.master = to;
    return done;
  }
  /** Every key that was ever made here, and whether it is still held. */
  standing(): readonly KeyStanding[] {
    return this.db
      .prepare<[], { tenantId: string; subjectRef: string; keyId: string; held: number }>(
        'SELECT tenant AS tenantId, subject AS subjectRef, key_id AS keyId, wrapped IS NOT NULL AS held FROM subject_keys ORDER BY key_id',
      )
      .all()
      .map((one) => ({ ...one, held: one.held === 1 }));
  }

  /** @throws Refusal NO_KEY_FOR_SUBJECT */
  seal(place: SealPlace, text: string): Sealed {
    const { keyId, key } = this.heldKey(place.tenantId, place.subjectRef);
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(canonicalText({ ...place, keyId })));
    const bytes = Buffer.concat([cipher.update(padded(text)), cipher.final(), cipher.getAuthTag()]);
    return { keyId, nonce: nonce.toString('base64'), text: bytes.toString('base64') };
  }

  /** The clear text, or undefined where the key is not there any more. @throws when the text was moved or changed */
  open(place: SealPlace, { keyId, nonce, text }: Sealed): string | undefined {
    const found = this.keyOf(place.tenantId, place.subjectRef);
    if (found === undefined || found.key === null) return undefined;
    const bytes = Buffer.from(text, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', found.key, Buffer.from(nonce, 'base64')).setAAD(
      Buffer.from(canonicalText({ ...place, keyId })),
    );
    decipher.setAuthTag(bytes.subarray(-16));
    const clear = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
    return clear.subarray(0, clear.lastIndexOf(0, clear.findLastIndex((byte) => byte !== 0) + 1)).toString();
  }

  close(): void {
    this.db.close();
  }
}

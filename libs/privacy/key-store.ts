import { createCipheriv, createDecipheriv, createHash, createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { canonicalText } from '@ledger/kernel';
import Database from 'better-sqlite3';

/** Where a sealed text belongs: moved to another field, event or tenant, it no longer opens. */
export type SealPlace = Readonly<{ tenantId: string; eventId: string; field: string; subjectRef: string }>;
export type Sealed = Readonly<{ keyId: string; nonce: string; text: string }>;

const PAD_BYTES = 64;
const padded = (text: string) => {
  const bytes = Buffer.from(`${text}\u0000`);
  return Buffer.concat([bytes, Buffer.alloc((PAD_BYTES - (bytes.length % PAD_BYTES)) % PAD_BYTES)]);
};

/** Keys of people, and the ledger's own secrets, in a file of their own: destroying one is possible, and provable. */
export class KeyStore {
  private readonly db: Database.Database;
  private readonly secrets = new Map<string, Buffer>();
  private readonly hmacKeys = new Map<string, KeyObject>();
  constructor(file: string) {
    this.db = new Database(file);
    this.db.pragma('busy_timeout = 2000');
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = FULL');
    this.db.pragma('secure_delete = ON');
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS subject_keys (tenant TEXT NOT NULL, subject TEXT NOT NULL, key_id TEXT NOT NULL, key BLOB NOT NULL, PRIMARY KEY (tenant, subject));
      CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, secret BLOB NOT NULL);`);
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
    this.db.prepare('INSERT INTO secrets VALUES (?, ?) ON CONFLICT (name) DO NOTHING').run(name, secret);
  }
  kept(name: string): Buffer | undefined {
    return this.db.prepare<[string], { secret: Buffer }>('SELECT secret FROM secrets WHERE name = ?').get(name)?.secret;
  }
  /** HMAC-SHA256 under one of the installation's secrets, in hex: a digest that nobody else can guess back. */
  hmac(name: string, text: string): string {
    let key = this.hmacKeys.get(name);
    // A key object is seven times as fast as its bytes, and every command is digested.
    if (key === undefined) this.hmacKeys.set(name, (key = createSecretKey(this.secret(name))));
    return createHmac('sha256', key).update(text).digest('hex');
  }

  /** The subject's key, made when first needed, with a commitment that may be published: GCM does not commit to its key by itself. */
  private keyOf(tenantId: string, subjectRef: string): { keyId: string; key: Buffer } {
    this.db
      .prepare('INSERT INTO subject_keys VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(tenantId, subjectRef, randomBytes(8).toString('hex'), randomBytes(32));
    return this.db
      .prepare<[string, string], { keyId: string; key: Buffer }>(
        'SELECT key_id AS keyId, key FROM subject_keys WHERE tenant = ? AND subject = ?',
      )
      .get(tenantId, subjectRef)!;
  }
  commitment(tenantId: string, subjectRef: string): { keyId: string; keyCommitment: string } {
    const { keyId, key } = this.keyOf(tenantId, subjectRef);
    return { keyId, keyCommitment: createHash('sha256').update('ledger-key-commitment/1').update(keyId).update(key).digest('hex') };
  }

  seal(place: SealPlace, text: string): Sealed {
    const { keyId, key } = this.keyOf(place.tenantId, place.subjectRef);
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(canonicalText({ ...place, keyId })));
    const bytes = Buffer.concat([cipher.update(padded(text)), cipher.final(), cipher.getAuthTag()]);
    return { keyId, nonce: nonce.toString('base64'), text: bytes.toString('base64') };
  }

  /** The clear text, or undefined once the key is gone. @throws when the text was moved or changed. */
  open(place: SealPlace, { keyId, nonce, text }: Sealed): string | undefined {
    const row = this.db
      .prepare<[string, string, string], { key: Buffer }>('SELECT key FROM subject_keys WHERE tenant = ? AND subject = ? AND key_id = ?')
      .get(place.tenantId, place.subjectRef, keyId);
    if (row === undefined) return undefined;
    const bytes = Buffer.from(text, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', row.key, Buffer.from(nonce, 'base64')).setAAD(
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

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * What wraps the keys of the key store, so that its file alone, or a backup of it, opens nothing. A key management service stands behind
 * the same two methods. `context` is bound to what is wrapped: moved to another row, it no longer unwraps.
 */
export interface MasterKey {
  wrap(secret: Buffer, context: string): Buffer;
  /** @throws NotOurMasterKey where another master key wrapped it, or the row was changed. */
  unwrap(wrapped: Buffer, context: string): Buffer;
}

/** The key store was written under another master key than the one that was given, or was tampered with. */
export class NotOurMasterKey extends Error {
  override readonly name = 'NotOurMasterKey';
}

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A master key held by this process: AES-256-GCM under 32 bytes. Wrapped is nonce, ciphertext and tag, in this order. */
export class LocalMasterKey implements MasterKey {
  constructor(private readonly key: Buffer) {
    if (key.length !== KEY_BYTES) throw new Error(`A master key has ${KEY_BYTES} bytes, and this one has ${key.length}`);
  }
  wrap(secret: Buffer, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(context));
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }
  unwrap(wrapped: Buffer, context: string): Buffer {
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, wrapped.subarray(0, NONCE_BYTES)).setAAD(Buffer.from(context));
      decipher.setAuthTag(wrapped.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    } catch {
      throw new NotOurMasterKey(`The key store was not written under this master key: "${context.split('\n', 1)[0]!}" does not unwrap`);
    }
  }
  /** For a ledger in memory: gone with the process. */
  static ofTheMoment(): LocalMasterKey {
    return new LocalMasterKey(randomBytes(KEY_BYTES));
  }
  /** 64 hex digits, as they stand in a setting. */
  static fromHex(hex: string): LocalMasterKey {
    if (!/^[0-9a-f]{64}$/i.test(hex)) throw new Error('A master key is written as 64 hex digits');
    return new LocalMasterKey(Buffer.from(hex, 'hex'));
  }
  /** Reads the file, or makes it where `mayMake` says so, for its owner's eyes alone. */
  static inFile(file: string, mayMake: boolean): LocalMasterKey {
    if (!existsSync(file) && !mayMake)
      throw new NotOurMasterKey(
        `The master key of the key store is not there: put it back as ${file}, or say where it is (LEDGER_MASTER_KEY_FILE)`,
      );
    if (!existsSync(file)) writeFileSync(file, `${randomBytes(KEY_BYTES).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    return LocalMasterKey.fromHex(readFileSync(file, 'utf8').trim());
  }
}

/** What may be published of a key: GCM does not commit to its key by itself, so an enrolment records this. Hex. */
export const commitmentTo = (keyId: string, key: Buffer): string =>
  createHash('sha256').update('ledger-key-commitment/1').update(keyId).update(key).digest('hex');

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** Thrown for bytes that claim to be signed or proven, and are not: the words say which line and why. */
export class NotProven extends Error {
  override readonly name = 'NotProven';
}
const no = (words: string): never => {
  throw new NotProven(words);
};

/** What a key signs: a log's own notes, or a witness's `cosignature/v1`, which says when it saw them. */
export type KeyKind = 'ed25519' | 'cosignature/v1';
const KIND_BYTE = { ed25519: 1, 'cosignature/v1': 4 } as const;
const KEY_NAME = /^[^\s+]+$/u;
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** A public key under a name. `id` is the four bytes by which a signature line names it, in hex. */
export type Verifier = Readonly<{ name: string; id: string; kind: KeyKind; key: KeyObject; vkey: string }>;
export type NoteSigner = Verifier & Readonly<{ privateKey: KeyObject }>;
/** A signature line of a note: by whom, under which key id, and the bytes after the id. */
export type SignatureLine = Readonly<{ name: string; id: string; signature: Buffer }>;
export type Note = Readonly<{ body: string; lines: readonly SignatureLine[] }>;
/** A line that was checked; a witness's also says when (seconds since 1970). */
export type Verified = Readonly<{ by: Verifier; at?: number }>;

/** Base64 as it must stand: padded, and with no spare bits, so that no two texts are the same bytes. @throws NotProven */
export function strictBase64(text: string, what: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (text === '' || bytes.toString('base64') !== text) no(`${what} is not strict base64`);
  return bytes;
}

const idOf = (name: string, kind: KeyKind, raw: Buffer) =>
  createHash('sha256').update(`${name}\n`).update(Buffer.of(KIND_BYTE[kind])).update(raw).digest().subarray(0, 4).toString('hex');

function named(name: string, kind: KeyKind, raw: Buffer): Verifier {
  if (!KEY_NAME.test(name)) no(`"${name}" cannot name a key: no spaces, no plus sign`);
  const id = idOf(name, kind, raw);
  const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI, raw]), format: 'der', type: 'spki' });
  return { name, id, kind, key, vkey: `${name}+${id}+${Buffer.concat([Buffer.of(KIND_BYTE[kind]), raw]).toString('base64')}` };
}

/** Reads a verifier key: `name+id+base64(kind || key)`. @throws NotProven when the id does not belong to the key */
export function verifierFrom(vkey: string): Verifier {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey) ?? no(`"${vkey}" is not a verifier key`);
  const bytes = strictBase64(base64!, `The key of ${name}`);
  const kind = (Object.keys(KIND_BYTE) as KeyKind[]).find((one) => KIND_BYTE[one] === bytes[0]);
  if (kind === undefined || bytes.length !== 33) return no(`The key of ${name} is not an Ed25519 key`);
  const made = named(name!, kind, bytes.subarray(1));
  return made.id === id ? made : no(`The key of ${name} has the id ${made.id}, and ${id} is written beside it`);
}

/** The signer of a name from the 32 secret bytes of its key. */
export function signerFrom(name: string, kind: KeyKind, seed: Uint8Array): NoteSigner {
  const privateKey = createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(ED25519_SPKI.length);
  return { ...named(name, kind, raw), privateKey };
}

const cosigned = (at: number, body: string) => Buffer.from(`cosignature/v1\ntime ${at}\n${body}`);

/** The line that a signer puts under a body. Ed25519 has no chance in it: the same body is signed with the same line. */
export function signatureLine(signer: NoteSigner, body: string, at?: number): string {
  const { id, kind, name, privateKey } = signer;
  if (kind === 'ed25519') return line(name, id, sign(null, Buffer.from(body), privateKey));
  if (at === undefined || !Number.isSafeInteger(at)) throw new RangeError('A cosignature says when, in whole seconds');
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(at));
  return line(name, id, Buffer.concat([time, sign(null, cosigned(at, body), privateKey)]));
}
/** The same line, signed on a thread of its own: what waits for it holds nobody else up. */
export const signatureLineLater = ({ id, name, privateKey }: NoteSigner, body: string): Promise<string> =>
  new Promise((made, failed) =>
    sign(null, Buffer.from(body), privateKey, (error, signature) => (error === null ? made(line(name, id, signature)) : failed(error))),
  );
const line = (name: string, id: string, signature: Buffer) =>
  `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`;

/** A note is its body, an empty line and one signature line or more. */
export const noteText = (body: string, lines: readonly string[]): string => `${body}\n${lines.join('')}`;

export const NOTE_BYTES_MAX = 1_000_000;
const SIGNATURES_MAX = 100;
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f\ufffd]/u;

/** Reads a note strictly, checking no signature yet. @throws NotProven */
export function readNote(text: string): Note {
  if (text.length > NOTE_BYTES_MAX) no('The note is too long');
  if (CONTROL.test(text)) no('The note holds a control character');
  const cut = text.lastIndexOf('\n\n');
  if (cut < 0 || !text.endsWith('\n')) no('The note has no body with signature lines below it');
  const [body, below] = [text.slice(0, cut + 1), text.slice(cut + 2)];
  const lines = below.split('\n').slice(0, -1);
  if (lines.length === 0 || lines.length > SIGNATURES_MAX) no(`The note has ${lines.length} signature lines`);
  return {
    body,
    lines: lines.map((one, index) => {
      const [, name, base64] = /^— ([^\s+]+) (\S+)$/u.exec(one) ?? no(`Line ${index + 1} under the note is not a signature line`);
      const bytes = strictBase64(base64!, `The signature of ${name}`);
      if (bytes.length < 5) no(`The signature of ${name} is too short`);
      return { name: name!, id: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) };
    }),
  };
}

/**
 * Checks every line whose key is known; lines of unknown keys are passed over, as anybody may add them.
 * @throws NotProven when a known key's line is false
 */
export function verifiedLines({ body, lines }: Note, known: readonly Verifier[]): readonly Verified[] {
  const found = lines.flatMap(({ id, name, signature }): Verified[] => {
    const by = known.find((one) => one.name === name && one.id === id);
    if (by === undefined) return [];
    if (by.kind === 'ed25519')
      return signature.length === 64 && verify(null, Buffer.from(body), by.key, signature)
        ? [{ by }]
        : no(`The signature of ${name} does not belong to this text`);
    if (signature.length !== 72) return no(`The cosignature of ${name} has the wrong length`);
    const at = Number(signature.readBigUInt64BE());
    return Number.isSafeInteger(at) && verify(null, cosigned(at, body), by.key, signature.subarray(8))
      ? [{ by, at }]
      : no(`The cosignature of ${name} does not belong to this text`);
  });
  // A line can be copied by anybody: the second of one key says nothing more.
  return [...new Map(found.map((one) => [one.by.vkey, one])).values()];
}

/** Opens a note that one of these keys must have signed. @throws NotProven */
export function openNote(text: string, known: readonly Verifier[]): Note & Readonly<{ verified: readonly Verified[] }> {
  const note = readNote(text);
  const verified = verifiedLines(note, known);
  if (verified.length === 0) no('No line under the note is of a key that is known here');
  return { ...note, verified };
}

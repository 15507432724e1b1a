import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipTo } from '@ledger/formats';
import { canonicalText } from '@ledger/kernel';

/** Thrown where the bundle is wrong: what was found, and at which entry, if it is one entry's. */
export class Wrong extends Error {
  override readonly name = 'Wrong';
  constructor(
    readonly words: string,
    readonly entry: number | null = null,
    /** The test that it fails, where that is not the one which was at work. */
    readonly about: 'parts' | null = null,
  ) {
    super(words);
  }
}

const CHUNK = 1 << 20;
const LINE_MAX = 1 << 20;
const NEWLINE = 10;

/** The lines of a file, one at a time, in no more memory than a chunk. Each must end in a newline, the last one too. */
export function* linesOf(file: string, name: string): Generator<string> {
  const open = openSync(file, 'r');
  try {
    const room = Buffer.alloc(LINE_MAX + CHUNK);
    let kept = 0;
    for (let read = readSync(open, room, 0, CHUNK, null); read > 0; read = readSync(open, room, kept, CHUNK, null)) {
      const bytes = room.subarray(0, kept + read);
      let from = 0;
      for (let end = bytes.indexOf(NEWLINE, from); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
        yield bytes.toString('utf8', from, end);
        from = end + 1;
      }
      // What is left of a line goes to the front: one piece of memory serves the whole file.
      kept = bytes.copy(room, 0, from);
      if (kept > LINE_MAX) throw new Wrong(`${name} has a line that is too long`);
    }
    if (kept > 0) throw new Wrong(`${name} ends in the middle of a line`);
  } finally {
    closeSync(open);
  }
}

/** Digests of 32 bytes, one after another, out of a file. */
export function* digestsOf(file: string): Generator<Buffer> {
  const open = openSync(file, 'r');
  try {
    const chunk = Buffer.alloc(32 * 4096);
    for (let read = readSync(open, chunk); read > 0; read = readSync(open, chunk))
      for (let at = 0; at + 32 <= read; at += 32) yield chunk.subarray(at, at + 32);
  } finally {
    closeSync(open);
  }
}

/** Whether names stand in the order of canonical text, and strings and numbers are such as it can hold. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let before = '';
  for (const [name, one] of Object.entries(value)) {
    if (name < before || !name.isWellFormed() || !isInOrder(one)) return false;
    before = name;
  }
  return true;
}

/**
 * Reads JSON that must stand in canonical text to the byte: no duplicate keys, no spare space, no number that another reader reads otherwise.
 * Text that is its own `JSON.stringify` and in order is canonical; asking that first takes half the time of writing it anew.
 */
export function canonicalFrom(text: string, what: string, entry: number | null = null): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Wrong(`${what} is not JSON`, entry);
  }
  if (JSON.stringify(value) === text && isInOrder(value)) return value;
  let again: string;
  try {
    again = canonicalText(value);
  } catch (failed) {
    throw new Wrong(`${what} holds what canonical text cannot: ${(failed as Error).message}`, entry);
  }
  if (again !== text) throw new Wrong(`${what} is not in canonical text`, entry);
  return value;
}

/** A value with exactly these fields; they are named in canonical order, as it has them. */
export function fieldsOf<T>(value: unknown, names: readonly string[], what: string, entry: number | null = null): T {
  const found = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  if (found.length !== names.length || !found.every((name, at) => name === names[at]))
    throw new Wrong(`${what} does not have exactly the fields ${names.join(', ')}`, entry);
  return value as T;
}

/** A bundle as a folder on disk; an archive is unpacked beside, and taken away again. */
export class Bundle {
  private constructor(
    private readonly folder: string,
    private readonly temporary: boolean,
  ) {}

  static async open(path: string): Promise<Bundle> {
    if (statSync(path).isDirectory()) return new Bundle(path, false);
    const folder = mkdtempSync(join(tmpdir(), 'ledger-bundle-'));
    try {
      await unzipTo(path, folder);
    } catch (failed) {
      rmSync(folder, { recursive: true, force: true });
      throw new Wrong((failed as Error).message);
    }
    return new Bundle(folder, true);
  }

  file(name: string): string {
    return join(this.folder, name);
  }
  text(name: string): string {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.file(name));
    } catch {
      throw new Wrong(`The bundle has no ${name}`);
    }
    const text = bytes.toString();
    if (!Buffer.from(text).equals(bytes)) throw new Wrong(`${name} is not text`);
    return text;
  }
  list(name: string): readonly string[] {
    try {
      return readdirSync(this.file(name)).sort();
    } catch {
      throw new Wrong(`The bundle has no ${name}`);
    }
  }
  size(name: string): number {
    const found = statSync(this.file(name), { throwIfNoEntry: false });
    if (found?.isFile() !== true) throw new Wrong(`The bundle has no ${name}`);
    return found.size;
  }
  close(): void {
    if (this.temporary) rmSync(this.folder, { recursive: true, force: true });
  }
}

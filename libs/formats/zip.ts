import { closeSync, createReadStream, createWriteStream, mkdirSync, openSync, readdirSync, readSync, writeSync, fstatSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw, createInflateRaw } from 'node:zlib';

/** Thrown for a file that claims to be a zip archive and cannot be read as one. */
export class NotAZip extends Error {
  override readonly name = 'NotAZip';
}
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const BYTES_MAX = 0xffff_ffff;
const FILES_MAX = 0xfffe;
const UTF8 = 0x0800;
const DEFLATED = 8;
/** The first day that a zip archive can name: an archive of the same files is the same to the byte. */
const NO_TIME = 0x0021_0000;

type Member = Readonly<{ name: string; at: number; crc: number; packed: number; size: number }>;

const files = (folder: string): readonly string[] =>
  readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((one) => (one.isDirectory() ? files(join(folder, one.name)) : [join(folder, one.name)]));

function header(signature: number, { crc, name, packed, size, at }: Member): Buffer {
  const bytes = Buffer.from(name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE(UTF8, 2);
  common.writeUInt16LE(DEFLATED, 4);
  common.writeUInt32LE(NO_TIME, 6);
  common.writeUInt32LE(crc, 10);
  common.writeUInt32LE(packed, 14);
  common.writeUInt32LE(size, 18);
  common.writeUInt16LE(bytes.length, 22);
  const start = Buffer.alloc(4);
  start.writeUInt32LE(signature);
  if (signature === LOCAL) return Buffer.concat([start, common, bytes]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(at, 10);
  return Buffer.concat([start, Buffer.of(20, 0), common, rest, bytes]);
}

/** Packs a folder into one archive, file by file, in no more memory than a buffer. */
export async function zipFolder(folder: string, archive: string): Promise<void> {
  const out = openSync(archive, 'w');
  let at = 0;
  const put = (bytes: Buffer, where = at) => {
    writeSync(out, bytes, 0, bytes.length, where);
    if (where === at) at += bytes.length;
  };
  try {
    const members: Member[] = [];
    for (const file of files(folder)) {
      const start = { name: relative(folder, file).split(sep).join('/'), at, crc: 0, packed: 0, size: 0 };
      put(header(LOCAL, start));
      const [from, deflate] = [at, createDeflateRaw()];
      let [crc, size] = [0, 0];
      const reading = createReadStream(file).on('data', (chunk) => {
        crc = crc32(chunk, crc);
        size += chunk.length;
      });
      const packing = pipeline(reading, deflate);
      for await (const chunk of deflate) put(chunk as Buffer);
      await packing;
      const member = { ...start, crc, size, packed: at - from };
      if (size > BYTES_MAX || at > BYTES_MAX) throw new NotAZip('The bundle is too large for one archive: write it to a folder');
      put(header(LOCAL, member), start.at);
      members.push(member);
    }
    if (members.length > FILES_MAX) throw new NotAZip('The bundle has too many files for one archive: write it to a folder');
    const from = at;
    members.forEach((member) => put(header(CENTRAL, member)));
    const end = Buffer.alloc(22);
    end.writeUInt32LE(END, 0);
    end.writeUInt16LE(members.length, 8);
    end.writeUInt16LE(members.length, 10);
    end.writeUInt32LE(at - from, 12);
    end.writeUInt32LE(from, 16);
    put(end);
  } finally {
    closeSync(out);
  }
}

function membersOf(archive: string): readonly (Member & { method: number })[] {
  const file = openSync(archive, 'r');
  try {
    const { size: total } = fstatSync(file);
    const take = (at: number, length: number) => {
      const bytes = Buffer.alloc(length);
      if (at < 0 || readSync(file, bytes, 0, length, at) !== length) throw new NotAZip('The archive ends too early');
      return bytes;
    };
    const end = take(total - 22, 22);
    if (end.readUInt32LE(0) !== END) throw new NotAZip('The file is not a zip archive');
    const [count, length, from] = [end.readUInt16LE(10), end.readUInt32LE(12), end.readUInt32LE(16)];
    const central = take(from, length);
    const members: (Member & { method: number })[] = [];
    for (let at = 0; members.length < count;) {
      if (at + 46 > central.length || central.readUInt32LE(at) !== CENTRAL) throw new NotAZip('The archive’s list of files is damaged');
      const nameLength = central.readUInt16LE(at + 28);
      const place = central.readUInt32LE(at + 42);
      const local = take(place, 30);
      if (local.readUInt32LE(0) !== LOCAL) throw new NotAZip('The archive’s list of files leads nowhere');
      members.push({
        name: central.subarray(at + 46, at + 46 + nameLength).toString(),
        method: central.readUInt16LE(at + 10),
        crc: central.readUInt32LE(at + 16),
        packed: central.readUInt32LE(at + 20),
        size: central.readUInt32LE(at + 24),
        at: place + 30 + local.readUInt16LE(26) + local.readUInt16LE(28),
      });
      at += 46 + nameLength + central.readUInt16LE(at + 30) + central.readUInt16LE(at + 32);
    }
    return members;
  } finally {
    closeSync(file);
  }
}

/** Unpacks an archive into a folder. A name that leads out of the folder, a wrong sum or length: nothing of it is believed. */
export async function unzipTo(archive: string, folder: string): Promise<void> {
  for (const { at, crc, method, name, packed, size } of membersOf(archive)) {
    const target = resolve(folder, name);
    if (!target.startsWith(resolve(folder) + sep) || name.endsWith('/')) throw new NotAZip(`"${name}" does not belong in the archive`);
    if (method !== DEFLATED && method !== 0) throw new NotAZip(`${name} is packed in a way that is not read here`);
    mkdirSync(dirname(target), { recursive: true });
    let [sum, length] = [0, 0];
    const counted = async function* (source: AsyncIterable<Buffer>) {
      for await (const chunk of source) {
        sum = crc32(chunk, sum);
        length += chunk.length;
        if (length > size) throw new NotAZip(`${name} is longer than the archive says`);
        yield chunk;
      }
    };
    const reading = packed === 0 ? Readable.from([]) : createReadStream(archive, { start: at, end: at + packed - 1 });
    const unpacking = method === 0 ? new PassThrough() : createInflateRaw();
    try {
      await pipeline(reading, unpacking, counted, createWriteStream(target, { flags: 'wx' }));
    } catch (failed) {
      throw failed instanceof NotAZip ? failed : new NotAZip(`${name} cannot be unpacked: ${(failed as Error).message}`);
    }
    if (sum !== crc || length !== size) throw new NotAZip(`${name} is not what was packed`);
  }
}

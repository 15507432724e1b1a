import Database from 'better-sqlite3';
import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { APP_VERSION } from '@ledger/event-store';
import { type Clock, Refusal } from '@ledger/kernel';
import type { Settings } from './settings.js';

const FORMAT = 'ledger-backup/1';
const MANIFEST = 'manifest.json';
/** So many pages at once: a copy that pauses between pages begins again whenever somebody writes, and would never end. */
const ALL_PAGES = 2 ** 31 - 1;

/** What a backup holds. The keys have backups of their own, with a horizon: an erasure is complete when the last of them has gone. */
export type Holding = 'ledger' | 'keys';
type Part = Readonly<{ name: string; bytes: number; sha256: string }>;
/** Stands beside the files of a backup as `manifest.json`. */
export type Manifest = Readonly<{
  format: typeof FORMAT;
  holds: Holding;
  takenAt: string;
  appVersion: string;
  /** Entries that are in it; null where it holds none. */
  entries: number | null;
  files: readonly Part[];
  /** What is not in it, because another engine holds it. */
  elsewhere: readonly Elsewhere[];
}>;

/** Thrown for what is not a backup, or is not one that this program can read. */
export class NotABackup extends Error {
  override readonly name = 'NotUnderstood';
}

/** A store that another engine holds: it is backed up by that engine's own means. */
export type Elsewhere = Readonly<{ what: 'events' | 'log'; engine: string }>;
const engineOf = (address: string) => address.slice(0, address.indexOf(':'));
const fileAt = (address: string) => (address.startsWith('sqlite:') ? address.slice('sqlite:'.length) : null);

function elsewhere({ events, log }: Settings): readonly Elsewhere[] {
  const at = (what: Elsewhere['what'], address: string | null) =>
    address === null || fileAt(address) !== null ? [] : [{ what, engine: engineOf(address) }];
  return [...at('log', log), ...at('events', events)];
}

/**
 * Where each file of a backup belongs. In this order they are copied: what testifies about the events before the events themselves, so that
 * a backup of a ledger that goes on being written holds every event of which it holds a trace.
 */
function placesOf({ events, folder, log }: Settings, holds: Holding): ReadonlyMap<string, string> {
  if (folder === null) throw new NotABackup('A ledger in memory has no files');
  if (holds === 'keys') return new Map([['keys.db', join(folder, 'keys.db')]]);
  const file = (address: string | null, name: string) => (address === null ? join(folder, name) : fileAt(address));
  const places = [
    ['witnesses', join(folder, 'witnesses')],
    ['seals.db', log === null ? join(folder, 'seals.db') : null],
    ['log.db', file(log, 'log.db')],
    ['events.db', file(events, 'events.db')],
  ] as const;
  return new Map(places.flatMap(([name, place]) => (place === null ? [] : [[name, place]])));
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Copies a database as it stands at one moment, while others read and write it. */
async function copyDatabase(from: string, to: string): Promise<void> {
  // Not as a mere reader: the last to leave tidies the write-ahead log away, and a reader may not.
  const source = new Database(from, { fileMustExist: true });
  try {
    await source.backup(to, { progress: () => ALL_PAGES });
  } finally {
    source.close();
  }
  const copy = new Database(to);
  try {
    copy.pragma('journal_mode = DELETE');
    const found = copy.pragma('quick_check', { simple: true });
    if (found !== 'ok') throw new Error(`${from} is damaged, and so is what was copied of it: ${String(found)}`);
  } finally {
    copy.close();
  }
}

/** Copies a ledger's files into a folder, with a manifest of their hashes, while the ledger runs. The views are left out: they are rebuilt. */
export async function takeBackup(settings: Settings, folder: string, clock: Clock, holds: Holding = 'ledger'): Promise<Manifest> {
  if (existsSync(join(folder, MANIFEST)))
    throw new Refusal('BACKUP_THERE', `There is a backup in ${folder} already: it is not written over`);
  const there = [...placesOf(settings, holds)].filter(([, file]) => existsSync(file));
  const others = holds === 'ledger' ? elsewhere(settings) : [];
  if (there.every(([name]) => name === 'witnesses')) throw new NotABackup(nothingHere(settings, others));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files: Part[] = [];
  for (const [name, from] of there) {
    const to = join(folder, name);
    await (name.endsWith('.db') ? copyDatabase(from, to) : copyFile(from, to));
    files.push({ name, bytes: statSync(to).size, sha256: await sha256Of(to) });
  }
  const counted = ['events.db', 'log.db'].find((name) => files.some((file) => file.name === name));
  const manifest: Manifest = {
    format: FORMAT,
    holds,
    takenAt: clock.now(),
    appVersion: APP_VERSION,
    entries: counted === undefined ? null : entriesIn(join(folder, counted), counted === 'events.db' ? 'events' : 'entries'),
    files,
    elsewhere: others,
  };
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

const nothingHere = ({ folder }: Settings, others: readonly Elsewhere[]) =>
  others.length === 0
    ? `There is no ledger in ${folder}`
    : `No file of this ledger is in ${folder}: ${[...new Set(others.map(({ engine }) => engine))].join(' and ')} holds it, and backs it up`;

function entriesIn(file: string, table: 'events' | 'entries'): number {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()!;
  } finally {
    db.close();
  }
}

function manifestIn(folder: string): Manifest {
  let read: Partial<Manifest>;
  try {
    read = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Partial<Manifest>;
  } catch (failed) {
    throw new NotABackup(`${folder} is not a backup: ${(failed as Error).message}`);
  }
  const isPart = ({ name, sha256 }: Partial<Part>) => typeof name === 'string' && typeof sha256 === 'string';
  if (read.format !== FORMAT || (read.holds !== 'ledger' && read.holds !== 'keys') || read.files?.every(isPart) !== true)
    throw new NotABackup(`The manifest in ${folder} is not one that this program can read`);
  return read as Manifest;
}

/**
 * Puts a backup in the place of a ledger that is not there: every file is checked against the manifest before the first is put in place.
 * The signer's memory is never part of it, so that an old copy is found out when the ledger is opened.
 * @throws Refusal when something is there already, or a file is not what was backed up
 */
export async function restoreBackup(folder: string, settings: Settings): Promise<Manifest> {
  const manifest = manifestIn(folder);
  const places = placesOf(settings, manifest.holds);
  const moves = manifest.files.map(({ name, sha256 }) => {
    const to = places.get(name);
    if (to === undefined) throw new NotABackup(`The backup names a file that belongs to no ledger of these settings: ${name}`);
    return { name, sha256, from: join(folder, name), to, draft: `${to}.restoring` };
  });
  // A write-ahead log without its database would be read into the restored one.
  const taken = [...places.values()]
    .flatMap((file) => (file.endsWith('.db') ? [file, `${file}-wal`] : []))
    .filter((file) => existsSync(file));
  if (taken.length > 0) throw new Refusal('LEDGER_THERE', `A ledger is there already and is not written over: ${taken.join(', ')}`);
  try {
    for (const { draft, from, name, sha256, to } of moves) {
      if (!existsSync(from)) throw new Refusal('BACKUP_DAMAGED', `The backup has lost ${name}; nothing was restored`);
      mkdirSync(dirname(to), { recursive: true });
      await pipeline(createReadStream(from), createWriteStream(draft, { mode: 0o600, flush: true }));
      if ((await sha256Of(draft)) !== sha256)
        throw new Refusal('BACKUP_DAMAGED', `${name} is not the file that was backed up; nothing was restored`);
    }
    for (const { draft, to } of moves) renameSync(draft, to);
  } finally {
    for (const { draft } of moves) rmSync(draft, { force: true });
  }
  return manifest;
}

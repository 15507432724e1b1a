import { existsSync, fsyncSync, mkdirSync, openSync, closeSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PATH = /^(checkpoint|tile\/(entries|\d{1,2})\/(x\d{3}\/)*\d{3}(\.p\/\d{1,3})?)$/;
const DIGEST_BYTES = 32;

/** The log as static files, as any web server can publish them: tiles that never change, and one checkpoint that is replaced. */
export class PublishedLog {
  private readonly memory = new Map<string, Buffer>();
  /** Null keeps the files in memory, for tests. */
  constructor(readonly folder: string | null) {}

  /** Writes a file whole or not at all. */
  write(path: string, bytes: Buffer): void {
    if (this.folder === null) return void this.memory.set(path, bytes);
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.draft-${process.pid}`;
    const open = openSync(draft, 'w');
    try {
      writeSync(open, bytes);
      fsyncSync(open);
    } finally {
      closeSync(open);
    }
    renameSync(draft, file);
  }

  /** A file, or undefined; only the paths of a log are ever read. A partial tile whose whole tile stands is cut from that. */
  read(path: string): Buffer | undefined {
    if (!PATH.test(path)) return undefined;
    const [whole, width] = path.split('.p/');
    return this.raw(path) ?? (width === undefined || path.includes('/entries/') ? undefined : this.cut(whole!, Number(width)));
  }
  private cut = (whole: string, width: number) => this.raw(whole)?.subarray(0, width * DIGEST_BYTES);
  private raw(path: string): Buffer | undefined {
    if (this.folder === null) return this.memory.get(path);
    const file = join(this.folder, path);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  /** Moves what was published under a name that was given up into a folder of its own, where it stays as evidence. */
  setAside(): void {
    this.memory.clear();
    const { folder } = this;
    const there = folder === null ? [] : ['checkpoint', 'tile'].filter((name) => existsSync(join(folder, name)));
    if (folder === null || there.length === 0) return;
    let number = 1;
    while (existsSync(join(folder, `former-${number}`))) number += 1;
    mkdirSync(join(folder, `former-${number}`));
    for (const name of there) renameSync(join(folder, name), join(folder, `former-${number}`, name));
  }

  /** Takes away the partial tiles of a tile that is whole now. */
  drop(wholePath: string): void {
    if (this.folder !== null) rmSync(join(this.folder, `${wholePath}.p`), { recursive: true, force: true });
    else for (const path of this.memory.keys()) if (path.startsWith(`${wholePath}.p/`)) this.memory.delete(path);
  }
}

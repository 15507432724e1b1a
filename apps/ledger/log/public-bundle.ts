import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { zipFolder } from '@ledger/formats';
import { Home, writeBundleOf } from '@ledger/home';
import { DOWNLOAD_ENTRIES_MAX } from '@ledger/log';

/** The public bundle of the newest checkpoint, packed once for whoever asks, until another checkpoint comes. */
@Injectable()
export class PublicBundle implements OnApplicationShutdown {
  private folder: string | null = null;
  private packed: Readonly<{ size: number; archive: Promise<string> }> | null = null;
  constructor(@Inject(Home) private readonly home: Home) {}

  /** Undefined while nothing is sealed, or when it is too large for this door. */
  async read(): Promise<Readonly<{ size: number; archive: Readable }> | undefined> {
    const size = (await this.home.publicLog.seals.newest())?.size ?? 0;
    if (size === 0 || size > DOWNLOAD_ENTRIES_MAX) return undefined;
    if (this.packed?.size !== size) this.packed = { size, archive: this.pack(size) };
    return { size, archive: createReadStream(await this.packed.archive) };
  }

  private async pack(size: number): Promise<string> {
    this.folder ??= mkdtempSync(join(tmpdir(), 'ledger-public-'));
    const [written, archive] = [join(this.folder, String(size)), join(this.folder, `${size}.zip`)];
    try {
      await writeBundleOf(this.home, written, 'public', size);
      await zipFolder(written, archive);
      return archive;
    } catch (failed) {
      this.packed = null;
      throw failed;
    } finally {
      rmSync(written, { recursive: true, force: true });
    }
  }

  onApplicationShutdown(): void {
    if (this.folder !== null) rmSync(this.folder, { recursive: true, force: true });
  }
}

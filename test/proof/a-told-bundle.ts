import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditor } from '../../apps/auditor/auditor.js';
import { Home, settingsFrom, writeBundle } from '@ledger/home';
import type { BundleAudience } from '@ledger/log';
import { HomeTeller, readStory, storyFiles, tell } from '@ledger/stories';

/** The three stories of the demonstration, told to a ledger by its front door, and taken home. */
export class AToldBundle {
  private constructor(
    private readonly folder: string,
    readonly home: Home,
  ) {}
  static async tell(): Promise<AToldBundle> {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-told-'));
    const home = await Home.open(settingsFrom({}, { folder: join(folder, 'home') }));
    for (const file of storyFiles()) await tell(readStory(file), new HomeTeller(home));
    return new AToldBundle(folder, home);
  }
  file(...parts: string[]): string {
    return join(this.folder, ...parts);
  }
  async bundle(audience: BundleAudience): Promise<string> {
    await writeBundle(this.home, this.file(audience), audience);
    return this.file(audience);
  }
  async remove(): Promise<void> {
    await this.home.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export type Ran = Readonly<{ exit: number; out: string; err: string }>;
/** One command line of the auditor, as a person types it. */
export async function run(...args: string[]): Promise<Ran> {
  let [out, err] = ['', ''];
  const exit = await auditor(args, { out: (text) => (out += text), err: (text) => (err += text), isTerminal: false });
  return { exit, out, err };
}
/** The same, answered in JSON. */
export async function ask<Answer>(...args: string[]): Promise<Answer & { exit: number }> {
  const { err, exit, out } = await run(...args, '--json');
  if (out === '') throw new Error(err);
  return { ...(JSON.parse(out) as Answer), exit };
}

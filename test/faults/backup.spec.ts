import { execFile, fork } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Home, settingsFrom } from '@ledger/home';

const DIST = join(__dirname, '../../dist');
const BACKUPS = 3;
const FIRST_ENTRIES = 3;
const built = existsSync(join(DIST, 'apps/operator/main.js'));

(built ? describe : describe.skip)('a ledger that is backed up while it is written to', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-busy-'));
  const at = (...names: string[]) => join(folder, ...names);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const operator = async (...args: string[]): Promise<{ entries: number }> => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(DIST, 'apps/operator/main.js'), ...args, '--json']);
    return JSON.parse(stdout) as { entries: number };
  };

  it('gives backups that each hold all that was acknowledged before, are whole, and agree with a replay', async () => {
    const writer = fork(join(__dirname, 'backup.child.mjs'), [DIST, at('home')], {
      env: { ...process.env, LEDGER_SEAL_ENTRIES: '1000000', LEDGER_SEAL_SECONDS: '1000000' },
    });
    let acknowledged = 0;
    writer.on('message', (count: number) => (acknowledged = count));
    const ended = new Promise((resolve) => writer.on('exit', resolve));
    const grownTo = async (count: number) => {
      while (acknowledged < count) await new Promise((later) => setTimeout(later, 10));
    };
    const taken: { before: number; after: number; entries: number }[] = [];
    for (let n = 0; n < BACKUPS; n += 1) {
      await grownTo(acknowledged + 200);
      const before = acknowledged;
      const { entries } = await operator('backup', at(`backup-${n}`), '--home', at('home'));
      taken.push({ before, entries: entries - FIRST_ENTRIES, after: acknowledged });
    }
    // The writer never paused for a backup.
    for (const { after, before } of taken) expect(after).toBeGreaterThan(before);
    writer.send('enough');
    expect(await ended).toBe(0);
    for (const [n, { before, entries }] of taken.entries()) {
      expect(entries).toBeGreaterThanOrEqual(before);
      expect(entries).toBeLessThanOrEqual(acknowledged);
      const again = at(`again-${n}`);
      mkdirSync(again);
      for (const name of ['keys.db', 'master.key', 'signer']) cpSync(at('home', name), join(again, name), { recursive: true });
      await operator('restore', at(`backup-${n}`), '--home', again);
      const home = await Home.open(settingsFrom({}, { folder: again }));
      try {
        await home.settle();
        expect(home.publicLog.sealer.stopped).toBeNull();
        expect(await home.store.inspect()).toEqual([]);
        expect(await home.publicLog.sealer.compareAll()).toBeNull();
        expect(await home.views.selfCheck()).toEqual([]);
        expect((await home.views.completeTo()).entry + 1 - FIRST_ENTRIES).toBe(entries);
      } finally {
        await home.close();
      }
    }
  }, 120_000);
});

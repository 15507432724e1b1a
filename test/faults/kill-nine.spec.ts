import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const KILLS = 8;
const isBuilt = existsSync(join(ROOT, 'dist/libs/home/index.js'));

/** `node test/faults/kill-nine.mjs 1000` does it a thousand times. */
describe('kill -9, while sixteen callers write', () => {
  (isBuilt ? it : it.skip)(
    `${KILLS} times over: every acknowledged event is there, no gap, no wedged stream, and the views agree with a replay${isBuilt ? '' : ' (skipped: nothing is built)'}`,
    () => {
      const done = spawnSync(process.execPath, [join(ROOT, 'test/faults/kill-nine.mjs'), String(KILLS)], { cwd: ROOT, encoding: 'utf8' });
      expect({ said: done.stdout + done.stderr, status: done.status }).toMatchObject({ status: 0 });
      expect(Number(/(\d+) events acknowledged/.exec(done.stdout)?.[1])).toBeGreaterThan(0);
    },
    120_000,
  );
});

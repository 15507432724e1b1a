import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const KILLS = 10;
const built = existsSync(join(__dirname, '../../dist/libs/home/index.js'));

/** A thousand of these take some minutes: node test/faults/kill-nine.mjs 1000 */
(built ? describe : describe.skip)('a ledger that is killed at random moments', () => {
  it('loses nothing that it acknowledged, has no gap and no wedged stream, and agrees with a replay', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, 'kill-nine.mjs'), String(KILLS)]);
    expect(stdout).toMatch(new RegExp(`^${KILLS} kills in \\d+ s, [1-9]\\d* acknowledged commands, 0 faults\n$`));
  }, 180_000);
});

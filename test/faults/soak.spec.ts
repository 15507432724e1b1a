import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postgresForTests } from '../../libs/event-store/testing/postgres-server.js';

const SECONDS = 15;
const built = existsSync(join(__dirname, '../../dist/apps/ledger/main.js'));
const from = postgresForTests();
if (!built || from === null)
  process.stderr.write(`The soak: skipped, because ${built ? 'there is no PostgreSQL' : 'the program is not built'} here\n`);

/** Ten minutes of it: node test/faults/soak.mjs 600 */
(built && from !== null ? describe : describe.skip)('two of each kind of process over one PostgreSQL, one killed every few seconds', () => {
  it('lose nothing that was acknowledged, do nothing twice, keep the money, and agree with a replay', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, 'soak.mjs'), String(SECONDS)]);
    expect(stdout).toMatch(/^15 s, [1-9]\d* kills, [1-9]\d* acknowledged commands, \d+ entries, each seen within \d+ ms, 0 faults\n$/);
  }, 180_000);
});

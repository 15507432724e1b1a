import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operator } from './operator.js';

describe('operator keys rewrap', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-rewrap-'));
  const [home, next] = [join(folder, 'home'), join(folder, 'next.key')];
  const run = async (...args: string[]) => {
    const said: string[] = [];
    const hear = (text: string) => void said.push(text);
    return { exit: await operator([...args, '--home', home], { out: hear, err: hear, isTerminal: false }), said: said.join('') };
  };
  afterEach(() => {
    delete process.env['LEDGER_MASTER_KEY_FILE'];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('says how much it wrapped, and which key the ledger opens with from now on', async () => {
    await run('init');
    const { exit, said } = await run('keys', 'rewrap', '--to', next);
    expect([exit, said]).toEqual([0, expect.stringMatching(/^\d+ keys and secrets are wrapped by the key in /)]);
  });
  it('leaves a ledger that the old key no longer opens, and says so in words', async () => {
    const { exit, said } = await run('status');
    expect([exit, said]).toEqual([2, expect.stringContaining('was not written under this master key')]);
  });
  it('and that the new key opens', async () => {
    process.env['LEDGER_MASTER_KEY_FILE'] = next;
    expect((await run('status')).exit).toBe(0);
    expect((await run('self-check')).exit).toBe(0);
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start, stop } from './a-started-ledger.js';

const ROOT = join(__dirname, '..', '..');
/** The commands that a reader is told to type: indented lines that begin with npm. */
const told = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^ {4}(npm .+)$/gm)].map(([, line]) =>
  line!.replace(/\s+#.*$/, ''),
);

describe('what the README tells a newcomer to type', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-readme-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('opens with the two commands', () => {
    expect(told.slice(0, 2)).toEqual(['npm start', 'npm test']);
  });

  it('npm start: opens a ledger, names its address, stops cleanly, and finds at the second start what the first one wrote', async () => {
    const home = join(folder, 'started');
    const first = await start(home);
    const before = (await (await fetch(`${first.address}/health/ready`)).json()) as { completeTo: { entry: number } };
    expect(before.completeTo.entry).toBeGreaterThan(0);
    expect(await stop(first.child)).toBe(0);
    const second = await start(home);
    const after = (await (await fetch(`${second.address}/health/ready`)).json()) as { completeTo: { entry: number } };
    expect(after.completeTo).toEqual(before.completeTo);
    expect(await stop(second.child)).toBe(0);
  });

  it('npm start -- --empty: tells no story', async () => {
    const { address, child } = await start(join(folder, 'empty'), '--empty');
    const ready: unknown = await (await fetch(`${address}/health/ready`)).json();
    // Stopped before it is judged: a child that is left behind would keep the whole run waiting.
    expect(await stop(child)).toBe(0);
    expect(ready).toMatchObject({ completeTo: { entry: 1 } });
  });

  const operator = told.filter((line) => line.startsWith('npm run -s operator -- '));
  it.each(operator)('%s', (line) => {
    const args = line.replace('npm run -s operator -- ', '').split(' ');
    const home = join(folder, 'operated');
    const done = spawnSync(process.execPath, [join(ROOT, 'infra/run/operator.mjs'), ...args], {
      cwd: ROOT,
      env: { ...process.env, LEDGER_HOME: home },
      encoding: 'utf8',
    });
    expect({ line, status: done.status, err: done.stderr }).toMatchObject({ status: 0 });
    expect(done.stdout.length).toBeGreaterThan(0);
  });

  it('knows every other command as a script of the project', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
    for (const line of told.filter((one) => one.startsWith('npm run ') && !operator.includes(one))) {
      const name = line.split(' ').find((word, index) => index > 1 && !word.startsWith('-'))!;
      expect(scripts).toHaveProperty([name]);
      const program = /node (\S+)/.exec(scripts[name] ?? '')?.[1];
      expect(existsSync(join(ROOT, program ?? 'nothing'))).toBe(true);
    }
  });
});

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const START_MS = 60_000;
const STOP_MS = 5_000;
/** The commands that a reader is told to type: indented lines that begin with npm. */
const told = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^ {4}(npm .+)$/gm)].map(([, line]) =>
  line!.replace(/\s+#.*$/, ''),
);

/** Starts the built program as `npm start` does, and waits for the line that names its address. */
function start(folder: string, ...args: string[]): Promise<{ address: string; said: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [join(ROOT, 'infra/run/start.mjs'), ...args], {
    cwd: ROOT,
    env: { ...process.env, LEDGER_HOME: folder, PORT: '0' },
  });
  return new Promise((resolve, reject) => {
    let said = '';
    const timer = setTimeout(() => reject(new Error(`It did not start: ${said}`)), START_MS);
    const hear = (text: Buffer) => {
      said += text.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (address === undefined || !said.includes('Stop it with')) return;
      clearTimeout(timer);
      resolve({ address, said, child });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => reject(new Error(`It ended with ${String(code)}: ${said}`)));
  });
}
const stop = (child: ChildProcess) =>
  new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('It did not stop in time')), STOP_MS);
    child.removeAllListeners('exit');
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code ?? -1);
    });
    child.kill('SIGTERM');
  });

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
    expect(await (await fetch(`${address}/health/ready`)).json()).toMatchObject({ completeTo: { entry: 1 } });
    expect(await stop(child)).toBe(0);
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

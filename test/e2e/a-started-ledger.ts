import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const START_MS = 60_000;
const STOP_MS = 5_000;
export type Started = Readonly<{ address: string; said: string; child: ChildProcess }>;

/** Starts the built program as `npm start` does, and waits for the line that names its address. */
export function start(folder: string, ...args: string[]): Promise<Started> {
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
export const stop = (child: ChildProcess): Promise<number> =>
  new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('It did not stop in time')), STOP_MS);
    child.removeAllListeners('exit');
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code ?? -1);
    });
    child.kill('SIGTERM');
  });

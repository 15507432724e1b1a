import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operator } from '../../apps/operator/operator.js';

export type Ran = Readonly<{ exit: number; out: string; err: string; json: <T>() => T }>;

/** Runs the operator's command line in this process, as a terminal would. */
export async function run(...args: readonly string[]): Promise<Ran> {
  let [out, err] = ['', ''];
  const exit = await operator(args, { out: (text) => (out += text), err: (text) => (err += text), isTerminal: false });
  return { exit, out, err, json: <T>() => JSON.parse(out) as T };
}

/** A folder that goes away with the test. */
export function folder(): { path: string; file: (name: string, text: string | Buffer) => string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'exchange-'));
  return {
    path,
    file: (name, text) => {
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
export const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
export const penceOfPounds = (pounds: string) => {
  const [whole = '0', part = ''] = pounds.split('.');
  return BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'));
};

import { spawnSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const say = (words) => process.stderr.write(`${words}\n`);
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const NODE_MAJOR_MIN = 24;

/** Installs what the lockfile names, once: a later call finds the stamp that npm leaves. */
export function install() {
  const stamp = join(root, 'node_modules', '.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return;
  if (existsSync(stamp) && JSON.stringify(packagesOf(stamp)) === JSON.stringify(packagesOf(lock))) return;
  say('Installing what the ledger needs (once) ...');
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) fail('npm ci did not finish; the lines above say why.');
}
const packagesOf = (file) =>
  Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages ?? {})
    .filter(([name, one]) => name && !one.optional)
    .map(([name, { version }]) => `${name}@${version}`)
    .sort();

/** The Node that the project pins, else the one that runs this, if it is new enough. */
export function nodeBinary() {
  const os = process.platform === 'win32' ? 'win' : process.platform;
  const own = join(root, 'node_modules', `node-${os}-${process.arch}`, 'bin', os === 'win' ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR_MIN) return process.execPath;
  return fail(
    `The ledger needs Node ${NODE_MAJOR_MIN} or newer, and none comes with it for ${process.platform}-${process.arch}. Install it from https://nodejs.org and run the same command again.`,
  );
}

export function fail(words, code = 3) {
  say(words);
  process.exit(code);
}

export const environment = () => ({
  ...process.env,
  PATH: `${dirname(nodeBinary())}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
});
export const bin = (name) => join(root, 'node_modules', ...name.split('/'));

/** Runs one of the project's tools under the pinned Node; output goes to stderr, so that stdout stays for answers. */
export function tool(script, args, { stdio = ['ignore', 2, 2], env = {} } = {}) {
  return spawnSync(nodeBinary(), [bin(script), ...args], { cwd: root, stdio, env: { ...environment(), ...env } }).status ?? 3;
}

const files = (folder) =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? files(join(folder, entry.name)) : [join(folder, entry.name)],
      );
const ASSETS = /\.(njk|css|yaml|json|mjs|js|svg)$/;

/** Compiles apps and libs into dist when a source is newer than the last build. */
export function build() {
  const sources = [...files(join(root, 'apps')), ...files(join(root, 'libs')), ...files(join(root, 'test', 'scenarios'))];
  const stamp = join(root, 'dist', '.built');
  const newest = Math.max(
    ...[...sources, join(root, 'tsconfig.base.json'), join(root, 'package.json')].map((file) => statSync(file).mtimeMs),
  );
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newest) return;
  say('Building ...');
  if (tool('typescript/bin/tsc', ['-p', 'tsconfig.build.json']) !== 0) fail('The build failed; the lines above say where.');
  if (tool('tsc-alias/dist/bin/index.js', ['-p', 'tsconfig.build.json']) !== 0)
    fail('The build failed while writing the paths of the libraries.');
  for (const file of sources.filter((name) => ASSETS.test(name) && !name.endsWith('.spec.ts'))) {
    const target = join(root, 'dist', relative(root, file));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(file, target);
  }
  writeFileSync(stamp, '');
}

/** Installs, builds and goes on in the built program, passing signals and the exit code through. */
export function goOn(program, args = process.argv.slice(2)) {
  install();
  build();
  const child = spawn(nodeBinary(), ['--enable-source-maps', join(root, 'dist', program), ...args], {
    cwd: process.cwd(),
    stdio: 'inherit',
    env: environment(),
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 3)));
}

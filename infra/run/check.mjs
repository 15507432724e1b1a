import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, environment, install, nodeBinary, root } from './common.mjs';

install();
build();
const operator = (...args) =>
  spawnSync(nodeBinary(), [join(root, 'dist/apps/operator/main.js'), ...args], { cwd: root, stdio: ['ignore', 2, 2], env: environment() })
    .status;
const checks = [['event catalogue is fresh', () => operator('catalogue', '--check')]];
const failed = checks.filter(([name, run]) => {
  const ok = run() === 0;
  console.log(`${ok ? 'ok' : 'FAILED'}: ${name}`);
  return !ok;
});
process.exit(failed.length === 0 ? 0 : 1);

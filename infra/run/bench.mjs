import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build, environment, install, nodeBinary, root } from './common.mjs';
install();
build();
process.exit(
  spawnSync(nodeBinary(), [join(root, 'test/bench/bench.mjs'), ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: environment(),
  }).status ?? 3,
);

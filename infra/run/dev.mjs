import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { bin, build, environment, install, nodeBinary, root } from './common.mjs';
install();
build();
const env = environment();
spawn(nodeBinary(), [bin('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'], {
  cwd: root,
  stdio: 'inherit',
  env,
});
spawn(nodeBinary(), [bin('tsc-alias/dist/bin/index.js'), '-p', 'tsconfig.build.json', '--watch'], { cwd: root, stdio: 'inherit', env });
spawn(nodeBinary(), ['--watch', '--enable-source-maps', join(root, 'dist/apps/ledger/main.js')], { cwd: root, stdio: 'inherit', env });

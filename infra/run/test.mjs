import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, tool } from './common.mjs';

install();
build();
const only = process.argv.slice(2);
const stdio = ['ignore', 2, 2];
const failedTools = (
  only.length > 0
    ? []
    : [
        ['types', () => tool('typescript/bin/tsc', ['-p', 'tsconfig.json'], { stdio })],
        ['lint', () => tool('eslint/bin/eslint.js', ['--max-warnings=0', 'apps', 'libs', 'test'], { stdio })],
        [
          'format',
          () => tool('prettier/bin/prettier.cjs', ['--check', '--log-level=warn', 'apps', 'libs', 'test', 'infra', '*.mjs'], { stdio }),
        ],
      ]
).filter(([name, run]) => {
  process.stderr.write(`${name} ...\n`);
  return run() !== 0;
});
const folder = mkdtempSync(join(tmpdir(), 'ledger-test-'));
const report = join(folder, 'report.json');
const status = tool('jest/bin/jest.js', ['--json', `--outputFile=${report}`, ...only], { stdio: ['ignore', 'ignore', 2] });
const { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(report, 'utf8'));
rmSync(folder, { recursive: true });
for (const [name] of failedTools) console.log(`${name}: failed, see above`);
console.log(
  `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites + failedTools.length} failed, ${numPendingTests} skipped`,
);
process.exit(status !== 0 || failedTools.length > 0 ? 1 : 0);

// Ten thousand random injuries to a bundle, and a thousand to a store: node test/faults/injuries.mjs [how many]
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const LEDGER_INJURIES = process.argv[2] ?? '10000';
if (!/^[1-9]\d{0,6}$/.test(LEDGER_INJURIES)) {
  console.error(`${LEDGER_INJURIES} is not a number of injuries`);
  process.exit(2);
}
const jest = join(project, 'node_modules', 'jest', 'bin', 'jest.js');
const ran = spawnSync(process.execPath, [jest, 'test/proof/injuries.spec.ts'], {
  cwd: project,
  env: { ...process.env, LEDGER_INJURIES },
  stdio: 'inherit',
});
process.exit(ran.status ?? 3);

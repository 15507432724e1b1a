import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, hasImage, SKIPPED, withContainers } from './engine.js';

const ROOT = join(__dirname, '..', '..');
const GUIDE = readFileSync(join(ROOT, 'docs/guide-operator.md'), 'utf8');
const EVENTSTORE = 'eventstore/eventstore:24.10.4-jammy';
/** The older way to spell the engine's compose command, where the newer one is not installed. */
const SPELLED = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0 ? 'docker compose' : 'docker-compose';
/** A name of its own: the guide's may be that of somebody's real ledger, and this test removes what it made. */
const PROJECT = `guide-${randomUUID().slice(0, 8)}`;
/** Of the commands for three nodes, what can be run without the nodes. */
const WITHOUT_NODES = /^export |^docker compose (stop|down|config)/;

const sections = GUIDE.split(/^## /m)
  .map((text) => ({ title: text.split('\n')[0]!, commands: [...text.matchAll(/^ {4}(\S.*)$/gm)].map(([, line]) => line!) }))
  .filter(({ commands }) => commands.length > 0);

withContainers(`what the guide tells an operator to type${SKIPPED}`, () => {
  const environment: Record<string, string> = {};
  beforeAll(async () => {
    environment['LEDGER_PORT'] = String(await freePort());
  });
  const run = (command: string) =>
    spawnSync(
      'bash',
      ['-euo', 'pipefail', '-c', command.replace(/^docker compose/, SPELLED).replace('ledger_ledger', `${PROJECT}_ledger`)],
      {
        cwd: ROOT,
        env: { ...process.env, ...environment, COMPOSE_PROJECT_NAME: PROJECT },
        encoding: 'utf8',
      },
    );
  afterAll(() => run('docker compose --profile single --profile postgres --profile cluster down --volumes'));

  describe.each(sections)('$title', ({ commands, title }) => {
    const runnable = hasImage(EVENTSTORE) || !title.includes('EventStoreDB') ? commands : commands.filter((one) => WITHOUT_NODES.test(one));
    it.each(runnable)(
      '%s',
      (command) => {
        for (const [, name, value] of command.matchAll(/(?<=^export .*)([A-Z_]+)=(\S+)/g)) environment[name!] = value!;
        const { status, stderr, stdout } = run(command);
        expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
      },
      180_000,
    );
  });
});

it('the guide has commands to run, and names every profile of the compose file', () => {
  expect(sections.flatMap(({ commands }) => commands).length).toBeGreaterThan(30);
  const compose = readFileSync(join(ROOT, 'infra/compose.yaml'), 'utf8');
  const profiles = new Set([...compose.matchAll(/profiles: \[([^\]]+)\]/g)].flatMap(([, names]) => names!.split(', ')));
  for (const profile of profiles) expect(GUIDE).toContain(`COMPOSE_PROFILES=${profile}`);
});

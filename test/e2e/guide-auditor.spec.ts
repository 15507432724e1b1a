import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start, stop } from './a-started-ledger.js';

const ROOT = join(__dirname, '..', '..');
const GUIDE = readFileSync(join(ROOT, 'docs', 'guide-auditor.md'), 'utf8');
/** Every command that the guide tells to type, in its order. */
const told = [...GUIDE.matchAll(/`((?:npm run -s (?:operator|auditor) -- |curl )[^`]+)`/g)].map(([, line]) => line!);
/** What each ends in, where that is not 0: exceptions are named, and no witness has cosigned this ledger. */
const ENDS: readonly (readonly [RegExp, number])[] = [
  [/ controls /, 1],
  [/ sample (draw|evaluate) /, 4],
];

describe('the auditor’s guide, followed to the letter on a ledger of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-guide-'));
  const home = join(folder, 'home');
  const said: Record<string, string> = {};
  beforeAll(async () => stop((await start(home)).child));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs one line as a shell would, with the program that npm would start. */
  function type(line: string, env: NodeJS.ProcessEnv = {}) {
    const [command, into] = line.split(' > ');
    const run = command!.replace(
      /^npm run -s (operator|auditor) --/,
      (_, program: string) => `"${process.execPath}" "${join(ROOT, 'infra/run', program)}.mjs"`,
    );
    const done = spawnSync('sh', ['-c', run], { cwd: folder, env: { ...process.env, LEDGER_HOME: home, ...env }, encoding: 'utf8' });
    if (into !== undefined) writeFileSync(join(folder, into), done.stdout);
    return done;
  }
  /** What a person does between two lines: keeps what was printed, puts it in its place, looks at the sample. */
  async function between(line: string): Promise<{ line: string; env: NodeJS.ProcessEnv; after: () => Promise<unknown> }> {
    if (line.includes('--findings')) {
      const { chosen } = JSON.parse(type('npm run -s auditor -- sample draw sampled.zip --plan plan.json --json').stdout) as {
        chosen: { entry: number }[];
      };
      writeFileSync(join(folder, 'findings.csv'), `entry,audited\n${chosen[0]!.entry},0\n`);
    }
    if (!line.startsWith('curl ')) return { line, env: {}, after: () => Promise.resolve() };
    const { address, child } = await start(home);
    const commitment = /[0-9a-f]{64}/.exec(said['sample plan'] ?? '')![0];
    return {
      line: line.replace('http://127.0.0.1:3000', address).replace('COMMITMENT', commitment).replace('curl ', 'curl -sS --fail-with-body '),
      env: { TOKEN: said['token']?.trim() },
      after: () => stop(child),
    };
  }

  it('has a way from the policy to the projection', () => expect(told.length).toBeGreaterThan(14));
  it.each(told)('%s', async (written) => {
    const { after, env, line } = await between(written);
    const { status, stderr, stdout } = type(line, env);
    await after();
    said[/-- (sample plan|[\w-]+)/.exec(written)?.[1] ?? 'curl'] = stdout;
    const ends = ENDS.find(([pattern]) => pattern.test(written))?.[1] ?? 0;
    expect({ written, status, stderr: status === ends ? '' : stderr + stdout }).toEqual({ written, status: ends, stderr: '' });
  });
  it('ends in a projection of the one error that was found', () => expect(said['sample']).toMatch(/1 of \d items are not as booked/));
});

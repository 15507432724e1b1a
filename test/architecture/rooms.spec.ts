import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const CANARIES = join(__dirname, 'canaries');
const CONFIG = join(ROOT, '.dependency-cruiser.cjs');

type Violation = Readonly<{ from: string; to: string; rule: { name: string } }>;
type Rules = Readonly<{ forbidden: readonly { name: string; comment: string }[] }>;
const { forbidden } = createRequire(__filename)(CONFIG) as Rules;

function violationsIn(folder: string): readonly Violation[] {
  const run = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'), '--config', CONFIG, '--output-type', 'json', 'libs', 'apps'],
    { cwd: folder, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  );
  if (run.stdout === '') throw new Error(run.stderr);
  const { modules, summary } = JSON.parse(run.stdout) as { modules: readonly unknown[]; summary: { violations: readonly Violation[] } };
  if (modules.length < 10) throw new Error(`Only ${modules.length} files were looked at`);
  return summary.violations;
}
const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? files(join(folder, one.name)) : [join(folder, one.name)],
  );

describe('the rooms of the house', () => {
  it('are entered only where the rules allow it', () =>
    expect(violationsIn(ROOT).map(({ from, rule, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]));

  describe('are watched: each rule catches its canary', () => {
    const caught = violationsIn(CANARIES);
    const canaries = files(CANARIES).map((file) => ({
      file: relative(CANARIES, file).split(sep).join('/'),
      rule: /^\/\/ Caught by: (\S+)/.exec(readFileSync(file, 'utf8'))?.[1],
    }));
    it.each(forbidden)('$name', ({ name }) => {
      const mine = canaries.filter(({ rule }) => rule === name).map(({ file }) => file);
      expect(mine).not.toEqual([]);
      for (const file of mine) expect(caught.filter(({ from, rule }) => rule.name === name && from === file)).not.toEqual([]);
    });
    it('and leaves those alone that keep the rules', () => {
      const good = canaries.filter(({ rule }) => rule === undefined).map(({ file }) => file);
      expect(good.length).toBeGreaterThan(10);
      expect(caught.filter(({ from }) => good.includes(from)).map(({ from, rule }) => `${rule.name}: ${from}`)).toEqual([]);
    });
    it('and every rule says why it is there', () => forbidden.forEach(({ comment }) => expect(comment).toMatch(/^[A-Z].{20,}\.$/)));
  });
});

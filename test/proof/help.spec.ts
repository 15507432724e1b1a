import { run } from './a-told-bundle.js';

describe('the auditor’s help', () => {
  const commands = ['verify', 'replay', 'diff', 'explain', 'period', 'controls', 'sample plan', 'sample draw', 'sample evaluate'];
  it('lists every command', async () => {
    const { exit, out } = await run('--help');
    const listed = [...out.matchAll(/^ {2}([a-z]+)(?= )/gm)].map(([, name]) => name);
    expect([exit, listed]).toEqual([0, [...new Set(commands.map((name) => name.split(' ')[0]!)), 'help']]);
  });
  it.each(commands)('shows an example of %s whose options it has', async (command) => {
    const { out } = await run(...command.split(' '), '--help');
    const example = /Example: auditor (.+)/.exec(out)?.[1] ?? '';
    expect(example.startsWith(`${command} `)).toBe(true);
    for (const [option] of example.matchAll(/--[a-z-]+/g)) expect(out).toContain(`${option} <`);
  });
  it('answers what it does not understand with words and exit code 2', async () => {
    for (const args of [['verfy', 'bundle'], ['replay'], ['replay', 'bundle', '--as-of', '3'], ['diff', 'bundle']])
      expect((await run(...args)).exit).toBe(2);
  });
});

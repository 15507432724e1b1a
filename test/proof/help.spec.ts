import { Terminal } from '../../apps/auditor/terminal.js';
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

describe('a bar', () => {
  const drawn = (isTerminal: boolean, ms: readonly number[]) => {
    const [now, texts] = [jest.spyOn(performance, 'now'), [] as string[]];
    now.mockReturnValueOnce(0);
    const progress = new Terminal(
      () => undefined,
      (text) => texts.push(text),
      isTerminal,
    ).progress('Reading');
    ms.forEach((at, index) => {
      now.mockReturnValueOnce(at);
      progress(index + 1, ms.length);
    });
    now.mockRestore();
    return texts;
  };
  it('shows how far a long answer is, and at what pace, and ends its line', () => {
    const texts = drawn(true, [100, 1_000, 2_000]);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain('2/3 · 2/s');
    expect(texts[1]).toMatch(/█{24} 3\/3 .*\n$/);
  });
  it('is not drawn for what is there at once, nor where nobody watches', () => {
    expect(drawn(true, [10, 20, 30])).toEqual([]);
    expect(drawn(false, [1_000, 2_000, 3_000])).toEqual([]);
  });
});

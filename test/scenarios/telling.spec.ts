import { Home, settingsFrom } from '@ledger/home';
import { HttpTeller, readStory, storyFiles, StoryUnreadable, storyFrom, tell } from '@ledger/stories';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../../apps/ledger/app.js';
import { operator } from '../../apps/operator/operator.js';

const GDANSK = storyFiles().find((file) => file.includes('gdansk'))!;
const folder = mkdtempSync(join(tmpdir(), 'stories-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = async (...args: readonly string[]) => {
  const said = { out: '', err: '' };
  const exit = await operator(args, { out: (text) => (said.out += text), err: (text) => (said.err += text), isTerminal: false });
  return { exit, ...said };
};
/** The story of Gdansk, changed in one place, in a file of its own. */
const changed = (name: string, from: string, to: string): string => {
  const text = readFileSync(GDANSK, 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(folder, name), text.replace(from, to));
  return join(folder, name);
};

describe('operator scenario run', () => {
  it('prints each figure asked for beside the figure found, and leaves no ledger behind', async () => {
    const { exit, out } = await run('scenario', 'run', GDANSK);
    expect(out).toMatch(/✓\s+end, entry \d+\s+Needed of 63\s+51\s+51\n/);
    expect(out).toContain('all as asked for');
    expect(exit).toBe(0);
  });
  it('answers with one document when asked for JSON', async () => {
    const { exit, out } = await run('--json', 'scenario', 'run', GDANSK);
    const answer = JSON.parse(out) as { holds: boolean; stories: { figures: { asked: unknown; found: unknown; holds: boolean }[] }[] };
    expect(answer.holds).toBe(true);
    expect(answer.stories[0]!.figures[0]).toMatchObject({ asked: 64, found: 64, holds: true });
    expect(exit).toBe(0);
  });
  it('exits 1 when a figure differs, and shows both', async () => {
    const file = changed(
      'wrong-figure.yaml',
      'path: votes.recommendationId=rain-gardens.needed, is: 45',
      'path: votes.recommendationId=rain-gardens.needed, is: 44',
    );
    const { exit, out } = await run('scenario', 'run', file);
    expect(out).toMatch(/✗\s+end, entry \d+\s+Needed of 56\s+44\s+45\n/);
    expect(exit).toBe(1);
  });
  it('exits 1 when a step is refused that the story does not say is refused, with its line', async () => {
    const file = changed('surprise.yaml', '    refused: POOL_NOT_SEALED\n', '');
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('do: RecordDraw')) - 1;
    const { exit, out } = await run('scenario', 'run', file);
    expect(out).toContain(`stopped at line ${line}: Step 5, RecordDraw as assembly-secretary, was refused (POOL_NOT_SEALED)`);
    expect(exit).toBe(1);
  });
  it('exits 1 when a step is accepted that the story says is refused', async () => {
    const file = changed('too-lenient.yaml', '    mark: assembly-drawn\n', '    refused: DRAW_ALREADY_HELD\n');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^ {2}- \{ says: Residents drawn.*\n/m, ''));
    const { exit, out } = await run('scenario', 'run', file);
    expect(out).toContain('was accepted, and the story says that it is refused (DRAW_ALREADY_HELD)');
    expect(exit).toBe(1);
  });
  it('exits 2 for a file that cannot be told, in words with the line', async () => {
    const file = changed('bad.yaml', '    do: SealPool', '    does: SealPool');
    const line =
      readFileSync(file, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('does: SealPool')) + 1;
    const { err, exit } = await run('scenario', 'run', file);
    expect(err).toContain(`line ${line}: "steps.5" has no field called "does"`);
    expect(err).toContain('"steps.5" needs the field "do"');
    expect(exit).toBe(2);
  });
  it('exits 2 where no ledger answers', async () => {
    const { err, exit } = await run('scenario', 'run', GDANSK, '--to', 'http://127.0.0.1:9');
    expect(err).toContain('No ledger answers at http://127.0.0.1:9');
    expect(exit).toBe(2);
  });
});

describe('a story file', () => {
  const story = (steps: string) =>
    storyFrom(
      'a.yaml',
      Buffer.from(
        `story: { id: a, title: A, tenant: a, summary: A, sources: [{ id: paper, title: Paper, where: here }] }\npeople: { clerk-a: [clerk] }\nsteps:\n${steps}\nexpect: [{ says: All, at: end, query: bodies, path: length, is: 0 }]\n`,
      ),
    );
  const problemsOf = (steps: string): readonly { line: number; words: string }[] => {
    try {
      story(steps);
    } catch (thrown) {
      if (thrown instanceof StoryUnreadable) return thrown.problems;
      throw thrown;
    }
    return [];
  };
  const step = (more: string) => `  - { as: clerk-a, effectiveAt: '2018-02-01T09:00:00.000Z', do: VacateSeat, with: {}, ${more} }`;

  it('may be told when it says what is illustrative', () => expect(problemsOf(step('illustrative: true'))).toEqual([]));
  it.each([
    [
      'neither cites a source nor says that it is illustrative',
      step('id: a'),
      'Step 1 names no source, and does not say that it is illustrative',
    ],
    [
      'cites a source that it does not list',
      step('source: { from: rumour, where: somewhere }'),
      '"rumour" is not among the sources of this story',
    ],
    [
      'lets somebody act who is not in it',
      step('illustrative: true').replace('clerk-a', 'clerk-b'),
      '"clerk-b" is not among the people of this story',
    ],
    [
      'names a mark that comes later',
      step('illustrative: true, id: b').replace('with: {}', "with: { seenEntry: '{{mark:later}}' }"),
      'No earlier step is marked "later"',
    ],
    [
      'marks a step that writes nothing',
      step('illustrative: true, refused: NOT_SEATED, mark: here'),
      'A step that is refused writes no entry, so it marks none',
    ],
    [
      'repeats a step for a list that is not there',
      step('illustrative: true, for: [{ name: one, each: nobody }]'),
      'There is no list called "nobody"',
    ],
  ])('is refused when it %s', (_, steps, words) => expect(problemsOf(steps)).toEqual([{ line: 4, words }]));
  it('is refused where it is no YAML, with the line', () => expect(problemsOf('  - [')[0]!.line).toBeGreaterThanOrEqual(4));
});

describe('a ledger that runs elsewhere', () => {
  let app: NestFastifyApplication;
  let address: string;
  beforeAll(async () => {
    app = await createApp(settingsFrom({}, { folder: null }), { quiet: true });
    await app.listen(0, '127.0.0.1');
    address = await app.getUrl();
  });
  afterAll(() => app.close());

  it('is told over HTTP, ends in the same figures, and told again writes nothing', async () => {
    const stories = storyFiles().map(readStory);
    for (const story of stories) {
      const told = await tell(story, await HttpTeller.to(address));
      expect({ surprise: told.surprise, wrong: told.figures.filter(({ holds }) => !holds) }).toEqual({ surprise: null, wrong: [] });
    }
    const head = await app.get(Home).store.head();
    const { exit, out } = await run('scenario', 'run', ...storyFiles(), '--to', address);
    expect(out).toContain('0 refused as the story says');
    expect(exit).toBe(0);
    expect(await app.get(Home).store.head()).toBe(head);
  });
  it('is told with the token of a recorder, who gives the roles on behalf of the operator', async () => {
    const home = app.get(Home);
    const grant = { commandId: 'a3f1c0de-0000-4000-8000-00000000aaaa', subject: 'story-teller', role: 'recorder' };
    await home.door.ask('ledger', 'GrantRole', grant, { actorRef: 'operator', issuer: 'ledger', authnStrength: 'local' });
    const file = changed('elsewhere.yaml', 'tenant: gdansk', 'tenant: elsewhere');
    const { err, exit } = await run('scenario', 'run', file, '--to', address, '--token', await home.tokens.issue('story-teller'));
    expect(err).toBe('');
    expect(exit).toBe(0);
  });
});

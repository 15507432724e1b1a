import { Home, settingsFrom } from '@ledger/home';
import { HomeTeller, readStory, storyFiles, tell } from '@ledger/stories';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const inMemory = () => Home.open(settingsFrom({}, { folder: null }));

describe.each(storyFiles().map((file) => [basename(file, '.story.yaml'), file]))('%s', (_, file) => {
  const story = readStory(file);

  it('ends in its figures, and in those known at its marks, in memory', async () => {
    const home = await inMemory();
    const { figures, surprise } = await tell(story, new HomeTeller(home));
    expect(surprise).toBeNull();
    expect(figures.filter(({ holds }) => !holds)).toEqual([]);
    expect(figures).toHaveLength(story.expect.length);
    expect(home.log.deadLetters()).toEqual([]);
    await home.close();
  });

  it('ends in the same figures on SQLite, and told a second time writes nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'story-'));
    const home = await Home.open(settingsFrom({}, { folder }));
    const first = await tell(story, new HomeTeller(home));
    const head = await home.store.head();
    const second = await tell(story, new HomeTeller(home));
    expect(await home.store.head()).toBe(head);
    expect(first.holds).toBe(true);
    expect(second).toEqual({ ...first, refusedAsTold: 0 });
    await home.close();
    rmSync(folder, { recursive: true });
  });
});

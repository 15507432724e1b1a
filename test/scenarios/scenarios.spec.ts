import { catalogue } from '@ledger/catalogue';
import { know, type Known, type Position } from '@ledger/event-store';
import { Home, settingsFrom } from '@ledger/home';
import { HomeTeller, readStory, storyFiles, tell, tellDemonstration } from '@ledger/stories';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const inMemory = () => Home.open(settingsFrom({}, { folder: null }));
async function everything(home: Home): Promise<readonly Known[]> {
  const facts: Known[] = [];
  for (let after: Position | null = null; ;) {
    const { events, next } = await home.store.readAll(after);
    if (events.length === 0) return facts;
    facts.push(...events.map((stored) => know(catalogue, stored)));
    after = next;
  }
}
const DEMONSTRATION_MS_MAX = 5_000;

describe.each(storyFiles().map((file) => [basename(file, '.story.yaml'), file]))('%s', (_, file) => {
  const story = readStory(file);

  it('ends in its figures, and in those known at its marks, in memory', async () => {
    const home = await inMemory();
    const { figures, surprise } = await tell(story, new HomeTeller(home));
    expect(surprise).toBeNull();
    expect(figures.filter(({ holds }) => !holds)).toEqual([]);
    expect(figures).toHaveLength(story.expect.length);
    expect(await home.log.deadLetters()).toEqual([]);
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

  it('says of every dated fact what a source states and what is illustrative, and so does whatever follows from it', async () => {
    const home = await inMemory();
    await tell(story, new HomeTeller(home));
    const facts = await everything(home);
    const dated = facts.filter(({ type }) => !['LedgerOpened', 'RoleGranted'].includes(type));
    expect(dated.length).toBeGreaterThan(story.steps.length);
    const codes = ['as-published', 'partly-illustrative', 'illustrative'];
    expect(dated.filter(({ data: { reason } }) => !codes.includes(reason?.code ?? '')).map(({ type }) => type)).toEqual([]);
    await home.close();
  });
});

describe('the demonstration', () => {
  it('is told to an empty ledger in less than five seconds, whole, and to no other', async () => {
    const home = await inMemory();
    const started = performance.now();
    const outcomes = await tellDemonstration(home);
    expect(performance.now() - started).toBeLessThan(DEMONSTRATION_MS_MAX);
    expect(outcomes.map(({ holds }) => holds)).toEqual(storyFiles().map(() => true));
    expect(await tellDemonstration(home)).toEqual([]);
    await home.close();
  });
});

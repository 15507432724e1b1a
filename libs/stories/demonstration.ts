import type { Home } from '@ledger/home';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inWords } from './asked-of.js';
import { HomeTeller } from './home.teller.js';
import { readStory } from './read-story.js';
import { type Outcome, tell } from './tell.js';

/** Where the stories stand, beside the sources and beside the built program alike. */
export const STORIES = join(import.meta.dirname, '..', '..', 'test', 'scenarios');

/** Every story file, in the order of their names. */
export const storyFiles = (folder: string = STORIES): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.story.yaml'))
    .toSorted()
    .map((name) => join(folder, name));

/** Tells the demonstration stories to a ledger. @throws when one does not end in its figures: a demonstration must not mislead. */
export async function tellDemonstration(home: Home, files: readonly string[] = storyFiles()): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const file of files) {
    const outcome = await tell(readStory(file), new HomeTeller(home));
    const wrong = outcome.figures
      .filter(({ holds }) => !holds)
      .map(({ asked, found, says }) => `${says}: ${inWords(asked)}, found ${inWords(found)}`);
    if (!outcome.holds) throw new Error(`${file}: ${outcome.surprise?.words ?? wrong.join('; ')}`);
    outcomes.push(outcome);
  }
  return outcomes;
}

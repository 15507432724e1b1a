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

/** A ledger that was only begun holds these entries: it was opened, and the first operator was named. */
const ENTRIES_OF_AN_EMPTY_LEDGER = 2;

/**
 * Tells the demonstration stories to an empty ledger; one that holds anything else is left alone.
 * @throws when a story does not end in its figures: a demonstration must not mislead.
 */
export async function tellDemonstration(home: Home, files: readonly string[] = storyFiles()): Promise<readonly Outcome[]> {
  await home.settle();
  const outcomes: Outcome[] = [];
  if ((await home.views.completeTo()).entry >= ENTRIES_OF_AN_EMPTY_LEDGER) return outcomes;
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

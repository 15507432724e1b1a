import { policies } from '@ledger/policies';
import { isDeepStrictEqual } from 'node:util';
import { askedOf, evidenceOf, idOf, inWords } from './asked-of.js';
import { END, type Expectation, type Plain, type ReadStory } from './story.js';
import { RECORDER, STORY_TELLER, type Teller, type Told, wasRefused } from './teller.js';

export type Figure = Readonly<{ says: string; at: string; entry: number; inPence: boolean; asked: Plain; found: Plain; holds: boolean }>;
/** What came of a story: how much was told, where its marks stand, and each figure asked for beside the figure found. */
export type Outcome = Readonly<{
  story: string;
  title: string;
  tenant: string;
  asked: number;
  refusedAsTold: number;
  /** Where the ledger answered otherwise than the story says: the telling stops there. */
  surprise: Readonly<{ line: number; words: string }> | null;
  marks: Readonly<Record<string, number>>;
  figures: readonly Figure[];
  holds: boolean;
}>;

/** Facts that move something else: after them the teller waits until it was moved. */
const MOVES = new Set((policies as readonly { on: object }[]).flatMap(({ on }) => Object.keys(on)));

/** The elements of a list that have this value in this field, written `field=value`. */
const having = (list: readonly Plain[], wanted: string): readonly Plain[] => {
  const [field, ...value] = wanted.split('=');
  return list.filter((one) => inWords(at(one, field)) === value.join('='));
};

/**
 * Reads a value out of a view. The parts of a path, between dots: the name of a field; of a list, the number of an element,
 * `length`, `field=value` for the first element that has it, `where:field=value` for all that have it, `each:field` for what
 * they hold there as one list, `sum:field` for the sum.
 */
export function at(view: Plain, path?: string): Plain {
  return (path ?? '').split('.').reduce<Plain>((value, part) => {
    if (part === '') return value;
    if (value === null || typeof value !== 'object') return null;
    if (!Array.isArray(value)) return (value as Readonly<Record<string, Plain>>)[part] ?? null;
    const list = value as readonly Plain[];
    if (part === 'length') return list.length;
    const [, how, of] = /^(where|each|sum):(.+)$/.exec(part) ?? [];
    if (how === 'where') return having(list, of!);
    if (how === 'each') return list.flatMap((one) => at(one, of));
    if (how === 'sum') return list.reduce<number>((sum, one) => sum + Number(at(one, of)), 0);
    return (part.includes('=') ? having(list, part)[0] : list[Number(part)]) ?? null;
  }, view);
}

/** What a ledger says of a role that was given before, by this teller or another; and of the teller's own, which only somebody else can give. */
const GIVEN_BEFORE: readonly string[] = ['ROLE_ALREADY_HELD', 'COMMAND_ID_REUSED', 'NOBODY_GRANTS_TO_SELF'];
/** Gives everybody in the story the roles it says, and the story-teller the recorder's. */
async function grantRoles({ file, people, story }: ReadStory, teller: Teller): Promise<void> {
  const evidence = evidenceOf({ file, story });
  const wanted = [[STORY_TELLER, [RECORDER]] as const, ...Object.entries(people)];
  for (const [subject, roles] of wanted)
    for (const role of roles) {
      const told = await teller.grant(story.tenant, { commandId: idOf(story.tenant, 'role', subject, role), subject, role, evidence });
      if (wasRefused(told) && !GIVEN_BEFORE.includes(told.refused))
        throw new Error(`${subject} cannot be given the role ${role}: ${told.words}`);
    }
}

async function figureOf({ story }: ReadStory, wanted: Expectation, entry: number, teller: Teller): Promise<Figure> {
  const moment = { asKnown: entry, ...(wanted.asAt === undefined ? {} : { asAt: wanted.asAt }) };
  const found = at(await teller.query(story.tenant, wanted.query, wanted.params ?? {}, moment), wanted.path);
  const inPence = /pence$/i.test(wanted.path ?? '');
  return { says: wanted.says, at: wanted.at, entry, inPence, asked: wanted.is, found, holds: isDeepStrictEqual(found, wanted.is) };
}

/** How an answer differs from what the story says; undefined when it does not. */
function differs(told: Told, refused: string | undefined): string | undefined {
  if (wasRefused(told)) return told.refused === refused ? undefined : `was refused (${told.refused}): ${told.words}`;
  return refused === undefined ? undefined : `was accepted, and the story says that it is refused (${refused})`;
}

/** Tells a story from its first step to its last, then asks for every figure that it must end in. Told twice, it writes nothing. */
export async function tell(told: ReadStory, teller: Teller): Promise<Outcome> {
  const { story } = told;
  const marks = new Map<string, number>();
  const count = { asked: 0, refusedAsTold: 0 };
  let surprise: Outcome['surprise'] = null;
  // What was refused once may be allowed by what came later, so a story that is told again passes over its refusals.
  let isNews = true;
  await grantRoles(told, teller);

  for (let index = 0; index < told.steps.length && surprise === null; index += 1) {
    const { mark, refused } = told.steps[index]!;
    if (refused !== undefined && !isNews) continue;
    const refusedNext = told.steps[index + 1]?.refused !== undefined;
    const before = refusedNext && refused === undefined ? await teller.head() : null;
    // The rounds of one step do not wait for each other; the next step waits for what all of them moved.
    let moves = false;
    let last: string | null = null;
    for (const { body, step } of askedOf(told, index, marks)) {
      // A ledger that runs elsewhere may still be doing what an earlier step moved: it is given the time, once.
      const ask = () => teller.ask(story.tenant, step.do, body, step.as);
      let answer = await ask();
      if (refused === undefined && wasRefused(answer)) {
        await teller.settle();
        answer = await ask();
      }
      const words = differs(answer, refused);
      if (words !== undefined) {
        surprise = { line: told.file.stepLines[index]!, words: `Step ${index + 1}, ${step.do} as ${step.as}, ${words}` };
        break;
      }
      if (wasRefused(answer)) {
        count.refusedAsTold += 1;
        continue;
      }
      count.asked += 1;
      last = answer.position;
      moves ||= answer.types.some((type) => MOVES.has(type));
      if (mark !== undefined && answer.position !== null) marks.set(mark, await teller.entryOf(answer.position));
    }
    if (moves) await teller.settle();
    if (before !== null && last !== null) isNews = (await teller.entryOf(last)) > (await teller.entryOf(before));
  }

  await teller.settle();
  const newest = await teller.newestEntry();
  const figures: Figure[] = [];
  for (const wanted of surprise === null ? told.expect : [])
    figures.push(await figureOf(told, wanted, wanted.at === END ? newest : marks.get(wanted.at)!, teller));
  return {
    story: story.id,
    title: story.title,
    tenant: story.tenant,
    ...count,
    surprise,
    marks: Object.fromEntries(marks),
    figures,
    holds: surprise === null && figures.every(({ holds }) => holds),
  };
}

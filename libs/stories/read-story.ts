import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import schema from './story.schema.json' with { type: 'json' };
import { END, type ReadStory, type Story } from './story.js';

const PROBLEMS_MAX = 20;

/** A story file that cannot be told: every problem in words, with its line. */
export class StoryUnreadable extends Error {
  override readonly name = 'StoryUnreadable';
  constructor(
    readonly file: string,
    readonly problems: readonly Readonly<{ line: number; words: string }>[],
  ) {
    super(problems.map(({ line, words }) => `${file}, line ${line}: ${words}`).join('\n'));
  }
}

const conforms = new Ajv({ allErrors: true, allowUnionTypes: true }).compile<Story>(schema);

type Place = readonly (string | number)[];
type Lines = (place: Place) => number;

/** The line of a place in the document, or of the nearest place above it that is there. */
const linesOf =
  (document: Document.Parsed, counter: LineCounter): Lines =>
  (place) => {
    for (let upTo = place.length; upTo >= 0; upTo -= 1) {
      const above = document.getIn(place.slice(0, upTo - 1), true);
      const key = isMap(above)
        ? above.items.find((pair) => isNode(pair.key) && String(pair.key) === String(place[upTo - 1]))?.key
        : undefined;
      const node = upTo === 0 ? document.contents : (key ?? document.getIn(place.slice(0, upTo), true));
      if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
    }
    return 1;
  };

const placeOf = (pointer: string): Place =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
const named = (place: Place): string => (place.length === 0 ? 'The file' : `"${place.join('.')}"`);

function wordsFor({ instancePath, keyword, message, params }: ErrorObject): { place: Place; words: string } {
  const place = placeOf(instancePath);
  const given = params as Record<string, unknown>;
  if (keyword === 'additionalProperties') {
    const unknown = String(given['additionalProperty']);
    return { place: [...place, unknown], words: `${named(place)} has no field called "${unknown}"` };
  }
  if (keyword === 'required') return { place, words: `${named(place)} needs the field "${String(given['missingProperty'])}"` };
  if (keyword === 'pattern') return { place, words: `${named(place)} is not written as it must be (${String(given['pattern'])})` };
  return { place, words: `${named(place)} ${message ?? 'is not as it must be'}` };
}

/** What a schema cannot say: that the names used are names given. */
function namesUnknown({ expect, lists = {}, people, steps, story }: Story): { place: Place; words: string }[] {
  const sources = story.sources.map(({ id }) => id);
  const marks = new Set<string>();
  const wrong: { place: Place; words: string }[] = [];
  steps.forEach((step, index) => {
    const place = ['steps', index] as const;
    if (!(step.as in people)) wrong.push({ place: [...place, 'as'], words: `"${step.as}" is not among the people of this story` });
    if (step.source === undefined && step.illustrative !== true)
      wrong.push({ place, words: `Step ${index + 1} names no source, and does not say that it is illustrative` });
    if (step.source !== undefined && !sources.includes(step.source.from))
      wrong.push({ place: [...place, 'source'], words: `"${step.source.from}" is not among the sources of this story` });
    (step.for ?? []).forEach(({ each }, at) => {
      if (typeof each === 'string' && !(each in lists))
        wrong.push({ place: [...place, 'for', at, 'each'], words: `There is no list called "${each}"` });
    });
    for (const mark of JSON.stringify(step.with).matchAll(/\{\{mark:([^}]*)\}\}/g))
      if (!marks.has(mark[1]!)) wrong.push({ place: [...place, 'with'], words: `No earlier step is marked "${mark[1]}"` });
    if (step.mark === undefined) return;
    if (step.mark === END || marks.has(step.mark)) wrong.push({ place: [...place, 'mark'], words: `The mark "${step.mark}" is taken` });
    if (step.refused !== undefined)
      wrong.push({ place: [...place, 'mark'], words: 'A step that is refused writes no entry, so it marks none' });
    if (step.for !== undefined)
      wrong.push({ place: [...place, 'mark'], words: 'A step that is repeated writes many entries, so it marks none' });
    marks.add(step.mark);
  });
  expect.forEach(({ at }, index) => {
    if (at !== END && !marks.has(at)) wrong.push({ place: ['expect', index, 'at'], words: `No step is marked "${at}"` });
  });
  return wrong;
}

/** Reads a story's text. @throws StoryUnreadable with every problem, its line and words. */
export function storyFrom(name: string, bytes: Buffer): ReadStory {
  const counter = new LineCounter();
  const document = parseDocument(bytes.toString('utf8'), { lineCounter: counter, schema: 'core', uniqueKeys: true });
  if (document.errors.length > 0)
    throw new StoryUnreadable(
      name,
      document.errors
        .slice(0, PROBLEMS_MAX)
        .map(({ message, pos }) => ({ line: counter.linePos(pos[0]).line, words: message.split('\n')[0]! })),
    );
  const lineOf = linesOf(document, counter);
  const told: unknown = document.toJS();
  const problems = conforms(told) ? namesUnknown(told) : (conforms.errors ?? []).filter(({ keyword }) => keyword !== 'oneOf').map(wordsFor);
  if (problems.length > 0 || !conforms(told))
    throw new StoryUnreadable(
      name,
      problems
        .map(({ place, words }) => ({ line: lineOf(place), words }))
        .toSorted((a, b) => a.line - b.line)
        .slice(0, PROBLEMS_MAX),
    );
  return {
    ...told,
    file: {
      name,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      stepLines: told.steps.map((_, index) => lineOf(['steps', index])),
    },
  };
}

/** Reads a story file. @throws StoryUnreadable, also where there is no such file. */
export function readStory(path: string): ReadStory {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (failed) {
    throw new StoryUnreadable(path, [{ line: 1, words: `cannot be read (${(failed as Error).message})` }]);
  }
  return storyFrom(basename(path), bytes);
}

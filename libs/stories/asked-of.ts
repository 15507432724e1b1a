import { createHash } from 'node:crypto';
import type { Loop, Plain, ReadStory, Step } from './story.js';

/** A request as it goes to the ledger, with the step that it comes from. */
export type Asked = Readonly<{ step: Step; index: number; body: Readonly<Record<string, unknown>> }>;
type Names = Readonly<{ [name: string]: Plain }>;

/** A UUID (its version 4 form) from what caused it: the same story, step and repetition always give the same one. */
export function idOf(...causes: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(JSON.stringify(causes)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A value inside a sentence: text as it stands, anything else as JSON writes it. */
export const inWords = (value: Plain): string => (typeof value === 'string' ? value : JSON.stringify(value));

const PLACE = /\{\{([^}]+)\}\}/g;
const WHOLE = /^\{\{([^}]+)\}\}$/;

function valueOf(path: string, names: Names): Plain {
  const value = path
    .trim()
    .split('.')
    .reduce<Plain | undefined>((at, key) => (typeof at === 'object' && at !== null ? (at as Names)[key] : undefined), names);
  if (value === undefined) throw new Error(`Nothing in the story is called {{${path}}}`);
  return value;
}

/** Puts values in the place of {{names}}; a text that is one name alone takes the value as it is, numbers included. */
export function filled(value: Plain, names: Names): Plain {
  if (typeof value === 'string') {
    const whole = WHOLE.exec(value);
    return whole === null ? value.replaceAll(PLACE, (_, path: string) => inWords(valueOf(path, names))) : valueOf(whole[1]!, names);
  }
  if (Array.isArray(value)) return (value as readonly Plain[]).map((one) => filled(one, names));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value as Names).map(([key, one]) => [key, filled(one, names)]));
  return value;
}

function rounds(loops: readonly Loop[], lists: Readonly<Record<string, readonly Plain[]>>, names: Names = {}): readonly Names[] {
  const [first, ...inner] = loops;
  if (first === undefined) return [names];
  const { each, name, range } = first;
  const values =
    range === undefined
      ? typeof each === 'string'
        ? lists[each]!
        : (each ?? [])
      : Array.from({ length: range[1] - range[0] + 1 }, (_, index) => range[0] + index);
  return values.flatMap((value) => rounds(inner, lists, { ...names, [name]: value }));
}

/** Says what of a step a source states and what is made up, in the words that pages show. */
export function reasonOf({ story }: ReadStory, { illustrative, source }: Step): Readonly<{ code: string; text: string }> {
  if (source === undefined) return { code: 'illustrative', text: 'Illustrative: no source states this.' };
  const from = `From ${story.sources.find(({ id }) => id === source.from)!.title}, ${source.where}.`;
  if (illustrative === undefined) return { code: 'as-published', text: from };
  const parts = illustrative === true ? ['everything else'] : illustrative;
  return { code: 'partly-illustrative', text: `${from} Illustrative: ${parts.join('; ')}.` };
}

/** The story file itself is the evidence: its hash, its size, its title. */
export const evidenceOf = ({ file: { bytes, sha256 }, story: { id, title } }: Pick<ReadStory, 'file' | 'story'>) => [
  { sha256, bytes, mediaType: 'application/yaml', title: `Story ${id}: ${title}`.slice(0, 200) },
];

/** The requests of one step: one, or one for each round of its loops. `marks` holds the entries of the marks so far. */
export function askedOf(told: ReadStory, index: number, marks: ReadonlyMap<string, number>): readonly Asked[] {
  const step = told.steps[index]!;
  const noted: Names = Object.fromEntries([...marks].map(([name, entry]) => [`mark:${name}`, entry]));
  return rounds(step.for ?? [], told.lists ?? {}).map((round, repetition) => {
    const pseudonym = `p-${createHash('sha256')
      .update(JSON.stringify([told.story.id, 'pseudonym', index, repetition]))
      .digest('hex')
      .slice(0, 10)}`;
    const names = { ...round, ...noted, pseudonym };
    return {
      step,
      index,
      body: {
        ...(filled(step.with, names) as Names),
        commandId: idOf(told.story.id, index, repetition),
        effectiveAt: filled(step.effectiveAt, names),
        reason: reasonOf(told, step),
        evidence: evidenceOf(told),
        ...(step.decisionRef === undefined ? {} : { decisionRef: filled(step.decisionRef, names) }),
      },
    };
  });
}

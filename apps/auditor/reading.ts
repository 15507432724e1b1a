import { type Posting, postingsOf, sectionOf } from '@ledger/kernel';
import {
  type AboutBundle,
  BUNDLE,
  BUNDLE_AUDIENCES,
  BUNDLE_FORMAT,
  type Digest,
  digestFromHex,
  digestOf,
  type EntryDocument,
  Frontier,
  leafHash,
  type PartName,
  partTextHash,
  type ShownParts,
} from '@ledger/log';
import { type Bundle, canonicalFrom, digestsOf, fieldsOf, linesOf, Wrong } from './bundle.js';
import type { Rules } from './rules.js';

type Json = Readonly<Record<string, unknown>>;
/** One entry, read to its last byte, with what the bundle shows of it. */
export type ReadEntry = Readonly<{ entry: number; document: EntryDocument; leaf: Digest; shown: ShownParts['parts']; data: Json }>;

const ENTRY_FIELDS = ['format', 'parts', 'postings', 'recordedAt', 'revision', 'stream', 'type'];
const POSTING_FIELDS = ['account', 'amountPence', 'currency', 'effectiveOn'];
const ABOUT_FIELDS = ['audience', 'format', 'log', 'root', 'size'];
const HASH = /^[0-9a-f]{64}$/;
const SALT = /^[0-9a-f]{32}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const PARTS: readonly string[] = ['public', 'partners', 'tenant', 'sealed', 'personal', 'meta'];

export function aboutOf(bundle: Bundle): AboutBundle {
  const about = fieldsOf<AboutBundle>(canonicalFrom(bundle.text(BUNDLE.about), BUNDLE.about), ABOUT_FIELDS, BUNDLE.about);
  if ((about.format as string) !== BUNDLE_FORMAT) throw new Wrong(`${BUNDLE.about} is of another format than ${BUNDLE_FORMAT}`);
  if (!Object.hasOwn(BUNDLE_AUDIENCES, about.audience)) throw new Wrong(`${BUNDLE.about} names an audience that there is not`);
  if (!Number.isSafeInteger(about.size) || about.size < 1 || !HASH.test(about.root))
    throw new Wrong(`${BUNDLE.about} names no size and root`);
  return about;
}

/** The ids of people's keys that the operator says were held. */
export function keysOf(bundle: Bundle): ReadonlySet<string> {
  const named = canonicalFrom(bundle.text(BUNDLE.keys), BUNDLE.keys);
  if (
    !Array.isArray(named) ||
    !named.every((one) => typeof one === 'string') ||
    named.some((one, index) => index > 0 && named[index - 1]! >= one)
  )
    throw new Wrong(`${BUNDLE.keys} is not a list of key ids in their order`);
  return new Set(named);
}

function entryFrom(line: string, entry: number): EntryDocument {
  const what = `Entry ${entry}`;
  const document = fieldsOf<EntryDocument>(canonicalFrom(line, what, entry), ENTRY_FIELDS, what, entry);
  const no = (words: string): never => {
    throw new Wrong(`${what} ${words}`, entry);
  };
  const { format, parts, postings, recordedAt, revision, stream, type } = document;
  if ((format as string) !== 'ledger-entry/1') no('is of another format');
  if (typeof stream !== 'string' || typeof type !== 'string' || !Number.isSafeInteger(revision) || revision < 0)
    no('does not name its stream, revision and type');
  if (typeof recordedAt !== 'string' || !INSTANT.test(recordedAt)) no('does not say when it was recorded');
  if (typeof parts !== 'object' || !Object.entries(parts).every(([name, hash]) => PARTS.includes(name) && HASH.test(hash)))
    no('has a part that there is not');
  if (!Array.isArray(postings)) no('has no postings');
  for (const posting of postings) {
    const { account, amountPence, currency, effectiveOn } = fieldsOf<Posting>(
      posting,
      POSTING_FIELDS,
      `A posting of entry ${entry}`,
      entry,
    );
    if (!Number.isSafeInteger(amountPence) || [account, currency, effectiveOn].some((one) => typeof one !== 'string'))
      no('has a posting that is none');
  }
  return document;
}

/** Postings come to nil in each section of the books, each currency and each day. */
export function refuseUnbalanced({ postings }: EntryDocument, entry: number): void {
  const sums = new Map<string, number>();
  for (const { account, amountPence, currency, effectiveOn } of postings) {
    const section = `${sectionOf(account)} in ${currency} of ${effectiveOn}`;
    sums.set(section, (sums.get(section) ?? 0) + amountPence);
  }
  for (const [section, sum] of sums)
    if (sum !== 0) throw new Wrong(`The postings of entry ${entry} do not come to nil: ${section} is off by ${sum} pence`, entry);
}

/** What a bundle for this audience must show of an entry, and all that it may: sealed parts once they were opened. */
function refuseWrongParts({ parts }: EntryDocument, shown: ShownParts['parts'], { audience }: AboutBundle, entry: number): void {
  const wanted: readonly string[] = BUNDLE_AUDIENCES[audience];
  for (const name of Object.keys(shown)) {
    if (!(name in parts)) throw new Wrong(`Entry ${entry} is shown with a ${name} part that it does not have`, entry, 'parts');
    if (!wanted.includes(name) && !(name === 'sealed' && audience === 'auditor'))
      throw new Wrong(`Entry ${entry} shows its ${name} part, which a bundle for ${audience} may not`, entry, 'parts');
  }
  for (const name of Object.keys(parts))
    if (wanted.includes(name) && !(name in shown))
      throw new Wrong(`Entry ${entry} does not show its ${name} part, which a bundle for ${audience} must`, entry, 'parts');
}

function shownFrom(line: string, document: EntryDocument, about: AboutBundle, entry: number): ShownParts['parts'] {
  const what = `What is shown of entry ${entry}`;
  const read = fieldsOf<ShownParts>(canonicalFrom(line, what, entry), ['entry', 'parts'], what, entry);
  if (read.entry !== entry || typeof read.parts !== 'object') throw new Wrong(`${what} is of another entry`, entry);
  for (const [name, one] of Object.entries(read.parts)) {
    const { part, salt } = fieldsOf<{ part: unknown; salt: string }>(one, ['part', 'salt'], `The ${name} part of entry ${entry}`, entry);
    if (typeof salt !== 'string' || !SALT.test(salt)) throw new Wrong(`The ${name} part of entry ${entry} has no salt`, entry, 'parts');
    // Of text that was found canonical, each part is its own canonical text again.
    if (name in document.parts && partTextHash(salt, JSON.stringify(part)) !== document.parts[name as PartName])
      throw new Wrong(`The ${name} part of entry ${entry} is not the one that was logged`, entry, 'parts');
  }
  refuseWrongParts(document, read.parts, about, entry);
  return read.parts;
}

/** The postings that stand in the entry are those that the published rule gives for what is shown, where enough is shown. */
export function refuseOtherPostings({ data, document, entry }: ReadEntry, rules: Rules): 'checked' | 'not shown' {
  const rule = rules.factOf(document.type)?.postings;
  if (rule === undefined) throw new Wrong(`Entry ${entry} is a ${document.type}, which the catalogue in force does not have`, entry);
  let expected: readonly Posting[];
  try {
    expected = postingsOf(rule, data);
  } catch (failed) {
    if (Object.keys(document.parts).some((name) => !['meta', 'public'].includes(name))) return 'not shown';
    throw new Wrong(`The posting rule of ${document.type} cannot be applied to entry ${entry}: ${(failed as Error).message}`, entry);
  }
  const same = (one: Posting, other: Posting | undefined) =>
    one.account === other?.account &&
    one.amountPence === other.amountPence &&
    one.currency === other.currency &&
    one.effectiveOn === other.effectiveOn;
  if (expected.length !== document.postings.length || !expected.every((one, at) => same(one, document.postings[at])))
    throw new Wrong(`The postings of entry ${entry} are not those that the rule of ${document.type} gives`, entry);
  return 'checked';
}

/** Reads the bundle's entries in their order, each with what is shown of it. */
export function* entriesOf(bundle: Bundle, about: AboutBundle): Generator<ReadEntry> {
  bundle.size(BUNDLE.entries);
  bundle.size(BUNDLE.parts);
  const parts = linesOf(bundle.file(BUNDLE.parts), BUNDLE.parts);
  let entry = 0;
  for (const line of linesOf(bundle.file(BUNDLE.entries), BUNDLE.entries)) {
    if (entry >= about.size) throw new Wrong(`The bundle has more than the ${about.size} entries of its checkpoint`, entry);
    const document = entryFrom(line, entry);
    const beside = parts.next();
    if (beside.done === true) throw new Wrong(`Nothing says what is shown of entry ${entry}`, entry);
    const shown = shownFrom(beside.value, document, about, entry);
    const data = Object.assign({}, ...Object.entries(shown).map(([name, { part }]) => (name === 'meta' ? {} : part))) as Json;
    yield { entry, document, leaf: leafHash(line), shown, data };
    entry += 1;
  }
  if (entry < about.size) throw new Wrong(`The bundle ends before entry ${entry}; its checkpoint has ${about.size}`, entry);
  if (parts.next().done !== true) throw new Wrong(`${BUNDLE.parts} has more lines than there are entries`);
}

/** An entry and the digest named for it differ: whichever side the signed root belongs to is right, and the other is wrong. */
export function leafWrong(bundle: Bundle, { root }: AboutBundle, entry: number): Wrong {
  const named = new Frontier();
  for (const digest of digestsOf(bundle.file(BUNDLE.leaves))) named.push(digestOf(digest));
  return named.root() === digestFromHex(root)
    ? new Wrong(`Entry ${entry} is not the one that was signed`, entry)
    : new Wrong(`The digest that ${BUNDLE.leaves} names for entry ${entry} is not that entry’s`, entry);
}

import { isDay, isInstant } from '@ledger/kernel';
import { type AboutBundle, BUNDLE, NotProven } from '@ledger/log';
import { existsSync } from 'node:fs';
import { Bundle, Wrong } from './bundle.js';
import { NotUnderstood } from './not-understood.js';
import { aboutOf, entriesOf, type ReadEntry } from './reading.js';
import { Rules } from './rules.js';

const END_OF_TIME = '9999-12-31';

/** As known by an entry or an instant; as at a day. Both clocks, as everywhere in the ledger. */
export type Moment = Readonly<{
  knows: (read: Pick<ReadEntry, 'entry' | 'document'>) => boolean;
  asAt: string;
  /** No day was named: everything that the ledger knows, the future too. */
  isOpen: boolean;
  words: string;
}>;

export function momentFrom(asKnown: string | undefined, asAt: string | undefined): Moment {
  if (asAt !== undefined && !isDay(asAt)) throw new NotUnderstood(`--as-at is a day like 2019-03-31, and it is "${asAt}"`);
  const words = `as at ${asAt ?? 'whatever day'}, as known at ${asKnown ?? 'the end of the bundle'}`;
  const by = { asAt: asAt ?? END_OF_TIME, isOpen: asAt === undefined, words };
  if (asKnown === undefined) return { ...by, knows: () => true };
  if (/^\d{1,15}$/.test(asKnown)) return { ...by, knows: ({ entry }) => entry <= Number(asKnown) };
  const last = isDay(asKnown) ? `${asKnown}T23:59:59.999Z` : asKnown;
  if (!isInstant(last)) throw new NotUnderstood(`--as-known is an entry, a day or an instant, and it is "${asKnown}"`);
  return { ...by, knows: ({ document }) => document.recordedAt <= last };
}

type Each = (read: ReadEntry, rules: Rules) => void;
type Progress = (done: number, total: number) => void;
/** A fact that lacks what its declaration promises cannot be read; that is the bundle's fault, not this program's. */
function shaped({ document: { type }, entry }: ReadEntry, look: () => void): void {
  try {
    look();
  } catch (thrown) {
    if (thrown instanceof TypeError) throw new Wrong(`Entry ${entry} is not a ${type} as its declaration says (${thrown.message})`, entry);
    throw thrown;
  }
}
/** Opens a bundle for as many readings as an answer takes. What is read here is not proven: that is what verify is for. */
export async function withBundle<Result>(
  path: string,
  progress: Progress,
  use: (readAll: (each: Each) => void, about: AboutBundle, bundle: Bundle) => Result,
): Promise<Result> {
  if (!existsSync(path)) throw new NotUnderstood(`There is no bundle at ${path}`);
  let bundle: Bundle | undefined;
  try {
    const opened = (bundle = await Bundle.open(path));
    const about = aboutOf(opened);
    return use(
      (each) => {
        const rules = new Rules(opened);
        for (const read of entriesOf(opened, about)) {
          rules.follow(read);
          shaped(read, () => each(read, rules));
          if (read.entry % 1_000 === 0) progress(read.entry, about.size);
        }
        progress(about.size, about.size);
      },
      about,
      opened,
    );
  } catch (thrown) {
    if (thrown instanceof Wrong || thrown instanceof NotProven)
      throw new NotUnderstood(`${thrown.message}. Verify says more: auditor verify ${path} (${BUNDLE.about})`);
    throw thrown;
  } finally {
    bundle?.close();
  }
}
/** Reads every entry of a bundle once, in its order, beside the rules in force. */
export const readBundle = (path: string, each: Each, progress: Progress): Promise<AboutBundle> =>
  withBundle(path, progress, (readAll, about) => {
    readAll(each);
    return about;
  });

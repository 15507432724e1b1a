import { type AboutBundle, BUNDLE } from '@ledger/log';
import { existsSync } from 'node:fs';
import { Bundle, Wrong } from './bundle.js';
import { aboutOf, entriesOf, type ReadEntry } from './reading.js';
import { NotUnderstood } from './terminal.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const END_OF_TIME = '9999-12-31';

/** As known by an entry or an instant; as at a day. Both clocks, as everywhere in the ledger. */
export type Moment = Readonly<{ knows: (read: Pick<ReadEntry, 'entry' | 'document'>) => boolean; asAt: string; words: string }>;

export function momentFrom(asKnown: string | undefined, asAt: string | undefined): Moment {
  if (asAt !== undefined && !DAY.test(asAt)) throw new NotUnderstood(`--as-at is a day like 2019-03-31, and it is "${asAt}"`);
  const words = `as at ${asAt ?? 'whatever day'}, as known at ${asKnown ?? 'the end of the bundle'}`;
  const day = asAt ?? END_OF_TIME;
  if (asKnown === undefined) return { knows: () => true, asAt: day, words };
  if (/^\d{1,15}$/.test(asKnown)) return { knows: ({ entry }) => entry <= Number(asKnown), asAt: day, words };
  const last = DAY.test(asKnown) ? `${asKnown}T23:59:59.999Z` : asKnown;
  if (!INSTANT.test(last)) throw new NotUnderstood(`--as-known is an entry, a day or an instant, and it is "${asKnown}"`);
  return { knows: ({ document }) => document.recordedAt <= last, asAt: day, words };
}

/** Reads every entry of a bundle in its order. What is read here is not proven: that is what verify is for. */
export async function readBundle(
  path: string,
  each: (read: ReadEntry) => void,
  progress: (done: number, total: number) => void,
): Promise<AboutBundle> {
  if (!existsSync(path)) throw new NotUnderstood(`There is no bundle at ${path}`);
  let bundle: Bundle | undefined;
  try {
    bundle = await Bundle.open(path);
    const about = aboutOf(bundle);
    for (const read of entriesOf(bundle, about)) {
      each(read);
      if (read.entry % 5_000 === 0) progress(read.entry, about.size);
    }
    progress(about.size, about.size);
    return about;
  } catch (thrown) {
    if (thrown instanceof Wrong) throw new NotUnderstood(`${thrown.words}. Verify says more: auditor verify ${path} (${BUNDLE.about})`);
    throw thrown;
  } finally {
    bundle?.close();
  }
}

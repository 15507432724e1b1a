import {
  type Checkpoint,
  checkpointFrom,
  type FreshStart,
  type KeyChange,
  type Note,
  openRenewal,
  readNote,
  type Verified,
  verifiedLines,
  type Verifier,
} from '@ledger/log';
import { Wrong } from './bundle.js';
import type { ReadEntry } from './reading.js';

type Link = Readonly<{ previous: Verifier; next: Verifier; entry: number }>;
type Awaiting = Readonly<{ note: Note; checkpoint: Checkpoint; what: string }>;

/**
 * The keys of the log, as its record hands them on: each change is an entry that both keys have signed. The auditor trusts one of them,
 * and by these entries those before and after it. So a checkpoint's signature is judged when the record has been read.
 */
export class LogKeys {
  private readonly links: Link[] = [];
  private readonly awaiting: Awaiting[] = [];
  /** What was lost when the log began again after a restore: it stays a finding for ever. */
  readonly findings: { entry: number; words: string }[] = [];

  constructor(private readonly trusted: Verifier) {}

  /** Reads a checkpoint, with those of the witnesses who cosigned it. @throws NotProven when a key that is known already has not signed it */
  read(text: string, what: string, witnesses: readonly Verifier[]): Checkpoint & { cosigned: readonly Verified[] } {
    const note = readNote(text);
    const checkpoint = checkpointFrom(note.body);
    verifiedLines(note, [this.trusted]);
    this.awaiting.push({ note, checkpoint, what });
    return { ...checkpoint, cosigned: verifiedLines(note, witnesses) };
  }

  /** Takes a change of key from the record. @throws NotProven, Wrong */
  follow({ data, document: { type }, entry }: ReadEntry): undefined {
    if (type !== 'LogKeyRenewed' && type !== 'LogBegunAgain') return;
    const { newKey, note, origin, previousKey } = data as KeyChange & { note: string };
    const change = { origin, previousKey, newKey };
    if (type === 'LogKeyRenewed') {
      this.links.push({ ...openRenewal(note, change), entry });
      return;
    }
    const { lostCount, lostFrom, previousOrigin, previousRoot, previousSize } = data as FreshStart;
    this.links.push({ ...openRenewal(note, { ...change, previousOrigin, previousSize, previousRoot, lostFrom, lostCount }), entry });
    const lost = lostCount === 0 ? 'other entries than are here now' : `${lostCount} entries from ${lostFrom} on, which are lost`;
    this.findings.push({ entry, words: `The log began again after a restore: as ${previousOrigin} it had signed ${lost}` });
  }

  /** Judges every signature by the keys that are linked to the trusted one. @throws Wrong */
  judge(named: string): string {
    const known = new Map([[this.trusted.vkey, this.trusted]]);
    const reached = ({ next, previous }: Link) => known.has(next.vkey) || known.has(previous.vkey);
    for (let before = 0; before !== known.size;) {
      before = known.size;
      for (const link of this.links.filter(reached)) for (const one of [link.previous, link.next]) known.set(one.vkey, one);
    }
    if (!known.has(named)) throw new Wrong('The bundle names another key for the log than the policy');
    for (const { checkpoint, note, what } of this.awaiting) {
      const [signed] = verifiedLines(
        note,
        [...known.values()].filter(({ name }) => name === checkpoint.origin),
      );
      if (signed === undefined) throw new Wrong(`${what} is not signed by a key of this log`);
      const givenUp = this.links.find(({ previous }) => previous.vkey === signed.by.vkey);
      if (givenUp !== undefined && checkpoint.origin === givenUp.next.name && checkpoint.size > givenUp.entry)
        throw new Wrong(
          `${what}, of ${checkpoint.size} entries, is signed by a key that was given up at entry ${givenUp.entry}`,
          givenUp.entry,
        );
    }
    return [...known.values()].map(({ name }) => name).at(-1)!;
  }
}

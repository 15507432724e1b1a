import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NotProven, openReceipt, type SignedReceipt, type Verifier } from '@ledger/log';
import { Wrong } from './bundle.js';
import type { ReadEntry } from './reading.js';

type Kept = SignedReceipt & Readonly<{ file: string }>;

/** The receipts that somebody kept: each is the operator's signed promise that one event stands in the log. */
export class Promises {
  private readonly open = new Map<string, Kept[]>();

  /** Reads a folder of receipts, each of this log and under this key. @throws Wrong */
  constructor(folder: string, key: Verifier | null | undefined, origin: string) {
    if (key === null || key === undefined) throw new Wrong('Receipts were brought, and the policy names no key for them');
    for (const file of readdirSync(folder).sort()) {
      try {
        const receipt = openReceipt(readFileSync(join(folder, file), 'utf8'), key);
        if (receipt.origin !== origin) throw new Wrong(`It is of ${receipt.origin}`);
        const place = `${receipt.stream} ${receipt.revision}`;
        this.open.set(place, [...(this.open.get(place) ?? []), { ...receipt, file }]);
      } catch (thrown) {
        if (!(thrown instanceof Wrong) && !(thrown instanceof NotProven)) throw thrown;
        throw new Wrong(`The receipt ${file} is not one of this log: ${thrown.message}`);
      }
    }
  }

  /** Holds an entry against what was promised about it; answers the files whose promise it keeps. @throws Wrong */
  meet({ document, entry }: ReadEntry): readonly string[] {
    const place = `${document.stream} ${document.revision}`;
    const found = this.open.get(place) ?? [];
    this.open.delete(place);
    for (const { file, parts, recordedAt, type } of found)
      if (JSON.stringify([parts, type, recordedAt]) !== JSON.stringify([document.parts, document.type, document.recordedAt]))
        throw new Wrong(`The receipt ${file} promises another event than entry ${entry}`, entry);
    return found.map(({ file }) => file);
  }

  /** A promise whose entry is missing although the log goes on beyond the promised time convicts the operator. @throws Wrong */
  judge(until: string): string {
    const left = [...this.open.values()].flat();
    const broken = left.find(({ sealedBy }) => sealedBy < until);
    if (broken !== undefined)
      throw new Wrong(
        `The receipt ${broken.file} promised ${broken.stream}, revision ${broken.revision}, by ${broken.sealedBy}: it is not in the log`,
      );
    return left.length === 0 ? 'all of them' : `${left.length} are not due yet`;
  }
}

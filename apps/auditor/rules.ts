import { createHash } from 'node:crypto';
import type { PostingLeg } from '@ledger/kernel';
import { BUNDLE } from '@ledger/log';
import { type Bundle, canonicalFrom, Wrong } from './bundle.js';
import type { ReadEntry } from './reading.js';

/** A fact as the published catalogue declares it: what an auditor needs of it. */
export type PublishedFact = Readonly<{
  name: string;
  says: string;
  postings: readonly PostingLeg[];
  fields: Readonly<{ properties: Readonly<Record<string, Readonly<{ audience?: string }>>> }>;
}>;

/** The rules by which a ledger is checked: the catalogues whose hashes stand in its entries, each from its entry on. Never this program's own. */
export class Rules {
  private readonly catalogues: ReadonlyMap<string, ReadonlyMap<string, PublishedFact>>;
  private current: ReadonlyMap<string, PublishedFact> | null = null;

  constructor(bundle: Bundle) {
    this.catalogues = new Map(
      bundle.list(BUNDLE.catalogues).map((name) => {
        const text = bundle.text(`${BUNDLE.catalogues}/${name}`);
        const hash = createHash('sha256').update(text).digest('hex');
        if (name !== `${hash}.json`) throw new Wrong(`The catalogue ${name} has another hash than its name says`);
        const facts = canonicalFrom(text, `The catalogue ${name}`) as readonly PublishedFact[];
        return [hash, new Map(facts.map((fact) => [fact.name, fact]))];
      }),
    );
  }

  /** From this entry on, this catalogue is in force. */
  private adopt(hash: unknown, entry: number): void {
    const found = this.catalogues.get(String(hash));
    if (found === undefined) throw new Wrong(`The catalogue that entry ${entry} puts in force is not in the bundle`, entry);
    this.current = found;
  }
  /** Takes up the catalogue that an entry puts in force, if it does. */
  follow({ data, document: { type }, entry }: Pick<ReadEntry, 'data' | 'document' | 'entry'>): void {
    if (type === 'LedgerOpened' || type === 'CatalogueAdopted') this.adopt(data['catalogueHash'], entry);
  }
  /** The catalogue in force, by the name of each fact. */
  inForce(): ReadonlyMap<string, PublishedFact> {
    return this.current ?? new Map();
  }
  factOf(type: string): PublishedFact | undefined {
    return this.current?.get(type);
  }
}

import { canonicalText } from '@ledger/kernel';
import { ENVELOPE_FIELDS } from '@ledger/log';
import { Wrong } from './bundle.js';
import { lookUp, type Table, type Told, told } from './history.js';
import type { ReadEntry } from './reading.js';

/** What a fact says beside its envelope. */
const saidBy = ({ data }: Told): string =>
  canonicalText(Object.fromEntries(Object.entries(data).filter(([field]) => !ENVELOPE_FIELDS.includes(field))));
const rules = ({ data, tenant }: Told<'RuleSetAdopted' | 'RuleSetNoted'>) => `rules ${tenant}/${data.ruleSetId}, version ${data.version}`;
const mandate = ({ data, tenant }: Told<'MandateGranted' | 'MandateNoted'>) => `mandate ${tenant}/${data.mandateId}`;

/** A body decides by what it has noted, so that must be what was adopted: the same rules under the same hash, the same mandate. */
export class Adopted {
  private readonly adopted = new Map<string, string>();
  private noted = 0;

  private readonly on: Table<undefined> = {
    RuleSetAdopted: (one) => void this.adopted.set(rules(one), saidBy(one)),
    MandateGranted: (one) => void this.adopted.set(mandate(one), saidBy(one)),
    RuleSetNoted: (one) => this.judge(rules(one), one),
    MandateNoted: (one) => this.judge(mandate(one), one),
  };
  private judge(name: string, one: Told): undefined {
    this.noted += 1;
    if (this.adopted.get(name) !== saidBy(one)) throw new Wrong(`Entry ${one.entry} notes ${name}, which was not adopted so`, one.entry);
  }

  /** @throws Wrong */
  follow(read: ReadEntry): undefined {
    return Object.hasOwn(this.on, read.document.type) ? lookUp(this.on, told(read)) : undefined;
  }
  words = (): string => `${this.noted} noted`;
}

import { Logger } from '@nestjs/common';

/** What went wrong in the machinery, how often, and whether it still stands in the way. */
export type Fault = Readonly<{ where: string; words: string; times: number; standing: boolean }>;
const KEPT_MAX = 20;

const PASSING: readonly string[] = ['LedgerBusy', 'StoreUnavailable', 'StillBusy', 'DatabaseUnavailable'];
/** Not the rules' answer and not a mistake: the very same will pass later, so nothing may be skipped over it. */
export const mayPass = (thrown: unknown): boolean => PASSING.includes((thrown as Error).name);

/** The faults of one consumer of the store. Nothing is swallowed: each is counted, shown on the status page, and logged once. */
export class Faults {
  private readonly seen = new Map<string, number>();
  private standing: string | null = null;
  /** How often anything went wrong since the start, also what is no longer listed. */
  times = 0;

  constructor(readonly where: string) {}

  note(thrown: unknown): void {
    const { message, name } = thrown as Error;
    const words = `${name}: ${message}`;
    this.times += 1;
    if (!this.seen.has(words)) new Logger(this.where).error(words);
    this.seen.set(words, (this.seen.get(words) ?? 0) + 1);
    if (this.seen.size > KEPT_MAX) this.seen.delete(this.seen.keys().next().value!);
    this.standing = words;
  }
  /** It went well this time: what stood in the way is history. */
  passed(): void {
    this.standing = null;
  }
  get isStanding(): boolean {
    return this.standing !== null;
  }
  list(): readonly Fault[] {
    return [...this.seen].map(([words, times]) => ({ where: this.where, words, times, standing: words === this.standing }));
  }
}

/**
 * When the store took an event: the server's own time, but never earlier than the event before it, even if the server's clock was set back
 * or another node leads. A fold over all events in order; only those whose time had to be lifted are remembered.
 */
export class RecordedTimes {
  private upTo = -1n;
  private latest = '';
  private readonly lifted = new Map<bigint, string>();

  /** How far the fold has come; null before the first event. */
  get reached(): bigint | null {
    return this.upTo < 0n ? null : this.upTo;
  }

  /** The time of the next event. Events come in order, none left out; one that was folded before has the time it had. */
  fold(position: bigint, created: string): string {
    if (position <= this.upTo) return this.lifted.get(position) ?? created;
    this.upTo = position;
    if (created >= this.latest) this.latest = created;
    else this.lifted.set(position, this.latest);
    return this.latest;
  }

  /** The time of an event that was met out of order, in its stream: exact where the fold has been, else not before the latest known. */
  of(position: bigint, created: string): string {
    if (position <= this.upTo) return this.lifted.get(position) ?? created;
    return created > this.latest ? created : this.latest;
  }
}

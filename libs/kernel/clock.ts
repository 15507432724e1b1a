/** The only clock. Doors and stores are given one; rules never see it. */
export interface Clock {
  now(): string;
}
export const systemClock: Clock = { now: () => new Date().toISOString() };

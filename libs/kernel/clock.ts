/** The only clock. Doors and stores are given one; rules never see it. */
export interface Clock {
  now(): string;
}
export const systemClock: Clock = { now: () => new Date().toISOString() };
/** The instant so many seconds after another. */
export const laterBy = (instant: string, seconds: number): string => new Date(Date.parse(instant) + seconds * 1000).toISOString();
/** The same instant as JavaScript's own kind, for packages that ask for one. */
export const dateOf = (instant: string): Date => new Date(Date.parse(instant));

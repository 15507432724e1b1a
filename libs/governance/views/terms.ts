import type { Reading, Stamp } from '@ledger/views';
import { type SeatChangeRow, seatChanges } from './body.projection.js';
import { type RoleChangeRow, roleChanges } from './power.projection.js';

/** A seat taken, and given up: who sat, by pseudonym, from when until when. */
export type SeatRow = Stamp &
  Readonly<{
    tenantId: string;
    bodyId: string;
    subjectRef: string;
    seatClass: string;
    route: string;
    termUntil: string | null;
    vacatedOn: string | null;
    vacatedEntry: number | null;
    why: string | null;
  }>;
/** A role held, and taken back. */
export type RoleRow = Stamp &
  Readonly<{ tenantId: string; subject: string; role: string; grantedBy: string; revokedOn: string | null; revokedEntry: number | null }>;

const byDay = (a: Stamp, b: Stamp): number => a.effectiveOn.localeCompare(b.effectiveOn) || a.entry - b.entry;

/** Pairs each beginning with the end that followed it, by the days on which they were true. An end that began nowhere says nothing. */
function terms<Row extends Stamp>(changes: readonly Row[], holder: (row: Row) => string, begins: (row: Row) => boolean) {
  const done: { from: Row; until: Row | null }[] = [];
  const running = new Map<string, { from: Row; until: Row | null }>();
  for (const change of changes.toSorted(byDay)) {
    const key = holder(change);
    if (begins(change)) {
      const term = { from: change, until: null };
      running.set(key, term);
      done.push(term);
    } else {
      const term = running.get(key);
      if (term !== undefined) term.until = change;
      running.delete(key);
    }
  }
  return done;
}

/** Every term in a seat that had begun by the reading's day; one that ends later has no end yet. */
export const seatsOf = async (read: Reading, where: Partial<SeatChangeRow> = {}): Promise<readonly SeatRow[]> =>
  terms(
    await read.rows(seatChanges, where),
    ({ bodyId, subjectRef }) => `${bodyId} ${subjectRef}`,
    ({ change }) => change === 'filled',
  ).map(({ from: { change: _, route, ...from }, until }) => ({
    ...from,
    route: route ?? '',
    vacatedOn: until?.effectiveOn ?? null,
    vacatedEntry: until?.entry ?? null,
    why: until?.why ?? null,
  }));

/** Every role that had been given by the reading's day. */
export const rolesOf = async (read: Reading, where: Partial<RoleChangeRow> = {}): Promise<readonly RoleRow[]> =>
  terms(
    await read.rows(roleChanges, where),
    ({ role, subject }) => `${subject} ${role}`,
    ({ change }) => change === 'granted',
  ).map(({ from: { change: _, grantedBy, ...from }, until }) => ({
    ...from,
    grantedBy: grantedBy ?? '',
    revokedOn: until?.effectiveOn ?? null,
    revokedEntry: until?.entry ?? null,
  }));

import type { LedgerQuery, Reading, NoParams } from '@ledger/views';
import { bodies, type BodyRow } from './body.projection.js';
import { type OrganisationRow, organisations } from './organisation.projection.js';
import { mandates, type MandateRow, ruleSets, type RuleSetRow, weighed } from './power.projection.js';
import { type RoleRow, rolesOf, type SeatRow, seatsOf } from './terms.js';

export type SeatsOfClass = Readonly<{ seatClass: string; seats: number; filled: number; vacant: number }>;
export type BodySummary = BodyRow & Readonly<{ seats: readonly SeatsOfClass[]; seatsInAll: number; filled: number }>;
export type MandateView = MandateRow & Readonly<{ usedPence: number; leftPence: number; inForce: boolean }>;
export type RuleSetView = RuleSetRow & Readonly<{ inForce: boolean }>;
export type BodyView = BodySummary &
  Readonly<{ members: readonly SeatRow[]; ruleSets: readonly RuleSetView[]; mandates: readonly MandateView[] }>;

const sits = ({ vacatedOn }: SeatRow) => vacatedOn === null;

function summaryOf(body: BodyRow, members: readonly SeatRow[]): BodySummary {
  const classes = body.composition.map(({ seatClass, seats: number }) => {
    const filled = members.filter((seat) => seat.seatClass === seatClass).length;
    return { seatClass, seats: number, filled, vacant: number - filled };
  });
  return { ...body, seats: classes, seatsInAll: classes.reduce((sum, one) => sum + one.seats, 0), filled: members.length };
}

/** The version in force on the reading's day: of those that have begun, the one that began last. */
const rulesOf = async (read: Reading, bodyId: string): Promise<readonly RuleSetView[]> => {
  const versions = await read.rows(ruleSets, { bodyId });
  const begun = versions.filter(({ effectiveFrom }) => effectiveFrom <= read.asAt);
  const current = begun.toSorted((a, b) => b.effectiveFrom.localeCompare(a.effectiveFrom) || b.version - a.version)[0];
  return versions.map((one) => ({ ...one, inForce: one === current })).toSorted((a, b) => b.version - a.version);
};

export const mandatesOf = async (read: Reading, bodyId: string): Promise<readonly MandateView[]> => {
  const uses = await read.rows(weighed, { bodyId });
  return (await read.rows(mandates, { bodyId })).map((mandate) => {
    const usedPence = uses.filter(({ mandateId }) => mandateId === mandate.mandateId).reduce((sum, one) => sum + one.usedPence, 0);
    const inForce = mandate.from <= read.asAt && (mandate.until === null || read.asAt <= mandate.until);
    return { ...mandate, usedPence, leftPence: mandate.ceilingPence - usedPence, inForce };
  });
};

export const organisationsQuery: LedgerQuery<NoParams, readonly OrganisationRow[]> = {
  name: 'organisations',
  says: 'Every organisation in these books',
  params: [],
  answer: (read) => read.rows(organisations),
};
export const organisationQuery: LedgerQuery<{ organisationId: string }, OrganisationRow> = {
  name: 'organisation',
  says: 'One organisation, under its official name',
  params: ['organisationId'],
  answer: (read, { organisationId }) => read.row(organisations, { organisationId }),
};
export const bodiesQuery: LedgerQuery<NoParams, readonly BodySummary[]> = {
  name: 'bodies',
  says: 'Every body that decides, with its seats by class',
  params: [],
  answer: async (read) => {
    const members = Map.groupBy((await seatsOf(read)).filter(sits), ({ bodyId }) => bodyId);
    return (await read.rows(bodies)).map((body) => summaryOf(body, members.get(body.bodyId) ?? []));
  },
};
export const bodyQuery: LedgerQuery<{ bodyId: string }, BodyView> = {
  name: 'body',
  says: 'One body: who sits, under which rules and mandates it decides',
  params: ['bodyId'],
  answer: async (read, { bodyId }) => {
    const body = await read.row(bodies, { bodyId });
    if (body === undefined) return undefined;
    const members = (await seatsOf(read, { bodyId })).filter(sits);
    return { ...summaryOf(body, members), members, ruleSets: await rulesOf(read, bodyId), mandates: await mandatesOf(read, bodyId) };
  },
};
export const rolesQuery: LedgerQuery<NoParams, readonly (RoleRow & { held: boolean })[]> = {
  name: 'roles',
  says: 'Who held which role, who gave it, and until when',
  params: [],
  answer: async (read) => (await rolesOf(read)).map((row) => ({ ...row, held: row.revokedOn === null })),
};

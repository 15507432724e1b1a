import { json, type Projection, put, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
import type { GovernanceEvent } from '../events/index.js';

type SeatClass = Readonly<{ seatClass: string; seats: number }>;
export type BodyRow = Stamp &
  Readonly<{ tenantId: string; bodyId: string; name: string; bodyType: string; area: string; composition: readonly SeatClass[] }>;
export const bodies: Projection<BodyRow, GovernanceEvent> = {
  name: 'bodies',
  version: 1,
  key: ['tenantId', 'bodyId'],
  columns: { tenantId: text, bodyId: text, name: text, bodyType: text, area: text, composition: json, ...stampColumns },
  on: {
    BodyConstituted: (event) => {
      const { area, bodyId, bodyType, composition, name, tenantId } = event.data;
      return [put<BodyRow>({ tenantId, bodyId, name, bodyType, area, composition, ...stampOf(event) })];
    },
  },
};

/** Every taking and giving up of a seat, each a row of its own: a person may leave and come back, and both terms are told. */
export type SeatChangeRow = Stamp &
  Readonly<{
    tenantId: string;
    bodyId: string;
    subjectRef: string;
    seatClass: string;
    change: 'filled' | 'vacated';
    route: string | null;
    termUntil: string | null;
    why: string | null;
  }>;
export const seatChanges: Projection<SeatChangeRow, GovernanceEvent> = {
  name: 'seat_changes',
  version: 1,
  key: ['tenantId', 'bodyId', 'subjectRef', 'entry'],
  columns: {
    tenantId: text,
    bodyId: text,
    subjectRef: text,
    seatClass: text,
    change: text,
    route: text,
    termUntil: text,
    why: text,
    ...stampColumns,
  },
  on: {
    SeatFilled: (event) => {
      const { bodyId, route, seatClass, subjectRef, tenantId, termUntil = null } = event.data;
      const change = { change: 'filled', route, termUntil, why: null } as const;
      return [put<SeatChangeRow>({ tenantId, bodyId, subjectRef, seatClass, ...change, ...stampOf(event) })];
    },
    SeatVacated: (event) => {
      const { bodyId, seatClass, subjectRef, tenantId, why } = event.data;
      const change = { change: 'vacated', route: null, termUntil: null, why } as const;
      return [put<SeatChangeRow>({ tenantId, bodyId, subjectRef, seatClass, ...change, ...stampOf(event) })];
    },
  },
};

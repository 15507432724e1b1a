import { alter, integer, json, type Projection, put, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
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
export const seats: Projection<SeatRow, GovernanceEvent> = {
  name: 'seats',
  version: 1,
  key: ['tenantId', 'bodyId', 'subjectRef'],
  columns: {
    tenantId: text,
    bodyId: text,
    subjectRef: text,
    seatClass: text,
    route: text,
    termUntil: text,
    vacatedOn: text,
    vacatedEntry: integer,
    why: text,
    ...stampColumns,
  },
  on: {
    SeatFilled: (event) => {
      const { bodyId, route, seatClass, subjectRef, tenantId, termUntil } = event.data;
      return [
        put<SeatRow>({
          tenantId,
          bodyId,
          subjectRef,
          seatClass,
          route,
          termUntil: termUntil ?? null,
          vacatedOn: null,
          vacatedEntry: null,
          why: null,
          ...stampOf(event),
        }),
      ];
    },
    SeatVacated: (event) => {
      const { bodyId, subjectRef, tenantId, why } = event.data;
      const { effectiveOn, entry } = stampOf(event);
      return [alter<SeatRow>({ tenantId, bodyId, subjectRef }, (seat) => ({ ...seat, vacatedOn: effectiveOn, vacatedEntry: entry, why }))];
    },
  },
};

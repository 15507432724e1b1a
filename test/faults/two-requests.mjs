import { randomUUID } from 'node:crypto';

/** Two requests on one fund: money comes in, and authority over most of it goes to a body, which a policy carries on to the body's envelope. */
export function twoRequests(fundId) {
  const lotId = `lot-${randomUUID()}`;
  const body = { fundId, bodyId: `body-${randomUUID()}`, period: '2026-27', title: 'A share', lots: [{ lotId, amountPence: 700 }] };
  return [
    { type: 'RecordReceipt', body: { commandId: randomUUID(), fundId, lotId, kind: 'income', amountPence: 1_000, source: 'levy' } },
    { type: 'GiveAuthority', body: { commandId: randomUUID(), ...body } },
  ];
}

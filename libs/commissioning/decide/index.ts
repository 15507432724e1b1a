import { type Desk, desk } from '@ledger/event-store';
import { CloseOpportunity, OpenOpportunity, SubmitBid } from './exercise.commands.js';
import { exercise } from './exercise.decider.js';

export * from './exercise.commands.js';
export { exercise };
export const commissioningDesk: readonly Desk[] = desk(
  'commissioning',
  exercise,
  ...([OpenOpportunity, SubmitBid, CloseOpportunity] as const),
);

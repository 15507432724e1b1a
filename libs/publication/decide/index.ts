import { type Desk, desk } from '@ledger/event-store';
import { RecordClaim } from './claim.commands.js';
import { claim } from './claim.decider.js';

export * from './claim.commands.js';
export { claim };
export const publicationDesk: readonly Desk[] = desk('publication', claim, RecordClaim);

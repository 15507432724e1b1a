import { type Desk, desk } from '@ledger/event-store';
import { AcceptAward, OfferAward, SignAgreement } from './award.commands.js';
import { award } from './award.decider.js';

export * from './award.commands.js';
export { award };
export const grantDesk: readonly Desk[] = desk('grants', award, ...([OfferAward, AcceptAward, SignAgreement] as const));

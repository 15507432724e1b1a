import { type Desk, desk } from '@ledger/event-store';
import { AcceptAward, OfferAward, SignAgreement } from './award.commands.js';
import { award } from './award.decider.js';
import { ImportAward } from './import-award.command.js';
import { importedAward } from './import-award.decider.js';

export * from './award.commands.js';
export * from './import-award.command.js';
export { award, importedAward };
export const grantDesk: readonly Desk[] = [
  ...desk('grants', award, ...([OfferAward, AcceptAward, SignAgreement] as const)),
  ...desk('grants', importedAward, ImportAward),
];

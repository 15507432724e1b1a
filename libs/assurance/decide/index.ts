import { type Desk, desk } from '@ledger/event-store';
import { AdoptCatalogue, BeginLogAgain, CommitSampling, RenewLogKey, SealLog } from './assurance.commands.js';
import { catalogueAdoption, logKey, logSeal, sampling } from './assurance.deciders.js';

export * from './assurance.commands.js';
export * from './assurance.deciders.js';

export const assuranceDesk: readonly Desk[] = [
  ...desk('assurance', logSeal, SealLog),
  ...desk('assurance', catalogueAdoption, AdoptCatalogue),
  ...desk('assurance', sampling, CommitSampling),
  ...desk('assurance', logKey, RenewLogKey, BeginLogAgain),
];

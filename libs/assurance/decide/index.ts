import { type Desk, desk } from '@ledger/event-store';
import { AdoptCatalogue, CommitSampling, SealLog } from './assurance.commands.js';
import { catalogueAdoption, logSeal, sampling } from './assurance.deciders.js';

export * from './assurance.commands.js';
export * from './assurance.deciders.js';

export const assuranceDesk: readonly Desk[] = [
  ...desk('assurance', logSeal, SealLog),
  ...desk('assurance', catalogueAdoption, AdoptCatalogue),
  ...desk('assurance', sampling, CommitSampling),
];

import { type Decider, type FactOf, type Refuse, sayNo } from '@ledger/kernel';
import type { CatalogueAdopted, LogBegunAgain, LogKeyRenewed, LogSealed, SamplingCommitted } from '../events/index.js';
import type { AdoptCatalogue, BeginLogAgain, CommitSampling, RenewLogKey, SealLog } from './assurance.commands.js';

export type AssuranceRefusal =
  'ANOTHER_SEAL_CAME_FIRST' | 'SEAL_MUST_GROW' | 'CATALOGUE_ALREADY_ADOPTED' | 'SAMPLING_ALREADY_COMMITTED' | 'ANOTHER_KEY_IN_FORCE';
const refuse: Refuse<AssuranceRefusal> = sayNo;

export type Sealed = Readonly<{ size: number; root: string }>;
/** The seals of the log. A sealer names the seal it knows as the last, so two sealers at once never both seal. */
export const logSeal: Decider<Sealed, SealLog, FactOf<typeof LogSealed>> = {
  category: 'checkpoint',
  stream: () => 'log',
  initial: { size: 0, root: '' },
  decide: {
    SealLog({ previousSize, root, size }, last) {
      if (previousSize !== last.size)
        refuse('ANOTHER_SEAL_CAME_FIRST', `The last seal has ${last.size} entries, and this sealer knows of ${previousSize}`, {
          size: last.size,
        });
      if (size <= last.size) refuse('SEAL_MUST_GROW', `${last.size} entries are sealed already`, { size: last.size });
      return [{ type: 'LogSealed', data: { size, root } }];
    },
  },
  evolve: { LogSealed: (_, { data: { root, size } }) => ({ size, root }) },
};

type Adopted = Readonly<{ hash: string | null }>;
export const catalogueAdoption: Decider<Adopted, AdoptCatalogue, FactOf<typeof CatalogueAdopted>> = {
  category: 'catalogue',
  stream: () => 'facts',
  initial: { hash: null },
  decide: {
    AdoptCatalogue({ catalogueHash, previousHash }, { hash }) {
      if ((hash ?? previousHash) === catalogueHash) refuse('CATALOGUE_ALREADY_ADOPTED', 'The ledger is checked by this catalogue already');
      return [{ type: 'CatalogueAdopted', data: { catalogueHash, previousHash: hash ?? previousHash } }];
    },
  },
  evolve: { CatalogueAdopted: (_, { data: { catalogueHash } }) => ({ hash: catalogueHash }) },
};

/** A plan is committed to once: who could commit to two would show the one whose sample is the better. */
export const sampling: Decider<Readonly<{ committed: boolean }>, CommitSampling, FactOf<typeof SamplingCommitted>> = {
  category: 'sampling',
  stream: ({ samplingId }) => samplingId,
  initial: { committed: false },
  decide: {
    CommitSampling({ commitment, samplingId }, { committed }) {
      if (committed) refuse('SAMPLING_ALREADY_COMMITTED', `Sampling ${samplingId} is committed to a plan already`);
      return [{ type: 'SamplingCommitted', data: { samplingId, commitment } }];
    },
  },
  evolve: { SamplingCommitted: () => ({ committed: true }) },
};

type KeyInForce = Readonly<{ key: string | null }>;
const follows = ({ previousKey }: Readonly<{ previousKey: string }>, { key }: KeyInForce): void => {
  if (key !== null && key !== previousKey)
    refuse('ANOTHER_KEY_IN_FORCE', 'The log is signed by another key than the one that this change follows', { key });
};
/** The keys of the log, each following the one before. */
export const logKey: Decider<KeyInForce, RenewLogKey | BeginLogAgain, FactOf<typeof LogKeyRenewed> | FactOf<typeof LogBegunAgain>> = {
  category: 'logkey',
  stream: () => 'log',
  initial: { key: null },
  decide: {
    RenewLogKey(change, state) {
      follows(change, state);
      const { newKey, note, origin, previousKey } = change;
      return [{ type: 'LogKeyRenewed', data: { origin, previousKey, newKey, note } }];
    },
    BeginLogAgain(start, state) {
      follows(start, state);
      const { lostCount, lostFrom, newKey, note, origin, previousKey, previousOrigin, previousRoot, previousSize } = start;
      const data = { origin, previousKey, newKey, note, previousOrigin, previousSize, previousRoot, lostFrom, lostCount };
      return [{ type: 'LogBegunAgain', data }];
    },
  },
  evolve: {
    LogKeyRenewed: (_, { data: { newKey } }) => ({ key: newKey }),
    LogBegunAgain: (_, { data: { newKey } }) => ({ key: newKey }),
  },
};

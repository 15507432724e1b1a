import { count, fact, type FactOf, hash, published, slug } from '@ledger/kernel';

/** So many entries, under this root: what the signed checkpoint of the public log says too. It stands in the record, so that a second sealer meets it. */
export const LogSealed = fact('LogSealed', {
  says: 'The first so many entries were sealed under one root hash; a signed checkpoint says the same to the world.',
  fields: { size: count, root: hash },
  example: { size: 1024, root: 'ef'.repeat(32) },
});
/** From this entry on, facts are written and checked by another catalogue. */
export const CatalogueAdopted = fact('CatalogueAdopted', {
  says: 'The catalogue of facts changed: from here on the ledger is checked by the rules with this hash.',
  fields: { catalogueHash: hash, previousHash: hash },
  example: { catalogueHash: 'cd'.repeat(32), previousHash: 'ab'.repeat(32) },
});

/** An auditor will draw a sample, and has fixed how; the plan and its nonce are shown only once the sample is drawn. */
export const SamplingCommitted = fact('SamplingCommitted', {
  says: 'An auditor committed to a plan for a sample, before anybody could know what it will draw.',
  fields: { samplingId: slug, commitment: hash },
  example: { samplingId: 'payments-2018-19', commitment: 'ab'.repeat(32) },
});

const LOG_NAME_MAX = 200;
const KEY_MAX = 400;
const NOTE_MAX = 2_000;
const change = { origin: published(LOG_NAME_MAX), previousKey: published(KEY_MAX), newKey: published(KEY_MAX), note: published(NOTE_MAX) };
const changed = {
  origin: 'council.example/ledger',
  previousKey: 'council.example/ledger+1a2b3c4d+AbCd',
  newKey: 'council.example/ledger+5e6f7a8b+EfGh',
  note: 'The change, signed by both keys',
};
/** Checkpoints of more entries than this are signed by the new key alone. `note` holds the same words, signed by both keys. */
export const LogKeyRenewed = fact('LogKeyRenewed', {
  says: 'The log is signed by another key from here on; both keys have signed the change.',
  fields: change,
  example: changed,
});
/** A finding for ever: a store was restored that lacks entries which had been signed. `lostCount` entries are gone from `lostFrom` on. */
export const LogBegunAgain = fact('LogBegunAgain', {
  says: 'After a restore the log goes on under another name: entries that were signed before are lost.',
  fields: {
    ...change,
    previousOrigin: published(LOG_NAME_MAX),
    previousSize: count,
    previousRoot: hash,
    lostFrom: count,
    lostCount: count,
  },
  example: {
    ...changed,
    origin: 'council.example/ledger-2',
    previousOrigin: 'council.example/ledger',
    previousSize: 1024,
    previousRoot: 'ef'.repeat(32),
    lostFrom: 1000,
    lostCount: 24,
  },
});

export const assuranceFacts = [LogSealed, CatalogueAdopted, SamplingCommitted, LogKeyRenewed, LogBegunAgain] as const;
export type AssuranceEvent = { [K in keyof typeof assuranceFacts]: FactOf<(typeof assuranceFacts)[K]> }[number];

import { count, fact, type FactOf, hash, slug } from '@ledger/kernel';

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

export const assuranceFacts = [LogSealed, CatalogueAdopted, SamplingCommitted] as const;
export type AssuranceEvent = { [K in keyof typeof assuranceFacts]: FactOf<(typeof assuranceFacts)[K]> }[number];

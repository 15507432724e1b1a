import { createHash } from 'node:crypto';
import { assuranceFacts } from '@ledger/assurance/events';
import { commissioningFacts } from '@ledger/commissioning/events';
import { deliberationFacts } from '@ledger/deliberation/events';
import type { Catalogue } from '@ledger/event-store';
import { envelopeFacts, fundFacts, fundUpcasters } from '@ledger/funds/events';
import { governanceFacts } from '@ledger/governance/events';
import { grantFacts } from '@ledger/grants/events';
import { canonicalText, type FactDeclaration } from '@ledger/kernel';
import { publicationFacts } from '@ledger/publication/events';
import { subjectFacts } from '@ledger/subjects/events';

/** Every context and its facts, in the order in which the catalogue prints them. */
export const contexts: Readonly<Record<string, readonly FactDeclaration[]>> = {
  governance: governanceFacts,
  deliberation: deliberationFacts,
  commissioning: commissioningFacts,
  funds: [...fundFacts, ...envelopeFacts],
  grants: grantFacts,
  publication: publicationFacts,
  subjects: subjectFacts,
  assurance: assuranceFacts,
};
const facts = new Map(Object.values(contexts).flatMap((declared) => declared.map((one) => [one.name, one] as const)));

/** All declarations as one canonical text: what an auditor takes home, and checks the ledger by. */
export const catalogueText = canonicalText(
  [...facts.values()].map(({ fields, key, name, opens, postings, says, version }) => ({
    name,
    version,
    says,
    fields: JSON.parse(JSON.stringify(fields)) as object,
    postings,
    ...(opens === undefined ? {} : { opens }),
    ...(key === undefined ? {} : { key }),
  })),
);
/** Its hash: `LedgerOpened` keeps it, so that the rules an auditor checks by are in the record themselves. */
const hash = createHash('sha256').update(catalogueText).digest('hex');

export const catalogue: Catalogue = { facts, upcasters: new Map(Object.entries(fundUpcasters)), hash };

import type { BodySummary, OrganisationRow } from '@ledger/governance/views';
import { idWords } from './figures.js';

/** What things are called: the name that was recorded, or the id as words where none was. */
export type Names = Readonly<{
  organisation: (id: string) => string;
  body: (id: string) => string;
  fund: (id: string) => string;
  decision: (id: string) => string;
  /** The place whose books these are: the organisation of that name, else its one council. */
  place: (tenant: string) => string;
  /** Whatever it is: an organisation, else a body, else words. */
  any: (id: string) => string;
}>;

type Titled = Readonly<{ fundId: string; title: string }>;
type Decided = Readonly<{ decisionId: string; title: string }>;

export function namesFrom(
  organisations: readonly Pick<OrganisationRow, 'organisationId' | 'name' | 'kind'>[],
  bodies: readonly Pick<BodySummary, 'bodyId' | 'name'>[],
  funds: readonly Titled[],
  decisions: readonly Decided[],
): Names {
  const organisationNames = new Map(organisations.map(({ name, organisationId }) => [organisationId, name]));
  const bodyNames = new Map(bodies.map(({ bodyId, name }) => [bodyId, name]));
  const fundNames = new Map(funds.map(({ fundId, title }) => [fundId, title]));
  const decisionTitles = new Map(decisions.map(({ decisionId, title }) => [decisionId, title]));
  const councils = organisations.filter(({ kind }) => kind === 'council');
  return {
    place: (tenant) => organisationNames.get(tenant) ?? (councils.length === 1 ? councils[0]!.name : idWords(tenant)),
    organisation: (id) => organisationNames.get(id) ?? idWords(id),
    body: (id) => bodyNames.get(id) ?? idWords(id),
    fund: (id) => fundNames.get(id) ?? idWords(id),
    decision: (id) => decisionTitles.get(id) ?? idWords(id),
    any: (id) => organisationNames.get(id) ?? bodyNames.get(id) ?? fundNames.get(id) ?? decisionTitles.get(id) ?? idWords(id),
  };
}

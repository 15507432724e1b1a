import { type Decider, type FactOf, type Refuse, sayNo } from '@ledger/kernel';
import type { LedgerOpened, MandateGranted, OrganisationRegistered, RoleGranted, RoleRevoked, RuleSetAdopted } from '../events/index.js';
import type { AdoptRuleSet, GrantMandate, OpenLedger, RegisterOrganisation, RoleCommand } from './governance.commands.js';

export const SMALL_REFUSALS = [
  'LEDGER_ALREADY_OPEN',
  'ORGANISATION_ALREADY_REGISTERED',
  'NOBODY_GRANTS_TO_SELF',
  'ROLE_ALREADY_HELD',
  'ROLE_NOT_HELD',
  'VERSION_ALREADY_ADOPTED',
  'MANDATE_ALREADY_GRANTED',
  'MANDATE_ENDS_BEFORE_IT_BEGINS',
  'THRESHOLD_ABOVE_ALL',
] as const;
export type SmallRefusal = (typeof SMALL_REFUSALS)[number];
const refuse: Refuse<SmallRefusal> = sayNo;

type Once = Readonly<{ done: boolean }>;
const NOT_YET: Once = { done: false };
const done = (): Once => ({ done: true });

export const ledgerOpening: Decider<Once, OpenLedger, FactOf<typeof LedgerOpened>> = {
  category: 'ledger',
  stream: () => 'ledger',
  initial: NOT_YET,
  decide: {
    OpenLedger({ catalogueHash }, state) {
      if (state.done) refuse('LEDGER_ALREADY_OPEN', 'This ledger was opened before');
      return [{ type: 'LedgerOpened', data: { catalogueHash } }];
    },
  },
  evolve: { LedgerOpened: done },
};

export const organisation: Decider<Once, RegisterOrganisation, FactOf<typeof OrganisationRegistered>> = {
  category: 'org',
  stream: ({ organisationId }) => organisationId,
  initial: NOT_YET,
  decide: {
    RegisterOrganisation({ identifiers, kind, name, organisationId }, state) {
      if (state.done) refuse('ORGANISATION_ALREADY_REGISTERED', `Organisation ${organisationId} is registered already`);
      return [
        {
          type: 'OrganisationRegistered',
          data: { organisationId, name, kind, identifiers: identifiers.map(({ scheme, value }) => ({ scheme, value })) },
        },
      ];
    },
  },
  evolve: { OrganisationRegistered: done },
};

type Roles = Readonly<{ held: readonly string[] }>;
/** The roles of one subject. They are folded at the door, from these facts and nothing else. */
export const roleGrant: Decider<Roles, RoleCommand, FactOf<typeof RoleGranted> | FactOf<typeof RoleRevoked>> = {
  category: 'rolegrant',
  stream: ({ subject }) => subject,
  initial: { held: [] },
  decide: {
    GrantRole({ role, subject }, { held }, { by, onBehalfOf }) {
      if (subject === by || subject === onBehalfOf) refuse('NOBODY_GRANTS_TO_SELF', 'Nobody may grant a role to themselves');
      if (held.includes(role)) refuse('ROLE_ALREADY_HELD', `${subject} holds the role ${role} already`);
      return [{ type: 'RoleGranted', data: { subject, role, grantedBy: onBehalfOf } }];
    },
    RevokeRole({ role, subject }, { held }) {
      if (!held.includes(role)) refuse('ROLE_NOT_HELD', `${subject} does not hold the role ${role}`);
      return [{ type: 'RoleRevoked', data: { subject, role } }];
    },
  },
  evolve: {
    RoleGranted: ({ held }, { data: { role } }) => ({ held: [...held, role] }),
    RoleRevoked: ({ held }, { data: { role } }) => ({ held: held.filter((one) => one !== role) }),
  },
};

type Adopted = Readonly<{ versions: readonly number[] }>;
export const ruleSet: Decider<Adopted, AdoptRuleSet, FactOf<typeof RuleSetAdopted>> = {
  category: 'ruleset',
  stream: ({ ruleSetId }) => ruleSetId,
  initial: { versions: [] },
  decide: {
    AdoptRuleSet(command, { versions }) {
      const {
        bodyId,
        callInDays,
        denominator,
        effectiveFrom,
        hash,
        quorum,
        ruleSetId,
        thresholdDenominator,
        thresholdNumerator,
        tieBreak,
        version,
      } = command;
      if (versions.includes(version))
        refuse('VERSION_ALREADY_ADOPTED', `Version ${version} was adopted before; an adopted text never changes`);
      if (thresholdNumerator > thresholdDenominator) refuse('THRESHOLD_ABOVE_ALL', 'The threshold asks for more than everybody');
      return [
        {
          type: 'RuleSetAdopted',
          data: {
            ruleSetId,
            version,
            bodyId,
            hash,
            effectiveFrom,
            quorum,
            thresholdNumerator,
            thresholdDenominator,
            denominator,
            callInDays,
            tieBreak,
          },
        },
      ];
    },
  },
  evolve: { RuleSetAdopted: ({ versions }, { data: { version } }) => ({ versions: [...versions, version] }) },
};

export const mandate: Decider<Once, GrantMandate, FactOf<typeof MandateGranted>> = {
  category: 'mandate',
  stream: ({ mandateId }) => mandateId,
  initial: NOT_YET,
  decide: {
    GrantMandate({ bindingMode, bodyId, ceilingPence, currency, from, grantedBy, mandateId, purposes, scope, until }, state) {
      if (state.done) refuse('MANDATE_ALREADY_GRANTED', `Mandate ${mandateId} was granted before`);
      if (until !== undefined && until < from)
        refuse('MANDATE_ENDS_BEFORE_IT_BEGINS', `The mandate would end on ${until} and begin on ${from}`);
      return [
        {
          type: 'MandateGranted',
          data: {
            mandateId,
            bodyId,
            grantedBy,
            scope,
            purposes,
            bindingMode,
            ceilingPence,
            currency,
            from,
            ...(until === undefined ? {} : { until }),
          },
        },
      ];
    },
  },
  evolve: { MandateGranted: done },
};

import { showsEverything, specify } from '@ledger/kernel/testing';
import { AdoptRuleSet, GrantMandate, GrantRole, OpenLedger, RegisterOrganisation, RevokeRole } from './governance.commands.js';
import { ledgerOpening, mandate, organisation, roleGrant, ruleSet, SMALL_REFUSALS } from './small.deciders.js';

const specs = {
  ledger: specify(ledgerOpening),
  organisation: specify(organisation),
  role: specify(roleGrant),
  rules: specify(ruleSet),
  mandate: specify(mandate),
};

describe('OpenLedger', () => {
  const { given } = specs.ledger;
  const catalogueHash = 'ab'.repeat(32);
  const opened = { type: 'LedgerOpened', data: { catalogueHash } } as const;
  it('begins a ledger under the hash of its facts', () => given().when(OpenLedger.of({ catalogueHash })).then(opened));
  it('refuses to begin it again', () => given(opened).when(OpenLedger.of({ catalogueHash })).refuses('LEDGER_ALREADY_OPEN'));
});

describe('RegisterOrganisation', () => {
  const { given } = specs.organisation;
  const data = {
    organisationId: 'council',
    name: 'The Council',
    kind: 'council' as const,
    identifiers: [{ scheme: 'gb-la', value: 'BDG' }],
  };
  const registered = { type: 'OrganisationRegistered', data } as const;
  it('registers an organisation under its official name', () => given().when(RegisterOrganisation.of(data)).then(registered));
  it('refuses to register it twice', () =>
    given(registered).when(RegisterOrganisation.of(data)).refuses('ORGANISATION_ALREADY_REGISTERED'));
});

describe('GrantRole and RevokeRole', () => {
  const { given } = specs.role;
  const clerk = { subject: 'ann', role: 'clerk' };
  const granted = { type: 'RoleGranted', data: { ...clerk, grantedBy: 'operator' } } as const;
  const revoked = { type: 'RoleRevoked', data: clerk } as const;
  it('gives a role, and says who gave it', () => given().when(GrantRole.of(clerk), { by: 'operator' }).then(granted));
  it('names whoever answers for it when a recorder writes it down', () =>
    given().when(GrantRole.of(clerk), { by: 'archivist', onBehalfOf: 'operator' }).then(granted));
  it('refuses to give it to oneself, by one’s own hand or another’s', () => {
    given().when(GrantRole.of(clerk), { by: 'ann' }).refuses('NOBODY_GRANTS_TO_SELF');
    given().when(GrantRole.of(clerk), { by: 'archivist', onBehalfOf: 'ann' }).refuses('NOBODY_GRANTS_TO_SELF');
    given().when(GrantRole.of(clerk), { by: 'ann', onBehalfOf: 'operator' }).refuses('NOBODY_GRANTS_TO_SELF');
  });
  it('refuses to give it twice', () => given(granted).when(GrantRole.of(clerk)).refuses('ROLE_ALREADY_HELD'));
  it('gives it again after it was taken back', () => given(granted, revoked).when(GrantRole.of(clerk), { by: 'operator' }).then(granted));
  it('takes a role back', () => given(granted).when(RevokeRole.of(clerk)).then(revoked));
  it('refuses to take back what is not held', () => {
    given().when(RevokeRole.of(clerk)).refuses('ROLE_NOT_HELD');
    given(granted, revoked).when(RevokeRole.of(clerk)).refuses('ROLE_NOT_HELD');
  });
});

describe('AdoptRuleSet', () => {
  const { given } = specs.rules;
  const data = {
    ruleSetId: 'rules',
    version: 1,
    bodyId: 'panel',
    hash: 'cd'.repeat(32),
    effectiveFrom: '2018-02-27',
    quorum: 11,
    thresholdNumerator: 1,
    thresholdDenominator: 2,
    denominator: 'votes_cast' as const,
    callInDays: 5,
    tieBreak: 'lost' as const,
  };
  const adopted = { type: 'RuleSetAdopted', data } as const;
  it('adopts rules, also a threshold of everybody', () => {
    given().when(AdoptRuleSet.of(data)).then(adopted);
    given()
      .when(AdoptRuleSet.of({ ...data, thresholdNumerator: 2 }))
      .thenTypes('RuleSetAdopted');
  });
  it('adopts a next version', () =>
    given(adopted)
      .when(AdoptRuleSet.of({ ...data, version: 2 }))
      .thenTypes('RuleSetAdopted'));
  it('refuses another text for a version that was adopted', () =>
    given(adopted)
      .when(AdoptRuleSet.of({ ...data, quorum: 1 }))
      .refuses('VERSION_ALREADY_ADOPTED'));
  it('refuses a threshold above everybody', () =>
    given()
      .when(AdoptRuleSet.of({ ...data, thresholdNumerator: 3 }))
      .refuses('THRESHOLD_ABOVE_ALL'));
});

describe('GrantMandate', () => {
  const { given } = specs.mandate;
  const data = {
    mandateId: 'mandate',
    bodyId: 'panel',
    grantedBy: 'council',
    scope: 'Which groups are funded',
    purposes: ['area'],
    bindingMode: 'binding' as const,
    ceilingPence: 32_700_000,
    currency: 'GBP',
    from: '2018-02-27',
  };
  const granted = { type: 'MandateGranted', data } as const;
  it('gives a body the power to decide, for good or until a day', () => {
    given().when(GrantMandate.of(data)).then(granted);
    given()
      .when(GrantMandate.of({ ...data, until: '2018-02-27' }))
      .then({ type: 'MandateGranted', data: { ...data, until: '2018-02-27' } });
  });
  it('refuses one that ends a day before it begins', () =>
    given()
      .when(GrantMandate.of({ ...data, until: '2018-02-26' }))
      .refuses('MANDATE_ENDS_BEFORE_IT_BEGINS'));
  it('refuses to grant it twice', () => given(granted).when(GrantMandate.of(data)).refuses('MANDATE_ALREADY_GRANTED'));
});

showsEverything(SMALL_REFUSALS, ...Object.values(specs));

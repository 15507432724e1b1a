import { type Desk, desk } from '@ledger/event-store';
import { body } from './body.decider.js';
import * as asked from './governance.commands.js';
import { ledgerOpening, mandate, organisation, roleGrant, ruleSet } from './small.deciders.js';

export * from './governance.commands.js';
export { body, ledgerOpening, mandate, organisation, roleGrant, ruleSet };

export const governanceDesk: readonly Desk[] = [
  ...desk('governance', ledgerOpening, asked.OpenLedger),
  ...desk('governance', organisation, asked.RegisterOrganisation),
  ...desk('governance', roleGrant, ...([asked.GrantRole, asked.RevokeRole] as const)),
  ...desk('governance', ruleSet, asked.AdoptRuleSet),
  ...desk('governance', mandate, asked.GrantMandate),
  ...desk(
    'governance',
    body,
    ...([asked.ConstituteBody, asked.FillSeat, asked.VacateSeat, asked.NoteRuleSet, asked.NoteMandate, asked.WeighDecision] as const),
  ),
];

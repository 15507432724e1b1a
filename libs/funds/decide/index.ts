import { type Desk, desk } from '@ledger/event-store';
import * as envelopes from './envelope.commands.js';
import { envelope } from './envelope.decider.js';
import * as funds from './fund.commands.js';
import { fund } from './fund.decider.js';

export * from './envelope.commands.js';
export * from './fund.commands.js';
export { envelope, ENVELOPE_REFUSALS } from './envelope.decider.js';
export { fund, FUND_REFUSALS } from './fund.decider.js';

export const fundDesk: readonly Desk[] = [
  ...desk(
    'funds',
    fund,
    ...([funds.OpenFund, funds.ForecastIncome, funds.RecordReceipt, funds.SplitReceipt, funds.GiveAuthority] as const),
  ),
  ...desk(
    'funds',
    envelope,
    ...([
      envelopes.ApproveEnvelope,
      envelopes.Allocate,
      envelopes.Vire,
      envelopes.NoteDecision,
      envelopes.NoteConfirmation,
      envelopes.NoteRescission,
      envelopes.ConfirmCommitment,
      envelopes.ReleaseCommitment,
      envelopes.PostAccrual,
      envelopes.ReverseAccrual,
      envelopes.PostPayment,
    ] as const),
  ),
];

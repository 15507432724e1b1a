import { type Desk, desk } from '@ledger/event-store';
import * as asked from './deliberation.commands.js';
import { assembly, decision, obligation, sortition } from './deliberation.deciders.js';

export * from './deliberation.commands.js';
export { assembly, decision, obligation, sortition };

export const deliberationDesk: readonly Desk[] = [
  ...desk('deliberation', sortition, ...([asked.DefineSortition, asked.IssueInvitations, asked.SealPool, asked.RecordDraw] as const)),
  ...desk('deliberation', assembly, ...([asked.ConveneAssembly, asked.PublishInformationPack, asked.RecordVote] as const)),
  ...desk(
    'deliberation',
    decision,
    ...([asked.RecordDecision, asked.NoteBeyondMandate, asked.ConfirmDecision, asked.RescindDecision] as const),
  ),
  ...desk(
    'deliberation',
    obligation,
    ...([asked.CreateObligation, asked.ReportProgress, asked.DischargeObligation, asked.ReleaseObligation] as const),
  ),
];

import { Currency, Hash, Id, Instant, LedgerCommand, MayBeAskedBy, Pence, Words } from '@ledger/event-store';
import { Equals } from 'class-validator';

/** Please open a round for bids. */
@MayBeAskedBy('commissioner', 'clerk')
export class OpenOpportunity extends LedgerCommand {
  @Equals('OpenOpportunity') readonly type = 'OpenOpportunity';
  @Id() readonly exerciseId!: string;
  @Words(200) readonly title!: string;
  @Id() readonly bodyId!: string;
  @Id() readonly fundId!: string;
  @Id() readonly period!: string;
  @Id() readonly lineId!: string;
  @Instant({ example: '2018-05-18T17:00:00.000Z' }) readonly deadline!: string;
}
/** Please take a bid. What it asks for stays sealed until the round closes. */
@MayBeAskedBy('bidder', 'clerk')
export class SubmitBid extends LedgerCommand {
  @Equals('SubmitBid') readonly type = 'SubmitBid';
  @Id() readonly exerciseId!: string;
  @Id() readonly bidId!: string;
  @Id() readonly bidderId!: string;
  @Words(200) readonly project!: string;
  @Pence() readonly amountPence!: number;
  @Currency() readonly currency!: string;
  @Hash() readonly contentCommitment!: string;
}
/** Please close the round and open its bids. */
@MayBeAskedBy('commissioner', 'clerk')
export class CloseOpportunity extends LedgerCommand {
  @Equals('CloseOpportunity') readonly type = 'CloseOpportunity';
  @Id() readonly exerciseId!: string;
}
export type ExerciseCommand = OpenOpportunity | SubmitBid | CloseOpportunity;

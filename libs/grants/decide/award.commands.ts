import { Currency, Hash, Id, LedgerCommand, MayBeAskedBy, Pence } from '@ledger/event-store';
import { Equals } from 'class-validator';

/** Please offer what a confirmed decision gives. Asked by a policy. */
@MayBeAskedBy('policy')
export class OfferAward extends LedgerCommand {
  @Equals('OfferAward') readonly type = 'OfferAward';
  @Id() readonly awardId!: string;
  @Id() readonly fundId!: string;
  @Id() readonly bodyId!: string;
  @Id() readonly period!: string;
  @Id() readonly lineId!: string;
  @Id() readonly recipientId!: string;
  @Id() readonly purpose!: string;
  @Pence() readonly amountPence!: number;
  @Currency() readonly currency!: string;
  @Id() readonly decisionId!: string;
}
@MayBeAskedBy('clerk', 'bidder')
export class AcceptAward extends LedgerCommand {
  @Equals('AcceptAward') readonly type = 'AcceptAward';
  @Id() readonly awardId!: string;
}
@MayBeAskedBy('clerk', 'commissioner')
export class SignAgreement extends LedgerCommand {
  @Equals('SignAgreement') readonly type = 'SignAgreement';
  @Id() readonly awardId!: string;
  @Hash() readonly agreementHash!: string;
}
export type AwardCommand = OfferAward | AcceptAward | SignAgreement;

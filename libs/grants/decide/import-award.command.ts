import { Currency, Day, Hash, Id, LedgerCommand, MayBeAskedBy, OneOf, Pence, Whole, Words } from '@ledger/event-store';
import { Equals } from 'class-validator';

/** Please record an award of the past, as a published file states it. Its `effectiveAt` is on the day of the award, its evidence is the file. */
@MayBeAskedBy('importer', 'finance-officer')
export class ImportAward extends LedgerCommand {
  @Equals('ImportAward') readonly type = 'ImportAward';
  @Id({ example: 'a-1' }) readonly awardId!: string;
  @Id({ example: 'past' }) readonly fundId!: string;
  @OneOf(['organisation', 'individual']) readonly recipientKind!: 'organisation' | 'individual';
  @Words(200, { optional: true, example: '360G-example-1' }) readonly grantId?: string;
  @Words(1000, { optional: true }) readonly title?: string;
  @Words(4000, { optional: true }) readonly description?: string;
  @Words(300, { optional: true }) readonly programme?: string;
  @Id({ example: 'gb-chc-1000000' }) readonly funderId!: string;
  @Words(200, { example: 'GB-CHC-1000000' }) readonly funderRef!: string;
  @Words(300) readonly funderName!: string;
  @Id({ example: 'gb-coh-00000001' }) readonly recipientId!: string;
  @Words(200, { optional: true, example: 'GB-COH-00000001' }) readonly recipientRef?: string;
  @Words(300, { optional: true }) readonly recipientName?: string;
  /** In the currency's hundredths. Publishers do publish awards of nothing. */
  @Pence({ nought: true }) readonly amountPence!: number;
  @Currency() readonly currency!: string;
  @Day() readonly awardedOn!: string;
  @Hash() readonly fileSha256!: string;
  @Whole(1, 10_000_000) readonly fileRow!: number;
}

import { Hash, Id, LedgerCommand, MayBeAskedBy, OneOf, Words } from '@ledger/event-store';
import { Equals } from 'class-validator';
import { CLAIM_STANDINGS } from '../events/index.js';

/** Please note a published figure, as it was printed and with its source. */
@MayBeAskedBy('clerk', 'auditor')
export class RecordClaim extends LedgerCommand {
  @Equals('RecordClaim') readonly type = 'RecordClaim';
  @Id() readonly claimId!: string;
  @Words(2000) readonly statement!: string;
  /** As it was printed, sign and rounding included: "over £1m" is not a number. */
  @Words(200) readonly value!: string;
  @Words(200) readonly unit!: string;
  @Words(200) readonly sourceRef!: string;
  @Words(200) readonly page!: string;
  @Hash() readonly evidenceSha256!: string;
  @OneOf(CLAIM_STANDINGS) readonly status!: (typeof CLAIM_STANDINGS)[number];
}

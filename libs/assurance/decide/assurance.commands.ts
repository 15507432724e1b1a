import { Hash, Id, LedgerCommand, MayBeAskedBy, Whole } from '@ledger/event-store';
import { Equals } from 'class-validator';

/** Please seal the first so many entries. Only the ledger's own sealer asks. */
@MayBeAskedBy('policy')
export class SealLog extends LedgerCommand {
  @Equals('SealLog') readonly type = 'SealLog';
  @Whole(1, Number.MAX_SAFE_INTEGER) readonly size!: number;
  @Hash() readonly root!: string;
  /** The size of the seal that the sealer knows as the last one. */
  @Whole(0, Number.MAX_SAFE_INTEGER) readonly previousSize!: number;
}
/** Please note that the program now writes by another catalogue of facts. Only the ledger itself asks, when it opens. */
@MayBeAskedBy('policy')
export class AdoptCatalogue extends LedgerCommand {
  @Equals('AdoptCatalogue') readonly type = 'AdoptCatalogue';
  @Hash() readonly catalogueHash!: string;
  @Hash() readonly previousHash!: string;
}
/** Please keep an auditor's commitment to a plan for a sample. The plan itself stays with the auditor until the sample is drawn. */
@MayBeAskedBy('auditor')
export class CommitSampling extends LedgerCommand {
  @Equals('CommitSampling') readonly type = 'CommitSampling';
  @Id({ example: 'payments-2018-19' }) readonly samplingId!: string;
  /** SHA-256 over the canonical text of the plan, which holds 32 random bytes. */
  @Hash() readonly commitment!: string;
}

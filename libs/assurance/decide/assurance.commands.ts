import { Hash, Id, LedgerCommand, MayBeAskedBy, Whole, Words } from '@ledger/event-store';
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
/** Please note that the log is signed by another key now. Only the ledger's own sealer asks, with what both keys have signed. */
@MayBeAskedBy('policy')
export class RenewLogKey extends LedgerCommand {
  @Equals('RenewLogKey') readonly type = 'RenewLogKey';
  @Words(200) readonly origin!: string;
  @Words(400) readonly previousKey!: string;
  @Words(400) readonly newKey!: string;
  @Words(2_000) readonly note!: string;
}
/** Please note that the log begins again under another name, after a store was restored that lacks signed entries. */
@MayBeAskedBy('policy')
export class BeginLogAgain extends LedgerCommand {
  @Equals('BeginLogAgain') readonly type = 'BeginLogAgain';
  @Words(200) readonly origin!: string;
  @Words(400) readonly previousKey!: string;
  @Words(400) readonly newKey!: string;
  @Words(2_000) readonly note!: string;
  @Words(200) readonly previousOrigin!: string;
  @Whole(0, Number.MAX_SAFE_INTEGER) readonly previousSize!: number;
  @Hash() readonly previousRoot!: string;
  /** The first entry that is gone, and how many are. */
  @Whole(0, Number.MAX_SAFE_INTEGER) readonly lostFrom!: number;
  @Whole(0, Number.MAX_SAFE_INTEGER) readonly lostCount!: number;
}

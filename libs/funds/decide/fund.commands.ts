import { Currency, Id, Ids, LedgerCommand, MayBeAskedBy, OneOf, Pence, Several, Whole, Words } from '@ledger/event-store';
import { Equals } from 'class-validator';
import { FUND_CLASSES } from '../events/index.js';

/** Please open a fund. */
@MayBeAskedBy('finance-officer')
export class OpenFund extends LedgerCommand {
  @Equals('OpenFund') readonly type = 'OpenFund';
  @Id() readonly fundId!: string;
  @Words(200) readonly title!: string;
  @OneOf(FUND_CLASSES) readonly class!: (typeof FUND_CLASSES)[number];
  @Words(2000) readonly purpose!: string;
  @Ids(1, 20) readonly purposes!: string[];
  @Currency() readonly currency!: string;
  @Id() readonly holder!: string;
}

/** Please remember what income is expected. It will never be money by that alone. */
@MayBeAskedBy('finance-officer')
export class ForecastIncome extends LedgerCommand {
  @Equals('ForecastIncome') readonly type = 'ForecastIncome';
  @Id() readonly fundId!: string;
  @Pence({ nought: true }) readonly lowPence!: number;
  @Pence() readonly highPence!: number;
  @Id() readonly period!: string;
}

/** Please record money received. */
@MayBeAskedBy('finance-officer')
export class RecordReceipt extends LedgerCommand {
  @Equals('RecordReceipt') readonly type = 'RecordReceipt';
  @Id() readonly fundId!: string;
  @Id() readonly lotId!: string;
  @OneOf(['income', 'opening']) readonly kind!: 'income' | 'opening';
  @Pence() readonly amountPence!: number;
  @Id() readonly source!: string;
}

export class LotShare {
  @Id() readonly lotId!: string;
  @Whole(1, 10_000) readonly basisPoints!: number;
}
/** Please split a receipt into lots by shares that come to 10,000 basis points. */
@MayBeAskedBy('finance-officer')
export class SplitReceipt extends LedgerCommand {
  @Equals('SplitReceipt') readonly type = 'SplitReceipt';
  @Id() readonly fundId!: string;
  @Id() readonly lotId!: string;
  @Several(() => LotShare, 2, 20) readonly shares!: LotShare[];
}

export class LotAmount {
  @Id() readonly lotId!: string;
  @Pence() readonly amountPence!: number;
}
/** Please give a body authority to spend from these lots in a period. */
@MayBeAskedBy('finance-officer')
export class GiveAuthority extends LedgerCommand {
  @Equals('GiveAuthority') readonly type = 'GiveAuthority';
  @Id() readonly fundId!: string;
  @Id() readonly bodyId!: string;
  @Id() readonly period!: string;
  @Words(200) readonly title!: string;
  @Several(() => LotAmount, 1, 20) readonly lots!: LotAmount[];
}

export type FundCommand = OpenFund | ForecastIncome | RecordReceipt | SplitReceipt | GiveAuthority;

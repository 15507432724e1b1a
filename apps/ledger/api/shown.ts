import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What the answers look like, for the reader of the OpenAPI pages. */
export class EventShown {
  @ApiProperty({ format: 'uuid' }) readonly id!: string;
  @ApiProperty({ example: 'FundOpened' }) readonly type!: string;
}
export class ReceiptShown {
  @ApiProperty({ format: 'uuid' }) readonly commandId!: string;
  @ApiProperty({ example: 'fund-barking-and-dagenham_levy' }) readonly stream!: string;
  @ApiProperty({ example: 0 }) readonly revision!: number;
  @ApiProperty({ example: '42', nullable: true, type: String, description: 'Hand it to a question as `after` to read your own writing' })
  readonly position!: string | null;
  @ApiProperty({ type: [EventShown] }) readonly events!: EventShown[];
  @ApiProperty({
    nullable: true,
    type: String,
    description: 'The operator’s signed promise about the last of these events, as a text file to keep; null when there was nothing to do',
  })
  readonly signed!: string | null;
}
export class FieldShown {
  @ApiProperty({ example: 'amountPence' }) readonly field!: string;
  @ApiProperty({ example: 'amountPence must be a whole number of pence' }) readonly words!: string;
}
export class ProblemShown {
  @ApiProperty({ example: 'urn:ledger:problem:INSUFFICIENT_FUNDS' }) readonly type!: string;
  @ApiProperty({ example: 'The ledger refused' }) readonly title!: string;
  @ApiProperty({ example: 409 }) readonly status!: number;
  @ApiProperty({ example: 'INSUFFICIENT_FUNDS' }) readonly code!: string;
  @ApiProperty({ example: '£200 was asked for and £100 is left' }) readonly detail!: string;
  @ApiPropertyOptional({ example: { amountPence: 20_000, availablePence: 10_000 } }) readonly numbers?: object;
  @ApiPropertyOptional({ type: [FieldShown] }) readonly errors?: FieldShown[];
}
export class CompleteToShown {
  @ApiProperty({ example: 412 }) readonly entry!: number;
  @ApiProperty({ example: '2018-11-14T09:14:07.000Z', nullable: true, type: String }) readonly recordedAt!: string | null;
}
export class AnswerShown {
  @ApiProperty({ example: 'barking-and-dagenham' }) readonly tenantId!: string;
  @ApiProperty({ example: '2018-06-05', description: 'What was true on this day' }) readonly asAt!: string;
  @ApiProperty({ example: 287, description: 'What the ledger had been told by this entry' }) readonly asKnown!: number;
  @ApiProperty({ type: CompleteToShown, description: 'How much of the ledger the answer has seen' }) readonly completeTo!: CompleteToShown;
  @ApiProperty() readonly view!: object;
}

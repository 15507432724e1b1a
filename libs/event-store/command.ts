import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsMimeType,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';

/** What a caller may be: an office or pseudonym, the role it acts in, and on whose behalf. */
export type Caller = Readonly<{
  actorRef: string;
  actorRole: string;
  onBehalfOf: string;
  issuer: string;
  authnStrength: string;
  causationId?: string;
  correlationId?: string;
}>;

const ASKED = Symbol('asked');

export class EvidenceGiven {
  @Matches(/^[0-9a-f]{64}$/) readonly sha256!: string;
  @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) readonly bytes!: number;
  @IsMimeType() readonly mediaType!: string;
  @IsString() @Length(1, 200) readonly title!: string;
}

export class ReasonGiven {
  @Matches(/^[a-z0-9][a-z0-9-]{0,79}$/) readonly code!: string;
  @IsOptional() @IsString() @MaxLength(2000) readonly text?: string;
}

export class RuleSetCited {
  @Matches(/^[a-z0-9][a-z0-9-]{0,79}$/) readonly ruleSetId!: string;
  @IsInt() @Min(1) @Max(10_000) readonly version!: number;
  @Matches(/^[0-9a-f]{64}$/) readonly hash!: string;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** A request that may be refused. The tenant comes from the address, the caller from the token; neither from the body. */
export abstract class LedgerCommand {
  abstract readonly type: string;
  @IsUUID() readonly commandId!: string;
  /** When it is true in the world; only a recorder of history may say anything but now. */
  @IsOptional()
  @Matches(INSTANT, { message: 'effectiveAt must be an instant in UTC like 2018-06-05T10:00:00.000Z' })
  readonly effectiveAt?: string;
  @IsOptional() @ValidateNested() @Type(() => ReasonGiven) readonly reason?: ReasonGiven;
  @IsOptional() @IsArray() @ArrayMaxSize(20) @ValidateNested({ each: true }) @Type(() => EvidenceGiven) readonly evidence?: EvidenceGiven[];
  /** The decision that allows it. */
  @IsOptional() @Matches(/^[a-z0-9][a-z0-9-]{0,79}$/) readonly decisionRef?: string;
  @IsOptional() @ValidateNested() @Type(() => RuleSetCited) readonly ruleSetRef?: RuleSetCited;

  /** Who asks, and in which tenant: set once at the door, never part of the body, so never in its text. */
  askedBy(tenantId: string, caller: Caller): this {
    return Object.defineProperty(this, ASKED, { value: { tenantId, caller }, configurable: true });
  }
  get asked(): Readonly<{ tenantId: string; caller: Caller }> {
    const asked = (this as { [ASKED]?: Readonly<{ tenantId: string; caller: Caller }> })[ASKED];
    if (asked === undefined) throw new Error(`${this.type} did not come through the door`);
    return asked;
  }

  /** Makes a command inside the program, where the compiler checks its shape. */
  static of<T extends LedgerCommand>(
    this: new () => T,
    fields: Omit<T, 'type' | 'commandId' | 'asked' | 'askedBy'> & { commandId?: string },
  ): T {
    return Object.assign(new this(), fields);
  }
}

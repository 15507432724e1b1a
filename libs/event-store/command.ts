import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { Hash, Id, Instant, MediaType, One, Several, Whole, Words } from './shapes.js';

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

/** A document that shows it, by its hash: the document itself is kept elsewhere. */
export class EvidenceGiven {
  @Hash() readonly sha256!: string;
  @Whole(0, Number.MAX_SAFE_INTEGER) readonly bytes!: number;
  @MediaType() readonly mediaType!: string;
  @Words(200) readonly title!: string;
}

export class ReasonGiven {
  @Id({ example: 'as-published' }) readonly code!: string;
  @Words(2000, { optional: true }) readonly text?: string;
}

export class RuleSetCited {
  @Id({ example: 'panel-rules' }) readonly ruleSetId!: string;
  @Whole(1, 10_000) readonly version!: number;
  @Hash() readonly hash!: string;
}

/** A request that may be refused. The tenant comes from the address, the caller from the token; neither from the body. */
export abstract class LedgerCommand {
  abstract readonly type: string;
  /** Chosen by the caller: the same request sent twice, with the same id, is done once. */
  @IsUUID(undefined, { message: 'commandId must be a UUID, chosen by whoever asks' })
  @ApiProperty({ format: 'uuid', example: 'a3f1c0de-0000-4000-8000-000000000001' })
  readonly commandId!: string;
  /** When it is true in the world; only a recorder of history may say anything but now. */
  @Instant({ optional: true }) readonly effectiveAt?: string;
  @One(() => ReasonGiven, { optional: true }) readonly reason?: ReasonGiven;
  @Several(() => EvidenceGiven, 0, 20, { optional: true }) readonly evidence?: EvidenceGiven[];
  /** The decision that allows it. */
  @Id({ optional: true, example: 'round-one' }) readonly decisionRef?: string;
  @One(() => RuleSetCited, { optional: true }) readonly ruleSetRef?: RuleSetCited;

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

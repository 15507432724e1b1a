import type { Caller, Desk, Ledger, LedgerCommand, Meter, Receipt } from '@ledger/event-store';
import { metered, rolesFor, unmetered } from '@ledger/event-store';
import { roleGrant } from '@ledger/governance/decide';
import { Refusal } from '@ledger/kernel';
import { commandFrom, Misunderstood } from './check-shape.js';

/** Somebody whose token was verified. The subject is an office or a pseudonym, never a name. */
export type Actor = Readonly<{ actorRef: string; issuer: string; authnStrength: string }>;
/** What carries a checked command on: the command bus, once it is there. */
export type Carry = (command: LedgerCommand) => Promise<Receipt>;

/** The tenant of the installation itself: whoever is `operator` there may grant roles anywhere. */
export const INSTALLATION = 'ledger';
const TENANT = /^[a-z0-9][a-z0-9-]{0,79}$/;
const BACKDATED = 'recorder';

/**
 * The front door. Everybody's command comes in here, whether by HTTP, command line or story: shape, roles, dates, in this order.
 * Roles are folded from the role streams at the door, never from views.
 */
export class Door {
  private readonly desks: ReadonlyMap<string, Desk>;
  constructor(
    desks: readonly Desk[],
    private readonly ledger: Ledger,
    private readonly carry: Carry,
    private readonly meter: Meter = unmetered,
  ) {
    this.desks = new Map(desks.map((one) => [new one.command().type, one]));
  }

  get names(): readonly string[] {
    return [...this.desks.keys()];
  }

  /**
   * Takes a request from outside, from whoever the token turns out to name. `onBehalfOf` is for recorders of history: the duties are then judged on that person.
   * @throws Misunderstood for the shape, Refusal for roles and rules, LedgerBusy and StoreUnavailable to try again
   */
  ask(tenantId: string, type: string, body: unknown, actor: Actor | Promise<Actor>, onBehalfOf?: string): Promise<Receipt> {
    const desk = this.desks.get(type);
    // A name that nobody gave out is no label: whoever asks could make a million of them.
    return metered(this.meter, desk === undefined ? 'unknown' : type, async () => {
      const asking = await actor;
      return this.judged(desk, tenantId, type, body, asking, onBehalfOf ?? asking.actorRef);
    });
  }
  private async judged(
    desk: Desk | undefined,
    tenantId: string,
    type: string,
    body: unknown,
    actor: Actor,
    onBehalfOf: string,
  ): Promise<Receipt> {
    if (desk === undefined) throw new Misunderstood([{ field: 'type', words: `there is no request called ${type}` }]);
    if (!TENANT.test(tenantId)) throw new Misunderstood([{ field: 'tenant', words: 'must be an id: small letters, digits and dashes' }]);
    const command = commandFrom(desk, body);
    const role = await this.roleFor(desk, tenantId, onBehalfOf);
    if (onBehalfOf !== actor.actorRef || command.effectiveAt !== undefined) await this.mayRecordHistory(tenantId, actor, command);
    return this.carry(command.askedBy(tenantId, { ...actor, actorRole: role, onBehalfOf }));
  }

  /** Takes a policy's command: its shape was compiled, and it acts for whoever started the chain. */
  askInside(tenantId: string, command: LedgerCommand, caller: Caller): Promise<Receipt> {
    return metered(this.meter, command.type, () => this.carry(command.askedBy(tenantId, caller)));
  }

  /** The roles that somebody holds now: in the tenant, and in the installation. */
  async rolesOf(tenantId: string, subject: string): Promise<readonly string[]> {
    const streams = [...new Set([tenantId, INSTALLATION])].map((tenant) => `rolegrant-${tenant}_${subject}`);
    const states = await Promise.all(streams.map((stream) => this.ledger.stateOf(roleGrant, stream)));
    return states.flatMap(({ held }) => held);
  }

  private async roleFor({ command }: Desk, tenantId: string, subject: string): Promise<string> {
    const wanted = rolesFor(command);
    const held = await this.rolesOf(tenantId, subject);
    const role = wanted.find((one) => one !== 'policy' && held.includes(one));
    if (role !== undefined) return role;
    const people = wanted.filter((one) => one !== 'policy');
    const words =
      people.length === 0
        ? `Only the ledger itself asks for ${command.name}`
        : `${command.name} is for ${people.join(' or ')}, and ${subject} holds ${held.length === 0 ? 'no role here' : held.join(', ')}`;
    throw new Refusal('ROLE_MISSING', words, { subject });
  }

  private async mayRecordHistory(tenantId: string, { actorRef }: Actor, { evidence }: LedgerCommand): Promise<void> {
    if (!(await this.rolesOf(tenantId, actorRef)).includes(BACKDATED))
      throw new Refusal('RECORDER_ONLY', 'Only a recorder of history may say when something was true, or act for somebody else', {
        subject: actorRef,
      });
    if ((evidence ?? []).length === 0)
      throw new Refusal('EVIDENCE_NEEDED', 'History is recorded with evidence: name the document by its hash', { subject: actorRef });
  }
}

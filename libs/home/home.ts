import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '@ledger/catalogue';
import {
  EntryNumbers,
  type EventStore,
  Ledger,
  openEventStore,
  LogStore,
  PolicyRunner,
  type Receipt,
} from '@ledger/event-store';
import { GrantRole, ledgerOpening, OpenLedger, roleGrant } from '@ledger/governance/decide';
import { type Clock, systemClock } from '@ledger/kernel';
import { everyDesk, policies } from '@ledger/policies';
import { KeyStore } from '@ledger/privacy';
import { Views } from '@ledger/views';
import { type Carry, Door, INSTALLATION } from './door.js';
import { everyProjection } from './everything.js';
import type { Settings } from './settings.js';
import { Tokens } from './tokens.js';

/** The first person of every ledger, who gives the first roles. */
export const FIRST_OPERATOR = 'operator';

/** One ledger, opened: its store, its log, its keys and its views, each in a file of its own, and the machinery over them. */
export class Home {
  readonly ledger: Ledger;
  readonly door: Door;
  readonly policies: PolicyRunner;
  readonly tokens: Tokens;
  private readonly numbers: EntryNumbers;
  private started = false;

  private constructor(
    readonly settings: Settings,
    readonly clock: Clock,
    readonly store: EventStore,
    readonly log: LogStore,
    readonly keys: KeyStore,
    readonly views: Views,
    carry?: Carry,
  ) {
    this.ledger = new Ledger(store, catalogue, keys, clock);
    this.door = new Door(everyDesk, this.ledger, carry ?? carryBy(this.ledger));
    this.tokens = new Tokens(keys, clock, settings.issuer);
    this.numbers = new EntryNumbers(store, catalogue, log);
    this.policies = new PolicyRunner(
      store,
      catalogue,
      log,
      keys.secret('policies'),
      clock,
      (tenantId, command, caller) => this.door.askInside(tenantId, command, caller),
      policies,
    );
  }

  /** Opens what is there, or begins it. `carry` puts the command bus between the door and the ledger. */
  static async open(settings: Settings, { carry, clock = systemClock }: { carry?: Carry; clock?: Clock } = {}): Promise<Home> {
    const { folder } = settings;
    if (folder !== null) mkdirSync(folder, { recursive: true });
    const file = (name: string) => (folder === null ? ':memory:' : join(folder, name));
    const own = folder === null ? 'memory:' : `sqlite:${file('events.db')}`;
    const store = await openEventStore(settings.events ?? own, { clock });
    const views = new Views(file('views.db'), store, catalogue, everyProjection);
    const home = new Home(settings, clock, store, new LogStore(file('log.db')), new KeyStore(file('keys.db')), views, carry);
    await home.begin();
    return home;
  }

  /** Writes that the ledger was opened, and who may give the first roles, as entries 0 and 1. Done once: a repeat finds them. */
  private async begin(): Promise<void> {
    if ((await this.store.head()) !== null) return;
    const caller = {
      actorRef: 'installation',
      actorRole: 'installation',
      onBehalfOf: 'installation',
      issuer: 'ledger',
      authnStrength: 'internal',
    };
    const opening = OpenLedger.of({ commandId: '00000000-0000-4000-8000-000000000000', catalogueHash: catalogue.hash });
    const granting = GrantRole.of({ commandId: '00000000-0000-4000-8000-000000000001', subject: FIRST_OPERATOR, role: 'operator' });
    await this.ledger.carryOut(ledgerOpening, INSTALLATION, opening, caller);
    await this.ledger.carryOut(roleGrant, INSTALLATION, granting, caller);
  }

  /** Starts the consumers: entry numbers, policies, views. */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.numbers.start();
    this.policies.start();
    this.views.start();
  }

  /** Brings everything up to date: what policies still have to do, the entry numbers, the views. */
  async settle(): Promise<void> {
    await this.policies.catchUp();
    await this.numbers.catchUp();
    await this.views.catchUp();
  }

  async close(): Promise<void> {
    await this.policies.stop();
    await this.numbers.stop();
    await this.views.close();
    await this.store.close();
    this.log.close();
    this.keys.close();
  }
}

/** The desk that judges a command, straight to the ledger: what a handler on the bus does too. */
export const carryBy = (ledger: Ledger): Carry => {
  const deciders = new Map(everyDesk.map(({ command, decider }) => [new command().type, decider]));
  return (command): Promise<Receipt> => {
    const { caller, tenantId } = command.asked;
    return ledger.carryOut(deciders.get(command.type)!, tenantId, command, caller);
  };
};

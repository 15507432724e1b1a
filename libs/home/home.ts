import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AdoptCatalogue, catalogueAdoption } from '@ledger/assurance/decide';
import { catalogue, catalogueText } from '@ledger/catalogue';
import {
  type Caller,
  type Desk,
  EntryNumbers,
  type EventStore,
  Ledger,
  type LedgerCommand,
  type Meter,
  openEventStore,
  LogStore,
  PolicyRunner,
  type Receipt,
} from '@ledger/event-store';
import { GrantRole, ledgerOpening, OpenLedger, roleGrant } from '@ledger/governance/decide';
import { type Clock, isRefusal, Refusal, systemClock } from '@ledger/kernel';
import { everyDesk, policies } from '@ledger/policies';
import { KeyStore, LocalMasterKey, type MasterKey } from '@ledger/privacy';
import { type AskWitness, SealsStore } from '@ledger/sealer';
import { Views } from '@ledger/views';
import { type Carry, Door, INSTALLATION } from './door.js';
import { everyProjection } from './everything.js';
import { destroyAgain } from './key-check.js';
import { PublicLog } from './public-log.js';
import type { Role, Settings } from './settings.js';
import { Tokens } from './tokens.js';

/** The first person of every ledger, who gives the first roles. */
export const FIRST_OPERATOR = 'operator';

/** `carry` puts the command bus between the door and the ledger; `ask` reaches the witnesses otherwise than over HTTP; `meter` counts. */
export type Opening = Readonly<{ carry?: Carry; clock?: Clock; ask?: AskWitness; meter?: Meter }>;

/** One ledger, opened: its store, its log, its keys and its views, each in a file of its own, and the machinery over them. */
export class Home {
  readonly ledger: Ledger;
  readonly door: Door;
  readonly policies: PolicyRunner;
  readonly tokens: Tokens;
  readonly publicLog: PublicLog;
  readonly numbers: EntryNumbers;
  private started = false;

  private constructor(
    readonly settings: Settings,
    readonly clock: Clock,
    readonly store: EventStore,
    readonly log: LogStore,
    readonly keys: KeyStore,
    readonly views: Views,
    seals: SealsStore,
    { ask, carry, meter }: Opening,
  ) {
    this.ledger = new Ledger(store, catalogue, keys, clock, meter);
    const goOn = carry ?? carryBy(this.ledger);
    const whileWriting = (command: LedgerCommand) => {
      const { stopped } = this.publicLog.sealer;
      return stopped === null ? goOn(command) : Promise.reject(new Refusal('WRITER_STOPPED', stopped));
    };
    this.door = new Door(everyDesk, this.ledger, whileWriting, meter);
    this.tokens = new Tokens(keys, clock, settings.issuer);
    this.numbers = new EntryNumbers(store, catalogue, log);
    const parts = { ledger: this.ledger, log, numbers: this.numbers, keys };
    this.publicLog = new PublicLog(settings, clock, store, seals, ask === undefined ? parts : { ...parts, ask });
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

  /** Opens what is there, or begins it. */
  static async open(settings: Settings, opening: Opening = {}): Promise<Home> {
    const { clock = systemClock } = opening;
    const { folder } = settings;
    if (folder !== null) mkdirSync(folder, { recursive: true });
    const file = (name: string) => (folder === null ? ':memory:' : join(folder, name));
    const own = folder === null ? 'memory:' : `sqlite:${file('events.db')}`;
    const store = await openEventStore(settings.events ?? own, { clock });
    const views = await Views.open(settings.views ?? `sqlite:${file('views.db')}`, store, catalogue, everyProjection);
    const log = await LogStore.open(settings.log ?? `sqlite:${file('log.db')}`);
    const seals = await SealsStore.open(settings.log ?? `sqlite:${file('seals.db')}`);
    await seals.keepCatalogue(catalogue.hash, catalogueText);
    const home = new Home(settings, clock, store, log, new KeyStore(file('keys.db'), masterKeyOf(settings)), views, seals, opening);
    // A store that contradicts what was signed takes no more writing: not one event, before the operator has looked.
    if ((await home.publicLog.sealer.examine()) === null) await home.begin();
    await destroyAgain(home);
    return home;
  }

  /** Writes that the ledger was opened, and who may give the first roles, as entries 0 and 1. Done once: a repeat finds them. */
  private async begin(): Promise<void> {
    const caller = {
      actorRef: 'installation',
      actorRole: 'installation',
      onBehalfOf: 'installation',
      issuer: 'ledger',
      authnStrength: 'internal',
    };
    if ((await this.store.head()) !== null) return this.adoptCatalogue(caller);
    const opening = OpenLedger.of({ commandId: '00000000-0000-4000-8000-000000000000', catalogueHash: catalogue.hash });
    const granting = GrantRole.of({ commandId: '00000000-0000-4000-8000-000000000001', subject: FIRST_OPERATOR, role: 'operator' });
    await this.ledger.carryOut(ledgerOpening, INSTALLATION, opening, caller);
    await this.ledger.carryOut(roleGrant, INSTALLATION, granting, caller);
  }

  /** A program that writes by another catalogue than the ledger was last checked by says so, as an entry. */
  private async adoptCatalogue(caller: Caller): Promise<void> {
    const [opened] = await this.store.readStream(`ledger-${INSTALLATION}_ledger`, { limit: 1 });
    if (opened === undefined) return;
    const { catalogueHash: first } = JSON.parse(opened.data) as { catalogueHash: string };
    const { hash } = await this.ledger.stateOf(catalogueAdoption, `catalogue-${INSTALLATION}_facts`);
    const previousHash = hash ?? first;
    if (previousHash === catalogue.hash) return;
    const adopting = AdoptCatalogue.of({ commandId: randomUUID(), catalogueHash: catalogue.hash, previousHash });
    await this.ledger.carryOut(catalogueAdoption, INSTALLATION, adopting, caller).catch((thrown: unknown) => {
      if (!isRefusal(thrown)) throw thrown; // another process of this program said so first
    });
  }

  /** Starts the consumers that are this process's part: entry numbers and the sealer, policies, views. A stopped writer only reads. */
  start(): void {
    if (this.started) return;
    this.started = true;
    const [does, writes] = [(role: Role) => this.settings.roles.includes(role), this.publicLog.sealer.stopped === null];
    if (does('log')) this.numbers.start();
    if (does('log') && writes) this.publicLog.start();
    if (does('policies') && writes) this.policies.start();
    if (does('views')) this.views.start();
  }

  /** Brings everything up to date: what policies still have to do, the entry numbers, the views. */
  async settle(): Promise<void> {
    if (this.publicLog.sealer.stopped === null) await this.policies.catchUp();
    await this.numbers.catchUp();
    await this.views.catchUp();
  }

  async close(): Promise<void> {
    await this.policies.stop();
    await this.publicLog.stop();
    await this.numbers.stop();
    await this.views.close();
    await this.store.close();
    await this.log.close();
    this.keys.close();
  }
}

/** A key store that is there already was written under a master key that must be there as well: a new one would open nothing. */
function masterKeyOf({ folder, masterKey }: Settings): MasterKey {
  if (masterKey !== null && 'hex' in masterKey) return LocalMasterKey.fromHex(masterKey.hex);
  if (folder === null) return LocalMasterKey.ofTheMoment();
  return LocalMasterKey.inFile(masterKey?.file ?? join(folder, 'master.key'), !existsSync(join(folder, 'keys.db')));
}

/** From a command that came through the door to the decider that judges it: what a handler on the bus does, and what happens without one. */
export const carriedOut = (ledger: Ledger, decider: Desk['decider'], command: LedgerCommand): Promise<Receipt> => {
  const { caller, tenantId } = command.asked;
  return ledger.carryOut(decider, tenantId, command, caller);
};

const carryBy = (ledger: Ledger): Carry => {
  const deciders = new Map(everyDesk.map(({ command, decider }) => [new command().type, decider]));
  return (command) => carriedOut(ledger, deciders.get(command.type)!, command);
};

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Home, type Settings, settingsFrom } from '@ledger/home';
import type { AskWitness } from '@ledger/sealer';

/** A clock that the test moves: nothing in these tests waits for the wall's. */
export class MovedClock {
  private at = Date.parse('2026-03-02T09:00:00.000Z');
  now = (): string => new Date(this.at).toISOString();
  set(instant: string): void {
    this.at = Date.parse(instant);
  }
  pass(seconds: number): void {
    this.at += seconds * 1000;
  }
}

const OPERATOR = { actorRef: 'operator', issuer: 'test', authnStrength: 'token' };
const FINANCE = { ...OPERATOR, actorRef: 'finance-manager' };
const id = (n: number) => `b0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** A ledger in a folder of its own, with some real money in it; opened, closed, copied and injured by the tests. */
export class ALedger {
  readonly folder: string;
  readonly clock = new MovedClock();
  private asked = 0;
  home!: Home;

  private constructor(private readonly ask?: AskWitness) {
    this.folder = mkdtempSync(join(tmpdir(), 'ledger-proof-'));
  }
  static async open(ask?: AskWitness): Promise<ALedger> {
    const made = new ALedger(ask);
    await made.reopen();
    return made;
  }
  get settings(): Settings {
    return settingsFrom({}, { folder: join(this.folder, 'home') });
  }
  async reopen(): Promise<Home> {
    this.home = await Home.open(this.settings, { clock: this.clock, ...(this.ask === undefined ? {} : { ask: this.ask }) });
    return this.home;
  }
  /** Sends a command by the front door. */
  async tell(type: string, body: object, as = FINANCE): Promise<void> {
    this.asked += 1;
    this.clock.pass(1);
    await this.home.door.ask('barking', type, { commandId: id(this.asked), ...body }, as);
  }
  /** A fund with money in it, so that the books are not empty. */
  async begin(): Promise<this> {
    await this.tell('GrantRole', { subject: 'finance-manager', role: 'finance-officer' }, OPERATOR);
    await this.tell('OpenFund', {
      fundId: 'levy',
      title: 'Levy',
      class: 'ring_fenced',
      purpose: 'What the area needs',
      purposes: ['neighbourhood'],
      currency: 'GBP',
      holder: 'barking',
    });
    return this.receive(3);
  }
  /** So many receipts of money: each is one entry with postings. */
  async receive(times: number): Promise<this> {
    for (let n = 0; n < times; n += 1)
      await this.tell('RecordReceipt', {
        fundId: 'levy',
        lotId: `lot-${this.asked}`,
        kind: 'income',
        amountPence: 1_000_00 + this.asked,
        source: 'developers',
      });
    return this;
  }
  /** People under these pseudonyms, each with a key of their own. */
  async enrol(...subjects: readonly string[]): Promise<this> {
    await this.tell('GrantRole', { subject: 'clerk', role: 'clerk' }, OPERATOR);
    for (const subjectRef of subjects)
      await this.tell('EnrolSubject', { subjectRef, capacity: 'panel_member', lawfulBasis: 'public_task', name: 'Ada Example' }, { ...OPERATOR, actorRef: 'clerk' }); // prettier-ignore
    return this;
  }
  /** A copy of the folder as it is now, as a backup is. The ledger must be closed. */
  keep(name: string, what = 'home'): void {
    cpSync(join(this.folder, what), join(this.folder, name), { recursive: true });
  }
  file(...parts: string[]): string {
    return join(this.folder, ...parts);
  }
  async remove(): Promise<void> {
    await this.home.close().catch(() => undefined);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fact, Refusal, slug } from '@ledger/kernel';
import Database from 'better-sqlite3';
import { InMemoryEventStore } from './adapters/in-memory.event-store.js';
import type { LedgerCommand } from './command.js';
import { EntryNumbers } from './entry-numbers.js';
import { type NewEvent, NO_STREAM, type Position } from './event-store.js';
import type { Catalogue } from './known.js';
import { Lease } from './lease.js';
import { LedgerBusy } from './ledger.js';
import { LogStore } from './log-store.js';
import { type Policy, PolicyRunner } from './policy.js';

const BoxOpened = fact('BoxOpened', { says: 'A box was opened', fields: { boxId: slug }, example: { boxId: 'one' } });
const BoxClosed = fact('BoxClosed', { says: 'A box was closed', fields: { boxId: slug }, example: { boxId: 'one' } });
const catalogue: Catalogue = {
  facts: new Map([BoxOpened, BoxClosed].map((one) => [one.name, one])),
  upcasters: new Map(),
  hash: '',
};
const event = (type: string, boxId: string): NewEvent => ({
  id: randomUUID(),
  type,
  data: { boxId, schema: `${type}/1`, tenantId: 'leeds', effectiveAt: '2026-04-06T10:00:00.000Z', postings: [] },
  metadata: { meta: { onBehalfOf: 'clerk', correlationId: 'x' }, salts: { public: '00', meta: '00' } },
});
const asks = (type: string) =>
  ({
    name: `when-${type}`,
    on: { [type]: ({ data }: { data: { boxId: string } }) => [{ type: 'Label', boxId: data.boxId } as unknown as LedgerCommand] },
  }) as unknown as Policy;

describe('the policies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-policies-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let store: InMemoryEventStore;
  let file: string;
  let asked: string[];
  let answer: (boxId: string) => void;
  const runner = (policies = [asks('BoxOpened'), asks('BoxClosed')]) => {
    const log = new LogStore(file);
    const door = (_: string, command: LedgerCommand) => {
      const { boxId } = command as unknown as { boxId: string };
      answer(boxId);
      asked.push(`${boxId} ${command.commandId}`);
      return Promise.resolve({ commandId: command.commandId, stream: '', revision: 0, position: null, events: [] });
    };
    const clock = { now: () => '2026-04-06T10:00:00.000Z' };
    const made = new PolicyRunner(store, catalogue, log, secret, clock, door, policies);
    return { log, made, checkpoint: () => log.checkpoint('when-BoxOpened') as Position | null };
  };
  const secret = randomBytes(32);
  const write = (...events: NewEvent[]) => store.append(`box-leeds_${randomUUID()}`, NO_STREAM, events);
  beforeEach(() => {
    store = new InMemoryEventStore();
    file = join(folder, `${randomUUID()}.db`);
    asked = [];
    answer = () => undefined;
  });
  const boxes = () => asked.map((one) => one.split(' ')[0]);

  it('hear each fact once, in order, and only the facts that they listen to', async () => {
    await write(event('BoxOpened', 'one'), event('BoxClosed', 'one'), event('BoxOpened', 'two'));
    const { made } = runner([asks('BoxOpened')]);
    await made.catchUp();
    await made.catchUp();
    expect(boxes()).toEqual(['one', 'two']);
    await made.stop();
  });

  it('go on after a restart where they stopped', async () => {
    await write(event('BoxOpened', 'one'));
    const first = runner();
    await first.made.catchUp();
    await first.made.stop();
    await write(event('BoxOpened', 'two'));
    const second = runner();
    await second.made.catchUp();
    expect(boxes()).toEqual(['one', 'two']);
    await second.made.stop();
  });

  it('after a death in the middle of a page ask again with the same ids', async () => {
    await write(event('BoxOpened', 'one'), event('BoxOpened', 'two'));
    const dead = runner();
    dead.log.setCheckpoints = () => {
      throw new Error('killed');
    };
    await expect(dead.made.catchUp()).rejects.toThrow('killed');
    const hand = new Database(file);
    hand.exec('DELETE FROM leases');
    hand.close();
    const next = runner();
    await next.made.catchUp();
    expect(boxes()).toEqual(['one', 'two', 'one', 'two']);
    expect(new Set(asked).size).toBe(2);
    await next.made.stop();
  });

  it('make a refusal a dead letter and go on', async () => {
    answer = (boxId) => {
      if (boxId === 'one') throw new Refusal('NO_ROOM', 'There is no room');
    };
    await write(event('BoxOpened', 'one'), event('BoxOpened', 'two'));
    const { log, made } = runner();
    await made.catchUp();
    expect(boxes()).toEqual(['two']);
    expect(log.deadLetters()).toMatchObject([{ policy: 'when-BoxOpened', words: 'NO_ROOM: There is no room' }]);
    answer = () => undefined;
    expect(await made.replay(log.deadLetters()[0]!.id)).toBe(true);
    expect(log.deadLetters()).toEqual([]);
    await made.stop();
  });

  it('never skip a fact because others are busy: the fault stands until it passes', async () => {
    let busy = true;
    answer = (boxId) => {
      if (boxId === 'two' && busy) throw new LedgerBusy('Others kept writing');
    };
    await write(event('BoxOpened', 'one'), event('BoxOpened', 'two'), event('BoxOpened', 'three'));
    const { checkpoint, log, made } = runner();
    await expect(made.catchUp()).rejects.toThrow('Others kept writing');
    expect(made.faults.list()).toMatchObject([{ where: 'policies', times: 1, standing: true }]);
    expect([checkpoint(), log.deadLetters()]).toEqual(['1', []]);
    busy = false;
    await made.catchUp();
    expect(boxes()).toEqual(['one', 'two', 'three']);
    expect(made.faults.list()).toMatchObject([{ times: 1, standing: false }]);
    await made.stop();
  });

  it('stop before a fact that this program does not know, and say so', async () => {
    await write(event('BoxOpened', 'one'), event('BoxBurnt', 'one'));
    const { made } = runner([asks('BoxOpened'), asks('BoxBurnt')]);
    await expect(made.catchUp()).rejects.toThrow('BoxBurnt');
    expect(made.faults.list()).toMatchObject([{ standing: true }]);
    await made.stop();
  });

  it('soon tell another process that waits what they have passed over, though no policy listens to it', async () => {
    const [one, other] = [runner([asks('BoxOpened')]), runner([asks('BoxOpened')])];
    one.made.start();
    await write(event('BoxOpened', 'one'));
    await one.made.catchUp();
    await write(event('BoxClosed', 'one'));
    await one.made.catchUp();
    await other.made.catchUp();
    expect(store.comparePositions(other.checkpoint()!, (await store.head())!)).toBe(0);
    await one.made.stop();
  });
  it('run in one process at a time; the other one waits for it, and takes over when it goes', async () => {
    const [first, second] = [runner(), runner()];
    first.made.start();
    await write(event('BoxOpened', 'one'));
    await first.made.catchUp();
    await second.made.catchUp();
    expect(boxes()).toEqual(['one']);
    await first.made.stop();
    await write(event('BoxOpened', 'two'));
    await second.made.catchUp();
    expect(boxes()).toEqual(['one', 'two']);
    await second.made.stop();
  });
});

describe('the entry numbers', () => {
  it('are gapless and in the store’s order, though two that believe they hold the lease give them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-numbers-'));
    const file = join(folder, 'log.db');
    const store = new InMemoryEventStore();
    const [one, other] = [new EntryNumbers(store, catalogue, new LogStore(file)), new EntryNumbers(store, catalogue, new LogStore(file))];
    const hand = new Database(file);
    for (let turn = 0; turn < 10; turn += 1) {
      await store.append(
        `box-leeds_${turn}`,
        NO_STREAM,
        Array.from({ length: 30 }, () => event('BoxOpened', 'one')),
      );
      hand.exec('DELETE FROM leases');
      await (turn % 2 === 0 ? one : other).catchUp();
    }
    await Promise.allSettled([one.catchUp(), other.catchUp()]);
    const log = new LogStore(file);
    const { events } = await store.readAll(null);
    expect(log.lastEntry()).toMatchObject({ entry: 299 });
    expect(events.map((_, entry) => log.entry(entry)?.eventId)).toEqual(events.map(({ id }) => id));
    hand.close();
    await Promise.all([one.stop(), other.stop()]);
    rmSync(folder, { recursive: true });
  });
});

describe('a lease', () => {
  it('is held by one, renewed by the same, and free when it is released, runs out, or its holder died', () => {
    const db = new Database(':memory:');
    const [one, other] = [new Lease(db, 'work'), new Lease(db, 'work')];
    expect([one.hold(), other.hold(), one.hold()]).toEqual([true, false, true]);
    one.release();
    expect([other.hold(), new Lease(db, 'work').hold(), new Lease(db, 'other work').hold()]).toEqual([true, false, true]);
    db.exec("UPDATE leases SET until = unixepoch('subsec') - 1");
    expect(new Lease(db, 'work').hold()).toBe(true);
    db.exec("UPDATE leases SET holder = substr(holder, 1, instr(holder, ' ')) || '999999999 x', until = until + 1000 WHERE name = 'work'");
    expect(new Lease(db, 'work').hold()).toBe(true);
    db.exec("UPDATE leases SET holder = 'another-machine 999999999 x', until = until + 1000");
    expect(new Lease(db, 'work').hold()).toBe(false);
  });
});

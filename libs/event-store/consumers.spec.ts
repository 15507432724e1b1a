import { randomBytes, randomUUID } from 'node:crypto';
import { fact, Refusal, slug } from '@ledger/kernel';
import { overBothEngines } from '../database/testing/index.js';
import { InMemoryEventStore } from './adapters/in-memory.event-store.js';
import type { LedgerCommand } from './command.js';
import { EntryNumbers } from './entry-numbers.js';
import { type NewEvent, NO_STREAM, type Position } from './event-store.js';
import type { Catalogue } from './known.js';
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

overBothEngines('the policies', (engine) => {
  let store: InMemoryEventStore;
  let address: string;
  let asked: string[];
  let answer: (boxId: string) => void;
  const logs: LogStore[] = [];
  const runner = async (policies = [asks('BoxOpened'), asks('BoxClosed')]) => {
    const log = await LogStore.open(address);
    logs.push(log);
    const door = (_: string, command: LedgerCommand) => {
      const { boxId } = command as unknown as { boxId: string };
      answer(boxId);
      asked.push(`${boxId} ${command.commandId}`);
      return Promise.resolve({ commandId: command.commandId, stream: '', revision: 0, position: null, events: [] });
    };
    const clock = { now: () => '2026-04-06T10:00:00.000Z' };
    const made = new PolicyRunner(store, catalogue, log, secret, clock, door, policies);
    return { log, made, checkpoint: () => log.checkpoint('when-BoxOpened') as Promise<Position | null> };
  };
  const secret = randomBytes(32);
  const write = (...events: NewEvent[]) => store.append(`box-leeds_${randomUUID()}`, NO_STREAM, events);
  beforeEach(async () => {
    store = new InMemoryEventStore();
    address = await engine.fresh();
    asked = [];
    answer = () => undefined;
  });
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
  });
  const boxes = () => asked.map((one) => one.split(' ')[0]);

  it('hear each fact once, in order, and only the facts that they listen to', async () => {
    await write(event('BoxOpened', 'one'), event('BoxClosed', 'one'), event('BoxOpened', 'two'));
    const { made } = await runner([asks('BoxOpened')]);
    await made.catchUp();
    await made.catchUp();
    expect(boxes()).toEqual(['one', 'two']);
    await made.stop();
  });

  it('go on after a restart where they stopped', async () => {
    await write(event('BoxOpened', 'one'));
    const first = await runner();
    await first.made.catchUp();
    await first.made.stop();
    await write(event('BoxOpened', 'two'));
    const second = await runner();
    await second.made.catchUp();
    expect(boxes()).toEqual(['one', 'two']);
    await second.made.stop();
  });

  it('after a death in the middle of a page ask again with the same ids', async () => {
    await write(event('BoxOpened', 'one'), event('BoxOpened', 'two'));
    const dead = await runner();
    dead.log.setCheckpoints = () => {
      throw new Error('killed');
    };
    await expect(dead.made.catchUp()).rejects.toThrow('killed');
    await engine.loseLeases(address, 'log');
    const next = await runner();
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
    const { log, made } = await runner();
    await made.catchUp();
    expect(boxes()).toEqual(['two']);
    expect(await log.deadLetters()).toMatchObject([{ policy: 'when-BoxOpened', words: 'NO_ROOM: There is no room' }]);
    answer = () => undefined;
    expect(await made.replay((await log.deadLetters())[0]!.id)).toBe(true);
    expect(await log.deadLetters()).toEqual([]);
    await made.stop();
  });

  it('never skip a fact because others are busy: the fault stands until it passes', async () => {
    let busy = true;
    answer = (boxId) => {
      if (boxId === 'two' && busy) throw new LedgerBusy('Others kept writing');
    };
    await write(event('BoxOpened', 'one'), event('BoxOpened', 'two'), event('BoxOpened', 'three'));
    const { checkpoint, log, made } = await runner();
    await expect(made.catchUp()).rejects.toThrow('Others kept writing');
    expect(made.faults.list()).toMatchObject([{ where: 'policies', times: 1, standing: true }]);
    expect([await checkpoint(), await log.deadLetters()]).toEqual(['1', []]);
    busy = false;
    await made.catchUp();
    expect(boxes()).toEqual(['one', 'two', 'three']);
    expect(made.faults.list()).toMatchObject([{ times: 1, standing: false }]);
    await made.stop();
  });

  it('stop before a fact that this program does not know, and say so', async () => {
    await write(event('BoxOpened', 'one'), event('BoxBurnt', 'one'));
    const { made } = await runner([asks('BoxOpened'), asks('BoxBurnt')]);
    await expect(made.catchUp()).rejects.toThrow('BoxBurnt');
    expect(made.faults.list()).toMatchObject([{ standing: true }]);
    await made.stop();
  });

  it('soon tell another process that waits what they have passed over, though no policy listens to it', async () => {
    const [one, other] = [await runner([asks('BoxOpened')]), await runner([asks('BoxOpened')])];
    one.made.start();
    await write(event('BoxOpened', 'one'));
    await one.made.catchUp();
    await write(event('BoxClosed', 'one'));
    await one.made.catchUp();
    await other.made.catchUp();
    expect(store.comparePositions((await other.checkpoint())!, (await store.head())!)).toBe(0);
    await one.made.stop();
  });
  it('run in one process at a time; the other one waits for it, and takes over when it goes', async () => {
    const [first, second] = [await runner(), await runner()];
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

overBothEngines('the entry numbers', (engine) => {
  it('are gapless and in the store’s order, though two that believe they hold the lease give them', async () => {
    const address = await engine.fresh();
    const store = new InMemoryEventStore();
    const logs = [await LogStore.open(address), await LogStore.open(address)];
    const [one, other] = logs.map((log) => new EntryNumbers(store, catalogue, log)) as [EntryNumbers, EntryNumbers];
    [one, other].forEach((each) => each.start());
    await one.catchUp();
    for (let turn = 0; turn < 10; turn += 1) {
      await store.append(
        `box-leeds_${turn}`,
        NO_STREAM,
        Array.from({ length: 30 }, () => event('BoxOpened', 'one')),
      );
      await engine.loseLeases(address, 'log');
      await (turn % 2 === 0 ? one : other).catchUp();
    }
    await Promise.allSettled([one.catchUp(), other.catchUp()]);
    const { events } = await store.readAll(null);
    expect(await logs[0]!.size()).toBe(300);
    expect((await logs[0]!.entriesFrom(0, 400)).map(({ entry, eventId }) => [entry, eventId])).toEqual(
      events.map(({ id }, nth) => [nth, id]),
    );
    await Promise.all([one.stop(), other.stop()]);
    await Promise.all(logs.map((log) => log.close()));
  });
});

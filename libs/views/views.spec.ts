import { randomUUID } from 'node:crypto';
import { type Catalogue, InMemoryEventStore, type NewEvent, NO_STREAM, SqliteEventStore } from '@ledger/event-store';
import { fact, type FactOf, pence, slug } from '@ledger/kernel';
import fc from 'fast-check';
import { overBothEngines } from '../database/testing/index.js';
import { alter, type AnyProjection, integer, journal, json, type Projection, put, remove, text, Views } from './index.js';

const example = { boxId: 'one', amountPence: 1 };
const BoxOpened = fact('BoxOpened', { says: 'A box was opened', fields: { boxId: slug }, example: { boxId: 'one' } });
const BoxFilled = fact('BoxFilled', { says: 'Money went in', fields: { boxId: slug, amountPence: pence }, example });
const BoxClosed = fact('BoxClosed', { says: 'A box was closed', fields: { boxId: slug }, example: { boxId: 'one' } });
const Unheard = fact('Unheard', { says: 'Nobody listens', fields: { boxId: slug }, example: { boxId: 'one' } });
const facts = [BoxOpened, BoxFilled, BoxClosed, Unheard];
const catalogue: Catalogue = { facts: new Map(facts.map((one) => [one.name, one])), upcasters: new Map(), hash: '' };

type Box = Readonly<{ boxId: string; heldPence: number; last: readonly number[] }>;
type BoxEvent = FactOf<typeof BoxOpened> | FactOf<typeof BoxFilled> | FactOf<typeof BoxClosed>;
const boxes: Projection<Box, BoxEvent> = {
  name: 'boxes',
  version: 1,
  key: ['boxId'],
  columns: { boxId: text, heldPence: integer, last: json },
  on: {
    BoxOpened: ({ data: { boxId } }) => [put<Box>({ boxId, heldPence: 0, last: [] })],
    BoxFilled: ({ data: { amountPence, boxId } }) => [
      alter<Box>({ boxId }, (box) => ({ ...box, heldPence: box.heldPence + amountPence, last: [...box.last, amountPence].slice(-2) })),
    ],
    BoxClosed: ({ data: { boxId } }) => [remove<Box>({ boxId })],
  },
};
const projections = [boxes, journal] as unknown as readonly AnyProjection[];

type Posted = Readonly<{ account: string; amountPence: number; effectiveOn: string; tenantId: string }>;
const event = (type: string, payload: object, postings: readonly Posted[] = []): NewEvent => ({
  id: randomUUID(),
  type,
  data: {
    ...payload,
    schema: `${type}/1`,
    tenantId: postings[0]?.tenantId ?? 'leeds',
    effectiveAt: '2026-04-06T10:00:00.000Z',
    postings: postings.map(({ account, amountPence, effectiveOn }) => ({ account, amountPence, currency: 'GBP', effectiveOn })),
  },
  metadata: { meta: {} },
});
const write = async (store: InMemoryEventStore | SqliteEventStore, events: readonly NewEvent[]) => {
  for (let first = 0; first < events.length; first += 100)
    await store.append(`box-leeds_${randomUUID()}`, NO_STREAM, events.slice(first, first + 100));
};
const newest = async (views: Views) => views.rows(boxes, (await views.completeTo()).entry);
const filled = (count: number, boxId = 'one') => Array.from({ length: count }, () => event('BoxFilled', { boxId, amountPence: 1 }));

overBothEngines('the views', (engine) => {
  let store: InMemoryEventStore;
  let views: Views;
  let address: string;
  const open = (all: readonly unknown[] = projections, at = address) => Views.open(at, store, catalogue, all as readonly AnyProjection[]);
  beforeEach(async () => {
    store = new InMemoryEventStore();
    address = await engine.fresh();
    views = await open();
  });
  afterEach(() => views.close());
  const held = async (known: number) => (await views.rows(boxes, known)).map(({ from_entry, heldPence }) => [heldPence, from_entry]);

  it('keep each row from the entry that made it until the entry that changed it, however the batches fall', async () => {
    const all = [
      event('BoxOpened', { boxId: 'one' }),
      ...filled(3),
      event('BoxClosed', { boxId: 'one' }),
      event('BoxOpened', { boxId: 'one' }),
    ];
    const oneByOne = await open(projections, await engine.fresh());
    for (const one of all) {
      await write(store, [one]);
      await oneByOne.catchUp();
    }
    await views.catchUp();
    for (const each of [views, oneByOne]) {
      const at = async (known: number) =>
        (await each.rows(boxes, known)).map(({ from_entry, heldPence, last }) => [heldPence, from_entry, ...last]);
      expect(await Promise.all([0, 1, 2, 3, 4, 5].map(at))).toEqual([[[0, 0]], [[1, 1, 1]], [[2, 2, 1, 1]], [[3, 3, 1, 1]], [], [[0, 5]]]);
    }
    await oneByOne.close();
  });

  it('count an event that no view listens to, and do not read it', async () => {
    await write(store, [event('BoxOpened', { boxId: 'one' }), event('Unheard', { boxId: 'one' }), ...filled(1)]);
    const few = await open([boxes], await engine.fresh());
    await few.catchUp();
    expect((await few.completeTo()).entry).toBe(2);
    expect(await few.rows(boxes, 2)).toMatchObject([{ heldPence: 1, from_entry: 2 }]);
    await few.close();
  });

  it('stop before a fact that cannot be folded, say so, and keep what came before it', async () => {
    await write(store, [event('BoxOpened', { boxId: 'one' }), ...filled(2), event('BoxFilled', { boxId: 'never-opened', amountPence: 1 })]);
    await expect(views.catchUp()).rejects.toThrow('never-opened');
    expect((await views.completeTo()).entry).toBe(2);
    expect(await held(2)).toEqual([[2, 2]]);
    expect(views.faults.list()).toMatchObject([{ where: 'views', standing: true }]);
  });

  it('serve and go on while a rebuild runs, and join it at one entry', async () => {
    await write(store, [event('BoxOpened', { boxId: 'one' }), ...filled(6_000)]);
    await views.catchUp();
    const seen: number[] = [];
    let told = 0;
    const rebuilt = views.rebuild(['boxes'], () => (told += 1));
    for (let turn = 0; turn < 5; turn += 1) {
      await write(store, filled(10));
      await views.catchUp();
      seen.push((await held((await views.completeTo()).entry))[0]![0]!);
    }
    await rebuilt;
    expect(seen).toEqual([6_010, 6_020, 6_030, 6_040, 6_050]);
    expect(told).toBeGreaterThan(1);
    expect(await held(3_000)).toEqual([[3_000, 3_000]]);
    await write(store, filled(1));
    await views.catchUp();
    expect(await held((await views.completeTo()).entry)).toEqual([[6_051, 6_051]]);
    expect(await views.selfCheck()).toEqual([]);
  });

  it('give an answer again whose tables a rebuild replaced on the way', async () => {
    await write(store, [event('BoxOpened', { boxId: 'one' }), ...filled(2)]);
    await views.catchUp();
    let asked = 0;
    const answer = await views.answer('leeds', { asAt: '2026-04-06', asKnown: 2 }, async (read) => {
      if ((asked += 1) === 1) await views.rebuild();
      return (await read.rows(boxes)).length;
    });
    expect([answer, asked]).toEqual([1, 2]);
  });

  it('find a row that somebody changed behind their back', async () => {
    await write(store, [event('BoxOpened', { boxId: 'one' }), ...filled(2)]);
    expect(await views.selfCheck()).toEqual([]);
    await engine.byHand(address, 'views', 'UPDATE boxes SET "heldPence" = 99 WHERE from_entry = 1');
    expect(await views.selfCheck()).toEqual([expect.stringContaining('boxes: 1 rows agree, and the next differs')]);
  });

  it('are rebuilt when a version rises, and an old table serves until then', async () => {
    await write(store, [event('BoxOpened', { boxId: 'one' }), ...filled(2)]);
    await views.catchUp();
    const doubled = { ...boxes, version: 2, on: { ...boxes.on, BoxOpened: () => [put<Box>({ boxId: 'one', heldPence: 40, last: [] })] } };
    const risen = await open([doubled, journal]);
    expect(await risen.rows(boxes, 2)).toMatchObject([{ heldPence: 2 }]);
    await risen.catchUp();
    expect(await risen.rows(boxes, 2)).toMatchObject([{ heldPence: 42 }]);
    await risen.close();
  });

  it('are folded by one process at a time, and by another as soon as the first has gone', async () => {
    const [first, second] = [await open(), await open()];
    await write(store, [event('BoxOpened', { boxId: 'one' })]);
    first.start();
    await first.catchUp();
    for (let turn = 1; turn <= 5; turn += 1) {
      await write(store, filled(1));
      await second.catchUp();
      expect(await newest(second)).toMatchObject([{ heldPence: turn }]);
    }
    await first.close();
    await write(store, filled(1));
    await second.catchUp();
    expect(await newest(second)).toMatchObject([{ heldPence: 6 }]);
    expect(await second.selfCheck()).toEqual([]);
    await second.close();
  });

  // A file has no server that could be away.
  if (engine.name === 'PostgreSQL')
    it('say that they cannot be read while the server is away, and go on when it is back', async () => {
      await write(store, [event('BoxOpened', { boxId: 'one' }), ...filled(2)]);
      views.start();
      await views.catchUp();
      await engine.crash(async () => {
        await expect(views.completeTo()).rejects.toMatchObject({ name: 'DatabaseUnavailable' });
        await expect(views.catchUp()).rejects.toMatchObject({ name: 'DatabaseUnavailable' });
      });
      await write(store, filled(1));
      await views.catchUp();
      expect(await newest(views)).toMatchObject([{ heldPence: 3 }]);
      expect(await views.selfCheck()).toEqual([]);
    });

  it('fold nothing twice and nothing onto what is no longer so, when two engines both believe that they hold the lease', async () => {
    const engines = [views, await open()];
    engines.forEach((one) => one.start());
    await views.catchUp();
    await write(store, [event('BoxOpened', { boxId: 'one' })]);
    for (let turn = 0; turn < 8; turn += 1) {
      await engine.loseLeases(address, 'views');
      await engines[turn % 2]!.catchUp();
      await write(store, filled(3));
    }
    await Promise.all(engines.map((one) => one.catchUp()));
    expect(await newest(views)).toMatchObject([{ heldPence: 24 }]);
    expect(await views.selfCheck()).toEqual([]);
    await engines[1]!.close();
  });

  describe('the balances at any moment', () => {
    const days = ['2018-01-31', '2018-02-01', '2019-06-05', '2020-12-31', '2026-04-06', '2031-01-01'];
    const accounts = ['Assets:leeds:Cash:parks', 'Assets:leeds:Cash:paths', 'Equity:leeds:Budget:Fund:parks', 'Assets:york:Cash:parks'];
    const leg = fc.record({
      account: fc.constantFrom(...accounts),
      amountPence: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      effectiveOn: fc.constantFrom(...days),
    });
    const moments = fc.array(
      fc.record({ asAt: fc.constantFrom(...days, '2017-01-01', '9999-12-31'), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      { minLength: 20, maxLength: 20 },
    );

    it('are the plain sums of the postings, whatever the days and the order', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(leg, { maxLength: 4 }), { minLength: 1, maxLength: 60 }),
          moments,
          fc.constantFrom('', 'Assets:leeds:', 'Assets:leeds:Cash:pa'),
          async (entries, asked, prefix) => {
            // Each list of legs stands many times, so that blocks of two levels are crossed.
            const all = Array.from({ length: 17_000 }, (_, entry) => entries[entry % entries.length]!);
            const store = new InMemoryEventStore();
            await write(
              store,
              all.map((legs) =>
                event(
                  'Unheard',
                  { boxId: 'one' },
                  legs.map((one) => ({ ...one, tenantId: 'leeds' })),
                ),
              ),
            );
            const views = await Views.open(await engine.fresh(), store, catalogue, [journal] as unknown as readonly AnyProjection[]);
            await views.catchUp();
            for (const { asAt, share } of asked) {
              const asKnown = Math.floor(share * (all.length - 1));
              const naive = new Map<string, { pence: number; lastEntry: number }>();
              all.slice(0, asKnown + 1).forEach((legs, entry) => {
                for (const { account, amountPence, effectiveOn } of legs)
                  if (effectiveOn <= asAt && account.startsWith(prefix))
                    naive.set(account, { pence: (naive.get(account)?.pence ?? 0) + amountPence, lastEntry: entry });
              });
              expect(await views.balances({ asAt, asKnown, prefix, tenantId: 'leeds' })).toEqual(
                [...naive].sort(([a], [b]) => (a < b ? -1 : 1)).map(([account, sums]) => ({ account, currency: 'GBP', ...sums })),
              );
            }
            await views.close();
          },
        ),
        { numRuns: 4 },
      );
    });

    it('go on from the journal after a restart in the middle of a block', async () => {
      const at = await engine.fresh();
      const posted = (count: number) =>
        Array.from({ length: count }, () =>
          event('Unheard', { boxId: 'one' }, [{ account: accounts[0]!, amountPence: 1, effectiveOn: days[0]!, tenantId: 'leeds' }]),
        );
      for (const count of [300, 900, 100]) {
        await write(store, posted(count));
        const views = await open(projections, at);
        await views.catchUp();
        const { entry } = await views.completeTo();
        for (const asKnown of [entry, 299, 499, 500].filter((one) => one <= entry))
          expect(await views.balances({ asAt: days[0]!, asKnown, prefix: '', tenantId: 'leeds' })).toMatchObject([{ pence: asKnown + 1 }]);
        expect(await views.selfCheck()).toEqual([]);
        await views.close();
      }
    });
  });
});

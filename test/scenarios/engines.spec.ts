import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '@ledger/catalogue';
import { openDatabase } from '@ledger/database';
import {
  AnotherLedger,
  copyLedger,
  type EventStore,
  keepsOrderOfAsking,
  openEventStore,
  type Position,
  type Stored,
} from '@ledger/event-store';
import { everyProjection, everyQuery, Home, type Settings, settingsFrom } from '@ledger/home';
import { canonicalText, type Posting } from '@ledger/kernel';
import { entryOf } from '@ledger/log';
import { storyFiles, tellDemonstration } from '@ledger/stories';
import { type LedgerQuery, Views } from '@ledger/views';
import { EventStoreDbDouble } from '../../libs/event-store/testing/eventstoredb-double/index.js';
import { postgresForTests, type PostgresServer, startPostgres } from '../../libs/event-store/testing/postgres-server.js';

const everything = async (store: EventStore) => {
  const found: Stored[] = [];
  for (let at: Position | null = null; ;) {
    const { events, next } = await store.readAll(at);
    found.push(...events);
    if (events.length === 0) return found;
    at = next;
  }
};
const entries = async (address: string) => {
  const store = await openEventStore(address);
  const found = (await everything(store)).map((event) => canonicalText(entryOf(catalogue.facts.get(event.type)!, event)));
  await store.close();
  return found;
};
const viewsOver = (store: EventStore, address: string) => Views.open(address, store, catalogue, everyProjection);
/** What two tellings of a story have in common: ids and salts are chosen anew, the facts and the money are not. */
const told = (events: readonly Stored[]) =>
  events.map(({ data, type }) => {
    const { postings = [], tenantId } = JSON.parse(data) as { tenantId: string; postings?: Posting[] };
    return [tenantId, type, ...postings.map(({ amountPence, currency, effectiveOn }) => `${effectiveOn} ${amountPence} ${currency}`)];
  });

describe('every story on every engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-engines-'));
  const sqlite = (name: string) => `sqlite:${join(folder, name)}`;
  let double: EventStoreDbDouble;
  let postgres: PostgresServer | null = null;
  let original: readonly Stored[];
  const from = postgresForTests();
  beforeAll(async () => {
    double = await EventStoreDbDouble.start();
    if (from !== null) postgres = await startPostgres();
    original = await tellAll(sqlite('told.db'));
  });
  afterAll(() => {
    double.stop();
    postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const database = () => postgres!.address(`ledger_${randomUUID().replaceAll('-', '')}`);

  async function tellAll(events: string, beside: Partial<Settings> = {}): Promise<readonly Stored[]> {
    const home = await Home.open(settingsFrom({}, { folder: null, events, ...beside }));
    try {
      // Throws when a single figure differs.
      expect(await tellDemonstration(home)).toHaveLength(storyFiles().length);
      expect(await home.log.deadLetters()).toEqual([]);
      expect(await home.views.selfCheck()).toEqual([]);
      expect(await home.store.inspect()).toEqual([]);
      return await everything(home.store);
    } finally {
      await home.close();
    }
  }

  it('ends in the same figures on EventStoreDB (the double), views and log on PostgreSQL where there is one, by the same facts and the same money', async () => {
    const beside = postgres === null ? null : await database();
    expect(told(await tellAll(double.address('told'), { views: beside, log: beside }))).toEqual(told(original));
  });
  const onPostgres = from === null ? it.skip : it;
  onPostgres('ends in the same figures on PostgreSQL, views and log as well, by the same facts and the same money', async () => {
    const all = await database();
    expect(told(await tellAll(all, { views: all, log: all }))).toEqual(told(original));
  });
  onPostgres('makes the same rows of every view on SQLite and on PostgreSQL, live and rebuilt, and the same answers', async () => {
    const [store, address] = [await openEventStore(sqlite('told.db')), await database()];
    const [here, there] = [await viewsOver(store, 'sqlite:'), await viewsOver(store, address)];
    await Promise.all([here.catchUp(), there.catchUp()]);
    expect(await there.differencesFrom(here)).toEqual([]);
    await there.rebuild();
    expect(await there.differencesFrom(here)).toEqual([]);
    const { entry } = await there.completeTo();
    for (const asKnown of [entry, Math.floor(entry / 2)]) {
      expect(await there.tenants(asKnown)).toEqual(await here.tenants(asKnown));
      for (const tenantId of await here.tenants(asKnown))
        for (const question of everyQuery as unknown as readonly LedgerQuery[]) {
          if (question.params.some((param) => !param.endsWith('?'))) continue;
          const [one, other] = await Promise.all(
            [here, there].map((views) =>
              views.answer(tenantId, { asAt: '2019-03-31', asKnown }, (read) => question.answer(read, {}, () => null)),
            ),
          );
          expect([tenantId, question.name, other]).toEqual([tenantId, question.name, one]);
        }
    }
    const changed = everyProjection.find(({ name }) => name === 'funds')!;
    expect(await there.difference(changed, 0, entry)).toEqual(await here.difference(changed, 0, entry));
    // A comparison that finds nothing must be able to find something.
    const hand = await openDatabase(address, 'views');
    expect(
      await hand.run(`UPDATE journal SET "amountPence" = "amountPence" + 1 WHERE leg = 0 AND entry = (SELECT max(entry) FROM journal)`),
    ).toBe(1);
    await hand.close();
    expect(await there.differencesFrom(here)).toContainEqual(expect.stringContaining('journal: '));
    await Promise.all([here.close(), there.close()]);
    await store.close();
  });

  const copied = async (source: string, target: string) => {
    const [a, b] = [await openEventStore(source), await openEventStore(target)];
    try {
      return await copyLedger(catalogue, a, b, { keepsOrder: keepsOrderOfAsking(target) });
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  };

  it('keeps its entries to the byte when it moves from engine to engine and back', async () => {
    const road = [sqlite('told.db'), ...(postgres === null ? [] : [await database()]), double.address('moved'), sqlite('back.db')];
    const answers = [];
    for (let step = 1; step < road.length; step += 1) answers.push(await copied(road[step - 1]!, road[step]!));
    expect(new Set(answers.map(({ sha256 }) => sha256)).size).toBe(1);
    expect(answers.every(({ events, written }) => events === original.length && written === original.length)).toBe(true);
    expect(await entries(road.at(-1)!)).toEqual(await entries(road[0]!));
    // The moved ledger is a ledger: its views are built from it, and agree with a replay.
    const home = await Home.open(settingsFrom({}, { folder: null, events: road.at(-1)! }));
    await home.settle();
    expect(await home.views.selfCheck()).toEqual([]);
    await home.close();
  });
  it('goes on where an interrupted copy stopped, and does nothing when there is nothing to do', async () => {
    const target = double.address('interrupted');
    const [source, begun] = [await openEventStore(sqlite('told.db')), await openEventStore(target)];
    const append = begun.append.bind(begun);
    let left = 57;
    begun.append = (...given) => ((left -= 1) < 0 ? Promise.reject(new Error('The power went')) : append(...given));
    await expect(copyLedger(catalogue, source, begun, { keepsOrder: false })).rejects.toThrow('The power went');
    await Promise.all([source.close(), begun.close()]);
    expect(await copied(sqlite('told.db'), target)).toMatchObject({ events: original.length, written: original.length - 57 });
    expect(await copied(sqlite('told.db'), target)).toMatchObject({ events: original.length, written: 0 });
  });
  it('refuses a target that holds something else, and writes nothing to it', async () => {
    const target = sqlite('other.db');
    const other = await openEventStore(target);
    await other.append('fund-other_parks', -1, [{ id: randomUUID(), type: 'FundOpened', data: {}, metadata: { meta: {}, salts: {} } }]);
    await other.close();
    await expect(copied(sqlite('told.db'), target)).rejects.toBeInstanceOf(AnotherLedger);
    const again = await openEventStore(target);
    expect(await everything(again)).toHaveLength(1);
    await again.close();
  });
});

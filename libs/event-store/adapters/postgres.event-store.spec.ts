import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { firstValueFrom, timeout } from 'rxjs';
import { type NewEvent, NO_STREAM, StoreUnavailable } from '../event-store.js';
import { keepsTheContract } from '../testing/index.js';
import { postgresForTests, type PostgresServer, startPostgres } from '../testing/postgres-server.js';
import { PostgresEventStore } from './postgres.event-store.js';

const event = (): NewEvent => ({ id: randomUUID(), type: 'FundOpened', data: { fundId: 'parks' }, metadata: { meta: {} } });
const from = postgresForTests();

if (from === null) it.skip('PostgreSQL: neither LEDGER_TEST_POSTGRES nor Debian’s binaries are here', () => undefined);
else
  describe(`PostgreSQL (${from})`, () => {
    let server: PostgresServer;
    const fresh = () => server.address(`ledger_${randomUUID().replaceAll('-', '')}`);
    const open = async () => PostgresEventStore.open(await fresh());
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());

    keepsTheContract('PostgreSQL', open);

    it('lets two processes write at once, without a gap and without a false conflict', async () => {
      const address = await fresh();
      const [a, b] = [await PostgresEventStore.open(address), await PostgresEventStore.open(address)];
      const write = (store: PostgresEventStore, writer: string) =>
        Promise.all(Array.from({ length: 100 }, (_, n) => store.append(`fund-test_${writer}${n}`, NO_STREAM, [event()])));
      await Promise.all([write(a, 'a'), write(b, 'b')]);
      expect((await a.readAll(null)).events.map(({ position }) => Number(position))).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
      expect(await b.inspect()).toEqual([]);
      const racing = await Promise.allSettled([a, b].map((store) => store.append('fund-test_a0', 0, [event()])));
      expect(racing.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      await Promise.all([a.close(), b.close()]);
    });
    it('rings when another process wrote', async () => {
      const address = await fresh();
      const [a, b] = [await PostgresEventStore.open(address), await PostgresEventStore.open(address)];
      let rings = 0;
      const listening = a.changes().subscribe(() => (rings += 1));
      while (rings === 0) await wait(10);
      const rung = firstValueFrom(a.changes().pipe(timeout(900)));
      await b.append('fund-test_x', NO_STREAM, [event()]);
      await expect(rung).resolves.toBeUndefined();
      listening.unsubscribe();
      await Promise.all([a.close(), b.close()]);
    });
    it('gives the order of a group as one moment, and never dates an event before the one ahead of it', async () => {
      let now = '2026-04-01T12:00:00.000Z';
      const store = await PostgresEventStore.open(await fresh(), { now: () => now });
      await store.append('fund-test_x', NO_STREAM, [event()]);
      now = '2026-04-01T11:00:00.000Z';
      await store.append('fund-test_x', 0, [event()]);
      expect((await store.readStream('fund-test_x')).map(({ recordedAt }) => recordedAt.slice(11, 16))).toEqual(['12:00', '12:00']);
      await store.close();
    });
    it('finds a hole that somebody made', async () => {
      const address = await fresh();
      const store = await PostgresEventStore.open(address);
      await store.append('fund-test_x', NO_STREAM, [event(), event(), event()]);
      const { default: pg } = await import('pg');
      const hand = new pg.Client({ connectionString: address });
      await hand.connect();
      await hand.query('DELETE FROM events WHERE position = 2');
      await hand.end();
      expect((await store.inspect()).map(({ kind, stream }) => [kind, stream])).toEqual([
        ['gap', 'fund-test_x'],
        ['gap', ''],
      ]);
      await store.close();
    });
    (from === 'Debian' ? it : it.skip)(
      'answers "unknown" when the server dies, and has everything that it acknowledged when it is back',
      async () => {
        const store = await open();
        const acknowledged: string[] = [];
        const lost: unknown[] = [];
        const writing = Promise.all(
          Array.from({ length: 8 }, async (_, writer) => {
            for (let n = 0; n < 400; n += 1) {
              const stream = `fund-test_${writer}-${n}`;
              try {
                await store.append(stream, NO_STREAM, [event()]);
                acknowledged.push(stream);
              } catch (thrown) {
                lost.push(thrown);
                return;
              }
            }
          }),
        );
        await wait(150);
        server.crash();
        await writing;
        expect(lost.length).toBeGreaterThan(0);
        lost.forEach((thrown) => expect(thrown).toBeInstanceOf(StoreUnavailable));
        server.start();
        const there = new Set((await store.readAll(null, { limit: 10_000 })).events.map(({ stream }) => stream));
        expect(acknowledged.filter((stream) => !there.has(stream))).toEqual([]);
        expect(await store.inspect()).toEqual([]);
        expect(await store.append('fund-test_after', NO_STREAM, [event()])).toMatchObject({ lastRevision: 0 });
        await store.close();
      },
    );
  });

import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type CanonicalEvent, type NewEvent, NO_STREAM } from '../event-store.js';
import { InMemoryEventStore } from './in-memory.event-store.js';
import { SqliteEventStore } from './sqlite.event-store.js';

const event = (type = 'FundOpened'): NewEvent => ({ id: randomUUID(), type, data: { fundId: 'parks' }, metadata: { meta: {} } });

describe('what inspecting finds in a damaged file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-damage-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const after = async (damage: string) => {
    const file = join(folder, `${randomUUID()}.db`);
    const store = new SqliteEventStore(file);
    await store.append('fund-test_parks', NO_STREAM, [event(), event(), event()]);
    await store.append('fund-test_paths', NO_STREAM, [event()]);
    const hand = new Database(file);
    hand.exec(damage);
    hand.close();
    const found = await store.inspect();
    await store.close();
    return found.map(({ kind, stream }) => [kind, stream]);
  };

  it('is nothing where nothing was damaged', async () => {
    expect(await after('SELECT 1')).toEqual([]);
  });
  it('is a gap in the stream and in the store when an event was taken out of the middle', async () => {
    expect(await after('DELETE FROM events WHERE position = 2')).toEqual([
      ['gap', 'fund-test_parks'],
      ['gap', ''],
    ]);
  });
  it('is a gap in the stream when a revision was renumbered', async () => {
    expect(await after('UPDATE events SET revision = 7 WHERE position = 3')).toEqual([['gap', 'fund-test_parks']]);
  });
  it('is a gap in the store when a whole stream was taken out, except at the end', async () => {
    expect(await after('DELETE FROM events WHERE stream = 1')).toEqual([['gap', '']]);
  });
});

describe('what this process knows by heart of the file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-heart-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is forgotten when another connection has written: a stale append conflicts and says where the stream now stands', async () => {
    const file = join(folder, 'two.db');
    const [mine, other] = [new SqliteEventStore(file), new SqliteEventStore(file)];
    await mine.append('fund-test_parks', NO_STREAM, [event()]);
    await other.append('fund-test_parks', 0, [event(), event()]);
    await expect(mine.append('fund-test_parks', 0, [event()])).rejects.toMatchObject({ name: 'ConcurrencyConflict', actualRevision: 2 });
    expect(await mine.readStream('fund-test_parks', { from: 1 })).toHaveLength(2);
    expect(await mine.append('fund-test_parks', 2, [event()])).toMatchObject({ lastRevision: 3, position: '4' });
    await Promise.all([mine.close(), other.close()]);
  });
  it('is forgotten when a group could not be written: nothing of it is taken for granted afterwards', async () => {
    const file = join(folder, 'failed.db');
    const store = new SqliteEventStore(file);
    await store.append('fund-test_parks', NO_STREAM, [event()]);
    const hand = new Database(file);
    hand.exec("CREATE TRIGGER no_paths BEFORE INSERT ON events WHEN new.type = 'Impossible' BEGIN SELECT raise(ABORT, 'no'); END");
    const answers = await Promise.allSettled([
      store.append('fund-test_parks', 0, [event()]),
      store.append('fund-test_new', NO_STREAM, [event('Impossible')]),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await store.readStream('fund-test_parks')).toHaveLength(1);
    expect(await store.append('fund-test_parks', 0, [event()])).toMatchObject({ lastRevision: 1, position: '2' });
    expect(await store.append('fund-test_new', NO_STREAM, [event()])).toMatchObject({ lastRevision: 0, position: '3' });
    hand.close();
    await store.close();
  });
});

describe('a store that does not answer', () => {
  class Silent extends InMemoryEventStore {
    protected override readonly deadlineMs = 20;
    protected override write(
      stream: string,
      expectedRevision: number,
      events: readonly CanonicalEvent[],
    ): ReturnType<InMemoryEventStore['write']> {
      void super.write(stream, expectedRevision, events);
      return new Promise(() => undefined);
    }
  }
  it('is unavailable after its deadline, and a resend finds what it wrote in silence', async () => {
    const store = new Silent();
    const one = event();
    await expect(store.append('fund-test_parks', NO_STREAM, [one])).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: expect.stringContaining('unknown') as string,
    });
    expect(await store.readStream('fund-test_parks')).toMatchObject([{ id: one.id }]);
  });
});

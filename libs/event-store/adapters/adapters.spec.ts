import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepsTheContract } from '../testing/index.js';
import { InMemoryEventStore } from './in-memory.event-store.js';
import { SqliteEventStore } from './sqlite.event-store.js';

const folder = mkdtempSync(join(tmpdir(), 'ledger-contract-'));
let files = 0;

keepsTheContract('The store in memory', () => Promise.resolve(new InMemoryEventStore()));
keepsTheContract('The SQLite store', () => Promise.resolve(new SqliteEventStore(join(folder, `${(files += 1)}.db`))));

describe('the SQLite store, opened again', () => {
  it('still has every event, answers an old resend, and goes on at the next position', async () => {
    const file = join(folder, 'again.db');
    const event = { id: '00000000-0000-4000-8000-000000000001', type: 'FundOpened', data: { fundId: 'parks' }, metadata: {} };
    const first = new SqliteEventStore(file);
    const told = await first.append('fund-test_parks', -1, [event]);
    await first.close();
    const second = new SqliteEventStore(file);
    expect(await second.append('fund-test_parks', -1, [event])).toEqual(told);
    expect(await second.append('fund-test_parks', 0, [{ ...event, id: '00000000-0000-4000-8000-000000000002' }])).toMatchObject({
      lastRevision: 1,
      position: '2',
    });
    await second.close();
  });
  it('lets two connections write at once, without a gap and without a false conflict', async () => {
    const file = join(folder, 'two.db');
    const [a, b] = [new SqliteEventStore(file), new SqliteEventStore(file)];
    const write = (store: SqliteEventStore, writer: number) =>
      Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          store.append(`fund-test_${writer}-${n}`, -1, [
            { id: `0000000${writer}-0000-4000-8000-${String(n).padStart(12, '0')}`, type: 'FundOpened', data: {}, metadata: {} },
          ]),
        ),
      );
    await Promise.all([write(a, 1), write(b, 2)]);
    expect((await a.readAll(null)).events.map(({ position }) => Number(position))).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    await Promise.all([a.close(), b.close()]);
  });
});

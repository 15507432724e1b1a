import { hash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SqliteEventStore } from '../../dist/libs/event-store/adapters/sqlite.event-store.js';
import { canonicalText } from '../../dist/libs/kernel/index.js';
import { everyEvent } from './history.mjs';
import { byTurns, inFolder } from './measure.mjs';

const BATCH = 1_000;
/** The most that one append takes: ten of them wait together and share a transaction. */
const APPEND = 100;

/** What writing so many rows into SQLite costs at least: text that is there already, prepared inserts, the same unique index. */
function preparedInserts(folder) {
  const db = new Database(join(folder, 'floor.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec(`CREATE TABLE events (position INTEGER PRIMARY KEY, stream INTEGER NOT NULL, revision INTEGER NOT NULL, id TEXT NOT NULL,
    type TEXT NOT NULL, data TEXT NOT NULL, metadata TEXT NOT NULL, recorded_at TEXT NOT NULL);
    CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);`);
  const insert = db.prepare('INSERT INTO events (stream, revision, id, type, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?)');
  return db.transaction((stream, rows) =>
    rows.forEach(({ data, id, metadata, type }, revision) =>
      insert.run(stream, revision, id, type, data, metadata, '2026-04-06T10:00:00.000Z'),
    ),
  );
}

/** The store, which hashes each event's canonical text on its way in. */
class Hashing extends SqliteEventStore {
  write(stream, expectedRevision, events) {
    for (const { data, metadata } of events) hash('sha256', data + metadata);
    return super.write(stream, expectedRevision, events);
  }
}

/** W2, row 5: batches of 1,000 events, made canonical and hashed on their way in. */
export const w2 = ({ events, rounds }) =>
  inFolder(async (folder) => {
    const store = new Hashing(join(folder, 'events.db'));
    const floor = preparedInserts(folder);
    const batches = Math.max(1, Math.round(events / 10 / BATCH / rounds));
    const fresh = [...everyEvent(BATCH)];
    const written = fresh.map(({ data, metadata, ...one }) => ({ ...one, data: canonicalText(data), metadata: canonicalText(metadata) }));
    let streams = 0;
    const timed = async (append) => {
      const started = performance.now();
      for (let batch = 0; batch < batches; batch += 1) await append((streams += 1));
      return { perSecond: (batches * BATCH * 1000) / (performance.now() - started) };
    };
    const ours = (stream) => {
      const named = fresh.map((one) => ({ ...one, id: randomUUID() }));
      return Promise.all(
        Array.from({ length: BATCH / APPEND }, (_, nth) =>
          store.append(`bulk-leeds_${stream}-${nth}`, -1, named.slice(nth * APPEND, (nth + 1) * APPEND)),
        ),
      );
    };
    const taken = await byTurns(rounds, {
      ours: () => timed(ours),
      floor: () => timed((stream) => floor(stream, written)),
    });
    await store.close();
    return [
      {
        row: 5,
        says: 'W2, batches of 1,000, made canonical and hashed',
        unit: 'events/s',
        ours: taken.ours.perSecond,
        against: 'prepared inserts of ready text',
        floor: taken.floor.perSecond,
        goal: 0.8,
      },
    ];
  });

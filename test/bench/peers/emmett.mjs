import { join } from 'node:path';
import { CommandHandler } from '@event-driven-io/emmett';
import { getSQLiteEventStore, sqliteConnection } from '@event-driven-io/emmett-sqlite';

/** emmett-sqlite at its best: one shared connection, and callers queued by us, because it fails with two at once. */
export async function openEmmett(folder, streams, eventsBefore) {
  const fileName = join(folder, 'emmett.db');
  const connection = sqliteConnection({ fileName });
  const store = getSQLiteEventStore({
    fileName,
    schema: { autoMigration: 'CreateOrUpdate' },
    connectionOptions: { singleton: true, connection },
  });
  const handle = CommandHandler({
    evolve: (state, { data, type }) => (type === 'FundOpened' ? state : { lots: { ...state.lots, [data.lotId]: data.amountPence } }),
    initialState: () => ({ lots: {} }),
  });
  const bodyOf = (stream, lotId) => ({
    fundId: `fund-${stream}`,
    lotId,
    kind: 'income',
    class: 'general',
    amountPence: 125_000,
    currency: 'GBP',
    source: 'developer-contributions',
  });
  let queue = Promise.resolve();
  const queued = (work) => {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  };
  const ask = (stream, lotId) =>
    queued(() =>
      handle(store, `fund-${stream}`, (state) => {
        if (lotId in state.lots) throw new Error('LOT_ALREADY_RECORDED');
        return { type: 'ReceiptRecorded', data: bodyOf(stream, lotId) };
      }),
    );
  for (let stream = 0; stream < streams; stream += 1)
    await queued(() =>
      store.appendToStream(
        `fund-${stream}`,
        Array.from({ length: eventsBefore }, (_, lot) => ({ type: 'ReceiptRecorded', data: bodyOf(stream, `before-${lot}`) })),
      ),
    );
  return { ask, close: () => connection.close() };
}

import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { SqliteEventStore } from '../../dist/libs/event-store/adapters/sqlite.event-store.js';
import { fact, pence, slug, title } from '../../dist/libs/kernel/index.js';
import { alter, integer, journal, text } from '../../dist/libs/views/index.js';

/** The ledger of W3 and W4: ten kinds of fact of about 390 bytes, six of them about money, 200 funds, 5,000 streams. */
const FUNDS = 200;
const SUPPLIERS = 500;
const STREAMS = 5_000;
const MONEY = ['Paid', 'Refunded', 'Received', 'Promised', 'Released', 'Moved'];
const WORDS = ['Noted', 'Minuted', 'Invited', 'Answered'];
const fields = { fundId: slug, supplierId: slug, amountPence: pence, title };
const example = { fundId: 'fund-1', supplierId: 'supplier-1', amountPence: 1, title: 'One' };
const facts = [...MONEY, ...WORDS].map((name) => fact(name, { says: name, fields, example }));
export const catalogue = { facts: new Map(facts.map((one) => [one.name, one])), upcasters: new Map(), hash: '' };

/** Small steps that look like chance and are the same in every run. */
function steps() {
  let state = 42;
  return (below) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
}

export function* everyEvent(count) {
  const next = steps();
  for (let entry = 0; entry < count; entry += 1) {
    const [fund, supplier, kind] = [next(FUNDS), next(SUPPLIERS), next(10)];
    const amountPence = 1 + next(1_000_000);
    const type = kind < MONEY.length ? MONEY[kind] : WORDS[kind - MONEY.length];
    const day = `20${String(10 + Math.floor((entry / count) * 16)).padStart(2, '0')}-${String(1 + next(12)).padStart(2, '0')}-${String(1 + next(28)).padStart(2, '0')}`;
    const account = (name) => ({
      account: `${name}:leeds:fund-${fund}`,
      amountPence: name === 'Assets' ? -amountPence : amountPence,
      currency: 'GBP',
      effectiveOn: day,
    });
    yield {
      id: `00000000-0000-4000-8000-${String(entry).padStart(12, '0')}`,
      type,
      data: {
        amountPence,
        effectiveAt: `${day}T10:00:00.000Z`,
        fundId: `fund-${fund}`,
        postings: kind < MONEY.length ? [account('Assets'), account('Expenses')] : [],
        schema: `${type}/1`,
        supplierId: `supplier-${supplier}`,
        tenantId: 'leeds',
        title:
          kind < MONEY.length
            ? 'Grounds, play'
            : 'The panel met in the hall on the green and heard from the residents about the paths, the play ground and the planting by the brook before it voted',
      },
      metadata: { meta: { actorRef: 'finance', onBehalfOf: 'finance' } },
    };
  }
}

/** Writes the ledger, and the same events as lines of a flat file. */
export async function writeHistory(folder, count) {
  const store = new SqliteEventStore(join(folder, 'events.db'));
  const flat = createWriteStream(join(folder, 'flat.ndjson'));
  const revisions = new Int32Array(STREAMS).fill(-1);
  let [batch, stream, waiting] = [[], 0, []];
  const write = async () => {
    waiting.push(store.append(`fund-leeds_${stream}`, revisions[stream], batch));
    revisions[stream] += batch.length;
    [batch, stream] = [[], (stream + 1) % STREAMS];
    if (waiting.length === 50) {
      await Promise.all(waiting);
      waiting = [];
    }
  };
  for (const event of everyEvent(count)) {
    batch.push(event);
    if (!flat.write(`${JSON.stringify(event)}\n`)) await once(flat, 'drain');
    if (batch.length === 100) await write();
  }
  if (batch.length > 0) await write();
  await Promise.all(waiting);
  flat.end();
  await once(flat, 'close');
  await store.close();
}

/** Every line of the flat file, parsed: what any rebuild from JSON must do at least. */
export async function parseFlat(folder, visit, until = Infinity) {
  let [rest, count] = ['', 0];
  for await (const chunk of createReadStream(join(folder, 'flat.ndjson'), { encoding: 'latin1', highWaterMark: 1 << 20 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (count > until) return;
      visit(JSON.parse(line));
      count += 1;
    }
  }
}

const sign = { Paid: -1, Refunded: 1, Received: 1, Promised: -1, Released: 1, Moved: -1 };
const onMoney = (changes) => Object.fromEntries(MONEY.map((type) => [type, changes]));
const funds = {
  name: 'fund_money',
  version: 1,
  key: ['fundId'],
  columns: { fundId: text, heldPence: integer, facts: integer },
  on: onMoney(({ data: { amountPence, fundId }, type }) => [
    alter({ fundId }, (row) => ({ fundId, heldPence: row.heldPence + sign[type] * amountPence, facts: row.facts + 1 }), {
      fundId,
      heldPence: 0,
      facts: 0,
    }),
  ]),
};
const suppliers = {
  name: 'supplier_months',
  version: 1,
  key: ['supplierId', 'month'],
  columns: { supplierId: text, month: text, spentPence: integer },
  on: {
    Paid: ({ data: { amountPence, effectiveAt, supplierId } }) => {
      const month = effectiveAt.slice(0, 7);
      return [
        alter({ supplierId, month }, (row) => ({ ...row, spentPence: row.spentPence + amountPence }), { supplierId, month, spentPence: 0 }),
      ];
    },
  },
};
export const twoViews = [funds, suppliers];
export const theJournal = [journal];

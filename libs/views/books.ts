import type { Columns, Statements } from '@ledger/database';
import type { Seen } from './projection.js';
import type { Balance } from './reading.js';

/** Entries in one block of the books. */
const BLOCK = 500;
/** Blocks in one block of the level above. */
const FAN = 16;
/** More accounts than this would not fit beside a day in one exact number. */
const ACCOUNTS_MAX = 2 ** 26;
/** Cells are left out where no day cuts through. */
type Block = Readonly<{ minDay: number; maxDay: number; totals: Buffer; cells: Buffer | null }>;
type BlockRow = readonly [level: number, nth: number, minDay: number, maxDay: number, totals: Buffer, cells: Buffer];
type Leg = Readonly<{ entry: number; tenantId: string; account: string; amountPence: number; currency: string; effectiveOn: string }>;
type Visit = (account: number, pence: number, day: number, entry: number) => void;

const NO_DAY = 2 ** 31;
const BLOCKS: Columns = { level: 'integer', nth: 'integer', min_day: 'integer', max_day: 'integer', totals: 'bytes', cells: 'bytes' };
const ACCOUNTS: Columns = { id: 'integer', tenantId: 'text', account: 'text', currency: 'text' };
/** Blocks read at once by who reads all of them. */
const PAGE = 100;

/** A day as a number in the same order: 2018-06-05 is 20180605. */
const dayNumber = (day: string): number => Number(day.replaceAll('-', ''));

/** Cells as columns of numbers, one after the other: pence, account, day, newest entry. 20 bytes each, read without parsing. */
class Cells {
  constructor(
    readonly pence: Float64Array,
    readonly account: Uint32Array,
    readonly day: Uint32Array,
    readonly entry: Uint32Array,
  ) {}
  static from(rows: readonly (readonly [account: number, pence: number, day: number, entry: number])[]): Cells {
    return new Cells(
      Float64Array.from(rows, ([, pence]) => pence),
      Uint32Array.from(rows, ([account]) => account),
      Uint32Array.from(rows, ([, , day]) => day),
      Uint32Array.from(rows, ([, , , entry]) => entry),
    );
  }
  static read(stored: Buffer | null): Cells {
    if (stored === null) return Cells.from([]);
    const bytes = stored.buffer.slice(stored.byteOffset, stored.byteOffset + stored.byteLength) as ArrayBuffer;
    const count = bytes.byteLength / 20;
    const column = (nth: number) => new Uint32Array(bytes, count * (8 + 4 * nth), count);
    return new Cells(new Float64Array(bytes, 0, count), column(0), column(1), column(2));
  }
  write(): Buffer {
    return Buffer.concat([this.pence, this.account, this.day, this.entry].map((one) => Buffer.from(one.buffer)));
  }
  /** Visits the cells up to a day; they stand in the order of their days unless they are single legs. */
  visit(visit: Visit, lastDay = Infinity, lastEntry = Infinity, inOrder = false): void {
    const { account, day, entry, pence } = this;
    for (let index = 0; index < account.length; index += 1) {
      if (day[index]! > lastDay) {
        if (inOrder) return;
      } else if (entry[index]! <= lastEntry) visit(account[index]!, pence[index]!, day[index]!, entry[index]!);
    }
  }
}

/** A block as it is kept: the days that it spans, its sums by account, its cells. */
function blockOf(level: number, nth: number, cells: Cells, totals: Buffer = Buffer.alloc(0)): BlockRow {
  const [min, max] = cells.day.reduce(([least, most], day) => [Math.min(least, day), Math.max(most, day)], [NO_DAY, 0]);
  return [level, nth, min, max, totals, cells.write()];
}

/**
 * The journal once more, as numbers, for sums at any moment without adding up everything before it.
 *
 * Every 500 entries make a block: its legs as columns. 16 blocks make one of the level above, and so on: there the legs are summed by
 * account and day, and by account alone. A balance as known at entry K adds the largest blocks that end by K (at most 15 of each level),
 * then the legs of the block that K stands in, or of the journal where that block is not full yet. As at day D, a block whose
 * days all lie by D counts by its totals, one whose days all lie after D is left out, and only one that D cuts through is gone into.
 * Days never need to be in the order of the entries: back-dated and forward-dated facts only widen a block. Nothing is ever corrected;
 * a block is written once, in the transaction that completes it. All balances at any entry of a million: some milliseconds, cold.
 *
 * Exact as long as each sum stays below 2^53 pence, and the ledger below 2^32 entries.
 */
export class Books {
  private readonly ids = new Map<string, number>();
  private fresh: (readonly [id: number, tenantId: string, account: string, currency: string])[] = [];
  private legs: (readonly [account: number, pence: number, day: number, entry: number])[] = [];
  /** The first entry that stands in no full block; null asks the tables. */
  private from: number | null = null;
  private full: (readonly [nth: number, cells: Cells])[] = [];
  private readonly blocks: string;
  private readonly accounts: string;
  private readonly journal: string;

  constructor(
    private readonly db: Statements,
    suffix: string,
  ) {
    [this.blocks, this.accounts, this.journal] = [`books${suffix}`, `books_accounts${suffix}`, `journal${suffix}`];
  }

  get names(): readonly string[] {
    return [this.blocks, this.accounts];
  }

  async create(inside: Statements, generation: number): Promise<void> {
    await inside.create(`DROP TABLE IF EXISTS "${this.blocks}"; DROP TABLE IF EXISTS "${this.accounts}";
      CREATE TABLE "${this.blocks}" (
        level INTEGER NOT NULL, nth INTEGER NOT NULL, min_day INTEGER NOT NULL, max_day INTEGER NOT NULL, totals BLOB NOT NULL, cells BLOB NOT NULL);
      CREATE UNIQUE INDEX "${this.blocks}_place_${generation}" ON "${this.blocks}" (level, nth);
      CREATE TABLE "${this.accounts}" (id INTEGER PRIMARY KEY, "tenantId" TEXT NOT NULL, account TEXT NOT NULL, currency TEXT NOT NULL);
      CREATE UNIQUE INDEX "${this.accounts}_name_${generation}" ON "${this.accounts}" ("tenantId", account, currency);`);
    this.forget();
  }

  /** Takes up an event's postings. Called for every event, because blocks are counted in entries, and after `resume`. */
  add({ data: { postings, tenantId }, entry }: Seen): void {
    const from = this.from!;
    for (const { account, amountPence, currency, effectiveOn } of postings)
      this.legs.push([this.idOf(tenantId, account, currency), amountPence, dayNumber(effectiveOn), entry]);
    if (entry < from + BLOCK - 1) return;
    this.full.push([from / BLOCK, Cells.from(this.legs)]);
    this.legs = [];
    this.from = from + BLOCK;
  }

  /** Reads the accounts' numbers, which go from 1 without a gap, and the unfinished block back from the journal. */
  async resume(): Promise<void> {
    if (this.from !== null) return;
    const accounts = await this.db.all<{ id: number; name: string }>(
      `SELECT id, "tenantId" || ' ' || currency || ' ' || account AS name FROM "${this.accounts}" ORDER BY id`,
    );
    const [found] = await this.db.all<{ blocks: number }>(`SELECT count(*) AS blocks FROM "${this.blocks}" WHERE level = 0`);
    const from = found!.blocks * BLOCK;
    const legs = await this.journalLegs(from, Number.MAX_SAFE_INTEGER);
    for (const { id, name } of accounts) this.ids.set(name, id);
    this.legs = legs.map(
      ({ account, amountPence, currency, effectiveOn, entry, tenantId }) =>
        [this.idOf(tenantId, account, currency), amountPence, dayNumber(effectiveOn), entry] as const,
    );
    this.from = from;
  }
  private journalLegs(from: number, to: number): Promise<readonly Leg[]> {
    return this.db.all(
      `SELECT entry, "tenantId", account, "amountPence", currency, "effectiveOn" FROM "${this.journal}" WHERE entry BETWEEN ? AND ? ORDER BY entry, leg`,
      [from, to],
    );
  }

  /** The number of an account: given here, written with the batch. */
  private idOf(tenantId: string, account: string, currency: string): number {
    const name = `${tenantId} ${currency} ${account}`;
    let id = this.ids.get(name);
    if (id === undefined) {
      id = this.ids.size + 1;
      this.ids.set(name, id);
      this.fresh.push([id, tenantId, account, currency]);
    }
    return id;
  }

  /** Writes what was taken up. Call it inside a transaction. */
  async flush(inside: Statements): Promise<void> {
    await inside.insert(this.accounts, ACCOUNTS, this.fresh);
    this.fresh = [];
    for (const [nth, legs] of this.full) {
      await inside.insert(this.blocks, BLOCKS, [blockOf(0, nth, legs)]);
      for (let [level, done] = [1, nth + 1]; done % FAN === 0; level += 1) {
        done /= FAN;
        await inside.insert(this.blocks, BLOCKS, [await this.sumUp(inside, level, done - 1)]);
      }
    }
    this.full = [];
  }
  /** One block of a level above: the cells of the 16 below, summed by account and day, in the order of the days. */
  private async sumUp(inside: Statements, level: number, nth: number): Promise<BlockRow> {
    const byCell = new Map<number, [account: number, pence: number, day: number, entry: number]>();
    const byAccount = new Map<number, [account: number, pence: number, day: number, entry: number]>();
    const into = (sums: typeof byCell, key: number, cell: [number, number, number, number]) => {
      const sum = sums.get(key);
      if (sum === undefined) return void sums.set(key, cell);
      sum[1] += cell[1];
      sum[3] = Math.max(sum[3], cell[3]);
    };
    for (const { cells } of await this.read(inside, level - 1, nth * FAN, (nth + 1) * FAN)) {
      Cells.read(cells).visit((account, pence, day, entry) => {
        into(byCell, day * ACCOUNTS_MAX + account, [account, pence, day, entry]);
        into(byAccount, account, [account, pence, 0, entry]);
      });
    }
    const cells = [...byCell].sort(([one], [other]) => one - other).map(([, cell]) => cell);
    return blockOf(level, nth, Cells.from(cells), Cells.from([...byAccount.values()]).write());
  }
  /** Blocks of one level; cells come only where a day cuts through, because above the first level they are most of the bytes. */
  private read(from: Statements, level: number, first: number, until: number, day: number | null = null): Promise<readonly Block[]> {
    const cells = day === null || level === 0 ? 'cells' : `CASE WHEN min_day <= ${day} AND max_day > ${day} THEN cells END AS cells`;
    return from.all(
      `SELECT min_day AS "minDay", max_day AS "maxDay", totals, ${cells} FROM "${this.blocks}" WHERE level = ? AND nth >= ? AND nth < ? ORDER BY nth`,
      [level, first, until],
    );
  }

  /** Sums by account at one moment: postings known by an entry and true by a day. */
  async balances({
    asAt,
    asKnown,
    prefix,
    tenantId,
  }: Readonly<{ asAt: string; asKnown: number; prefix: string; tenantId: string }>): Promise<readonly Balance[]> {
    const wanted = await this.db.all<{ id: number; account: string; currency: string }>(
      `SELECT id, account, currency FROM "${this.accounts}" WHERE "tenantId" = ? AND account >= ? AND account < ? ORDER BY account, currency`,
      [tenantId, prefix, `${prefix}\uffff`],
    );
    const size = wanted.reduce((most, { id }) => Math.max(most, id), 0) + 1;
    const [sums, newest] = [new Float64Array(size), new Float64Array(size).fill(-1)];
    const ids = new Map(wanted.map(({ account, currency, id }) => [`${currency} ${account}`, id]));
    const add: Visit = (account, pence, _, entry) => {
      if (account >= size) return;
      sums[account]! += pence;
      if (entry > newest[account]!) newest[account] = entry;
    };
    await this.visitAt(dayNumber(asAt), asKnown, add, ({ account, amountPence, currency, entry, tenantId: whose }) => {
      if (whose !== tenantId) return;
      const id = ids.get(`${currency} ${account}`);
      if (id !== undefined) add(id, amountPence, 0, entry);
    });
    return wanted
      .filter(({ id }) => newest[id]! >= 0)
      .map(({ account, currency, id }) => ({ account, currency, pence: sums[id]!, lastEntry: newest[id]! }));
  }

  private async visitAt(lastDay: number, lastEntry: number, add: Visit, addLeg: (leg: Leg) => void): Promise<void> {
    const [highest] = await this.db.all<{ top: number | null }>(`SELECT max(level) AS top FROM "${this.blocks}"`);
    let from = 0;
    for (let level = highest?.top ?? 0; level >= 0; level -= 1) {
      const span = BLOCK * FAN ** level;
      const until = Math.floor((lastEntry + 1) / span);
      const blocks = await this.read(this.db, level, from / span, until, lastDay);
      for (const { cells, maxDay, minDay, totals } of blocks) {
        if (maxDay <= lastDay) Cells.read(level === 0 ? cells : totals).visit(add);
        else if (minDay <= lastDay) Cells.read(cells).visit(add, lastDay, Infinity, level > 0);
      }
      from += blocks.length * span;
    }
    if (from > lastEntry) return;
    const [open] = await this.read(this.db, 0, from / BLOCK, from / BLOCK + 1);
    if (open !== undefined) Cells.read(open.cells).visit(add, lastDay, lastEntry);
    else for (const leg of await this.journalLegs(from, lastEntry)) if (dayNumber(leg.effectiveOn) <= lastDay) addLeg(leg);
  }

  /** Tenants whose money was ever posted. */
  async tenants(): Promise<readonly string[]> {
    const found = await this.db.all<{ tenantId: string }>(`SELECT DISTINCT "tenantId" FROM "${this.accounts}" ORDER BY "tenantId"`);
    return found.map(({ tenantId }) => tenantId);
  }

  /** Every leg in full blocks, in the order of the entries, as numbers: what a sum over all of history reads. */
  async everyLeg(visit: Visit): Promise<void> {
    for (let nth = 0; ; nth += PAGE) {
      const blocks = await this.read(this.db, 0, nth, nth + PAGE);
      for (const { cells } of blocks) Cells.read(cells).visit(visit);
      if (blocks.length < PAGE) return;
    }
  }

  forget(): void {
    this.ids.clear();
    this.fresh = [];
    this.legs = [];
    this.from = null;
    this.full = [];
  }
}

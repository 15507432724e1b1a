import { type Columns, type Database, openDatabase } from './index.js';
import { overBothEngines } from './testing/index.js';

const COLUMNS: Columns = { name: 'text', size: 'integer', bytes: 'bytes' };
const NAME: Columns = { name: 'text' };

overBothEngines('a database', (engine) => {
  let address: string;
  let db: Database;
  const again = () => openDatabase(address, 'test');
  beforeEach(async () => {
    address = await engine.fresh();
    db = await again();
    await db.create('CREATE TABLE things (name TEXT PRIMARY KEY, size INTEGER, bytes BLOB)');
  });
  afterEach(() => db.close());
  const names = async (sql = 'SELECT name FROM things ORDER BY name') => (await db.all<{ name: string }>(sql)).map(({ name }) => name);

  it('gives back what it was given: text, whole numbers, bytes, nothing', async () => {
    const rows = [
      ['"quoted" \\ {brace}, comma', Number.MAX_SAFE_INTEGER, Buffer.from([0, 255, 92, 34])],
      ['żółć\n', -1, null],
    ];
    await db.insert('things', COLUMNS, rows);
    expect((await db.all('SELECT * FROM things ORDER BY size')).map((row) => Object.values(row as object) as unknown[])).toEqual([
      rows[1],
      rows[0],
    ]);
  });
  it('puts text in the order of its bytes, whatever the language', async () => {
    await db.insert(
      'things',
      NAME,
      ['é', 'b', 'B', 'a-b', 'ab', 'Z'].map((name) => [name]),
    );
    expect(await names()).toEqual(['B', 'Z', 'a-b', 'ab', 'b', 'é']);
    expect(await names(`SELECT name FROM things WHERE name >= 'a' AND name < 'b' ORDER BY name`)).toEqual(['a-b', 'ab']);
  });
  it('finds and changes many rows by their keys, and those alone of which something else is true', async () => {
    await db.insert('things', COLUMNS, [
      ['one', 1, null],
      ['two', null, null],
      ['three', null, null],
    ]);
    expect(await db.matching('things', NAME, [['one'], ['two'], ['four']], 'size IS NULL')).toMatchObject([{ name: 'two' }]);
    await db.assign(
      'things',
      { size: 'integer' },
      NAME,
      [
        [10, 'one'],
        [20, 'two'],
      ],
      'size IS NULL',
    );
    expect(await db.all('SELECT name, size FROM things ORDER BY name')).toEqual([
      { name: 'one', size: 1 },
      { name: 'three', size: null },
      { name: 'two', size: 20 },
    ]);
    expect(await db.run('DELETE FROM things WHERE size IS NOT NULL')).toBe(2);
  });
  it('does all of a transaction or nothing, and shows nobody its half', async () => {
    const broken = db.transaction(async (inside) => {
      await inside.insert('things', NAME, [['half']]);
      throw new Error('the power went');
    });
    await expect(broken).rejects.toThrow('the power went');
    let seenMeanwhile: Promise<readonly string[]> | undefined;
    await db.transaction(async (inside) => {
      await inside.insert('things', NAME, [['whole']]);
      seenMeanwhile = names();
      await Promise.race([seenMeanwhile, new Promise((later) => setTimeout(later, 200))]);
      expect(await inside.all('SELECT name FROM things')).toEqual([{ name: 'whole' }]);
    });
    // PostgreSQL answers at once with what stood before; SQLite, over its one connection, when the transaction has ended.
    expect(await seenMeanwhile).toEqual(engine.name === 'SQLite' ? ['whole'] : []);
    expect(await names()).toEqual(['whole']);
  });
  it('lets one writer go at a time: nobody writes between another one’s look and its writing', async () => {
    const other = await again();
    await db.insert('things', COLUMNS, [['count', 0, null]]);
    const addOne = (to: Database) =>
      to.transaction(async (inside) => {
        const [row] = await inside.all<{ size: number }>("SELECT size FROM things WHERE name = 'count'");
        await inside.run("UPDATE things SET size = ? WHERE name = 'count'", [row!.size + 1]);
      });
    await Promise.all(Array.from({ length: 40 }, (_, nth) => addOne(nth % 2 === 0 ? db : other)));
    expect(await db.all('SELECT size FROM things')).toEqual([{ size: 40 }]);
    await other.close();
  });
  it('keeps two parts of a ledger apart, and begins a part afresh when its format is another', async () => {
    const part = await openDatabase(engine.name === 'SQLite' ? await engine.fresh() : address, 'part');
    await part.begin(1);
    await part.create('CREATE TABLE things (part TEXT)');
    await part.begin(1);
    expect(await part.all('SELECT * FROM things')).toEqual([]);
    await part.begin(2);
    await expect(part.all('SELECT * FROM things')).rejects.toThrow();
    expect(await names()).toEqual([]);
    await part.close();
  });
  it('gives a job to one process at a time, and to another when the first lets it go or dies', async () => {
    const others = [await again(), await again()];
    const [mine, second, third] = [db, ...others].map((one) => one.lease('job')) as [ReturnType<Database['lease']>, ...ReturnType<Database['lease']>[]]; // prettier-ignore
    expect([await mine.hold(), await second!.hold(), await mine.hold()]).toEqual([true, false, true]);
    expect(await others[0]!.lease('another job').hold()).toBe(true);
    await mine.release();
    expect([await second!.hold(), await mine.hold()]).toEqual([true, false]);
    await engine.loseLeases(address, 'test');
    expect(await third!.hold()).toBe(true);
    for (const one of others) await one.close();
  });
});

describe('a lease of a SQLite file', () => {
  it('runs out, and is free when its holder died on this machine, but not on another', async () => {
    const db = await openDatabase('sqlite::memory:', 'test');
    const takenBy = async () => db.lease('work').hold();
    expect(await takenBy()).toBe(true);
    await db.run("UPDATE leases SET until = unixepoch('subsec') - 1");
    expect(await takenBy()).toBe(true);
    await db.run("UPDATE leases SET holder = substr(holder, 1, instr(holder, ' ')) || '999999999 x', until = until + 1000");
    expect(await takenBy()).toBe(true);
    await db.run("UPDATE leases SET holder = 'another-machine 999999999 x', until = until + 1000");
    expect(await takenBy()).toBe(false);
    await db.close();
  });
});

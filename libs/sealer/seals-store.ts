import {
  type Digest,
  digestFromHex,
  digestsFrom,
  Frontier,
  leafHash,
  TILE_LEVELS,
  TILE_WIDTH,
  toHex,
  type WholeAt,
  wholeFromTiles,
} from '@ledger/log';
import { type Database, openDatabase, type Statements, type Value } from '@ledger/database';

/** A checkpoint that was signed, and the cosignatures that came in since. */
export type Seal = Readonly<{ size: number; root: Digest; body: string; line: string; sealedAt: string; cosignatures: readonly string[] }>;

/** A tile that is not at hand: it is fetched, and the work begins again. */
class Missing extends Error {
  constructor(
    readonly level: number,
    readonly tile: number,
  ) {
    super();
  }
}
type SealRow = Omit<Seal, 'root' | 'cosignatures'> & Readonly<{ root: string }>;

/** The tree over the entries, as tiles of digests, with its seals: one more thing that stands apart from the event store. */
export class SealsStore {
  private frontier: Frontier | null = null;
  private constructor(private readonly db: Database) {}

  static async open(address: string): Promise<SealsStore> {
    const db = await openDatabase(address, 'log', { durable: true });
    await db.create(`
      CREATE TABLE IF NOT EXISTS tree (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS tiles (level INTEGER NOT NULL, tile INTEGER NOT NULL, digests BLOB NOT NULL, PRIMARY KEY (level, tile)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS seals (size INTEGER PRIMARY KEY, root TEXT NOT NULL, body TEXT NOT NULL, line TEXT NOT NULL, sealed_at TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS cosignatures (size INTEGER NOT NULL REFERENCES seals, key_name TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (size, key_name));
      CREATE TABLE IF NOT EXISTS catalogues (hash TEXT PRIMARY KEY, text TEXT NOT NULL);
      INSERT INTO tree VALUES (1, 0) ON CONFLICT DO NOTHING;`);
    return new SealsStore(db);
  }

  async treeSize(inside: Statements = this.db): Promise<number> {
    return (await inside.all<{ size: number }>('SELECT size FROM tree'))[0]!.size;
  }

  /**
   * Works something out of the digests of whole subtrees, which come from the stored tiles. The work is pure and knows no waiting: where
   * it needs a tile that is not at hand, the tile is fetched and the work is done again, a few times for any question about a tree.
   */
  async fromTree<Result>(work: (whole: WholeAt) => Result, inside: Statements = this.db): Promise<Result> {
    const kept = new Map<string, readonly Digest[]>();
    const whole = wholeFromTiles((level, index) => {
      const tile = Math.floor(index / TILE_WIDTH);
      const digests = kept.get(`${level} ${tile}`);
      if (digests === undefined) throw new Missing(level, tile);
      const digest = digests[index % TILE_WIDTH];
      if (digest === undefined) throw new Error(`The log's tree has no digest ${index} at level ${level} of its tiles`);
      return digest;
    });
    for (;;) {
      try {
        return work(whole);
      } catch (thrown) {
        if (!(thrown instanceof Missing)) throw thrown;
        const bytes = Buffer.from(await this.tile(thrown.level, thrown.tile, inside), 'latin1');
        kept.set(`${thrown.level} ${thrown.tile}`, digestsFrom(bytes, bytes.length / 32));
      }
    }
  }

  /** Adds the leaves of the next entries, in one transaction. Another process may have added them first: then they stand already. */
  grow(from: number, documents: readonly string[]): Promise<void> {
    return this.db.transaction(async (inside) => {
      const size = await this.treeSize(inside);
      if (this.frontier?.size !== size) this.frontier = await this.fromTree((whole) => Frontier.of(size, whole), inside);
      const { frontier } = this;
      const grown = new Map<string, { level: number; tile: number; digests: string }>();
      for (const document of documents.slice(size - from))
        frontier.push(leafHash(document), (level, index, digest) => {
          if (level % TILE_LEVELS !== 0) return;
          const place = { level: level / TILE_LEVELS, tile: Math.floor(index / TILE_WIDTH) };
          const key = `${place.level} ${place.tile}`;
          grown.set(key, { ...place, digests: (grown.get(key)?.digests ?? '') + digest });
        });
      for (const { digests, level, tile } of grown.values())
        await inside.run('INSERT INTO tiles VALUES (?, ?, ?) ON CONFLICT (level, tile) DO UPDATE SET digests = excluded.digests', [
          level,
          tile,
          Buffer.from((await this.tile(level, tile, inside)) + digests, 'latin1'),
        ]);
      await inside.run('UPDATE tree SET size = ?', [frontier.size]);
    });
  }
  /** The digests of one tile, as they stand. */
  async tile(level: number, tile: number, inside: Statements = this.db): Promise<string> {
    const [found] = await inside.all<{ digests: Buffer }>('SELECT digests FROM tiles WHERE level = ? AND tile = ?', [level, tile]);
    return found?.digests.toString('latin1') ?? '';
  }

  /** Forgets the tree, and the seals of more entries than there are: the tree grows again from the entries. */
  beginAgain(entries: number): Promise<void> {
    return this.db.transaction(async (inside) => {
      await inside.run('DELETE FROM tiles', []);
      await inside.run('UPDATE tree SET size = 0', []);
      await inside.run('DELETE FROM cosignatures WHERE size > ?', [entries]);
      await inside.run('DELETE FROM seals WHERE size > ?', [entries]);
    });
  }

  async addSeal({ body, line, root, sealedAt, size }: Omit<Seal, 'cosignatures'>): Promise<void> {
    const values = [size, toHex(root), body, line, sealedAt];
    await this.db.run('INSERT INTO seals VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', values);
  }
  async addCosignature(size: number, keyName: string, line: string): Promise<void> {
    await this.db.run('INSERT INTO cosignatures VALUES (?, ?, ?) ON CONFLICT (size, key_name) DO NOTHING', [size, keyName, line]);
  }
  /** Seals, newest first. */
  async seals(limit = Number.MAX_SAFE_INTEGER): Promise<readonly Seal[]> {
    const sql = 'SELECT size, root, body, line, sealed_at AS "sealedAt" FROM seals ORDER BY size DESC LIMIT ?';
    const seals = await this.db.all<SealRow>(sql, [limit]);
    const from = seals.at(-1)?.size ?? 0;
    const lines = await this.db.all<{ size: number; line: string }>(
      'SELECT size, line FROM cosignatures WHERE size >= ? ORDER BY size, key_name',
      [from],
    );
    const linesOf = Map.groupBy(lines, ({ size }) => size);
    return seals.map((seal) => ({
      ...seal,
      root: digestFromHex(seal.root),
      cosignatures: (linesOf.get(seal.size) ?? []).map(({ line }) => line),
    }));
  }
  async newest(): Promise<Seal | undefined> {
    return (await this.seals(1))[0];
  }

  /**
   * Takes along what a ledger was sealed with where it stood before: checkpoints, cosignatures, and the catalogues of old entries. Signatures
   * can be had once only. The tree is not taken: it is grown again from the entries. Answers how many seals there are.
   */
  async takeAlong(from: SealsStore): Promise<number> {
    const rows = (sql: string) => from.db.all<Record<string, Value>>(sql);
    const [seals, cosignatures, catalogues] = [
      await rows('SELECT size, root, body, line, sealed_at FROM seals ORDER BY size'),
      await rows('SELECT size, key_name, line FROM cosignatures ORDER BY size'),
      await rows('SELECT hash, text FROM catalogues'),
    ];
    await this.db.transaction(async (inside) => {
      for (const [table, all] of Object.entries({ seals, cosignatures, catalogues }))
        for (const row of all) {
          const values = Object.values(row);
          await inside.run(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`, values);
        }
    });
    return seals.length;
  }

  /** Keeps the text of a catalogue, so that an auditor can check old entries by the rules of their time. */
  async keepCatalogue(hash: string, text: string): Promise<void> {
    await this.db.run('INSERT INTO catalogues VALUES (?, ?) ON CONFLICT DO NOTHING', [hash, text]);
  }
  catalogues(): Promise<readonly { hash: string; text: string }[]> {
    return this.db.all('SELECT hash, text FROM catalogues ORDER BY hash');
  }
  close(): Promise<void> {
    return this.db.close();
  }
}

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
import Database from 'better-sqlite3';

/** A checkpoint that was signed, and the cosignatures that came in since. */
export type Seal = Readonly<{ size: number; root: Digest; body: string; line: string; sealedAt: string; cosignatures: readonly string[] }>;

/** The tree over the entries, as tiles of digests, with its seals: one more thing that stands apart from the event store. */
export class SealsStore {
  private readonly db: Database.Database;
  private frontier: Frontier;

  constructor(file: string) {
    this.db = new Database(file);
    this.db.pragma('busy_timeout = 2000');
    this.db.pragma('journal_mode = WAL');
    this.db.pragma('synchronous = FULL');
    this.db.exec(`
      CREATE TABLE IF NOT EXISTS tree (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS tiles (level INTEGER NOT NULL, tile INTEGER NOT NULL, digests BLOB NOT NULL, PRIMARY KEY (level, tile)) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS seals (size INTEGER PRIMARY KEY, root TEXT NOT NULL, body TEXT NOT NULL, line TEXT NOT NULL, sealed_at TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS cosignatures (size INTEGER NOT NULL REFERENCES seals, key_name TEXT NOT NULL, line TEXT NOT NULL, PRIMARY KEY (size, key_name));
      CREATE TABLE IF NOT EXISTS catalogues (hash TEXT PRIMARY KEY, text TEXT NOT NULL);
      INSERT INTO tree VALUES (1, 0) ON CONFLICT DO NOTHING;`);
    this.frontier = this.edge();
  }

  get treeSize(): number {
    return this.db.prepare<[], { size: number }>('SELECT size FROM tree').get()!.size;
  }
  private edge = () => Frontier.of(this.treeSize, this.whole());

  /** The digests of whole subtrees, out of the stored tiles. One tile of each level is kept at hand. */
  whole(): WholeAt {
    const find = this.db.prepare<[number, number], { digests: Buffer }>('SELECT digests FROM tiles WHERE level = ? AND tile = ?');
    const kept = new Map<number, { tile: number; digests: readonly Digest[] }>();
    return wholeFromTiles((level, index) => {
      const tile = Math.floor(index / TILE_WIDTH);
      let at = kept.get(level);
      if (at?.tile !== tile) {
        const bytes = find.get(level, tile)?.digests ?? Buffer.alloc(0);
        kept.set(level, (at = { tile, digests: digestsFrom(bytes, bytes.length / 32) }));
      }
      const digest = at.digests[index % TILE_WIDTH];
      if (digest === undefined) throw new Error(`The log's tree has no digest ${index} at level ${level} of its tiles`);
      return digest;
    });
  }

  /** Adds the leaves of the next entries, in one transaction. Another process may have added them first: then they stand already. */
  grow(from: number, documents: readonly string[]): void {
    this.db
      .transaction(() => {
        const size = this.treeSize;
        if (this.frontier.size !== size) this.frontier = this.edge();
        const grown = new Map<string, { level: number; tile: number; digests: string }>();
        for (const document of documents.slice(size - from))
          this.frontier.push(leafHash(document), (level, index, digest) => {
            if (level % TILE_LEVELS !== 0) return;
            const place = { level: level / TILE_LEVELS, tile: Math.floor(index / TILE_WIDTH) };
            const key = `${place.level} ${place.tile}`;
            const there = grown.get(key) ?? { ...place, digests: this.tile(place.level, place.tile) };
            grown.set(key, { ...there, digests: there.digests + digest });
          });
        const put = this.db.prepare(
          'INSERT INTO tiles VALUES (?, ?, ?) ON CONFLICT (level, tile) DO UPDATE SET digests = excluded.digests',
        );
        for (const { digests, level, tile } of grown.values()) put.run(level, tile, Buffer.from(digests, 'latin1'));
        this.db.prepare('UPDATE tree SET size = ?').run(this.frontier.size);
      })
      .immediate();
  }
  /** The digests of one tile, as they stand. */
  tile(level: number, tile: number): string {
    const found = this.db
      .prepare<[number, number], { digests: Buffer }>('SELECT digests FROM tiles WHERE level = ? AND tile = ?')
      .get(level, tile);
    return found?.digests.toString('latin1') ?? '';
  }

  addSeal({ body, line, root, sealedAt, size }: Omit<Seal, 'cosignatures'>): void {
    this.db.prepare('INSERT INTO seals VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING').run(size, toHex(root), body, line, sealedAt);
  }
  addCosignature(size: number, keyName: string, line: string): void {
    this.db.prepare('INSERT INTO cosignatures VALUES (?, ?, ?) ON CONFLICT (size, key_name) DO NOTHING').run(size, keyName, line);
  }
  /** Seals with at least so many entries, newest first. */
  seals(limit = -1): readonly Seal[] {
    const lines = this.db.prepare<[number], { line: string }>('SELECT line FROM cosignatures WHERE size = ? ORDER BY key_name');
    return this.db
      .prepare<[number], Omit<Seal, 'root' | 'cosignatures'> & { root: string }>(
        'SELECT size, root, body, line, sealed_at AS sealedAt FROM seals ORDER BY size DESC LIMIT ?',
      )
      .all(limit)
      .map((seal) => ({ ...seal, root: digestFromHex(seal.root), cosignatures: lines.all(seal.size).map(({ line }) => line) }));
  }

  /** Keeps the text of a catalogue, so that an auditor can check old entries by the rules of their time. */
  keepCatalogue(hash: string, text: string): void {
    this.db.prepare('INSERT INTO catalogues VALUES (?, ?) ON CONFLICT DO NOTHING').run(hash, text);
  }
  catalogues(): readonly { hash: string; text: string }[] {
    return this.db.prepare<[], { hash: string; text: string }>('SELECT hash, text FROM catalogues ORDER BY hash').all();
  }
  close(): void {
    this.db.close();
  }
}

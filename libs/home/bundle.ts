import { closeSync, existsSync, mkdirSync, openSync, readdirSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '@ledger/catalogue';
import { type EventStore, factNamed, type Position, type Stored } from '@ledger/event-store';
import { canonicalText, Refusal } from '@ledger/kernel';
import {
  type AboutBundle,
  BUNDLE,
  BUNDLE_AUDIENCES,
  BUNDLE_FORMAT,
  type BundleAudience,
  type BundleKeys,
  leafHash,
  type PartName,
  partsOf,
  type Salts,
  SubjectKeys,
  toBytes,
  toHex,
} from '@ledger/log';
import type { Seal } from '@ledger/sealer';
import { END_OF_TIME, type Views } from '@ledger/views';
import type { Home } from './home.js';
import { checkpointText } from './log-account.js';

const PAGE = 500;
type Json = Readonly<Record<string, unknown>>;

/** A file that grows line by line, in pieces of about a megabyte. */
class Growing {
  private readonly file: number;
  private pieces: Buffer[] = [];
  private bytes = 0;
  constructor(path: string) {
    this.file = openSync(path, 'w');
  }
  add(piece: Buffer): void {
    this.pieces.push(piece);
    this.bytes += piece.length;
    if (this.bytes > 1_000_000) this.flush();
  }
  private flush(): void {
    writeSync(this.file, Buffer.concat(this.pieces));
    [this.pieces, this.bytes] = [[], 0];
  }
  close(): void {
    this.flush();
    closeSync(this.file);
  }
}

/** Every event of these types, in the order of the store. */
export async function* everyEvent(store: EventStore, types: readonly string[]): AsyncGenerator<Stored> {
  for (let after: Position | null = null; types.length > 0;) {
    const { events, next } = await store.readAll(after, { types });
    yield* events;
    if (next === after) return;
    after = next;
  }
}

/** Which sealed events were opened: the fact that opens, and the value of the field that joins the two. */
async function openedIn({ store }: Pick<Home, 'store'>): Promise<(type: string, data: Json) => boolean> {
  const openings = [...catalogue.facts.values()].flatMap(({ opens }) => (opens === undefined ? [] : [opens]));
  const types = [...new Set(openings.map(({ event }) => event))];
  const happened = new Set<string>();
  for await (const { data, type } of everyEvent(store, types))
    for (const { joinedBy } of openings.filter(({ event }) => event === type))
      happened.add(`${type} ${joinedBy} ${String((JSON.parse(data) as Json)[joinedBy])}`);
  return (type, data) => {
    const opens = factNamed(catalogue, type).opens;
    return opens !== undefined && happened.has(`${opens.event} ${opens.joinedBy} ${String(data[opens.joinedBy])}`);
  };
}

const balancesOf = async (views: Views, size: number) => {
  const asKnown = size - 1;
  const tenants = await views.tenants(asKnown);
  const balances = await Promise.all(tenants.map((tenantId) => views.balances({ tenantId, prefix: '', asAt: END_OF_TIME, asKnown })));
  return balances
    .flat()
    .map(({ account, currency, pence }) => ({ account, currency, pence }))
    .filter(({ pence }) => pence !== 0)
    .sort((a, b) => (`${a.account} ${a.currency}` < `${b.account} ${b.currency}` ? -1 : 1));
};

/** The ids of the keys that the store says were destroyed: few, and found by the type of their facts. */
export async function destroyedKeys(store: EventStore): Promise<ReadonlySet<string>> {
  const types = [...catalogue.facts.values()].filter(({ key }) => key === 'destroyed').map(({ name }) => name);
  const ids = new Set<string>();
  for await (const { data } of everyEvent(store, types)) ids.add((JSON.parse(data) as { key: { keyId: string } }).key.keyId);
  return ids;
}

/** The keys that these entries made and that were held when the last of them was written: one that was destroyed since was held then. */
async function keysHeldAt({ keys, store }: Pick<Home, 'keys' | 'store'>, recorded: SubjectKeys): Promise<BundleKeys> {
  const held = new Set(keys.standing().flatMap((one) => (one.held ? [one.keyId] : [])));
  const destroyed = await destroyedKeys(store);
  return [...recorded.all()]
    .filter(({ destroyedIn, keyId }) => held.has(keyId) || (destroyedIn === null && destroyed.has(keyId)))
    .map(({ keyId }) => keyId)
    .sort();
}

/** Seals what waits and writes everything up to the newest checkpoint, with the parts that the audience may see, into an empty folder. */
export async function writeBundle(
  home: Home,
  folder: string,
  audience: BundleAudience,
  progress?: (done: number, total: number) => void,
): Promise<Seal> {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Refusal('FOLDER_NOT_EMPTY', `${folder} holds something already`);
  const seal = await home.publicLog.sealer.seal();
  if (seal === null) throw new Refusal('NOTHING_SEALED', 'The ledger has nothing to take home yet');
  await writeBundleOf(home, folder, audience, seal.size, progress);
  return seal;
}

/** Writes the bundle of a checkpoint that stands. It reads, and only reads. */
export async function writeBundleOf(
  home: Home,
  folder: string,
  audience: BundleAudience,
  size: number,
  progress?: (done: number, total: number) => void,
): Promise<void> {
  const { publicLog, store } = home;
  const seals = (await publicLog.seals.seals()).filter((one) => one.size <= size);
  const seal = seals[0]!;
  await home.views.catchUp();
  for (const name of ['', BUNDLE.checkpoints, BUNDLE.catalogues]) mkdirSync(join(folder, name), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

  const about: AboutBundle = { format: BUNDLE_FORMAT, audience, log: publicLog.signer.log.vkey, size: seal.size, root: toHex(seal.root) };
  write(BUNDLE.about, canonicalText(about));
  write(BUNDLE.checkpoint, checkpointText(seal));
  for (const one of seals) write(join(BUNDLE.checkpoints, String(one.size)), checkpointText(one));
  for (const { hash, text } of await publicLog.seals.catalogues()) write(join(BUNDLE.catalogues, `${hash}.json`), text);
  write(BUNDLE.balances, canonicalText(await balancesOf(home.views, seal.size)));

  const [isOpened, shown] = [await openedIn(home), new Set<string>(BUNDLE_AUDIENCES[audience])];
  const partsShown = ({ data, metadata, type }: Stored) => {
    const [payload, { meta, salts }] = [JSON.parse(data) as Json, JSON.parse(metadata) as { meta: Json; salts: Salts }];
    const parts = Object.entries(partsOf(factNamed(catalogue, type), payload, meta));
    const kept = parts.filter(([name]) => shown.has(name) || (audience === 'auditor' && name === 'sealed' && isOpened(type, payload)));
    return Object.fromEntries(kept.map(([name, part]) => [name, { part, salt: salts[name as PartName]! }]));
  };
  const [entries, leaves, parts] = [BUNDLE.entries, BUNDLE.leaves, BUNDLE.parts].map((name) => new Growing(join(folder, name))) as [
    Growing,
    Growing,
    Growing,
  ];
  const recorded = new SubjectKeys();
  let position: Position | null = null;
  for (let entry = 0; entry < seal.size;) {
    const rows = await home.log.entriesFrom(entry, Math.min(PAGE, seal.size - entry));
    const { events } = await store.readAll(position, { limit: rows.length });
    for (const [index, row] of rows.entries()) {
      const stored = events[index];
      if (stored?.position !== row.position) throw new Error(`The store has another event in the place of entry ${row.entry}`);
      entries.add(Buffer.from(`${row.document}\n`));
      leaves.add(toBytes(leafHash(row.document)));
      parts.add(Buffer.from(`${canonicalText({ entry: row.entry, parts: partsShown(stored) })}\n`));
      recorded.follow(row.entry, stored.stream, JSON.parse(stored.data) as Json);
    }
    entry += rows.length;
    position = rows.at(-1)!.position as Position;
    progress?.(entry, seal.size);
  }
  [entries, leaves, parts].forEach((one) => one.close());
  write(BUNDLE.keys, canonicalText(await keysHeldAt(home, recorded)));
}

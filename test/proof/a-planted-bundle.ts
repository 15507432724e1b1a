import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { catalogue } from '@ledger/catalogue';
import { canonicalText, type FactDeclaration, postingsOf } from '@ledger/kernel';
import {
  BUNDLE,
  checkpointBody,
  type Digest,
  type EntryDocument,
  Frontier,
  leafHash,
  noteText,
  partHash,
  type PartName,
  partsOf,
  signatureLine,
  signerFrom,
  toBytes,
  toHex,
} from '@ledger/log';

/** One fact as it is planted: what it says, on which day, by whom. The rest is made up so that the log is whole. */
export type Planted = Readonly<{
  type: string;
  data: Readonly<Record<string, unknown>>;
  on: string;
  by?: string;
  issuer?: string;
  stream?: string;
  decisionRef?: string;
  recordedAt?: string;
  /** Revisions that are left out before it. */
  skips?: number;
  /** Postings other than those that its rule gives. */
  postings?: EntryDocument['postings'];
}>;
/** A catalogue beside the present one: what else it declares, or declares otherwise. */
export type Declares = readonly Readonly<Pick<FactDeclaration, 'name'> & { fields: Readonly<Record<string, string>> }>[];

export const PLANTED_LOG = signerFrom('log.example/planted', 'ed25519', Buffer.alloc(32, 1));
export const PLANTED_WITNESS = signerFrom('witness.example/planted', 'cosignature/v1', Buffer.alloc(32, 2));
const SALT = '00'.repeat(16);
const TENANT = 'town';

const catalogueTextWith = (more: Declares): string =>
  canonicalText([
    ...[...catalogue.facts.values()]
      .filter(({ name }) => !more.some((one) => one.name === name))
      .map(({ fields, name, postings, says, version }) => ({
        name,
        version,
        says,
        fields: JSON.parse(JSON.stringify(fields)) as object,
        postings,
      })),
    ...more.map(({ fields, name }) => ({
      name,
      version: 1,
      says: `${name} happened.`,
      fields: { properties: Object.fromEntries(Object.entries(fields).map(([field, audience]) => [field, { audience }])) },
      postings: catalogue.facts.get(name)?.postings ?? [],
    })),
  ]);
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Where a fact of this type stands, unless the plant says so: one stream for each thing that it names. */
function streamOf({ data, stream, type }: Planted): string {
  if (stream !== undefined) return stream;
  const { bodyId, fundId, period } = data as Record<string, string>;
  return period !== undefined && catalogue.facts.get(type)?.postings.length !== 0
    ? `envelope-${TENANT}_${fundId}_${bodyId}_${period}`
    : `${type.toLowerCase()}-${TENANT}_${hashOf(canonicalText(data)).slice(0, 8)}`;
}

/** Writes a history to a bundle with no ledger and no rules between: faults that a ledger would refuse can stand in it, signed and cosigned. */
export class APlantedBundle {
  readonly folder = mkdtempSync(join(tmpdir(), 'ledger-planted-'));
  private number = 0;

  plant(
    history: readonly Planted[],
    { audience = 'auditor', declares = [] as Declares, seals = [] as readonly number[], uncosigned = [] as readonly number[] } = {},
  ): string {
    const bundle = join(this.folder, String((this.number += 1)));
    for (const name of ['', BUNDLE.checkpoints, BUNDLE.catalogues]) mkdirSync(join(bundle, name), { recursive: true });
    const write = (name: string, content: string | Buffer) => writeFileSync(join(bundle, name), content);
    // What is declared beside the present catalogue holds from the opening on, unless it is adopted later.
    const last = catalogueTextWith(declares);
    const first = history.some(({ type }) => type === 'CatalogueAdopted') ? catalogueTextWith([]) : last;
    for (const text of [first, last]) write(`${BUNDLE.catalogues}/${hashOf(text)}.json`, text);
    const adopted = { catalogueHash: hashOf(last), previousHash: hashOf(first) };
    const all: Planted[] = [
      { type: 'LedgerOpened', on: '2019-01-01', data: { catalogueHash: hashOf(first) } },
      ...history.map((one) => (one.type === 'CatalogueAdopted' ? { ...one, data: adopted } : one)),
    ];
    const [revisions, frontier, balances] = [new Map<string, number>(), new Frontier(), new Map<string, number>()];
    const [entries, leaves, parts]: [string[], Digest[], string[]] = [[], [], []];
    all.forEach((one, entry) => {
      const stream = streamOf(one);
      const revision = (revisions.get(stream) ?? -1) + 1 + (one.skips ?? 0);
      revisions.set(stream, revision);
      const fact = catalogue.facts.get(one.type);
      const data = {
        schema: `${one.type}/1`,
        tenantId: TENANT,
        effectiveAt: `${one.on}T10:00:00.000Z`,
        ...one.data,
        ...(one.decisionRef === undefined ? {} : { decisionRef: one.decisionRef }),
      };
      const postings = one.postings ?? postingsOf(fact?.postings ?? [], data);
      for (const { account, amountPence, currency } of postings)
        balances.set(`${account} ${currency}`, (balances.get(`${account} ${currency}`) ?? 0) + amountPence);
      const by = one.by ?? 'somebody';
      const meta = {
        actorRef: by,
        actorRole: 'clerk',
        onBehalfOf: by,
        issuer: one.issuer ?? 'https://login.example',
        authnStrength: 'token',
      };
      const made = fact === undefined ? { public: data, meta } : partsOf(fact, data, meta);
      const document = canonicalText({
        format: 'ledger-entry/1',
        stream,
        revision,
        type: one.type,
        recordedAt: one.recordedAt ?? new Date(Date.parse('2019-06-01T00:00:00.000Z') + entry * 1000).toISOString(),
        parts: Object.fromEntries(Object.entries(made).map(([name, part]) => [name, partHash(SALT, part)])),
        postings,
      });
      entries.push(document);
      leaves.push(leafHash(document));
      const shown = Object.entries(made).filter(([name]) => audience === 'auditor' || (name as PartName) === 'public');
      parts.push(canonicalText({ entry, parts: Object.fromEntries(shown.map(([name, part]) => [name, { part, salt: SALT }])) }));
      frontier.push(leaves.at(-1)!);
      if (!seals.includes(entry + 1) && entry + 1 !== all.length) return;
      const body = checkpointBody({ origin: PLANTED_LOG.name, size: entry + 1, root: frontier.root() });
      const at = Date.parse('2019-06-01T00:00:00.000Z') / 1000 + entry + 1;
      const cosignatures = uncosigned.includes(entry + 1) ? [] : [signatureLine(PLANTED_WITNESS, body, at)];
      const note = noteText(body, [signatureLine(PLANTED_LOG, body), ...cosignatures]);
      write(`${BUNDLE.checkpoints}/${entry + 1}`, note);
      if (entry + 1 === all.length) write(BUNDLE.checkpoint, note);
    });
    write(BUNDLE.entries, entries.map((line) => `${line}\n`).join(''));
    write(BUNDLE.parts, parts.map((line) => `${line}\n`).join(''));
    write(BUNDLE.leaves, Buffer.concat(leaves.map(toBytes)));
    write(
      BUNDLE.about,
      canonicalText({ format: 'ledger-bundle/1', audience, log: PLANTED_LOG.vkey, size: all.length, root: toHex(frontier.root()) }),
    );
    write(BUNDLE.keys, '[]');
    write(
      BUNDLE.balances,
      canonicalText(
        [...balances]
          .filter(([, pence]) => pence !== 0)
          .map(([key, pence]) => ({ account: key.split(' ')[0]!, currency: key.split(' ')[1]!, pence }))
          .sort((a, b) => (a.account < b.account ? -1 : 1)),
      ),
    );
    return bundle;
  }
  /** Whom an auditor would trust about a planted log. */
  policy(): string {
    const file = join(this.folder, 'policy.txt');
    writeFileSync(file, `log ${PLANTED_LOG.vkey}\nwitness planted ${PLANTED_WITNESS.vkey}\nquorum planted\n`);
    return file;
  }
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

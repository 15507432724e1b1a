import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { catalogue } from '@ledger/catalogue';
import { type EntryNumbers, type EventStore, factNamed, type Ledger, type LogStore, type Receipt } from '@ledger/event-store';
import { type Clock, laterBy } from '@ledger/kernel';
import {
  entryOf,
  type EntryDocument,
  inclusionProof,
  logProofText,
  receiptText,
  toBase64,
  type TrustPolicy,
  trustPolicyFrom,
  trustPolicyText,
} from '@ledger/log';
import type { KeyStore } from '@ledger/privacy';
import { type AskWitness, LogSigner, PublishedLog, Sealer, SealsStore } from '@ledger/sealer';
import {
  checkpointText,
  type EntryProof,
  LOG_KEYS,
  type LogAccount,
  renewalAccount,
  sealAccounts,
  shownPart,
  witnessAccounts,
} from './log-account.js';
import type { Settings } from './settings.js';

/** The file in which an installation names its witnesses, in the lines of a trust policy: witness, group, quorum. */
const WITNESSES = 'witnesses';
/** A receipt promises the seal within so many times the sealer's pace: that leaves room for a slow disk. */
const SLACK = 5;

/** `signed` is the operator's promise about the command's last event; null where the command had nothing to do. */
export type SignedAnswer = Receipt & Readonly<{ signed: string | null }>;

/** The public log of one ledger: its tree and seals, the signer with its memory, the published files, and the sealer over them. */
export class PublicLog {
  readonly signer: LogSigner;
  readonly published: PublishedLog;
  readonly sealer: Sealer;
  private readonly witnessed: TrustPolicy;
  private readonly log: LogStore;

  constructor(
    private readonly settings: Settings,
    clock: Clock,
    private readonly store: EventStore,
    readonly seals: SealsStore,
    parts: Readonly<{ ledger: Ledger; log: LogStore; numbers: EntryNumbers; keys: KeyStore; ask?: AskWitness }>,
  ) {
    const { folder, publicLog } = settings;
    const place = (given: string | null, name: string) => (folder === null ? null : (given ?? join(folder, name)));
    const signerFile = place(publicLog.signer === null ? null : join(publicLog.signer, 'signer.db'), join('signer', 'signer.db'));
    if (signerFile !== null) mkdirSync(dirname(signerFile), { recursive: true, mode: 0o700 });
    this.signer = new LogSigner(signerFile ?? ':memory:', publicLog.origin);
    this.published = new PublishedLog(place(publicLog.published, 'public-log'));
    this.witnessed = this.readWitnesses();
    const { keys, ...rest } = parts;
    this.log = parts.log;
    this.sealer = new Sealer({
      ...rest,
      store,
      seals: this.seals,
      signer: this.signer,
      published: this.published,
      catalogue,
      clock,
      secret: keys.secret('sealer'),
      witnesses: this.witnessed.witnesses,
    });
  }

  private readWitnesses(): TrustPolicy {
    const file = this.settings.folder === null ? null : join(this.settings.folder, WITNESSES);
    const lines = file !== null && existsSync(file) ? readFileSync(file, 'utf8') : '';
    return trustPolicyFrom(`log ${this.signer.log.vkey}\n${lines}`);
  }

  /** The trust policy as it is now, to hand over in person. */
  async policyText(): Promise<string> {
    return trustPolicyText(await this.sealer.policy(this.witnessed));
  }

  /** What a door answers to an accepted command: its receipt, and the same signed, as a text file to keep. Nothing is signed where nothing was done. */
  async signed(receipt: Receipt): Promise<SignedAnswer> {
    const { events, revision, stream } = receipt;
    return { ...receipt, signed: events.length === 0 ? null : ((await this.receipt(stream, revision)) ?? null) };
  }

  /** The signed receipt of an accepted command's last event: a text file anybody can keep. Undefined when there is no such event. */
  async receipt(stream: string, revision: number): Promise<string | undefined> {
    const [stored] = await this.store.readStream(stream, { from: revision, limit: 1 });
    if (stored === undefined) return undefined;
    const { parts, recordedAt, type } = entryOf(factNamed(catalogue, stored.type), stored);
    const { seconds } = this.settings.publicLog.sealEvery;
    const { origin, receipts } = this.signer;
    return receiptText(
      { format: 'ledger-receipt/1', origin, stream, revision, type, recordedAt, parts, sealedBy: laterBy(recordedAt, SLACK * seconds) },
      receipts,
    );
  }

  /** How far the log is signed, by whom, and what stands against it: for everybody. */
  async account(): Promise<LogAccount> {
    const { stopped } = this.sealer;
    const { log, origin, receipts } = this.signer;
    const seals = await sealAccounts(this.seals, this.witnessed);
    const entries = await this.log.size();
    const witnesses = witnessAccounts(seals, this.witnessed);
    const renewals = (await this.store.readStream(LOG_KEYS)).map(renewalAccount);
    return { origin, key: log.vkey, receiptsKey: receipts.vkey, entries, seals, witnesses, renewals, stopped };
  }

  /** The proof of one entry at the newest checkpoint, as one document and as a C2SP proof file. Undefined when it is not sealed yet, or not there. */
  async proof(entry: number): Promise<Readonly<{ document: EntryProof; text: string }> | undefined> {
    const [seal, row] = [await this.seals.newest(), await this.log.entry(entry)];
    if (seal === undefined || row === undefined || entry >= seal.size) return undefined;
    const { revision, stream } = JSON.parse(row.document) as EntryDocument;
    const [stored] = await this.store.readStream(stream, { from: revision, limit: 1 });
    const proof = await this.seals.fromTree((whole) => inclusionProof(entry, seal.size, whole));
    const checkpoint = checkpointText(seal);
    return {
      text: logProofText({ index: entry, proof, checkpoint }),
      document: {
        format: 'ledger-proof/1',
        entry,
        document: row.document,
        shown: stored === undefined ? null : shownPart(stored),
        proof: proof.map(toBase64),
        checkpoint,
      },
    };
  }

  start(): void {
    this.sealer.start(this.settings.publicLog.sealEvery);
  }
  async stop(): Promise<void> {
    await this.sealer.stop();
    await this.seals.close();
    this.signer.close();
  }
}

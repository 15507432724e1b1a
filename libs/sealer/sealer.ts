import { logSeal, SealLog, type Sealed } from '@ledger/assurance/decide';
import type { Lease } from '@ledger/database';
import {
  type Catalogue,
  type EntryNumbers,
  type EventStore,
  Faults,
  idFrom,
  Ledger,
  type LogStore,
  type Position,
} from '@ledger/event-store';
import { type Clock, isRefusal, Refusal } from '@ledger/kernel';
import {
  checkpointFrom,
  consistencyProof,
  type Digest,
  digestFromHex,
  noteText,
  readNote,
  rootAt,
  toHex,
  type TrustPolicy,
  type Witness,
} from '@ledger/log';
import { differenceOf, LogContradicted } from './compare.js';
import type { PublishedLog } from './published-log.js';
import { INSTALLATION, recordRenewal, SEALER } from './renewal.js';
import type { Seal, SealsStore } from './seals-store.js';
import { type LogSigner } from './signer.js';
import { writeTiles } from './write-tiles.js';
import { askOverHttp, type AskWitness, cosignatureOf } from './witness.js';

export type SealEvery = Readonly<{ entries: number; seconds: number }>;

const PAGE = 1_000;
const TAIL = 256;
const TICK_MS = 500;
const ASK_AGAIN_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;

export type SealerParts = Readonly<{
  store: EventStore;
  ledger: Ledger;
  log: LogStore;
  numbers: EntryNumbers;
  seals: SealsStore;
  signer: LogSigner;
  published: PublishedLog;
  catalogue: Catalogue;
  clock: Clock;
  secret: Buffer;
  witnesses: readonly Witness[];
  ask?: AskWitness;
}>;

/**
 * Seals the log: the fact first, which fences a second sealer, then the signature, the tiles, the checkpoint, the witnesses.
 * A crash between any two is taken up again from the fact.
 */
export class Sealer {
  private turn: Promise<unknown> = Promise.resolve();
  private timers: NodeJS.Timeout[] = [];
  private waitingSince: number | null = null;
  private readonly lease: Lease;
  /** Why the writer was stopped; null while all is well. */
  stopped: string | null = null;
  /** What went wrong without stopping anything: a witness that did not answer, a full disk. It stands until the next seal. */
  readonly faults = new Faults('seals');

  constructor(private readonly parts: SealerParts) {
    this.lease = parts.log.lease('seals');
  }

  private inTurn<T>(action: () => Promise<T>): Promise<T> {
    const next = this.turn.catch(() => undefined).then(action);
    this.turn = next;
    return next;
  }

  /** Before the first command: whether store, log, published folder and the signer's memory tell one story. Null is yes. */
  async examine(): Promise<string | null> {
    try {
      await this.compareSizes();
      await this.parts.numbers.catchUp();
      await this.compareRoots();
      this.stopped = await differenceOf(this.parts, Math.max(0, (await this.parts.log.size()) - TAIL));
    } catch (thrown) {
      if ((thrown as Error).name !== 'LogContradicted') throw thrown;
      this.stopped = (thrown as Error).message;
    }
    return this.stopped;
  }

  private async compareSizes(): Promise<void> {
    const { log, store } = this.parts;
    const [last, head] = [await log.lastEntry(), await store.head()];
    if (last !== undefined && (head === null || store.comparePositions(head, last.position as Position) < 0))
      throw new LogContradicted(
        `The log has ${last.entry + 1} entries, and the store ends before entry ${last.entry}: was an old copy restored?`,
      );
  }
  private async compareRoots(): Promise<void> {
    const { log, published, seals, signer } = this.parts;
    const entries = await log.size();
    const there = published.read('checkpoint');
    const sealed = await seals.newest();
    if (sealed !== undefined && (signer.isNew || (this.isOurs(sealed) && signer.remembered() === null)))
      throw new LogContradicted(
        `The log was sealed at ${sealed.size} entries, and this signer has signed nothing: put the folder of the one who did in its place`,
      );
    const known = [
      { who: 'The signer has signed', ...(signer.remembered() ?? { size: 0, root: null }) },
      {
        who: 'The published checkpoint has',
        ...(there === undefined ? { size: 0, root: null } : checkpointFrom(readNote(there.toString()).body)),
      },
      { who: 'The tree has', size: await seals.treeSize(), root: null },
    ];
    for (const { root, size, who } of known) {
      if (size > entries) throw new LogContradicted(`${who} ${size} entries, and the store has ${entries}: was an old copy restored?`);
      await this.growTo(size);
      if (root !== null && (await this.rootAt(size)) !== root)
        throw new LogContradicted(`${who} ${size} entries under another root than the log gives now: an entry was changed`);
    }
  }

  private rootAt = (size: number): Promise<Digest> => this.parts.seals.fromTree((whole) => rootAt(size, whole));

  private proof = (old: number, size: number): Promise<readonly Digest[]> =>
    this.parts.seals.fromTree((whole) => consistencyProof(old, size, whole));

  private async growTo(size: number): Promise<void> {
    for (let from = await this.parts.seals.treeSize(); from < size;) {
      const rows = await this.parts.log.entriesFrom(from, Math.min(PAGE, size - from));
      const documents = rows.map(({ document }) => document);
      if (documents.length === 0) throw new LogContradicted(`The log ends before entry ${from}`);
      await this.parts.seals.grow(from, documents);
      from += documents.length;
    }
  }

  /** Whether anything but seals waits to be sealed. */
  private async waiting(sealed: number): Promise<boolean> {
    for (let from = sealed; ; from += PAGE) {
      const documents = await this.parts.log.entriesFrom(from, PAGE);
      if (documents.some(({ document }) => (JSON.parse(document) as { type: string }).type !== 'LogSealed')) return true;
      if (documents.length < PAGE) return false;
    }
  }
  private lastSeal = (): Promise<Sealed> => this.parts.ledger.stateOf(logSeal, `checkpoint-${INSTALLATION}_log`);

  /** Seals what waits, and finishes what an earlier seal left undone. Answers the newest seal. */
  seal(): Promise<Seal | null> {
    return this.inTurn(async () => {
      if (this.stopped !== null) throw new LogContradicted(this.stopped);
      try {
        await recordRenewal(this.parts);
        await this.parts.numbers.catchUp();
        await this.finish();
        const last = await this.lastSeal();
        const size = await this.parts.log.size();
        if (await this.waiting(last.size)) {
          await this.growTo(size);
          const root = toHex(await this.rootAt(size));
          const command = SealLog.of({
            commandId: idFrom(this.parts.secret, 'seal', last.size, size),
            size,
            root,
            previousSize: last.size,
          });
          await this.parts.ledger
            .carryOut(logSeal, INSTALLATION, command.askedBy(INSTALLATION, SEALER), SEALER)
            .catch((thrown: unknown) => {
              if (!isRefusal(thrown)) throw thrown; // another sealer came first: its seal is finished below
            });
          await this.finish();
        }
        this.waitingSince = null;
        return (await this.parts.seals.newest()) ?? null;
      } catch (thrown) {
        if (['LogContradicted', 'SignerRefuses'].includes((thrown as Error).name)) this.stopped = (thrown as Error).message;
        throw thrown;
      }
    });
  }

  /** Whether a seal was signed under the log's present name: after a restore the log has another. */
  private isOurs = ({ body }: Seal) => checkpointFrom(body).origin === this.parts.signer.origin;

  /** Signs and publishes the last seal in the record, if that is not done yet. Each step may be done twice with the same outcome. */
  private async finish(): Promise<void> {
    const { clock, published, seals, signer } = this.parts;
    const { root: rootHex, size } = await this.lastSeal();
    const done = await seals.newest();
    const there = published.read('checkpoint');
    if (size === 0 || (done?.size === size && (there !== undefined || !this.isOurs(done)))) return;
    await this.growTo(size);
    const root = digestFromHex(rootHex);
    if ((await this.rootAt(size)) !== root)
      throw new LogContradicted(`The log gives another root at ${size} entries than the seal in the record`);
    // Where a tile has to be fetched for the proof, the signer's transaction is rolled back and begun again: nothing is signed by halves.
    const signed = await seals.fromTree((whole) => signer.sign(size, root, (before) => consistencyProof(before, size, whole)));
    await writeTiles(this.parts, there === undefined ? 0 : (done?.size ?? 0), size);
    published.write('checkpoint', Buffer.from(noteText(signed.body, [signed.line])));
    await seals.addSeal({ size, root, ...signed, sealedAt: clock.now() });
    await this.askWitnesses();
  }

  /** The witnesses who can be asked and have not cosigned this seal. */
  private missing = ({ cosignatures }: Seal): readonly Witness[] =>
    this.parts.witnesses.filter(
      ({ url, verifier }) => url !== null && !cosignatures.some((line) => line.startsWith(`— ${verifier.name} `)),
    );

  /** Asks every witness who has not cosigned the newest checkpoint, and puts what they give beneath it. */
  private async askWitnesses(): Promise<void> {
    const { ask = askOverHttp, published, seals } = this.parts;
    const seal = (await seals.newest())!;
    this.faults.passed();
    for (const witness of this.missing(seal)) {
      try {
        await seals.addCosignature(seal.size, witness.name, await cosignatureOf(ask, witness, seal, (old) => this.proof(old, seal.size)));
      } catch (thrown) {
        if ((thrown as Error).name === 'LogContradicted') throw thrown;
        this.faults.note(new Error(`Witness ${witness.name} gave no cosignature: ${(thrown as Error).message}`));
      }
    }
    const { body, cosignatures, line } = (await seals.newest())!;
    if (cosignatures.length > 0) published.write('checkpoint', Buffer.from(noteText(body, [line, ...cosignatures])));
  }
  /** Asks those again who did not answer when the newest checkpoint was made. */
  async askAgain(): Promise<void> {
    const seal = await this.parts.seals.newest();
    if (this.stopped === null && seal !== undefined && this.isOurs(seal) && this.missing(seal).length > 0)
      await this.inTurn(() => this.askWitnesses());
  }

  /** Gives the log another key, by an entry that both keys have signed, and seals with it. */
  async changeKey(): Promise<Seal | null> {
    if (this.stopped !== null) throw new LogContradicted(this.stopped);
    this.parts.signer.changeKey();
    return this.seal();
  }

  /**
   * Goes on after a restore that lost signed entries, under a new name; the record names the old checkpoint and what is lost. The files
   * that were published under the old name are set aside. May be repeated after a crash.
   * @throws Refusal when nothing is wrong
   */
  async beginAgain(origin: string | null): Promise<Seal | null> {
    await this.inTurn(async () => {
      const { log, numbers, published, seals, signer } = this.parts;
      if (this.stopped === null) throw new Refusal('LOG_IS_WHOLE', 'Store and log tell what was signed: nothing is lost');
      await this.compareSizes();
      const entries = await log.size();
      const last = signer.remembered();
      if (signer.pending() === null) {
        if (last === null)
          throw new Refusal('SIGNER_MISSING', 'This signer has signed nothing: put the folder of the one who did in its place');
        const { root, size } = last;
        const [lostFrom, lostCount] = [Math.min(entries, size), Math.max(0, size - entries)];
        signer.beginAgain(origin, { previousSize: size, previousRoot: toHex(root), lostFrom, lostCount });
      }
      await seals.beginAgain(entries);
      published.setAside();
      this.stopped = null;
      await numbers.catchUp();
      this.stopped = await differenceOf(this.parts);
    });
    return this.seal();
  }

  /** The whole comparison of log and store, with what the store says of gaps and of events that it was told to hide, for the day's check and the operator. */
  compareAll(progress?: (done: number, total: number) => void): Promise<string | null> {
    return this.inTurn(async () => {
      await this.parts.numbers.catchUp();
      const [hidden] = await this.parts.store.inspect();
      const found = (await differenceOf(this.parts, 0, progress)) ?? hidden?.words ?? null;
      this.stopped ??= found;
      return found;
    });
  }

  /** Whom to trust, as it is now, with the newest checkpoint as one that was kept. */
  async policy({ groups, quorum }: Pick<TrustPolicy, 'groups' | 'quorum'>): Promise<TrustPolicy> {
    const { seals, signer, witnesses } = this.parts;
    const seal = await seals.newest();
    return {
      log: signer.log,
      receipts: signer.receipts,
      witnesses,
      groups,
      quorum,
      kept: seal === undefined ? null : { size: seal.size, root: seal.root },
    };
  }

  /** Seals after so many entries or so many seconds, whichever comes first; compares log and store once a day. */
  start({ entries, seconds }: SealEvery): void {
    const tick = async () => {
      // The fact fences a second sealer; the lease spares it the work.
      if (this.stopped !== null || !(await this.lease.hold())) return;
      const { size } = await this.lastSeal();
      const waiting = (await this.parts.log.size()) - size;
      if (waiting === 0 || (waiting === 1 && !(await this.waiting(size)))) return void (this.waitingSince = null);
      this.waitingSince ??= performance.now();
      if (waiting >= entries || performance.now() - this.waitingSince >= seconds * 1000) await this.seal();
    };
    let busy = false;
    const every = setInterval(() => {
      if (busy) return;
      busy = true;
      void tick()
        .catch((thrown: unknown) => this.faults.note(thrown))
        .finally(() => (busy = false));
    }, TICK_MS);
    const daily = setInterval(() => void this.compareAll().catch((thrown: unknown) => this.faults.note(thrown)), DAY_MS);
    const again = setInterval(() => void this.askAgain().catch((thrown: unknown) => this.faults.note(thrown)), ASK_AGAIN_MS);
    this.timers = [every.unref(), daily.unref(), again.unref()];
  }
  async stop(): Promise<void> {
    this.timers.forEach(clearInterval);
    await this.turn.catch(() => undefined);
    await this.lease.release();
  }
}

import {
  type AboutBundle,
  BUNDLE,
  type Checkpoint,
  digestOf,
  Frontier,
  NotProven,
  quorumMet,
  SubjectKeys,
  toHex,
  type TrustPolicy,
  type Verified,
  verifierFrom,
} from '@ledger/log';
import { Adopted } from './adopted.js';
import { OwnBooks } from './books.js';
import { type Bundle, digestsOf, Wrong } from './bundle.js';
import { LogKeys } from './log-keys.js';
import { Promises } from './promises.js';
import { aboutOf, entriesOf, keysOf, leafWrong, type ReadEntry, refuseOtherPostings, refuseUnbalanced } from './reading.js';
import { Rules } from './rules.js';
import { refuseOtherShape } from './shapes.js';
import { type Brought, type Test, type TestName, TESTS, type Verification } from './verification.js';

/** Clocks of the log and of a witness may differ by so much. */
const TOLERANCE_SECONDS = 300;

/** Checks a bundle by what the auditor brought. One pass over the entries; what is remembered does not grow with them, but for the names of streams and accounts. */
export class Verifying {
  private readonly tests = new Map<TestName, Test>(
    (Object.keys(TESTS) as TestName[]).map((name) => [name, { name: TESTS[name], outcome: 'NOT TESTED', words: '' }]),
  );
  private readonly frontier = new Frontier();
  private readonly revisions = new Map<string, number>();
  private readonly books = new OwnBooks();
  private readonly keys = new SubjectKeys();
  private readonly adopted = new Adopted();
  private readonly hidden = new Map<string, { type: string; month: string; part: string; count: number }>();
  private readonly anchors: string[] = [];
  private firstWrong: Verification['firstWrong'] = null;
  private checkpoint: Checkpoint | null = null;
  private roots = new Map<number, { root: string; what: string; test: TestName }[]>();
  private cosignedAt: { size: number; at: number }[] = [];
  /** How many cosigned checkpoints lie behind the entry that is read. */
  private cosigned = 0;
  private promises: Promises | null = null;
  private lastRecordedAt = '';
  private verified: readonly Verified[] = [];
  private logKeys!: LogKeys;

  constructor(
    private readonly bundle: Bundle,
    private readonly brought: Brought,
    private readonly progress: (done: number, total: number) => void = () => undefined,
  ) {}

  private mark(name: TestName, outcome: Test['outcome'], words: string): void {
    const test = this.tests.get(name)!;
    if (test.outcome !== 'FAIL') Object.assign(test, { outcome, words });
  }
  /** Runs one step; what it throws is the test's failure, and the first one of all is remembered. */
  private step(name: TestName, action: () => string | undefined): boolean {
    try {
      const words = action();
      if (words !== undefined) this.mark(name, 'PASS', words);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Wrong) && !(thrown instanceof NotProven)) throw thrown;
      const [test, entry] = thrown instanceof Wrong ? [thrown.about ?? name, thrown.entry] : [name, null];
      this.fail(test, thrown.message, entry);
      return false;
    }
  }
  private fail(name: TestName, words: string, entry: number | null = null): void {
    this.mark(name, 'FAIL', words);
    this.firstWrong ??= { entry, words };
  }

  run(): Verification {
    let about: AboutBundle | undefined;
    const readable =
      this.step('strict', () => {
        about = aboutOf(this.bundle);
        return undefined;
      }) && this.step('signature', () => this.openCheckpoints(about!));
    if (readable) {
      this.step('kept', () => this.readKept(about!));
      this.step('receipts', () => this.readReceipts());
      this.readAll(about!);
    }
    const wrong = [...this.tests.values()].some(({ outcome }) => outcome === 'FAIL');
    return {
      verdict: wrong
        ? 'wrong'
        : this.anchors.length === 0
          ? 'the operator’s word only'
          : this.isWhole()
            ? 'proven'
            : 'proven, but for what is lost',
      tests: [...this.tests.values()],
      firstWrong: this.firstWrong,
      checkpoint:
        this.checkpoint === null ? null : { origin: this.checkpoint.origin, size: this.checkpoint.size, root: toHex(this.checkpoint.root) },
      anchors: this.anchors,
      notShown: [...this.hidden.values()],
    };
  }

  private isWhole = () => this.tests.get('continuity')!.outcome !== 'FINDING';

  private expectRoot(size: number, root: string, what: string, test: TestName): void {
    this.roots.set(size, [...(this.roots.get(size) ?? []), { root, what, test }]);
  }

  private openCheckpoints(about: AboutBundle): undefined {
    const { policy } = this.brought;
    this.logKeys = new LogKeys(policy?.log ?? verifierFrom(about.log));
    const witnesses = (policy?.witnesses ?? []).map(({ verifier }) => verifier);
    const open = (name: string) => this.logKeys.read(this.bundle.text(name), `The checkpoint ${name}`, witnesses);
    const newest = open(BUNDLE.checkpoint);
    if (newest.size !== about.size || toHex(newest.root) !== about.root)
      throw new Wrong('The bundle is of another size or root than its checkpoint');
    [this.checkpoint, this.verified] = [newest, newest.cosigned];
    this.expectRoot(newest.size, about.root, 'the checkpoint', 'root');
    for (const name of this.bundle.list(BUNDLE.checkpoints)) {
      const one = open(`${BUNDLE.checkpoints}/${name}`);
      if (name !== String(one.size) || one.size > newest.size) throw new Wrong(`The checkpoint ${name} is of ${one.size} entries`);
      this.expectRoot(one.size, toHex(one.root), `the checkpoint of ${one.size} entries`, 'checkpoints');
      const times = one.cosigned.flatMap(({ at }) => at ?? []);
      if (times.length > 0) this.cosignedAt.push({ size: one.size, at: Math.min(...times) });
    }
    if (!this.bundle.list(BUNDLE.checkpoints).includes(String(newest.size)))
      throw new Wrong(`The newest checkpoint, of ${newest.size} entries, is not among the others`);
    this.cosignedAt.sort((a, b) => a.size - b.size);
    if (policy !== null) this.judgeQuorum(policy);
  }

  /** Once the record has been read, and with it every change of the log's key. */
  private judgeLogKeys(about: AboutBundle): string {
    const by = this.logKeys.judge(about.log);
    const [lost] = this.logKeys.findings;
    this.mark('continuity', lost === undefined ? 'PASS' : 'FINDING', lost === undefined ? by : `${lost.words} (entry ${lost.entry})`);
    return this.brought.policy === null ? 'by the key that the bundle itself names, as no policy was brought' : `by ${by}`;
  }

  private judgeQuorum(policy: TrustPolicy): void {
    const names = this.verified.filter(({ at }) => at !== undefined).map(({ by }) => by.name);
    if (policy.quorum === null) return this.mark('quorum', 'NOT TESTED', 'the policy asks for no witnesses');
    if (!quorumMet(policy, this.verified))
      return this.fail('quorum', `The policy asks for ${policy.quorum}, and these have cosigned: ${names.join(', ') || 'nobody'}`);
    this.anchors.push(`cosigned by ${names.join(', ')}, at ${this.checkpoint!.size} entries`);
    this.mark('quorum', 'PASS', names.join(', '));
  }

  private readKept({ size }: AboutBundle): string | undefined {
    const { kept, policy } = this.brought;
    const anchors = [
      ...(policy?.kept === null || policy === null ? [] : [{ ...policy.kept, what: 'the checkpoint in the policy' }]),
      ...(kept === null ? [] : [{ ...this.logKeys.read(kept, 'The checkpoint that was kept', []), what: 'the checkpoint that was kept' }]),
    ].filter((one) => one.size > 0);
    for (const { root, size: at, what } of anchors) {
      if (at > size) throw new Wrong(`${what} has ${at} entries, and the bundle ends at ${size}: the end of the log is missing`);
      this.expectRoot(at, toHex(root), what, 'kept');
      this.anchors.push(`${what}, of ${at} entries`);
    }
    if (anchors.length === 0) {
      this.mark('kept', 'NOT TESTED', 'no checkpoint was brought');
      return undefined;
    }
    return anchors.map(({ size: at, what }) => `${what}, ${at} entries`).join('; ');
  }

  private readReceipts(): string | undefined {
    const { policy, receipts: folder } = this.brought;
    if (folder === null) this.mark('receipts', 'NOT TESTED', 'no receipts were brought');
    else this.promises = new Promises(folder, policy?.receipts, this.checkpoint!.origin);
    return undefined;
  }
  private meetPromises(read: ReadEntry): undefined {
    for (const file of this.promises?.meet(read) ?? []) this.anchors.push(`the receipt ${file}, entry ${read.entry}`);
  }

  private readAll(about: AboutBundle): void {
    let rules: Rules;
    if (!this.step('rules', () => ((rules = new Rules(this.bundle)), undefined))) return;
    let checked = 0;
    let unshown = 0;
    let shaped = 0;
    const leaves = digestsOf(this.bundle.file(BUNDLE.leaves));
    const whole = this.step('strict', () => {
      if (this.bundle.size(BUNDLE.leaves) !== about.size * 32) throw new Wrong(`${BUNDLE.leaves} has not ${about.size} digests`);
      for (const read of entriesOf(this.bundle, about)) {
        const { document, entry, leaf } = read;
        const named = leaves.next();
        if (named.done !== true && digestOf(named.value) !== leaf) throw leafWrong(this.bundle, about, entry);
        this.frontier.push(leaf);
        this.judgeRoot(entry);
        this.step('revisions', () => this.followStream(read));
        this.step('times', () => this.followTime(read));
        this.step('rules', () => this.followRules(read, rules));
        this.step('keys', () => this.followKeys(read));
        this.step('noted', () => this.adopted.follow(read));
        this.step('checkpoints', () => this.followSeals(read));
        this.step('shapes', () => void (shaped += refuseOtherShape(read, rules) === 'checked' ? 1 : 0));
        this.step('signature', () => this.logKeys.follow(read));
        this.step('postings', () => {
          refuseUnbalanced(document, entry);
          if (!('public' in read.shown)) unshown += document.postings.length > 0 ? 1 : 0;
          else if (refuseOtherPostings(read, rules) === 'checked') checked += 1;
          else unshown += 1;
          return undefined;
        });
        this.books.post(document);
        this.count(read);
        this.step('receipts', () => this.meetPromises(read));
        if (entry % 5_000 === 0) this.progress(entry, about.size);
        if (this.firstWrong !== null) break;
      }
      return this.firstWrong === null ? `${about.size} entries` : undefined;
    });
    this.progress(about.size, about.size);
    if (!whole || this.firstWrong !== null) return;
    if (!this.step('signature', () => this.judgeLogKeys(about))) return;
    this.mark('root', 'PASS', about.root);
    this.mark('checkpoints', 'PASS', `${this.bundle.list(BUNDLE.checkpoints).length} checkpoints`);
    this.mark('parts', 'PASS', `all that a bundle for ${about.audience} shows`);
    this.mark('revisions', 'PASS', `${this.revisions.size} streams`);
    this.mark(
      'times',
      'PASS',
      this.cosignedAt.length > 0
        ? `${this.cosignedAt.length} cosigned checkpoints`
        : 'in their order; the times themselves are asserted, not proven',
    );
    this.mark('rules', 'PASS', `${this.bundle.list(BUNDLE.catalogues).length} catalogues`);
    this.mark('postings', 'PASS', `${checked} entries by their rules${unshown > 0 ? `; ${unshown} show too little of themselves` : ''}`);
    this.mark('shapes', 'PASS', `${shaped} entries`);
    this.mark('noted', 'PASS', this.adopted.words());
    this.step('keys', () => this.judgeKeys());
    this.step('journal', () => this.books.compare(this.bundle));
    this.step('receipts', () => this.promises?.judge(this.lastRecordedAt));
  }

  private judgeRoot(entry: number): void {
    const expected = this.roots.get(entry + 1);
    if (expected === undefined) return;
    const found = toHex(this.frontier.root());
    for (const { root, test, what } of expected)
      if (root !== found)
        this.fail(
          test,
          `The first ${entry + 1} entries give another root than ${what}: an entry among them is not the one that was signed`,
        );
  }

  private followStream({ document: { revision, stream }, entry }: ReadEntry): undefined {
    const next = (this.revisions.get(stream) ?? -1) + 1;
    if (revision !== next) throw new Wrong(`Entry ${entry} is revision ${revision} of ${stream}, and ${next} would follow`, entry);
    this.revisions.set(stream, revision);
  }

  private followTime({ document: { recordedAt, type }, entry }: ReadEntry): undefined {
    if (recordedAt < this.lastRecordedAt)
      throw new Wrong(`Entry ${entry} was recorded before the entry before it: the clock went backwards`, entry);
    this.lastRecordedAt = recordedAt;
    if (this.cosignedAt.length === 0) return;
    const at = Date.parse(recordedAt) / 1000;
    while ((this.cosignedAt[this.cosigned]?.size ?? Infinity) <= entry) this.cosigned += 1;
    const [before, after] = [this.cosignedAt[this.cosigned - 1], this.cosignedAt[this.cosigned]];
    if (after !== undefined && at > after.at + TOLERANCE_SECONDS)
      throw new Wrong(`Entry ${entry} says it was recorded after witnesses saw it`, entry);
    // A seal is recorded before its own cosignature: it alone may be older than the checkpoint before it.
    if (before !== undefined && type !== 'LogSealed' && at < before.at - TOLERANCE_SECONDS)
      throw new Wrong(`Entry ${entry} says it was recorded before witnesses saw the log without it`, entry);
  }

  private followRules(read: ReadEntry, rules: Rules): undefined {
    const {
      document: { type },
      entry,
    } = read;
    if (entry === 0 && type !== 'LedgerOpened') throw new Wrong('The first entry does not open the ledger', 0);
    rules.follow(read);
    if (rules.factOf(type) === undefined) throw new Wrong(`Entry ${entry} is a ${type}, which the catalogue in force does not have`, entry);
  }

  private followKeys({ data, document: { stream }, entry, shown }: ReadEntry): undefined {
    const found = this.keys.follow(entry, stream, data, shown.personal?.part);
    if (found !== undefined) throw new Wrong(found.words, found.entry);
  }
  private judgeKeys(): string {
    const held = keysOf(this.bundle);
    const made = new Set([...this.keys.all()].map(({ keyId }) => keyId));
    for (const keyId of held) if (!made.has(keyId)) throw new Wrong(`${BUNDLE.keys} names a key that no entry made`);
    const [found] = this.keys.findings(held);
    if (found !== undefined) throw new Wrong(found.words, found.entry);
    const { destroyed, fieldsBeyondUse } = this.keys.counts();
    return made.size === 0 ? 'nobody is enrolled' : `${made.size - destroyed} held, by the operator’s word; ${destroyed} destroyed, which puts ${fieldsBeyondUse} fields shown here beyond use`; // prettier-ignore
  }

  private followSeals({ data, document: { type }, entry }: ReadEntry): undefined {
    if (type !== 'LogSealed') return;
    const size = data['size'] as number;
    const seen = this.roots.get(size)?.find(({ test }) => test === 'checkpoints');
    if (seen === undefined) throw new Wrong(`Entry ${entry} seals ${size} entries, and the bundle has no such checkpoint`, entry);
    if (seen.root !== data['root']) throw new Wrong(`Entry ${entry} seals ${size} entries under another root than their checkpoint`, entry);
  }

  private count({ document: { parts, recordedAt, type }, shown }: ReadEntry): void {
    for (const part of Object.keys(parts)) {
      if (part in shown) continue;
      const key = `${type} ${recordedAt.slice(0, 7)} ${part}`;
      const found = this.hidden.get(key);
      if (found === undefined) this.hidden.set(key, { type, month: recordedAt.slice(0, 7), part, count: 1 });
      else found.count += 1;
    }
  }
}

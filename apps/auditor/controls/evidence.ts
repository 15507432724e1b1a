import { lookUp, type Table, type Told, told } from '../history.js';
import type { ReadEntry } from '../reading.js';
import type { PublishedFact, Rules } from '../rules.js';

/** One decision with what became of it: the entries that confirmed, took back or flagged it. */
export type DecisionEvidence = {
  recorded: Told<'DecisionRecorded'>;
  confirmed?: Told<'DecisionConfirmed'>;
  rescinded?: Told<'DecisionRescinded'>;
  flagged?: Told<'UltraViresFlagged'>;
  /** How many members then in their seats had declared an interest in somebody whom it gives money to. */
  conflicted: number;
};
export type Obligation = { created: Told<'BindingObligationCreated'>; ended?: Told<'ObligationDischarged' | 'ObligationReleased'> };
type Flaw = Readonly<{ entry: number; words: string }>;
/** A fact of a later catalogue, which this program knows by its name and by the fields that a control asks for. */
export type Later = Omit<Told, 'data' | 'type'> & Readonly<{ type: string; data: Readonly<Record<string, unknown>> }>;

const key = (tenant: string, id: string): string => `${tenant}/${id}`;
function add<Value>(map: Map<string, Value[]>, name: string, value: Value): void {
  const found = map.get(name);
  if (found === undefined) map.set(name, [value]);
  else found.push(value);
}

/** What the controls are judged by: one fold over the bundle, which keeps facts about money and duties, and flaws of the log itself. */
export class Evidence {
  readonly payments: Told<'PaymentPosted'>[] = [];
  readonly accruals: Told<'AccrualPosted'>[] = [];
  readonly reversals: Told<'AccrualReversed'>[] = [];
  readonly offers: Told<'AwardOffered'>[] = [];
  readonly imports: Told<'AwardImported'>[] = [];
  readonly grants: Told<'RoleGranted'>[] = [];
  readonly obligations = new Map<string, Obligation>();
  readonly erasures: Told<'ErasureExecuted'>[] = [];
  readonly postedAfterClose: { one: Later; closedBy: Later }[] = [];
  readonly gaps: Flaw[] = [];
  readonly backwards: Flaw[] = [];
  readonly hidden: Flaw[] = [];
  readonly declared = new Map<string, PublishedFact>();
  entries = 0;
  /** How many entries move money. */
  posted = 0;
  catalogues = 0;
  /** Whether every entry shows who did it. */
  showsWho = true;
  lastRecordedAt = '';
  private readonly agreements = new Map<string, Told<'AgreementSigned'>[]>();
  private readonly works = new Map<string, Told<'AccrualPosted'>[]>();
  private readonly decisions = new Map<string, DecisionEvidence>();
  private readonly rules = new Map<string, Told<'RuleSetAdopted'>>();
  private readonly mandates = new Map<string, Told<'MandateGranted'>>();
  private readonly revisions = new Map<string, number>();
  private readonly closed = new Map<string, Later>();
  private readonly seated = new Map<string, Set<string>>();
  private readonly interests = new Map<string, Set<string>>();
  private catalogue: ReadonlyMap<string, PublishedFact> = new Map();

  private readonly on: Table<unknown> = {
    PaymentPosted: (one) => this.payments.push(one),
    AccrualPosted: (one) => {
      this.accruals.push(one);
      add(this.works, key(one.tenant, one.data.awardId), one);
    },
    AccrualReversed: (one) => this.reversals.push(one),
    AwardOffered: (one) => this.offers.push(one),
    AwardImported: (one) => this.imports.push(one),
    AgreementSigned: (one) => add(this.agreements, key(one.tenant, one.data.awardId), one),
    RoleGranted: (one) => this.grants.push(one),
    DecisionRecorded: (recorded) => {
      const { bodyId, decisionId, effects } = recorded.data;
      const paid = new Set(effects.map(({ recipientId }) => recipientId));
      const members = [...(this.seated.get(key(recorded.tenant, bodyId)) ?? [])];
      const conflicted = members.filter((one) =>
        [...(this.interests.get(`${key(recorded.tenant, bodyId)} ${one}`) ?? [])].some((org) => paid.has(org)),
      );
      this.decisions.set(key(recorded.tenant, decisionId), { recorded, conflicted: conflicted.length });
    },
    DecisionConfirmed: (confirmed) => this.became(confirmed.tenant, confirmed.data.decisionId, { confirmed }),
    DecisionRescinded: (rescinded) => this.became(rescinded.tenant, rescinded.data.decisionId, { rescinded }),
    UltraViresFlagged: (flagged) => this.became(flagged.tenant, flagged.data.decisionId, { flagged }),
    RuleSetAdopted: (one) => this.rules.set(key(one.tenant, `${one.data.ruleSetId} ${one.data.version}`), one),
    MandateGranted: (one) => this.mandates.set(key(one.tenant, one.data.mandateId), one),
    SeatFilled: ({ data: { bodyId, subjectRef }, tenant }) => {
      const seats = this.seated.get(key(tenant, bodyId)) ?? new Set();
      this.seated.set(key(tenant, bodyId), seats.add(subjectRef));
    },
    SeatVacated: ({ data: { bodyId, subjectRef }, tenant }) => this.seated.get(key(tenant, bodyId))?.delete(subjectRef),
    BindingObligationCreated: (created) => this.obligations.set(key(created.tenant, created.data.obligationId), { created }),
    ErasureExecuted: (one) => this.erasures.push(one),
    ObligationDischarged: (ended) => this.end(ended),
    ObligationReleased: (ended) => this.end(ended),
  };
  /** Facts that no catalogue had when this program was written; a control asks for their fields before it believes them. */
  private readonly onLater: Readonly<Record<string, (one: Later) => void>> = {
    PeriodClosed: (one) => this.closed.set(one.stream, one),
    InterestDeclared: ({ data, tenant }) => {
      const member = `${key(tenant, String(data['bodyId']))} ${String(data['subjectRef'])}`;
      this.interests.set(member, (this.interests.get(member) ?? new Set()).add(String(data['organisationRef'])));
    },
  };

  private became(tenant: string, decisionId: string, what: Partial<DecisionEvidence>): void {
    const decision = this.decisions.get(key(tenant, decisionId));
    if (decision !== undefined) Object.assign(decision, what);
  }
  private end(ended: NonNullable<Obligation['ended']>): void {
    const obligation = this.obligations.get(key(ended.tenant, ended.data.obligationId));
    if (obligation !== undefined) obligation.ended = ended;
  }

  look(read: ReadEntry, rules: Rules): void {
    const one = told(read);
    this.followLog(read, rules);
    lookUp(this.on, one);
    const later = one as unknown as Later;
    if (Object.hasOwn(this.onLater, later.type)) this.onLater[later.type]!(later);
    const closedBy = this.closed.get(one.stream);
    if (one.postings.length === 0) return;
    if (closedBy !== undefined && later.data['restates'] === undefined) this.postedAfterClose.push({ one: later, closedBy });
    this.posted += 1;
  }

  private followLog({ document: { recordedAt, revision, stream }, entry, shown }: ReadEntry, rules: Rules): void {
    this.entries += 1;
    this.showsWho &&= 'meta' in shown;
    const next = (this.revisions.get(stream) ?? -1) + 1;
    if (revision !== next) this.gaps.push({ entry, words: `It is revision ${revision} of ${stream}, and ${next} would follow` });
    this.revisions.set(stream, revision);
    if (recordedAt < this.lastRecordedAt)
      this.backwards.push({ entry, words: `Recorded at ${recordedAt}, after an entry of ${this.lastRecordedAt}` });
    else this.lastRecordedAt = recordedAt;
    if (rules.inForce() !== this.catalogue) this.takeUp(rules.inForce(), entry);
  }
  /** Another catalogue comes into force: whatever was shown to more people before is remarkable. */
  private takeUp(next: ReadonlyMap<string, PublishedFact>, entry: number): void {
    for (const [name, { fields }] of this.catalogue)
      for (const [field, { audience }] of Object.entries(fields.properties)) {
        const now = next.get(name)?.fields.properties[field]?.audience;
        if (now !== audience)
          this.hidden.push({
            entry,
            words: `${name}.${field} was shown to ${String(audience)}, and from here on to ${now ?? 'nobody: it is gone'}`,
          });
      }
    for (const [name, fact] of next) this.declared.set(name, fact);
    this.catalogue = next;
    this.catalogues += 1;
  }

  decision(tenant: string, decisionId: string | undefined): DecisionEvidence | undefined {
    return decisionId === undefined ? undefined : this.decisions.get(key(tenant, decisionId));
  }
  allDecisions(): readonly DecisionEvidence[] {
    return [...this.decisions.values()];
  }
  rulesOf({ data: { ruleSetId, ruleSetVersion }, tenant }: Told<'DecisionRecorded'>): Told<'RuleSetAdopted'> | undefined {
    return this.rules.get(key(tenant, `${ruleSetId} ${ruleSetVersion}`));
  }
  mandate(tenant: string, mandateId: string): Told<'MandateGranted'> | undefined {
    return this.mandates.get(key(tenant, mandateId));
  }
  agreementsOf({ data: { awardId }, tenant }: Told<'PaymentPosted'>): readonly Told<'AgreementSigned'>[] {
    return this.agreements.get(key(tenant, awardId)) ?? [];
  }
  /** The work that was accepted for a payment's award before it was paid. */
  worksOf({ data: { awardId }, entry, tenant }: Told<'PaymentPosted'>): readonly Told<'AccrualPosted'>[] {
    return (this.works.get(key(tenant, awardId)) ?? []).filter((work) => work.entry < entry);
  }
}

import { lookUp, type Table, type Told, told } from './history.js';
import type { Moment } from './moment.js';
import type { ReadEntry } from './reading.js';

/** How far a decision has come. Money may follow only from a confirmed one. */
export type DecisionStanding = 'recorded' | 'within its mandate' | 'beyond its mandate' | 'confirmed' | 'rescinded';
export type Decision = {
  decisionId: string;
  tenant: string;
  bodyId: string;
  title: string;
  on: string;
  standing: DecisionStanding;
  pence: number;
  entry: number;
};
type Rules = Told<'RuleSetAdopted'>['data'] & { tenant: string; entry: number };
type Mandate = Told<'MandateGranted'>['data'] & { tenant: string; entry: number };

/** Who had decided what, who sat where, and under which rules and mandates, at a moment: the auditor's own fold. */
export class Standing {
  private readonly decisions = new Map<string, Decision>();
  private readonly seats = new Map<string, { tenant: string; bodyId: string; seatClass: string; seated: Set<string>; of: number }>();
  private readonly rules: Rules[] = [];
  private readonly mandates: Mandate[] = [];
  constructor(private readonly moment: Moment) {}

  private now(decisionId: string, standing: DecisionStanding): (tenant: string) => void {
    return (tenant) => {
      const one = this.decisions.get(`${tenant} ${decisionId}`);
      if (one !== undefined) one.standing = standing;
    };
  }
  private seat(tenant: string, bodyId: string, seatClass: string) {
    const key = `${tenant} ${bodyId} ${seatClass}`;
    const found = this.seats.get(key) ?? { tenant, bodyId, seatClass, seated: new Set<string>(), of: 0 };
    this.seats.set(key, found);
    return found;
  }
  private readonly on: Table<void> = {
    DecisionRecorded: ({ data: { bodyId, decisionId, effects, title }, entry, on, tenant }) => {
      const pence = effects.reduce((sum, { amountPence }) => sum + amountPence, 0);
      this.decisions.set(`${tenant} ${decisionId}`, { decisionId, tenant, bodyId, title, on, standing: 'recorded', pence, entry });
    },
    DecisionAdmitted: ({ data: { decisionId }, tenant }) => this.now(decisionId, 'within its mandate')(tenant),
    UltraViresFlagged: ({ data: { decisionId }, tenant }) => this.now(decisionId, 'beyond its mandate')(tenant),
    DecisionConfirmed: ({ data: { decisionId }, tenant }) => this.now(decisionId, 'confirmed')(tenant),
    DecisionRescinded: ({ data: { decisionId }, tenant }) => this.now(decisionId, 'rescinded')(tenant),
    BodyConstituted: ({ data: { bodyId, composition }, tenant }) =>
      composition.forEach(({ seatClass, seats }) => (this.seat(tenant, bodyId, seatClass).of = seats)),
    SeatFilled: ({ data: { bodyId, seatClass, subjectRef }, tenant }) => void this.seat(tenant, bodyId, seatClass).seated.add(subjectRef),
    SeatVacated: ({ data: { bodyId, seatClass, subjectRef }, tenant }) =>
      void this.seat(tenant, bodyId, seatClass).seated.delete(subjectRef),
    RuleSetAdopted: ({ data, entry, tenant }) => void this.rules.push({ ...data, tenant, entry }),
    MandateGranted: ({ data, entry, tenant }) => void this.mandates.push({ ...data, tenant, entry }),
  };

  add(read: ReadEntry): void {
    if (!this.moment.knows(read)) return;
    const one = told(read);
    if (one.on <= this.moment.asAt) lookUp(this.on, one);
  }

  /** What stands at the moment. Of each body's rules, the version that came into force last. */
  at() {
    const inForce = new Map<string, Rules>();
    for (const one of this.rules) {
      const before = inForce.get(`${one.tenant} ${one.bodyId}`);
      if (one.effectiveFrom <= this.moment.asAt && (before === undefined || before.effectiveFrom <= one.effectiveFrom))
        inForce.set(`${one.tenant} ${one.bodyId}`, one);
    }
    return {
      decisions: [...this.decisions.values()],
      seats: [...this.seats.values()].map(({ seated, ...seat }) => ({ ...seat, filled: seated.size })),
      rules: [...inForce.values()].map(
        ({
          bodyId,
          callInDays,
          denominator,
          entry,
          hash,
          quorum,
          ruleSetId,
          tenant,
          thresholdDenominator,
          thresholdNumerator,
          version,
        }) => ({
          tenant,
          bodyId,
          ruleSetId,
          version,
          hash,
          quorum,
          threshold: `${thresholdNumerator}/${thresholdDenominator} of ${denominator.replaceAll('_', ' ')}`,
          callInDays,
          entry,
        }),
      ),
      mandates: this.mandates
        .filter(({ from, until }) => from <= this.moment.asAt && (until === undefined || until >= this.moment.asAt || this.moment.isOpen))
        .map(({ bindingMode, bodyId, ceilingPence, currency, entry, mandateId, tenant }) => ({
          tenant,
          bodyId,
          mandateId,
          bindingMode,
          ceilingPence,
          currency,
          entry,
        })),
    };
  }
}

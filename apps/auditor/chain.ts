import { lookUp, type Table, type Told } from './history.js';

/** The steps from a payment back to its mandate and its money, in the order in which a person asks for them. */
export const STEPS = {
  payment: 'The payment',
  work: 'The work that was accepted',
  promise: 'The promise',
  agreement: 'The agreement',
  offer: 'The offer',
  confirmation: 'The confirmation after call-in',
  judgement: 'The decision held against its mandate',
  decision: 'The decision',
  mandate: 'The mandate',
  rules: 'The rules',
  body: 'The body',
  line: 'The line',
  envelope: 'The authority to spend',
  money: 'The money',
} as const;
export type Step = keyof typeof STEPS;

/** A fact in the chain: its step, the names that it answers to, and the names that it leads on to. */
type Link = Readonly<{ step: Step; is: readonly string[]; leadsTo: readonly string[] }>;
type Line = Readonly<{ fundId: string; bodyId: string; period: string; lineId: string }>;
type Lots = readonly Readonly<{ lotId: string }>[];

const envelope = ({ bodyId, fundId, period }: Omit<Line, 'lineId'>) => `envelope ${fundId}/${bodyId}/${period}`;
const line = (at: Line) => `line ${at.fundId}/${at.bodyId}/${at.period}/${at.lineId}`;
const lotsOf = (fundId: string, lots: Lots) => lots.map(({ lotId }) => `lot ${fundId}/${lotId}`);
const cited = ({ decisionRef }: { decisionRef?: string }) => (decisionRef === undefined ? [] : [`decision ${decisionRef}`]);

const links: Table<Link> = {
  PaymentPosted: ({ data }) => ({
    step: 'payment',
    is: [`payment ${data.paymentId}`, `paid ${data.awardId}`],
    leadsTo: [`award ${data.awardId}`, line(data), ...cited(data), ...lotsOf(data.fundId, data.lots)],
  }),
  AccrualPosted: ({ data }) => ({ step: 'work', is: [`award ${data.awardId}`], leadsTo: cited(data) }),
  AccrualReversed: ({ data }) => ({ step: 'work', is: [`award ${data.awardId}`], leadsTo: [] }),
  CommitmentConfirmed: ({ data }) => ({ step: 'promise', is: [`award ${data.awardId}`], leadsTo: [line(data), ...cited(data)] }),
  CommitmentReleased: ({ data }) => ({ step: 'promise', is: [`award ${data.awardId}`], leadsTo: [] }),
  AgreementSigned: ({ data: { awardId, decisionId } }) => ({
    step: 'agreement',
    is: [`award ${awardId}`],
    leadsTo: [`decision ${decisionId}`],
  }),
  AwardAccepted: ({ data: { awardId } }) => ({ step: 'offer', is: [`award ${awardId}`], leadsTo: [] }),
  AwardOffered: ({ data: { awardId, decisionId } }) => ({ step: 'offer', is: [`award ${awardId}`], leadsTo: [`decision ${decisionId}`] }),
  AwardImported: ({ data: { awardId } }) => ({ step: 'offer', is: [`award ${awardId}`], leadsTo: [] }),
  DecisionConfirmed: ({ data: { decisionId } }) => ({ step: 'confirmation', is: [`decision ${decisionId}`], leadsTo: [] }),
  DecisionRescinded: ({ data: { decisionId } }) => ({ step: 'confirmation', is: [`decision ${decisionId}`], leadsTo: [] }),
  DecisionAdmitted: ({ data: { decisionId, mandateId } }) => ({
    step: 'judgement',
    is: [`decision ${decisionId}`],
    leadsTo: [`mandate ${mandateId}`],
  }),
  UltraViresFlagged: ({ data: { decisionId } }) => ({ step: 'judgement', is: [`decision ${decisionId}`], leadsTo: [] }),
  BeyondMandateNoted: ({ data: { decisionId } }) => ({ step: 'judgement', is: [`decision ${decisionId}`], leadsTo: [] }),
  DecisionRecorded: ({ data: { bodyId, decisionId, mandateId, ruleSetId, ruleSetVersion } }) => ({
    step: 'decision',
    is: [`decision ${decisionId}`],
    leadsTo: [`mandate ${mandateId}`, `rules ${ruleSetId} ${ruleSetVersion}`, `body ${bodyId}`],
  }),
  MandateGranted: ({ data }) => ({ step: 'mandate', is: [`mandate ${data.mandateId}`], leadsTo: [`body ${data.bodyId}`, ...cited(data)] }),
  RuleSetAdopted: ({ data: { ruleSetId, version } }) => ({ step: 'rules', is: [`rules ${ruleSetId} ${version}`], leadsTo: [] }),
  BodyConstituted: ({ data: { bodyId } }) => ({ step: 'body', is: [`body ${bodyId}`], leadsTo: [] }),
  AllocationMade: ({ data }) => ({ step: 'line', is: [line(data)], leadsTo: [envelope(data)] }),
  VirementMade: ({ data }) => ({
    step: 'line',
    is: [data.fromLineId, data.toLineId].map((lineId) => line({ ...data, lineId })),
    leadsTo: [envelope(data)],
  }),
  EnvelopeApproved: ({ data }) => ({ step: 'envelope', is: [envelope(data)], leadsTo: [] }),
  AuthorityGiven: ({ data }) => ({ step: 'envelope', is: [envelope(data)], leadsTo: lotsOf(data.fundId, data.lots) }),
  ReceiptSplit: ({ data: { fundId, lotId, lots } }) => ({
    step: 'money',
    is: lotsOf(fundId, lots),
    leadsTo: [`lot ${fundId}/${lotId}`],
  }),
  ReceiptRecorded: ({ data: { fundId, lotId } }) => ({ step: 'money', is: [`lot ${fundId}/${lotId}`], leadsTo: [] }),
};

const within = (tenant: string) => (name: string) => `${tenant}: ${name}`;
export type ChainLink = Readonly<{ told: Told; step: Step }>;

/** A chain that grows from what is asked about, one reading at a time, until a reading finds nothing new. Memory holds the chain alone. */
export class Chain {
  private readonly wanted: Set<string>;
  readonly found = new Map<number, ChainLink>();
  private grown = true;

  constructor(
    private readonly seeds: readonly string[],
    private readonly seedEntry: number | null = null,
  ) {
    this.wanted = new Set();
  }
  /** Whether another reading may find more. */
  goesOn(): boolean {
    const more = this.grown;
    this.grown = false;
    return more;
  }
  look(one: Told): boolean {
    if (this.found.has(one.entry)) return false;
    const link = lookUp(links, one);
    if (link === undefined) return false;
    const scoped = within(one.tenant);
    const asked = one.entry === this.seedEntry || link.is.some((name) => this.seeds.includes(name) || this.wanted.has(scoped(name)));
    if (!asked) return false;
    this.found.set(one.entry, { told: one, step: link.step });
    for (const name of [...link.leadsTo, ...(one.entry === this.seedEntry ? link.is.slice(0, 1) : [])]) this.wanted.add(scoped(name));
    this.grown = true;
    return true;
  }
  links(): readonly ChainLink[] {
    const order = Object.keys(STEPS);
    return [...this.found.values()].sort((a, b) => order.indexOf(a.step) - order.indexOf(b.step) || a.told.entry - b.told.entry);
  }

  /** What a reader would look for in the chain of money that was paid, and does not find. */
  gaps(): readonly string[] {
    const links = this.links();
    const has = (...types: readonly Told['type'][]) => links.some(({ told: { type } }) => types.includes(type));
    if (!has('PaymentPosted', 'CommitmentConfirmed', 'AgreementSigned', 'AwardOffered', 'AwardImported')) return [];
    // What gave the mandate was decided earlier; what allows the money was decided last.
    const decision = links.findLast(({ told: { type } }) => type === 'DecisionRecorded')?.told as Told<'DecisionRecorded'> | undefined;
    return [
      has('AgreementSigned') ? '' : 'No agreement was signed.',
      decision === undefined ? 'No decision was recorded that allows this.' : '',
      decision !== undefined && decision.data.options.length < 2 ? 'No alternatives were recorded.' : '',
      decision !== undefined && decision.data.seen === 'not_stated' ? 'Which entry the members saw is not stated.' : '',
      decision === undefined || has('DecisionConfirmed') ? '' : 'The decision was never confirmed.',
      has('DecisionRescinded') ? 'The decision was rescinded.' : '',
      has('UltraViresFlagged') ? 'The decision goes beyond its mandate.' : '',
      has('MandateGranted') ? '' : 'No mandate is stated.',
      has('RuleSetAdopted') ? '' : 'The rules it was decided under are not stated.',
      has('ReceiptRecorded', 'AwardImported') ? '' : 'Which money it was paid from is not stated.',
    ].filter((gap) => gap !== '');
  }
}

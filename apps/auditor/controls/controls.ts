import { pounds } from '@ledger/kernel';
import { daysBetween } from '../days.js';
import { personOf, type Told } from '../history.js';
import type { DecisionEvidence, Evidence } from './evidence.js';
import type { PopulationName } from './populations.js';

/** What the auditor may set; days and pence. */
export type Parameters = Readonly<{
  /** Payments, awards or erasures so many days apart are near each other. */
  days: number;
  /** A sum that is a whole multiple of this is round. */
  roundPence: number;
  /** What may be given without asking somebody else; null: the ceiling of the mandate. */
  limitPence: number | null;
  /** The issuer of tokens that is the operator's own. */
  ownIssuer: string;
  /** Duties are late by this day. */
  asAt: string;
}>;
/** Something remarkable at an entry. It is for a person to say whether it is wrong. */
export type Exception = Readonly<{ entry: number; words: string }>;
export type Control = Readonly<{
  objective: string;
  population: PopulationName;
  /** Facts, with the fields that are read of them, which the published catalogue must have for the control to mean anything. */
  needs: Readonly<Record<string, readonly string[]>>;
  /** It asks who did something, which only a bundle for an auditor shows. */
  asksWho?: true;
  exceptions: (evidence: Evidence, parameters: Parameters) => readonly Exception[];
}>;

type Payment = Told<'PaymentPosted'>;
const PAYMENT = { PaymentPosted: ['awardId', 'recipientId', 'amountPence', 'currency', 'paymentId'] } as const;
const isNamed = (person: string | null): person is string => person !== null;
const at = (entry: number, words: string): Exception => ({ entry, words });

/** Why a decision does not allow what was done at an entry; undefined where it does. */
function notAllowed(
  decision: DecisionEvidence | undefined,
  ref: string | undefined,
  { data, entry }: Payment | Told<'AccrualPosted'>,
): string | undefined {
  if (ref === undefined) return 'No decision is named';
  if (decision === undefined || decision.recorded.entry > entry) return `Decision ${ref} was not recorded before`;
  if (decision.flagged !== undefined) return `Decision ${ref} goes beyond its mandate (entry ${decision.flagged.entry})`;
  if (decision.confirmed === undefined || decision.confirmed.entry > entry) return `Decision ${ref} was not confirmed before`;
  if (decision.rescinded !== undefined && decision.rescinded.entry < entry)
    return `Decision ${ref} was rescinded (entry ${decision.rescinded.entry})`;
  return decision.recorded.data.effects.some(({ awardId }) => awardId === data.awardId)
    ? undefined
    : `Decision ${ref} does not name award ${data.awardId}`;
}

/** Everybody who vouched for a payment: who decided, confirmed, signed, accepted the work, and paid. */
function vouchedBy(evidence: Evidence, payment: Payment): readonly Pick<Told, 'by' | 'entry'>[] {
  const decision = evidence.decision(payment.tenant, payment.data.decisionRef);
  return [decision?.recorded, decision?.confirmed, ...evidence.agreementsOf(payment), ...evidence.worksOf(payment), payment].filter(
    (one) => one !== undefined,
  );
}

/** Of each group, those that come within so many days of an earlier one, with all those before it that do. */
function near<One extends Pick<Told, 'on' | 'entry'>>(
  all: readonly One[],
  keyOf: (one: One) => string,
  days: number,
): readonly (readonly One[])[] {
  return [...Map.groupBy(all, keyOf).values()].flatMap((group) => {
    const sorted = [...group].sort((a, b) => (a.on === b.on ? a.entry - b.entry : a.on < b.on ? -1 : 1));
    let first = 0;
    return sorted.flatMap((one, index) => {
      while (daysBetween(sorted[first]!.on, one.on) > days) first += 1;
      return first === index ? [] : [sorted.slice(first, index + 1)];
    });
  });
}

/** Every control, in the order of the working paper: a pure table. */
export const CONTROLS = {
  'spend-without-confirmed-decision': {
    objective: 'Nothing is accepted or paid but under a decision that was recorded and confirmed before, stands, and names the award.',
    population: 'spend',
    needs: { ...PAYMENT, AccrualPosted: ['awardId'], DecisionRecorded: ['decisionId', 'effects'], DecisionConfirmed: ['decisionId'] },
    exceptions: (evidence) =>
      [...evidence.accruals, ...evidence.payments].flatMap((one) => {
        const words = notAllowed(evidence.decision(one.tenant, one.data.decisionRef), one.data.decisionRef, one);
        return words === undefined ? [] : [at(one.entry, words)];
      }),
  },
  'imported-awards': {
    objective: 'Awards that were brought in from files state no mandate: each is named.',
    population: 'imports',
    needs: { AwardImported: ['awardId', 'fileSha256', 'fileRow'] },
    exceptions: ({ imports }) =>
      imports.map(({ data: { awardId, fileRow }, entry }) =>
        at(entry, `Award ${awardId} has no mandate; it came from row ${fileRow} of a file`),
      ),
  },
  'instructor-is-approver': {
    objective: 'Whoever accepts the work or signs the agreement does not pay for it.',
    population: 'payments',
    needs: { ...PAYMENT, AgreementSigned: ['awardId'], AccrualPosted: ['awardId'] },
    asksWho: true,
    exceptions: (evidence) =>
      evidence.payments.flatMap((payment) =>
        [...evidence.agreementsOf(payment), ...evidence.worksOf(payment)]
          .filter((one) => personOf(one) === personOf(payment))
          .slice(0, 1)
          .map(({ entry }) => at(payment.entry, `${personOf(payment) ?? ''} paid, and had vouched for it at entry ${entry}`)),
      ),
  },
  'approver-granted-the-role': {
    objective: 'Nobody who vouched for a payment has given another of them the role.',
    population: 'payments',
    needs: { ...PAYMENT, RoleGranted: ['subject', 'grantedBy', 'role'] },
    asksWho: true,
    exceptions: (evidence) =>
      evidence.payments.flatMap((payment) => {
        const people = new Set(vouchedBy(evidence, payment).map(personOf).filter(isNamed));
        const grant = evidence.grants.find(
          ({ data: { grantedBy, subject }, entry }) => entry < payment.entry && people.has(subject) && people.has(grantedBy),
        );
        return grant === undefined
          ? []
          : [
              at(
                payment.entry,
                `${grant.data.grantedBy} gave ${grant.data.subject} the role ${grant.data.role} (entry ${grant.entry}), and both vouched for it`,
              ),
            ];
      }),
  },
  'own-issuer-only': {
    objective: 'Somebody whom the operator’s own issuer did not name has vouched for each payment.',
    population: 'payments',
    needs: PAYMENT,
    asksWho: true,
    exceptions: (evidence, { ownIssuer }) =>
      evidence.payments
        .filter((payment) => vouchedBy(evidence, payment).every(({ by }) => by?.issuer === ownIssuer))
        .map(({ entry }) => at(entry, `Everybody who vouched for it was named by the issuer “${ownIssuer}” alone`)),
  },
  'payment-before-agreement': {
    objective: 'Nothing is paid before the agreement is signed, by either clock.',
    population: 'payments',
    needs: { ...PAYMENT, AgreementSigned: ['awardId'] },
    exceptions: (evidence) =>
      evidence.payments
        .filter((payment) => !evidence.agreementsOf(payment).some(({ entry, on }) => entry < payment.entry && on <= payment.on))
        .map(({ data: { awardId }, entry, on }) => at(entry, `No agreement for award ${awardId} was signed by ${on}`)),
  },
  'decision-while-inquorate': {
    objective: 'No decision is taken by fewer members than its rules ask for.',
    population: 'decisions',
    needs: { DecisionRecorded: ['tally', 'ruleSetId', 'ruleSetVersion'], RuleSetAdopted: ['ruleSetId', 'version', 'quorum'] },
    exceptions: (evidence) =>
      evidence.allDecisions().flatMap(({ recorded }) => {
        const { present } = recorded.data.tally;
        const rules = evidence.rulesOf(recorded)?.data;
        if (rules === undefined) return [at(recorded.entry, 'The rules that it names were never adopted')];
        return present >= rules.quorum ? [] : [at(recorded.entry, `${present} were present, and ${rules.quorum} are needed`)];
      }),
  },
  'decision-by-conflicted-member': {
    objective: 'Members stand aside where they have declared an interest in somebody who is to be paid.',
    population: 'decisions',
    needs: { DecisionRecorded: ['sat', 'effects'], InterestDeclared: ['bodyId', 'subjectRef', 'organisationRef'] },
    exceptions: (evidence) =>
      evidence.allDecisions().flatMap(({ conflicted, recorded }) => {
        const aside = recorded.data.sat.reduce((sum, { stoodAside }) => sum + stoodAside, 0);
        return aside >= conflicted ? [] : [at(recorded.entry, `${conflicted} members had an interest, and ${aside} stood aside`)];
      }),
  },
  'obligation-late': {
    objective: 'Duties are done, or let go by whoever created them, by the day they are due.',
    population: 'obligations',
    needs: { BindingObligationCreated: ['obligationId', 'dueBy'], ObligationDischarged: ['obligationId'] },
    exceptions: ({ obligations }, { asAt }) =>
      [...obligations.values()].flatMap(({ created: { data, entry }, ended }) => {
        const until = ended?.on ?? asAt;
        const late = daysBetween(data.dueBy, until);
        return late <= 0
          ? []
          : [
              at(
                ended?.entry ?? entry,
                `${data.obligationId} was due by ${data.dueBy}: ${late} days late${ended === undefined ? ', and not done' : ''}`,
              ),
            ];
      }),
  },
  'posting-into-closed-period': {
    objective: 'Nothing is posted to a period after it was closed, unless it says that it restates it.',
    population: 'postings',
    needs: { PeriodClosed: [] },
    exceptions: ({ postedAfterClose }) =>
      postedAfterClose.map(({ closedBy, one }) => at(one.entry, `${one.stream} was closed at entry ${closedBy.entry}`)),
  },
  'duplicate-payment': {
    objective: 'Nobody is paid the same sum twice within a few days, and no payment id is used twice.',
    population: 'payments',
    needs: PAYMENT,
    exceptions: ({ payments }, { days }) => {
      const same = near(
        payments,
        ({ data: { amountPence, currency, recipientId }, tenant }) => `${tenant} ${recipientId} ${amountPence} ${currency}`,
        days,
      );
      const reused = [...Map.groupBy(payments, ({ data: { paymentId }, tenant }) => `${tenant} ${paymentId}`).values()].flatMap((all) =>
        all.slice(1),
      );
      return [
        ...same.map((all) =>
          at(
            all.at(-1)!.entry,
            `${pounds(all.at(-1)!.data.amountPence)} to ${all.at(-1)!.data.recipientId}, as at entry ${all.at(-2)!.entry}`,
          ),
        ),
        ...reused.map(({ data: { paymentId }, entry }) => at(entry, `The payment id ${paymentId} was used before`)),
      ];
    },
  },
  'split-under-limit': {
    objective: 'No award is split into parts that each stay under a limit, and together do not.',
    population: 'offers',
    needs: { AwardOffered: ['recipientId', 'amountPence', 'decisionId'], MandateGranted: ['ceilingPence'] },
    exceptions: (evidence, { days, limitPence }) =>
      near(evidence.offers, ({ data: { currency, recipientId }, tenant }) => `${tenant} ${recipientId} ${currency}`, days).flatMap(
        (all) => {
          const last = all.at(-1)!;
          const mandateId = evidence.decision(last.tenant, last.data.decisionId)?.recorded.data.mandateId;
          const limit = limitPence ?? evidence.mandate(last.tenant, mandateId ?? '')?.data.ceilingPence;
          const sum = all.reduce((total, { data: { amountPence } }) => total + amountPence, 0);
          return limit === undefined || sum <= limit || all.some(({ data: { amountPence } }) => amountPence > limit)
            ? []
            : [
                at(
                  last.entry,
                  `${all.length} awards to ${last.data.recipientId} come to ${pounds(sum)}, and the limit is ${pounds(limit)}`,
                ),
              ];
        },
      ),
  },
  'round-sums': {
    objective: 'Payments of round sums are looked at one by one.',
    population: 'payments',
    needs: PAYMENT,
    exceptions: ({ payments }, { roundPence }) =>
      payments
        .filter(({ data: { amountPence } }) => amountPence % roundPence === 0)
        .map(({ data: { amountPence, recipientId }, entry }) => at(entry, `${pounds(amountPence)} to ${recipientId}`)),
  },
  'changed-visibility': {
    objective: 'What facts show to whom does not change unseen, from one catalogue to the next.',
    population: 'catalogues',
    needs: {},
    exceptions: ({ hidden }) => hidden,
  },
  'erasure-near-payment': {
    objective: 'Nobody’s data were put beyond use around a payment of the same tenant.',
    population: 'erasures',
    needs: { ...PAYMENT, ErasureExecuted: [] },
    exceptions: ({ erasures, payments }, { days }) =>
      erasures.flatMap(({ entry, on, tenant }) => {
        const close = payments.filter((payment) => payment.tenant === tenant && Math.abs(daysBetween(payment.on, on)) <= days);
        return close.length === 0
          ? []
          : [at(entry, `Within ${days} days of ${close.length} payments, the first at entry ${close[0]!.entry}`)];
      }),
  },
  'revision-gaps': {
    objective: 'No stream has a gap: every revision follows the one before it.',
    population: 'entries',
    needs: {},
    exceptions: ({ gaps }) => gaps,
  },
  'clock-backwards': {
    objective: 'No entry was recorded before the entry before it.',
    population: 'entries',
    needs: {},
    exceptions: ({ backwards }) => backwards,
  },
} as const satisfies Readonly<Record<string, Control>>;
export type ControlName = keyof typeof CONTROLS;
export const controlNames = Object.keys(CONTROLS) as readonly ControlName[];

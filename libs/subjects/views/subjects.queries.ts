import { END_OF_TIME, type LedgerQuery, type NoParams, type OpenSealed, type Reading } from '@ledger/views';
import { subjectSteps, type SubjectStepRow } from './subject.projection.js';

/** Who does the work that needs names. Whoever runs the machines is not among them. */
export const READERS = ['clerk', 'data-protection-officer'] as const;

export type ErasureStanding = 'waiting' | 'late' | 'refused' | 'granted' | 'executed' | 'completed';
/** One request to be erased, without the pseudonym of whoever asked. Days are null until they came. */
export type ErasureView = Readonly<{
  entry: number;
  requestedOn: string;
  answerBy: string;
  standing: ErasureStanding;
  answeredOn: string | null;
  basis: string | null;
  explanation: string | null;
  reviewOn: string | null;
  executedOn: string | null;
  executedEntry: number | null;
  backupsExpireOn: string | null;
  recipientsTold: number | null;
  completedOn: string | null;
  completedEntry: number | null;
  illustrative: SubjectStepRow['illustrative'];
}>;
export type ErasureRegister = Readonly<{
  /** People whose details were ever taken in, and under how many a hold stands now. */
  enrolled: number;
  underHold: number;
  counts: Readonly<Record<ErasureStanding, number>>;
  requests: readonly ErasureView[];
}>;

/** `key_missing` is a fault: the key is not there, and no entry says that it was destroyed. */
type Opened = Readonly<{ are: 'readable'; name: string; contact: string | null } | { are: 'beyond_use' | 'key_missing' }>;
/** One person, with the name filled in for this answer alone. */
export type SubjectView = Readonly<{
  subjectRef: string;
  capacity: string;
  lawfulBasis: string;
  enrolledOn: string;
  entry: number;
  details: Opened;
  holds: readonly Readonly<{ holdId: string; why: string; since: string }>[];
  erasure: (ErasureView & Readonly<{ ground: string }>) | null;
}>;

/** Steps of one person folded into their requests, newest last. */
function requestsOf(steps: readonly SubjectStepRow[], asAt: string): readonly (ErasureView & { ground: string })[] {
  const requests: (ErasureView & { ground: string })[] = [];
  const now = (change: Partial<ErasureView>) => requests.push({ ...requests.pop()!, ...change });
  for (const { effectiveOn, entry, illustrative, said, step } of steps) {
    if (step === 'ErasureRequested')
      requests.push({
        entry,
        requestedOn: effectiveOn,
        answerBy: said.answerBy!,
        standing: said.answerBy! < asAt ? 'late' : 'waiting',
        answeredOn: null,
        basis: null,
        explanation: null,
        reviewOn: null,
        executedOn: null,
        executedEntry: null,
        backupsExpireOn: null,
        recipientsTold: null,
        completedOn: null,
        completedEntry: null,
        illustrative,
        ground: said.ground!,
      });
    if (step === 'ErasureRefused') {
      const { basis = null, explanation = null, reviewOn = null } = said;
      now({ standing: 'refused', answeredOn: effectiveOn, basis, explanation, reviewOn });
    }
    if (step === 'ErasureGranted') now({ standing: 'granted', answeredOn: effectiveOn, backupsExpireOn: said.backupsExpireOn! });
    if (step === 'ErasureExecuted') now({ standing: 'executed', executedOn: effectiveOn, executedEntry: entry });
    if (step === 'RecipientsTold') now({ recipientsTold: said.recipients!.length });
    if (step === 'ErasureCompleted') now({ standing: 'completed', completedOn: effectiveOn, completedEntry: entry });
  }
  return requests;
}
const holdsOf = (steps: readonly SubjectStepRow[]): SubjectView['holds'] =>
  steps
    .filter(
      ({ said, step }, at) =>
        step === 'LegalHoldPlaced' &&
        !steps.some((later, index) => index > at && later.step === 'LegalHoldLifted' && later.said.holdId === said.holdId),
    ) // prettier-ignore
    .map(({ effectiveOn, said }) => ({ holdId: said.holdId!, why: said.why!, since: effectiveOn }));

/** Whose keys were destroyed by now, whatever moment is asked about: no going back in time opens what is beyond use. */
const erasedBy = async (read: Reading, where: Partial<SubjectStepRow> = {}): Promise<ReadonlySet<string>> => {
  const now = read.at({ asAt: END_OF_TIME, asKnown: read.completeTo.entry });
  const executed = await now.rows(subjectSteps, { ...where, step: 'ErasureExecuted' });
  return new Set(executed.map(({ subjectRef }) => subjectRef));
};
function detailsOf(steps: readonly SubjectStepRow[], erased: ReadonlySet<string>, open: OpenSealed): Opened {
  const newest = (field: string) => {
    const step = steps.findLast(({ sealed }) => field in sealed);
    return step === undefined ? null : open({ ...step, field }, step.sealed[field]!);
  };
  const name = newest('name');
  if (name !== null) return { are: 'readable', name, contact: newest('contact') };
  return { are: erased.has(steps[0]!.subjectRef) ? 'beyond_use' : 'key_missing' };
}
function viewOf(steps: readonly SubjectStepRow[], { asAt }: Reading, erased: ReadonlySet<string>, open: OpenSealed): SubjectView {
  const { effectiveOn, entry, said, subjectRef } = steps[0]!;
  return {
    subjectRef,
    capacity: said.capacity!,
    lawfulBasis: said.lawfulBasis!,
    enrolledOn: effectiveOn,
    entry,
    details: detailsOf(steps, erased, open),
    holds: holdsOf(steps),
    erasure: requestsOf(steps, asAt).at(-1) ?? null,
  };
}
const bySubject = async (read: Reading) => [...Map.groupBy(await read.rows(subjectSteps), ({ subjectRef }) => subjectRef).values()];

export const erasuresQuery: LedgerQuery<NoParams, ErasureRegister> = {
  name: 'erasures',
  says: 'The register of erasures: how many asked, what was answered, what was put beyond use. It names nobody',
  params: [],
  answer: async (read) => {
    const people = await bySubject(read);
    const requests = people
      .flatMap((steps) => requestsOf(steps, read.asAt))
      .map(({ ground: _inside, ...shown }) => shown)
      .sort((a, b) => a.entry - b.entry);
    const counted = (standing: ErasureStanding) => requests.filter((one) => one.standing === standing).length;
    return {
      enrolled: people.length,
      underHold: people.filter((steps) => holdsOf(steps).length > 0).length,
      counts: {
        waiting: counted('waiting'),
        late: counted('late'),
        refused: counted('refused'),
        granted: counted('granted'),
        executed: counted('executed'),
        completed: counted('completed'),
      },
      requests,
    };
  },
};
export const subjectsQuery: LedgerQuery<NoParams, readonly SubjectView[]> = {
  name: 'subjects',
  says: 'Everybody whose details are kept, by name, for those who do the work',
  for: READERS,
  params: [],
  answer: async (read, _, open) => {
    const [people, erased] = await Promise.all([bySubject(read), erasedBy(read)]);
    return people.map((steps) => viewOf(steps, read, erased, open));
  },
};
export const subjectQuery: LedgerQuery<{ subjectRef: string }, SubjectView> = {
  name: 'subject',
  says: 'One person, by name, for those who do the work',
  for: READERS,
  params: ['subjectRef'],
  answer: async (read, { subjectRef }, open) => {
    const [steps, erased] = await Promise.all([read.rows(subjectSteps, { subjectRef }), erasedBy(read, { subjectRef })]);
    return steps.length === 0 ? undefined : viewOf(steps, read, erased, open);
  },
};

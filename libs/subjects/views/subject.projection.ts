import { json, type Projection, put, type SealedText, type Seen, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
import { subjectFacts, type SubjectEvent } from '../events/index.js';

/** What a step says in clear: some of it for the public, some for those alone who do the work. */
export type Said = Readonly<
  Partial<{
    capacity: string;
    lawfulBasis: string;
    holdId: string;
    why: string;
    ground: string;
    answerBy: string;
    basis: string;
    explanation: string;
    reviewOn: string;
    backupsExpireOn: string;
    recipients: readonly string[];
  }>
>;
/** Every step with a person, a row of its own. What is personal stands here as it stands in the event: sealed. No view ever holds a name. */
export type SubjectStepRow = Stamp &
  Readonly<{
    tenantId: string;
    subjectRef: string;
    eventId: string;
    step: SubjectEvent['type'];
    said: Said;
    sealed: Readonly<Record<string, SealedText>>;
  }>;

/** Of each fact, the fields that it says in clear and those that are sealed. */
const fieldsOf = new Map(
  subjectFacts.map(({ fields, name }) => {
    const declared = Object.entries(fields.properties).filter(([field]) => field !== 'subjectRef');
    const { clear = [], sealed = [] } = Object.groupBy(declared, ([, { audience }]) => (audience === 'personal' ? 'sealed' : 'clear'));
    return [name, { clear: clear.map(([field]) => field), sealed: sealed.map(([field]) => field) }] as const;
  }),
);
const picked = (data: Readonly<Record<string, unknown>>, fields: readonly string[]) =>
  Object.fromEntries(fields.filter((field) => field in data).map((field) => [field, data[field]]));

const step = (event: Seen<SubjectEvent>) => {
  const { data, id: eventId, type } = event;
  const { clear, sealed } = fieldsOf.get(type)!;
  return [
    put<SubjectStepRow>({
      tenantId: data.tenantId,
      subjectRef: data.subjectRef,
      eventId,
      step: type,
      said: picked(data, clear),
      sealed: picked(data, sealed) as SubjectStepRow['sealed'],
      ...stampOf(event),
    }),
  ];
};

export const subjectSteps: Projection<SubjectStepRow, SubjectEvent> = {
  name: 'subject_steps',
  version: 1,
  key: ['tenantId', 'subjectRef', 'entry'],
  columns: { tenantId: text, subjectRef: text, eventId: text, step: text, said: json, sealed: json, ...stampColumns },
  on: Object.fromEntries(subjectFacts.map(({ name }) => [name, step])),
};

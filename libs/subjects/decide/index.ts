import { type Desk, desk } from '@ledger/event-store';
import { subject } from './subject.decider.js';
import * as asked from './subjects.commands.js';

export * from './subjects.commands.js';
export { subject };

export const subjectDesk: readonly Desk[] = desk(
  'subjects',
  subject,
  ...([
    asked.EnrolSubject,
    asked.RectifyDetails,
    asked.PlaceLegalHold,
    asked.LiftLegalHold,
    asked.RequestErasure,
    asked.RefuseErasure,
    asked.GrantErasure,
    asked.ExecuteErasure,
    asked.TellRecipients,
    asked.CompleteErasure,
  ] as const),
);

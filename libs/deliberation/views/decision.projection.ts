import { alter, integer, json, type Projection, put, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
import type { GovernanceEvent } from '@ledger/governance/events';
import type { DeliberationEvent } from '../events/index.js';

type Recorded = Extract<DeliberationEvent, { type: 'DecisionRecorded' }>['data'];

/** A decision as it was recorded, and what became of it, each with its day and entry. */
export type DecisionRow = Stamp &
  Readonly<{
    tenantId: string;
    decisionId: string;
    bodyId: string;
    title: string;
    recorded: Recorded;
    admittedEntry: number | null;
    beyondEntry: number | null;
    beyondCode: string | null;
    beyondWords: string | null;
    confirmedOn: string | null;
    confirmedEntry: number | null;
    confirmedBy: string | null;
    rescindedOn: string | null;
    rescindedEntry: number | null;
    rescindedWhy: string | null;
  }>;

const NOT_YET = {
  admittedEntry: null,
  beyondEntry: null,
  beyondCode: null,
  beyondWords: null,
  confirmedOn: null,
  confirmedEntry: null,
  confirmedBy: null,
  rescindedOn: null,
  rescindedEntry: null,
  rescindedWhy: null,
} as const;

export const decisions: Projection<DecisionRow, DeliberationEvent | GovernanceEvent> = {
  name: 'decisions',
  version: 1,
  key: ['tenantId', 'decisionId'],
  columns: {
    tenantId: text,
    decisionId: text,
    bodyId: text,
    title: text,
    recorded: json,
    admittedEntry: integer,
    beyondEntry: integer,
    beyondCode: text,
    beyondWords: text,
    confirmedOn: text,
    confirmedEntry: integer,
    confirmedBy: text,
    rescindedOn: text,
    rescindedEntry: integer,
    rescindedWhy: text,
    ...stampColumns,
  },
  on: {
    DecisionRecorded: (event) => {
      const {
        decisionRef: _ref,
        effectiveAt: _at,
        evidence: _evidence,
        postings: _postings,
        reason: _reason,
        ruleSetRef: _rules,
        schema: _schema,
        tenantId,
        ...recorded
      } = event.data;
      return [
        put<DecisionRow>({
          tenantId,
          decisionId: recorded.decisionId,
          bodyId: recorded.bodyId,
          title: recorded.title,
          recorded,
          ...NOT_YET,
          ...stampOf(event),
        }),
      ];
    },
    DecisionAdmitted: ({ data: { decisionId, tenantId }, entry }) => [
      alter<DecisionRow>({ tenantId, decisionId }, (row) => ({ ...row, admittedEntry: entry })),
    ],
    UltraViresFlagged: ({ data: { code, decisionId, tenantId, words }, entry }) => [
      alter<DecisionRow>({ tenantId, decisionId }, (row) => ({ ...row, beyondEntry: entry, beyondCode: code, beyondWords: words })),
    ],
    DecisionConfirmed: (event) => {
      const { by, effectiveOn, entry } = stampOf(event);
      const { decisionId, tenantId } = event.data;
      return [
        alter<DecisionRow>({ tenantId, decisionId }, (row) => ({
          ...row,
          confirmedOn: effectiveOn,
          confirmedEntry: entry,
          confirmedBy: by,
        })),
      ];
    },
    DecisionRescinded: (event) => {
      const { effectiveOn, entry } = stampOf(event);
      const { decisionId, tenantId, why } = event.data;
      return [
        alter<DecisionRow>({ tenantId, decisionId }, (row) => ({
          ...row,
          rescindedOn: effectiveOn,
          rescindedEntry: entry,
          rescindedWhy: why,
        })),
      ];
    },
  },
};

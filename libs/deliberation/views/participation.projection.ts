import { alter, integer, json, type Projection, put, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
import type { DeliberationEvent } from '../events/index.js';

/** A draw by lot, step by step; each step keeps its own entry. */
export type SortitionRow = Stamp &
  Readonly<{
    tenantId: string;
    sortitionId: string;
    bodyId: string;
    target: number;
    invitations: number;
    quotas: readonly Readonly<{ stratum: string; seats: number }>[];
    algorithm: string;
    invitedOn: string | null;
    invitedEntry: number | null;
    commitment: string | null;
    sealedOn: string | null;
    sealedEntry: number | null;
    selected: number | null;
    outputHash: string | null;
    drawnOn: string | null;
    drawnEntry: number | null;
  }>;
export const sortitions: Projection<SortitionRow, DeliberationEvent> = {
  name: 'sortitions',
  version: 2,
  key: ['tenantId', 'sortitionId'],
  columns: {
    tenantId: text,
    sortitionId: text,
    bodyId: text,
    target: integer,
    invitations: integer,
    quotas: json,
    algorithm: text,
    invitedOn: text,
    invitedEntry: integer,
    commitment: text,
    sealedOn: text,
    sealedEntry: integer,
    selected: integer,
    outputHash: text,
    drawnOn: text,
    drawnEntry: integer,
    ...stampColumns,
  },
  on: {
    SortitionDefined: (event) => {
      const { algorithm, bodyId, invitations, quotas, sortitionId, target, tenantId } = event.data;
      const later = {
        invitedOn: null,
        invitedEntry: null,
        commitment: null,
        sealedOn: null,
        sealedEntry: null,
        selected: null,
        outputHash: null,
        drawnOn: null,
        drawnEntry: null,
      };
      return [put<SortitionRow>({ tenantId, sortitionId, bodyId, target, invitations, quotas, algorithm, ...later, ...stampOf(event) })];
    },
    InvitationsIssued: (event) => {
      const { sortitionId, tenantId } = event.data;
      const { effectiveOn, entry } = stampOf(event);
      return [alter<SortitionRow>({ tenantId, sortitionId }, (row) => ({ ...row, invitedOn: effectiveOn, invitedEntry: entry }))];
    },
    PoolSealed: (event) => {
      const { commitment, sortitionId, tenantId } = event.data;
      const { effectiveOn, entry } = stampOf(event);
      return [alter<SortitionRow>({ tenantId, sortitionId }, (row) => ({ ...row, commitment, sealedOn: effectiveOn, sealedEntry: entry }))];
    },
    DrawExecuted: (event) => {
      const { outputHash, selected, sortitionId, tenantId } = event.data;
      const { effectiveOn, entry } = stampOf(event);
      return [
        alter<SortitionRow>({ tenantId, sortitionId }, (row) => ({
          ...row,
          selected,
          outputHash,
          drawnOn: effectiveOn,
          drawnEntry: entry,
        })),
      ];
    },
  },
};

export type AssemblyRow = Stamp &
  Readonly<{
    tenantId: string;
    assemblyId: string;
    bodyId: string;
    question: string;
    commissionedBy: string;
    thresholdNumerator: number;
    thresholdDenominator: number;
    denominator: string;
    packs: readonly Readonly<{ title: string; sha256: string; entry: number; effectiveOn: string }>[];
  }>;
export const assemblies: Projection<AssemblyRow, DeliberationEvent> = {
  name: 'assemblies',
  version: 1,
  key: ['tenantId', 'assemblyId'],
  columns: {
    tenantId: text,
    assemblyId: text,
    bodyId: text,
    question: text,
    commissionedBy: text,
    thresholdNumerator: integer,
    thresholdDenominator: integer,
    denominator: text,
    packs: json,
    ...stampColumns,
  },
  on: {
    AssemblyConvened: (event) => {
      const { assemblyId, bodyId, commissionedBy, denominator, question, tenantId, thresholdDenominator, thresholdNumerator } = event.data;
      return [
        put<AssemblyRow>({
          tenantId,
          assemblyId,
          bodyId,
          question,
          commissionedBy,
          thresholdNumerator,
          thresholdDenominator,
          denominator,
          packs: [],
          ...stampOf(event),
        }),
      ];
    },
    InformationPackPublished: (event) => {
      const { assemblyId, sha256, tenantId, title } = event.data;
      const { effectiveOn, entry } = stampOf(event);
      return [
        alter<AssemblyRow>({ tenantId, assemblyId }, (row) => ({ ...row, packs: [...row.packs, { title, sha256, entry, effectiveOn }] })),
      ];
    },
  },
};

/** A recommendation put to the vote, and whether the share that binds was reached. */
export type VoteRow = Stamp &
  Readonly<{
    tenantId: string;
    assemblyId: string;
    recommendationId: string;
    text: string;
    for: number;
    against: number;
    abstain: number;
    participants: number;
    needed: number | null;
    met: string | null;
    resultEntry: number | null;
    dutyOn: string | null;
    dueBy: string | null;
  }>;
export const votes: Projection<VoteRow, DeliberationEvent> = {
  name: 'votes',
  version: 1,
  key: ['tenantId', 'assemblyId', 'recommendationId'],
  columns: {
    tenantId: text,
    assemblyId: text,
    recommendationId: text,
    text: text,
    for: integer,
    against: integer,
    abstain: integer,
    participants: integer,
    needed: integer,
    met: text,
    resultEntry: integer,
    dutyOn: text,
    dueBy: text,
    ...stampColumns,
  },
  on: {
    RecommendationVoted: (event) => {
      const { abstain, against, assemblyId, for: inFavour, participants, recommendationId, tenantId, text: words } = event.data;
      const result = { needed: null, met: null, resultEntry: null, dutyOn: null, dueBy: null };
      return [
        put<VoteRow>({
          tenantId,
          assemblyId,
          recommendationId,
          text: words,
          for: inFavour,
          against,
          abstain,
          participants,
          ...result,
          ...stampOf(event),
        }),
      ];
    },
    ThresholdMet: ({ data: { assemblyId, dueBy, dutyOn, needed, recommendationId, tenantId }, entry }) => [
      alter<VoteRow>({ tenantId, assemblyId, recommendationId }, (row) => ({
        ...row,
        needed,
        met: 'yes',
        resultEntry: entry,
        dutyOn,
        dueBy,
      })),
    ],
    ThresholdMissed: ({ data: { assemblyId, needed, recommendationId, tenantId }, entry }) => [
      alter<VoteRow>({ tenantId, assemblyId, recommendationId }, (row) => ({ ...row, needed, met: 'no', resultEntry: entry })),
    ],
  },
};

export type ObligationRow = Stamp &
  Readonly<{
    tenantId: string;
    obligationId: string;
    duty: string;
    on: string;
    dueBy: string;
    createdBy: string;
    because: string;
    progress: readonly Readonly<{ shareBasisPoints: number; words: string; entry: number; effectiveOn: string }>[];
    dischargedOn: string | null;
    dischargedEntry: number | null;
    evidenceSha256: string | null;
    releasedOn: string | null;
    releasedEntry: number | null;
    releasedWhy: string | null;
  }>;
export const obligations: Projection<ObligationRow, DeliberationEvent> = {
  name: 'obligations',
  version: 1,
  key: ['tenantId', 'obligationId'],
  columns: {
    tenantId: text,
    obligationId: text,
    duty: text,
    on: text,
    dueBy: text,
    createdBy: text,
    because: text,
    progress: json,
    dischargedOn: text,
    dischargedEntry: integer,
    evidenceSha256: text,
    releasedOn: text,
    releasedEntry: integer,
    releasedWhy: text,
    ...stampColumns,
  },
  on: {
    BindingObligationCreated: (event) => {
      const { because, createdBy, dueBy, duty, obligationId, on, tenantId } = event.data;
      const later = {
        progress: [],
        dischargedOn: null,
        dischargedEntry: null,
        evidenceSha256: null,
        releasedOn: null,
        releasedEntry: null,
        releasedWhy: null,
      };
      return [put<ObligationRow>({ tenantId, obligationId, duty, on, dueBy, createdBy, because, ...later, ...stampOf(event) })];
    },
    ObligationProgressReported: (event) => {
      const { obligationId, shareBasisPoints, tenantId, words } = event.data;
      const { effectiveOn, entry } = stampOf(event);
      return [
        alter<ObligationRow>({ tenantId, obligationId }, (row) => ({
          ...row,
          progress: [...row.progress, { shareBasisPoints, words, entry, effectiveOn }],
        })),
      ];
    },
    ObligationDischarged: (event) => {
      const { obligationId, sha256, tenantId } = event.data;
      const { effectiveOn, entry } = stampOf(event);
      return [
        alter<ObligationRow>({ tenantId, obligationId }, (row) => ({
          ...row,
          dischargedOn: effectiveOn,
          dischargedEntry: entry,
          evidenceSha256: sha256,
        })),
      ];
    },
    ObligationReleased: (event) => {
      const { obligationId, tenantId, why } = event.data;
      const { effectiveOn, entry } = stampOf(event);
      return [
        alter<ObligationRow>({ tenantId, obligationId }, (row) => ({
          ...row,
          releasedOn: effectiveOn,
          releasedEntry: entry,
          releasedWhy: why,
        })),
      ];
    },
  },
};

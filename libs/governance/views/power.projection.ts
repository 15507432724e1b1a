import { integer, json, type Projection, put, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
import type { GovernanceEvent } from '../events/index.js';

export type RuleSetRow = Stamp &
  Readonly<{
    tenantId: string;
    ruleSetId: string;
    version: number;
    bodyId: string;
    hash: string;
    effectiveFrom: string;
    quorum: number;
    thresholdNumerator: number;
    thresholdDenominator: number;
    denominator: string;
    callInDays: number;
    tieBreak: string;
  }>;
export const ruleSets: Projection<RuleSetRow, GovernanceEvent> = {
  name: 'rule_sets',
  version: 1,
  key: ['tenantId', 'ruleSetId', 'version'],
  columns: {
    tenantId: text,
    ruleSetId: text,
    version: integer,
    bodyId: text,
    hash: text,
    effectiveFrom: text,
    quorum: integer,
    thresholdNumerator: integer,
    thresholdDenominator: integer,
    denominator: text,
    callInDays: integer,
    tieBreak: text,
    ...stampColumns,
  },
  on: {
    RuleSetAdopted: (event) => {
      const {
        bodyId,
        callInDays,
        denominator,
        effectiveFrom,
        hash,
        quorum,
        ruleSetId,
        tenantId,
        thresholdDenominator,
        thresholdNumerator,
        tieBreak,
        version,
      } = event.data;
      return [
        put<RuleSetRow>({
          tenantId,
          ruleSetId,
          version,
          bodyId,
          hash,
          effectiveFrom,
          quorum,
          thresholdNumerator,
          thresholdDenominator,
          denominator,
          callInDays,
          tieBreak,
          ...stampOf(event),
        }),
      ];
    },
  },
};

export type MandateRow = Stamp &
  Readonly<{
    tenantId: string;
    mandateId: string;
    bodyId: string;
    grantedBy: string;
    scope: string;
    purposes: readonly string[];
    bindingMode: string;
    ceilingPence: number;
    currency: string;
    from: string;
    until: string | null;
    decisionRef: string | null;
  }>;
export const mandates: Projection<MandateRow, GovernanceEvent> = {
  name: 'mandates',
  version: 1,
  key: ['tenantId', 'mandateId'],
  columns: {
    tenantId: text,
    mandateId: text,
    bodyId: text,
    grantedBy: text,
    scope: text,
    purposes: json,
    bindingMode: text,
    ceilingPence: integer,
    currency: text,
    from: text,
    until: text,
    decisionRef: text,
    ...stampColumns,
  },
  on: {
    MandateGranted: (event) => {
      const { bindingMode, bodyId, ceilingPence, currency, decisionRef, from, grantedBy, mandateId, purposes, scope, tenantId, until } =
        event.data;
      return [
        put<MandateRow>({
          tenantId,
          mandateId,
          bodyId,
          grantedBy,
          scope,
          purposes,
          bindingMode,
          ceilingPence,
          currency,
          from,
          until: until ?? null,
          decisionRef: decisionRef ?? null,
          ...stampOf(event),
        }),
      ];
    },
  },
};

/** How each decision was held against its mandate: what it used of the ceiling, or why it goes beyond. */
export type WeighedRow = Stamp &
  Readonly<{
    tenantId: string;
    decisionId: string;
    bodyId: string;
    mandateId: string | null;
    usedPence: number;
    code: string | null;
    words: string | null;
  }>;
export const weighed: Projection<WeighedRow, GovernanceEvent> = {
  name: 'weighed_decisions',
  version: 1,
  key: ['tenantId', 'decisionId'],
  columns: {
    tenantId: text,
    decisionId: text,
    bodyId: text,
    mandateId: text,
    usedPence: integer,
    code: text,
    words: text,
    ...stampColumns,
  },
  on: {
    DecisionAdmitted: (event) => {
      const { bodyId, decisionId, effects, mandateId, tenantId } = event.data;
      const usedPence = effects.reduce((sum, { amountPence }) => sum + amountPence, 0);
      return [put<WeighedRow>({ tenantId, decisionId, bodyId, mandateId, usedPence, code: null, words: null, ...stampOf(event) })];
    },
    UltraViresFlagged: (event) => {
      const { bodyId, code, decisionId, tenantId, words } = event.data;
      return [put<WeighedRow>({ tenantId, decisionId, bodyId, mandateId: null, usedPence: 0, code, words, ...stampOf(event) })];
    },
  },
};

/** Every granting and taking back of a role, each a row of its own. */
export type RoleChangeRow = Stamp &
  Readonly<{ tenantId: string; subject: string; role: string; change: 'granted' | 'revoked'; grantedBy: string | null }>;
export const roleChanges: Projection<RoleChangeRow, GovernanceEvent> = {
  name: 'role_changes',
  version: 1,
  key: ['tenantId', 'subject', 'role', 'entry'],
  columns: { tenantId: text, subject: text, role: text, change: text, grantedBy: text, ...stampColumns },
  on: {
    RoleGranted: (event) => {
      const { grantedBy, role, subject, tenantId } = event.data;
      return [put<RoleChangeRow>({ tenantId, subject, role, change: 'granted', grantedBy, ...stampOf(event) })];
    },
    RoleRevoked: (event) => {
      const { role, subject, tenantId } = event.data;
      return [put<RoleChangeRow>({ tenantId, subject, role, change: 'revoked', grantedBy: null, ...stampOf(event) })];
    },
  },
};

import type { EnvelopeEvent } from '@ledger/funds/events';
import { alter, integer, json, type Projection, put, type Stamp, stampColumns, stampOf, text } from '@ledger/views';
import type { GrantEvent } from '../events/index.js';

/** An award, step by step: offered, accepted, signed; each step with its day and entry. */
export type AwardRow = Stamp &
  Readonly<{
    tenantId: string;
    awardId: string;
    fundId: string;
    bodyId: string;
    period: string;
    lineId: string;
    recipientId: string;
    purpose: string;
    amountPence: number;
    currency: string;
    decisionId: string;
    acceptedOn: string | null;
    acceptedEntry: number | null;
    signedOn: string | null;
    signedEntry: number | null;
    signedBy: string | null;
    agreementHash: string | null;
  }>;
export const awards: Projection<AwardRow, GrantEvent> = {
  name: 'awards',
  version: 1,
  key: ['tenantId', 'awardId'],
  columns: {
    tenantId: text,
    awardId: text,
    fundId: text,
    bodyId: text,
    period: text,
    lineId: text,
    recipientId: text,
    purpose: text,
    amountPence: integer,
    currency: text,
    decisionId: text,
    acceptedOn: text,
    acceptedEntry: integer,
    signedOn: text,
    signedEntry: integer,
    signedBy: text,
    agreementHash: text,
    ...stampColumns,
  },
  on: {
    AwardOffered: (event) => {
      const { amountPence, awardId, bodyId, currency, decisionId, fundId, lineId, period, purpose, recipientId, tenantId } = event.data;
      const later = { acceptedOn: null, acceptedEntry: null, signedOn: null, signedEntry: null, signedBy: null, agreementHash: null };
      return [
        put<AwardRow>({
          tenantId,
          awardId,
          fundId,
          bodyId,
          period,
          lineId,
          recipientId,
          purpose,
          amountPence,
          currency,
          decisionId,
          ...later,
          ...stampOf(event),
        }),
      ];
    },
    AwardAccepted: (event) => {
      const { awardId, tenantId } = event.data;
      const { effectiveOn, entry } = stampOf(event);
      return [alter<AwardRow>({ tenantId, awardId }, (row) => ({ ...row, acceptedOn: effectiveOn, acceptedEntry: entry }))];
    },
    AgreementSigned: (event) => {
      const { agreementHash, awardId, tenantId } = event.data;
      const { by, effectiveOn, entry } = stampOf(event);
      return [
        alter<AwardRow>({ tenantId, awardId }, (row) => ({
          ...row,
          signedOn: effectiveOn,
          signedEntry: entry,
          signedBy: by,
          agreementHash,
        })),
      ];
    },
  },
};

export type PaymentRow = Stamp &
  Readonly<{
    tenantId: string;
    paymentId: string;
    awardId: string;
    recipientId: string;
    fundId: string;
    bodyId: string;
    period: string;
    lineId: string;
    amountPence: number;
    currency: string;
    decisionId: string | null;
    sourceLots: readonly Readonly<{ lotId: string; amountPence: number }>[];
  }>;
export const payments: Projection<PaymentRow, EnvelopeEvent> = {
  name: 'payments',
  version: 1,
  key: ['tenantId', 'paymentId', 'entry'],
  columns: {
    tenantId: text,
    paymentId: text,
    awardId: text,
    recipientId: text,
    fundId: text,
    bodyId: text,
    period: text,
    lineId: text,
    amountPence: integer,
    currency: text,
    decisionId: text,
    sourceLots: json,
    ...stampColumns,
  },
  on: {
    PaymentPosted: (event) => {
      const { amountPence, awardId, bodyId, currency, decisionRef, fundId, lineId, lots, paymentId, period, recipientId, tenantId } =
        event.data;
      const sourceLots = lots.map((lot) => ({ lotId: lot.lotId, amountPence: lot.amountPence }));
      return [
        put<PaymentRow>({
          tenantId,
          paymentId,
          awardId,
          recipientId,
          fundId,
          bodyId,
          period,
          lineId,
          amountPence,
          currency,
          decisionId: decisionRef ?? null,
          sourceLots,
          ...stampOf(event),
        }),
      ];
    },
  },
};

/** Awards of the past, brought in from published files: remembered, never spendable, mandate not stated. */
export type ImportedAwardRow = Stamp &
  Readonly<{
    tenantId: string;
    awardId: string;
    grantId: string | null;
    fundId: string;
    funderId: string;
    funderRef: string;
    funderName: string;
    recipientId: string;
    recipientKind: string;
    recipientName: string | null;
    title: string | null;
    programme: string | null;
    amountPence: number;
    currency: string;
    awardedOn: string;
    fileSha256: string;
    fileRow: number;
    importedBy: string;
  }>;
export const importedAwards: Projection<ImportedAwardRow, GrantEvent> = {
  name: 'imported_awards',
  version: 1,
  key: ['tenantId', 'awardId'],
  columns: {
    tenantId: text,
    awardId: text,
    grantId: text,
    fundId: text,
    funderId: text,
    funderRef: text,
    funderName: text,
    recipientId: text,
    recipientKind: text,
    recipientName: text,
    title: text,
    programme: text,
    amountPence: integer,
    currency: text,
    awardedOn: text,
    fileSha256: text,
    fileRow: integer,
    importedBy: text,
    ...stampColumns,
  },
  on: {
    AwardImported: (event) => {
      const {
        amountPence,
        awardId,
        awardedOn,
        currency,
        fileRow,
        fileSha256,
        funderId,
        funderName,
        funderRef,
        fundId,
        grantId,
        importedBy,
        programme,
        recipientId,
        recipientKind,
        recipientName,
        tenantId,
        title,
      } = event.data;
      const told = { grantId: grantId ?? null, recipientName: recipientName ?? null, title: title ?? null, programme: programme ?? null };
      return [
        put<ImportedAwardRow>({
          tenantId,
          awardId,
          fundId,
          funderId,
          funderRef,
          funderName,
          recipientId,
          recipientKind,
          amountPence,
          currency,
          awardedOn,
          fileSha256,
          fileRow,
          importedBy,
          ...told,
          ...stampOf(event),
        }),
      ];
    },
  },
};

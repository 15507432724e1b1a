import { type Decider, type FactOf, type Refuse, sayNo } from '@ledger/kernel';
import type { AgreementSigned, AwardAccepted, AwardOffered } from '../events/index.js';
import type { AwardCommand } from './award.commands.js';

export const AWARD_REFUSALS = [
  'AWARD_ALREADY_OFFERED',
  'AWARD_NOT_OFFERED',
  'AWARD_ALREADY_ACCEPTED',
  'AWARD_NOT_ACCEPTED',
  'AGREEMENT_ALREADY_SIGNED',
] as const;
export type AwardRefusal = (typeof AWARD_REFUSALS)[number];
const refuse: Refuse<AwardRefusal> = sayNo;

type Award = Readonly<{ offer: FactOf<typeof AwardOffered>['data'] | null; accepted: boolean; signed: boolean }>;

export const award: Decider<Award, AwardCommand, FactOf<typeof AwardOffered | typeof AwardAccepted | typeof AgreementSigned>> = {
  category: 'award',
  stream: ({ awardId }) => awardId,
  initial: { offer: null, accepted: false, signed: false },
  decide: {
    OfferAward({ amountPence, awardId, bodyId, currency, decisionId, fundId, lineId, period, purpose, recipientId }, { offer }) {
      if (offer !== null) refuse('AWARD_ALREADY_OFFERED', `Award ${awardId} was offered before`);
      return [
        {
          type: 'AwardOffered',
          data: { awardId, fundId, bodyId, period, lineId, recipientId, purpose, amountPence, currency, decisionId },
        },
      ];
    },
    AcceptAward({ awardId }, { accepted, offer }) {
      if (offer === null) refuse('AWARD_NOT_OFFERED', `Award ${awardId} has not been offered`);
      if (accepted) refuse('AWARD_ALREADY_ACCEPTED', `Award ${awardId} was accepted before`);
      return [{ type: 'AwardAccepted', data: { awardId } }];
    },
    SignAgreement({ agreementHash, awardId }, { accepted, offer, signed }) {
      if (offer === null) return refuse('AWARD_NOT_OFFERED', `Award ${awardId} has not been offered`);
      if (!accepted) refuse('AWARD_NOT_ACCEPTED', `Award ${awardId} has not been accepted`);
      if (signed) refuse('AGREEMENT_ALREADY_SIGNED', 'The agreement was signed before');
      const { amountPence, bodyId, currency, decisionId, fundId, lineId, period, purpose, recipientId } = offer;
      return [
        {
          type: 'AgreementSigned',
          data: { awardId, fundId, bodyId, period, lineId, recipientId, purpose, amountPence, currency, decisionId, agreementHash },
        },
      ];
    },
  },
  evolve: {
    AwardOffered: (state, { data }) => ({ ...state, offer: data }),
    AwardAccepted: (state) => ({ ...state, accepted: true }),
    AgreementSigned: (state) => ({ ...state, signed: true }),
  },
};

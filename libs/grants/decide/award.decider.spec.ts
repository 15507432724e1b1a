import { showsEverything, specify } from '@ledger/kernel/testing';
import { AcceptAward, OfferAward, SignAgreement } from './award.commands.js';
import { award, AWARD_REFUSALS } from './award.decider.js';

const spec = specify(award);
const { given } = spec;
const terms = {
  awardId: 'award',
  fundId: 'levy',
  bodyId: 'panel',
  period: '2018-19',
  lineId: 'round',
  recipientId: 'group',
  purpose: 'area',
  amountPence: 1_700_000,
  currency: 'GBP',
  decisionId: 'decision',
};
const offered = { type: 'AwardOffered', data: terms } as const;
const accepted = { type: 'AwardAccepted', data: { awardId: 'award' } } as const;
const agreementHash = 'ab'.repeat(32);
const signed = { type: 'AgreementSigned', data: { ...terms, agreementHash } } as const;
const accept = AcceptAward.of({ awardId: 'award' });
const sign = SignAgreement.of({ awardId: 'award', agreementHash });

describe('an award', () => {
  it('is offered, accepted and signed, in this order, and signs for what was offered', () => {
    given().when(OfferAward.of(terms)).then(offered);
    given(offered).when(accept).then(accepted);
    given(offered, accepted).when(sign).then(signed);
  });
  it('is offered once, whatever the second offer says', () =>
    given(offered)
      .when(OfferAward.of({ ...terms, amountPence: 2 }))
      .refuses('AWARD_ALREADY_OFFERED'));
  it('is not accepted or signed before it was offered', () => {
    given().when(accept).refuses('AWARD_NOT_OFFERED');
    given().when(sign).refuses('AWARD_NOT_OFFERED');
  });
  it('is accepted once', () => given(offered, accepted).when(accept).refuses('AWARD_ALREADY_ACCEPTED'));
  it('is not signed before it was accepted', () => given(offered).when(sign).refuses('AWARD_NOT_ACCEPTED'));
  it('is signed once', () => given(offered, accepted, signed).when(sign).refuses('AGREEMENT_ALREADY_SIGNED'));
});

showsEverything(AWARD_REFUSALS, spec);

import { dayWords, idWords, moneyHtml, numberWords, officeWords, plural, whole } from './figures.js';
import { escaped, type Html, markup } from './html.js';
import type { Kit } from './kit.js';
import type { Names } from './names.js';

/** The public fields of a fact, whatever its type: a page reads what is there and never fails for what is not. */
export type FactData = Readonly<Record<string, unknown>>;
type Said = Readonly<{
  text: (field: string) => string;
  number: (field: string) => number;
  money: (field?: string) => Html;
  organisation: (field: string) => Html;
  body: Html;
  fund: Html;
  award: Html;
  decision: Html;
  envelope: Html;
  count: (field: string) => number;
}>;

const link = (kit: Kit, path: string, id: string, words: string): Html => (id === '' ? escaped(words) : kit.link(`${path}/${id}`, words));

function saidBy(data: FactData, kit: Kit, names: Names): Said {
  const text = (field: string) => (typeof data[field] === 'string' ? data[field] : '');
  const number = (field: string) => (typeof data[field] === 'number' ? data[field] : 0);
  const currency = text('currency') || 'GBP';
  return {
    text,
    number,
    money: (field = 'amountPence') => markup`<span class="tally">${moneyHtml(number(field), currency)}</span>`,
    organisation: (field) => link(kit, 'recipients', text(field), text(field) === '' ? 'a group' : names.any(text(field))),
    body: link(kit, 'bodies', text('bodyId'), text('bodyId') === '' ? 'a body' : names.body(text('bodyId'))),
    fund: link(kit, 'funds', text('fundId'), text('fundId') === '' ? 'a fund' : names.fund(text('fundId'))),
    award: link(kit, 'awards', text('awardId'), 'an award'),
    decision: link(kit, 'decisions', text('decisionId'), text('decisionId') === '' ? 'a decision' : names.decision(text('decisionId'))),
    envelope:
      text('period') === ''
        ? escaped('the envelope')
        : kit.link(`funds/${text('fundId')}/${text('bodyId')}/${text('period')}`, `${names.body(text('bodyId'))}, ${text('period')}`),
    count: (field) => (Array.isArray(data[field]) ? data[field].length : 0),
  };
}

/** What each fact says about itself, in a sentence: who, what, how much. One line for each; a new fact adds its own. */
const SENTENCES: Readonly<Record<string, (said: Said, names: Names, kit: Kit) => Html>> = {
  LedgerOpened: () => markup`The ledger was opened.`,
  OrganisationRegistered: ({ text }) =>
    markup`<strong>${text('name')}</strong> was registered as ${an(idWords(text('kind')).toLowerCase())}.`,
  RoleGranted: ({ text }) =>
    markup`Whoever acts as ${officeWords(text('subject'))} was given the role of ${idWords(text('role')).toLowerCase()}.`,
  RoleRevoked: ({ text }) =>
    markup`The role of ${idWords(text('role')).toLowerCase()} was taken back from ${officeWords(text('subject'))}.`,
  BodyConstituted: ({ body }) => markup`${body} was set up.`,
  SeatFilled: ({ body, text }) =>
    markup`A ${idWords(text('seatClass')).toLowerCase()} seat of ${body} was filled${text('route') === 'sortition' ? ' by lot' : ''}.`,
  SeatVacated: ({ body, text }) => markup`A ${idWords(text('seatClass')).toLowerCase()} seat of ${body} became free.`,
  RuleSetAdopted: ({ body, number, text }) =>
    markup`${body} adopted its rules, version ${number('version')}, in force from ${dayWords(text('effectiveFrom'))}.`,
  RuleSetNoted: ({ body, number }) => markup`${body} took note of its rules, version ${number('version')}.`,
  MandateGranted: ({ body, money, text }, names) =>
    markup`${names.any(text('grantedBy'))} gave ${body} the power to decide on up to ${money('ceilingPence')}.`,
  MandateNoted: ({ body }) => markup`${body} took note of its mandate.`,
  DecisionAdmitted: ({ decision }) => markup`<em>${decision}</em> was held against its body’s rules and mandate, and stands within them.`,
  UltraViresFlagged: ({ decision, text }) => markup`<strong>Beyond its mandate:</strong> ${decision}. ${text('words')}.`,
  BeyondMandateNoted: ({ decision, text }) =>
    markup`${decision} cannot be confirmed, because it goes beyond what its body may decide: ${text('words')}.`,
  SortitionDefined: ({ body, number }) =>
    markup`A draw by lot was defined for ${body}: ${whole(number('target'))} people from ${whole(number('invitations'))} invitations.`,
  InvitationsIssued: ({ number }) => markup`${whole(number('invitations'))} invitations to the draw went out.`,
  PoolSealed: () => markup`The pool of those who said yes was sealed before the draw.`,
  DrawExecuted: ({ number, text }, _names, kit) =>
    markup`${numberCapital(number('selected'))} people were ${kit.link(`draws/${text('sortitionId')}`, 'drawn by lot')}.`,
  AssemblyConvened: ({ text }, _names, kit) =>
    markup`An ${kit.link(`assemblies/${text('assemblyId')}`, 'assembly')} was called on the question: “${text('question')}”`,
  InformationPackPublished: ({ text }) => markup`What the members were given to read was published: ${text('title')}.`,
  RecommendationVoted: ({ number, text }, _names, kit) =>
    markup`The ${kit.link(`assemblies/${text('assemblyId')}`, 'assembly')} voted, ${number('for')} of ${number('participants')} for:
    “${text('text')}”`,
  ThresholdMet: ({ number, text }) =>
    markup`The share that binds was reached, ${number('for')} where ${number('needed')} were needed: “${text('text')}”`,
  ThresholdMissed: ({ number, text }) =>
    markup`The share that binds was not reached, ${number('for')} where ${number('needed')} were needed: “${text('text')}”`,
  DecisionRecorded: ({ body, decision }) => markup`${body} decided: ${decision}.`,
  DecisionConfirmed: ({ decision }) => markup`${decision} was confirmed after its call-in period.`,
  DecisionRescinded: ({ decision, text }) => markup`<strong>Taken back:</strong> ${decision}. ${text('why')}`,
  BindingObligationCreated: ({ text }, names) =>
    markup`${names.any(text('on'))} must do this by ${dayWords(text('dueBy'))}: “${text('duty')}”`,
  ObligationProgressReported: ({ number, text }) =>
    markup`Progress on a duty, ${number('shareBasisPoints') / 100} per cent: ${text('words')}`,
  ObligationDischarged: (_said, _names, kit) => markup`A ${kit.link('duties', 'duty')} was done, with evidence.`,
  ObligationReleased: ({ text }, names, kit) =>
    markup`${names.any(text('releasedBy'))} let a ${kit.link('duties', 'duty')} go: ${text('why')}`,
  OpportunityOpened: ({ text }, _names, kit) => markup`${kit.link(`rounds/${text('exerciseId')}`, text('title'))} was opened for bids.`,
  BidSubmitted: ({ organisation, text }, _names, kit) =>
    markup`${organisation('bidderId')} put in a bid to ${kit.link(`rounds/${text('exerciseId')}`, idWords(text('exerciseId')).toLowerCase())}.`,
  OpportunityClosed: ({ number, text }, _names, kit) =>
    markup`${kit.link(`rounds/${text('exerciseId')}`, idWords(text('exerciseId')))} was closed, and ${plural(number('bids'), 'bid')} opened.`,
  FundOpened: ({ fund }) => markup`A fund was opened: ${fund}.`,
  IncomeForecast: ({ fund, money }) => markup`${money()} of income was expected in ${fund}.`,
  'IncomeForecast.2': ({ fund, money }) => markup`Income between ${money('lowPence')} and ${money('highPence')} was expected in ${fund}.`,
  ReceiptRecorded: ({ fund, money, text }, names) =>
    markup`${money()} was received into ${fund}${text('source') === '' ? '' : markup` from ${names.any(text('source'))}`}.`,
  ReceiptSplit: ({ fund, money }) => markup`${money()} received into ${fund} was split into its parts.`,
  AuthorityGiven: ({ body, envelope, money }) => markup`${money()} was handed to ${body} to decide on: ${envelope}.`,
  EnvelopeApproved: ({ envelope, money }) => markup`${money()} of authority was taken up by ${envelope}.`,
  AllocationMade: ({ money, text }) =>
    markup`${money()} was put on a line: ${text('title') || text('detail') || idWords(text('lineId'))}. No cash moved.`,
  VirementMade: ({ money, text }) =>
    markup`${money()} of authority moved${text('fromLineId') === '' ? '' : ` from ${idWords(text('fromLineId')).toLowerCase()}`} to
    ${idWords(text('toLineId') || text('lineId')).toLowerCase()}.`,
  DecisionNoted: ({ decision, envelope }) => markup`${envelope} took note of a decision: ${decision}.`,
  DecisionConfirmationNoted: ({ decision, envelope }) => markup`${envelope} took note that ${decision} was confirmed: money may follow.`,
  DecisionRescissionNoted: ({ decision, envelope }) =>
    markup`${envelope} took note that ${decision} was taken back: no more money may follow.`,
  ReservationShort: ({ money }) =>
    markup`A decision named ${money()} where ${money('availablePence')} was free; nothing was reserved for it.`,
  FundsReserved: ({ money, organisation }) => markup`${money()} was set aside for ${organisation('recipientId')}.`,
  ReservationReleased: ({ money }) => markup`${money()} that had been set aside became free again.`,
  CommitmentConfirmed: ({ money, organisation }) =>
    markup`${money()} was promised to ${organisation('recipientId')} by a signed agreement.`,
  CommitmentReleased: ({ money }) => markup`${money()} that had been promised was given back and became free again.`,
  AccrualPosted: ({ money, organisation }) => markup`${money()} became owed to ${organisation('recipientId')}: its work was accepted.`,
  AccrualReversed: ({ money }) => markup`${money()} that was owed is no longer: the acceptance was put right.`,
  PaymentPosted: ({ money, organisation }) => markup`${money()} was paid to ${organisation('recipientId')}.`,
  AwardOffered: ({ award, money, organisation }) => markup`${organisation('recipientId')} was offered ${award} of ${money()}.`,
  AwardAccepted: ({ award }) => markup`The group accepted ${award}.`,
  AgreementSigned: ({ award, money, organisation }) =>
    markup`${organisation('recipientId')} and the council signed the agreement for ${award} of ${money()}.`,
  AwardImported: ({ money, organisation, text }) =>
    markup`A past award of ${money()} by ${text('funderName')} to
    ${text('recipientKind') === 'individual' ? 'a person, who is not named' : organisation('recipientId')} was brought in from a published
    file.`,
  SubjectEnrolled: ({ text }) =>
    markup`The details of ${an(idWords(text('capacity')).toLowerCase())} were taken in, sealed by a key of their own.`,
  DetailsRectified: () => markup`Somebody’s details were put right; they stay sealed.`,
  LegalHoldPlaced: () => markup`A hold was placed: nothing about one person may be erased for now.`,
  LegalHoldLifted: () => markup`A hold on erasing one person’s details came to its end.`,
  ErasureRequested: ({ text }, _names, kit) =>
    markup`Somebody asked to be ${kit.link('erasures', 'erased')}. The answer is due by ${dayWords(text('answerBy'))}.`,
  ErasureRefused: ({ text }, _names, kit) =>
    markup`${kit.link('erasures', 'An erasure')} was refused, by ${idWords(text('basis')).toLowerCase()}: ${text('explanation')}`,
  ErasureGranted: (_said, _names, kit) => markup`${kit.link('erasures', 'An erasure')} was granted.`,
  ErasureExecuted: ({ text }, _names, kit) =>
    markup`One person’s details were ${kit.link('erasures', 'put beyond use')}: their key was destroyed. Backups hold it until
    ${dayWords(text('backupsExpireOn'))}.`,
  RecipientsTold: ({ count }) =>
    count('recipients') === 0
      ? markup`Nobody had been given the details of the person who was erased.`
      : markup`${plural(count('recipients'), 'recipient')} of the erased details ${count('recipients') === 1 ? 'was' : 'were'} told.`,
  ErasureCompleted: (_said, _names, kit) => markup`${kit.link('erasures', 'An erasure')} is complete: no backup holds the key any more.`,
  ClaimRecorded: ({ text }) => markup`A published figure was noted, as a claim: ${text('statement')}`,
};

const an = (words: string): string => `${/^[aeiou]/i.test(words) ? 'an' : 'a'} ${words}`;
const numberCapital = (number: number): string => numberWords(number).replace(/^./, (first) => first.toUpperCase());

/** What happened, in a sentence. A fact that has no sentence yet says its own name in words, which is never wrong. */
export function factWords(type: string, data: FactData, kit: Kit, names: Names): Html {
  const sentence = SENTENCES[type];
  return sentence === undefined ? escaped(`${typeWords(type)}.`) : sentence(saidBy(data, kit, names), names, kit);
}
/** FundsReserved becomes Funds reserved. */
export const typeWords = (type: string): string =>
  idWords(
    type
      .replace(/\.\d+$/, '')
      .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
      .toLowerCase(),
  );
/** Facts that only note what something else has already said: left out where the newest things are told. */
export const ONLY_NOTES: ReadonlySet<string> = new Set([
  'RuleSetNoted',
  'MandateNoted',
  'DecisionAdmitted',
  'DecisionNoted',
  'DecisionConfirmationNoted',
  'DecisionRescissionNoted',
  'EnvelopeApproved',
  'AwardOffered',
  'ClaimRecorded',
]);

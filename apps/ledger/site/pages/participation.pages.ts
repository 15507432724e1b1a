import type { RoundRow, RoundView } from '@ledger/commissioning/views';
import type { AssemblyView, ObligationView, SortitionRow } from '@ledger/deliberation/views';
import { voteChart } from '../charts/vote.js';
import type { Page } from '../frame/visit.js';
import type { Row } from '../tables/sheet.js';
import { capital, counted, dayWords, instantWords, whole } from '../words/figures.js';
import { markup, nothing } from '../words/html.js';
import { shareOfWhom, whoCounts } from './bodies.pages.js';
import { dutyOf, dutyStatus } from './duties.js';
import { demonstration } from './shared.js';

export const roundsPage: Page = {
  name: 'Rounds',
  address: ':tenant/rounds',
  part: 'home',
  template: 'pages/rounds.njk',
  build: async (visit) => {
    const { kit, moment } = visit;
    if (!(await visit.isHere())) return undefined;
    const [rounds, names] = await Promise.all([visit.ask<readonly RoundRow[]>('rounds'), visit.names()]);
    return {
      title: 'Rounds for bids',
      statement: markup`${capital(counted(rounds?.length ?? 0, 'round'))} ${kit.tense((rounds?.length ?? 0) === 1 ? 'has' : 'have', 'had')} been opened
      for bids.`,
      sheets: {
        rounds: {
          caption: 'Every round, and whether it is open',
          wide: true,
          empty: kit.tense('No round is in the record.', 'No round was in the record by then.'),
          columns: [
            { key: 'title', label: 'Round' },
            { key: 'deadline', label: 'Bids until', kind: 'day' },
            { key: 'standing', label: 'Now' },
            { key: 'bids', label: 'Bids', kind: 'count' },
            { key: 'entry', label: 'Entry', kind: 'entry' },
          ],
          rows: (rounds ?? []).map(({ bids, bodyId, closedEntry, closedOn, deadline, entry, exerciseId, illustrative, title }): Row => {
            const isClosed = closedOn !== null && closedOn <= moment.asAt;
            return {
              cells: [
                { value: title, href: kit.to(`rounds/${exerciseId}`), note: names.body(bodyId), illustrative },
                deadline.slice(0, 10),
                isClosed ? 'Closed, and opened' : 'Open',
                isClosed ? bids : null,
                isClosed ? closedEntry : entry,
              ],
            };
          }),
        },
      },
    };
  },
};

export const roundPage: Page = {
  name: 'Round',
  address: ':tenant/rounds/:exerciseId',
  part: 'home',
  template: 'pages/round.njk',
  build: async (visit) => {
    const { kit, moment, params, tenant } = visit;
    const [round, names] = await Promise.all([visit.ask<RoundView>('round', { exerciseId: params['exerciseId']! }), visit.names()]);
    if (round === undefined) return undefined;
    const isClosed = round.closedOn !== null && round.closedOn <= moment.asAt;
    const currency = round.submitted[0]?.currency ?? 'GBP';
    const asked = round.submitted.reduce((sum, { opened }) => sum + (opened?.amountPence ?? 0), 0);
    return {
      title: round.title,
      round,
      isClosed,
      statement: isClosed
        ? markup`${capital(counted(round.submitted.length, 'group'))} asked for ${kit.sum(asked, round.closedEntry, undefined, currency)}
          together.`
        : markup`${capital(counted(round.submitted.length, 'bid'))} ${kit.tense(round.submitted.length === 1 ? 'has' : 'have', 'had')} come in.
          What they ask for ${kit.tense('stays', 'stayed')} sealed until the round ${kit.tense('closes', 'closed')}.`,
      demo: demonstration(visit, [round.illustrative, ...round.submitted.map(({ illustrative }) => illustrative)]),
      terms: [
        { term: 'Decided by', words: kit.link(`bodies/${round.bodyId}`, names.body(round.bodyId)), stamps: kit.stamps(round.entry) },
        {
          term: 'From',
          words: kit.link(`funds/${round.fundId}/${round.bodyId}/${round.period}`, `${names.fund(round.fundId)}, ${round.period}`),
        },
        { term: 'Bids until', words: instantWords(round.deadline) },
        {
          term: 'Closed',
          words: isClosed ? `${dayWords(round.closedOn)}, and the bids were opened` : 'Not yet',
          stamps: isClosed ? kit.stamps(round.closedEntry) : '',
        },
      ],
      history: kit.to(`history/exercise-${tenant}_${round.exerciseId}`),
      sheets: {
        bids: {
          caption: isClosed ? 'Every bid, as it was opened' : 'Every bid, still sealed',
          wide: true,
          empty: kit.tense('No bid has come in yet.', 'No bid had come in by then.'),
          columns: isClosed
            ? [
                { key: 'bidder', label: 'Group, and what for' },
                { key: 'bidOn', label: 'Bid on', kind: 'day' },
                { key: 'amountPence', label: 'Asked for', kind: 'money', currency },
                { key: 'entry', label: 'Entry', kind: 'entry' },
              ]
            : [
                { key: 'bidder', label: 'Group' },
                { key: 'bidOn', label: 'Bid on', kind: 'day' },
                { key: 'contentCommitment', label: 'Fingerprint of the sealed bid' },
                { key: 'entry', label: 'Entry', kind: 'entry' },
              ],
          rows: round.submitted.map(({ bidderId, bidderName, contentCommitment, effectiveOn, entry, illustrative, opened }): Row => ({
            cells:
              opened === null
                ? [bidderName, effectiveOn, { value: contentCommitment.slice(0, 16), note: 'Opens when the round closes' }, entry]
                : [
                    {
                      value: bidderName,
                      href: kit.to(`recipients/${bidderId}`),
                      note: opened.project,
                      illustrative,
                    },
                    effectiveOn,
                    opened.amountPence,
                    entry,
                  ],
          })),
        },
      },
    };
  },
};

export const drawPage: Page = {
  name: 'Draw',
  address: ':tenant/draws/:sortitionId',
  part: 'bodies',
  template: 'pages/draw.njk',
  build: async (visit) => {
    const { kit, moment, params, tenant } = visit;
    const [draw, names] = await Promise.all([visit.ask<SortitionRow>('sortition', { sortitionId: params['sortitionId']! }), visit.names()]);
    if (draw === undefined) return undefined;
    const isDrawn = draw.drawnOn !== null && draw.drawnOn <= moment.asAt;
    return {
      title: `Draw certificate: ${names.body(draw.bodyId)}`,
      draw,
      statement: isDrawn
        ? markup`${whole(draw.selected ?? 0)} people ${kit.tense('were', 'had been')} drawn by lot, after ${whole(draw.invitations)}
          invitations.`
        : markup`${whole(draw.target)} people ${kit.tense('are', 'were')} to be drawn by lot, from ${whole(draw.invitations)} invitations.`,
      terms: [
        { term: 'For', words: kit.link(`bodies/${draw.bodyId}`, names.body(draw.bodyId)), stamps: kit.stamps(draw.entry) },
        { term: 'How', words: capital(draw.algorithm) },
        {
          term: 'Invitations',
          words: draw.invitedEntry === null ? `${whole(draw.invitations)}, not yet sent` : `${whole(draw.invitations)} sent`,
          stamps: kit.stamps(draw.invitedEntry),
        },
        {
          term: 'The list was sealed before the draw',
          words: draw.commitment === null ? 'Not in the record' : `sha-256 ${draw.commitment}`,
          hash: draw.commitment !== null,
          stamps: kit.stamps(draw.sealedEntry),
        },
        { term: 'Drawn on', words: isDrawn ? dayWords(draw.drawnOn) : 'Not yet', stamps: isDrawn ? kit.stamps(draw.drawnEntry) : '' },
        ...(draw.outputHash === null || !isDrawn
          ? []
          : [{ term: 'Fingerprint of the result', words: `sha-256 ${draw.outputHash}`, hash: true }]),
      ],
      history: kit.to(`history/sortition-${tenant}_${draw.sortitionId}`),
      sheets: {
        quotas: {
          caption: 'Seats by group, so that together they mirror the place',
          empty: 'No groups were set: everybody had the same chance in one list.',
          columns: [
            { key: 'stratum', label: 'Group' },
            { key: 'seats', label: 'Seats', kind: 'count' },
          ],
          rows: draw.quotas.map(({ seats, stratum }) => ({ cells: [stratum, seats] })),
        },
      },
    };
  },
};

export const assemblyPage: Page = {
  name: 'Assembly',
  address: ':tenant/assemblies/:assemblyId',
  part: 'decisions',
  template: 'pages/assembly.njk',
  build: async (visit) => {
    const { kit, params, tenant } = visit;
    const [assembly, duties, names] = await Promise.all([
      visit.ask<AssemblyView>('assembly', { assemblyId: params['assemblyId']! }),
      visit.ask<readonly ObligationView[]>('obligations'),
      visit.names(),
    ]);
    if (assembly === undefined) return undefined;
    const met = assembly.votes.filter((vote) => vote.met === 'yes').length;
    return {
      title: assembly.question,
      assembly,
      bodyHref: kit.to(`bodies/${assembly.bodyId}`),
      statement: markup`${capital(counted(assembly.votes.length, 'recommendation'))}
      ${kit.tense(assembly.votes.length === 1 ? 'was' : 'were', 'had been')} put to the vote. ${capital(counted(met, 'binds', 'bind'))}
      ${names.any(assembly.commissionedBy)}.`,
      demo: demonstration(visit, [assembly.illustrative, ...assembly.votes.map(({ illustrative }) => illustrative)]),
      rule: {
        words: markup`A recommendation binds when
        ${shareOfWhom(assembly.thresholdNumerator, assembly.thresholdDenominator, assembly.denominator)} are for it.
        ${whoCounts(assembly.denominator)} That was fixed when the assembly was called.`,
        stamps: kit.stamps(assembly.entry),
      },
      packs: assembly.packs.map(({ effectiveOn, entry, sha256, title }) => ({
        words: markup`${title}, published on ${dayWords(effectiveOn)} <span class="hash">sha-256 ${sha256}</span>`,
        stamps: kit.stamps(entry),
      })),
      votes: assembly.votes.map((vote) => ({
        head: vote.text,
        ill: vote.illustrative,
        chart: voteChart({ for: vote.for, abstained: vote.abstain, against: vote.against, needed: vote.needed ?? undefined }),
        words: markup`<strong>${vote.met === 'yes' ? 'It binds' : vote.met === 'no' ? 'It does not bind' : 'Not yet worked out'}</strong>:
          ${vote.for} of ${vote.participants} were for
          it${
            vote.needed === null ? nothing : markup`, and ${vote.needed} were needed`
          }.${vote.dueBy === null ? nothing : markup` ${names.any(vote.dutyOn ?? '')} must do it by ${dayWords(vote.dueBy)}.`}`,
        stamps: kit.stamps(vote.entry, vote.resultEntry),
      })),
      duties: (duties ?? []).filter(({ because }) => because === assembly.assemblyId).map((duty) => dutyOf(duty, kit, names)),
      history: kit.to(`history/assembly-${tenant}_${assembly.assemblyId}`),
      sheets: {
        votes: {
          caption: 'Every vote',
          wide: true,
          empty: kit.tense('Nothing has been put to the vote yet.', 'Nothing had been put to the vote by then.'),
          columns: [
            { key: 'recommendation', label: 'Recommendation' },
            { key: 'for', label: 'For', kind: 'count' },
            { key: 'against', label: 'Against', kind: 'count' },
            { key: 'abstain', label: 'Abstained', kind: 'count' },
            { key: 'needed', label: 'Needed', kind: 'count' },
            { key: 'result', label: 'Result' },
            { key: 'entry', label: 'Entry', kind: 'entry' },
          ],
          rows: assembly.votes.map((vote) => ({
            cells: [
              vote.text,
              vote.for,
              vote.against,
              vote.abstain,
              vote.needed,
              vote.met === 'yes' ? 'Binds' : vote.met === 'no' ? 'Advice' : null,
              vote.resultEntry ?? vote.entry,
            ],
          })),
        },
      },
    };
  },
};

export const dutiesPage: Page = {
  name: 'Duties',
  address: ':tenant/duties',
  part: 'decisions',
  template: 'pages/duties.njk',
  build: async (visit) => {
    const { kit } = visit;
    if (!(await visit.isHere())) return undefined;
    const [duties, names] = await Promise.all([visit.ask<readonly ObligationView[]>('obligations'), visit.names()]);
    const all = (duties ?? []).toSorted((a, b) => a.dueBy.localeCompare(b.dueBy));
    const late = all.filter(({ standing }) => standing === 'overdue').length;
    return {
      title: 'Duties',
      statement: markup`${capital(counted(all.length, 'duty', 'duties'))} ${kit.tense(all.length === 1 ? 'rests' : 'rest', 'rested')} on somebody because of a decision or a vote.${all.length === 0 ? nothing : late === 0 ? markup` None ${kit.tense('is', 'was')} late.` : markup` ${capital(counted(late, 'duty', 'duties'))} ${kit.tense(late === 1 ? 'is' : 'are', late === 1 ? 'was' : 'were')} late.`}`,
      duties: all.map((duty) => dutyOf(duty, kit, names)),
      sheets: {
        duties: {
          caption: 'Every duty, by the day it is due',
          wide: true,
          empty: kit.tense('No duty is in the record.', 'No duty was in the record by then.'),
          columns: [
            { key: 'duty', label: 'Duty' },
            { key: 'on', label: 'On whom' },
            { key: 'dueBy', label: 'Due by', kind: 'day' },
            { key: 'standing', label: kit.tense('Where it stands', 'Where it stood') },
            { key: 'entry', label: 'Entry', kind: 'entry' },
          ],
          rows: all.map((duty) => ({
            cells: [
              { value: duty.duty, illustrative: duty.illustrative },
              names.any(duty.on),
              duty.dueBy,
              dutyStatus(duty),
              duty.standing === 'released'
                ? duty.releasedEntry
                : ((duty.standing.startsWith('discharged') ? duty.dischargedEntry : null) ?? duty.progress.at(-1)?.entry ?? duty.entry),
            ],
          })),
        },
      },
    };
  },
};

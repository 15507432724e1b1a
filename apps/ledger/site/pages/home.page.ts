import type { AssemblyView, DecisionSummary, ObligationView, SortitionRow } from '@ledger/deliberation/views';
import type { ChainStep, EnvelopeSummary, Flows, FundSummary } from '@ledger/funds/views';
import type { BodySummary, OrganisationRow } from '@ledger/governance/views';
import type { AwardSummary } from '@ledger/grants/views';
import type { EntryPage } from '@ledger/home';
import type { Page, Visit } from '../frame/visit.js';
import { ONLY_NOTES } from '../words/fact-words.js';
import { capital, counted, listWords, numberWords, plural, whole } from '../words/figures.js';
import { type Html, markup, nothing } from '../words/html.js';
import { namesFrom } from '../words/names.js';
import { CHAIN_MAX, chainOf, demonstration, happeningOf, moneyPicture } from './shared.js';

const NEWEST = 6;
const all = async <View>(visit: Visit, tenant: string, name: string): Promise<readonly View[]> =>
  (await visit.askOf<readonly View[]>(tenant, name)) ?? [];

/** Where the money of one place is, in a sentence or three: each figure with the entry that made it true. */
async function statementOf(visit: Visit, tenant: string, placed: boolean): Promise<Html> {
  const { kit } = visit;
  const at = (path: string) => `/${tenant}${path === '' ? '' : `/${path}`}`;
  const [funds, envelopes, awards, flows] = await Promise.all([
    all<FundSummary>(visit, tenant, 'funds'),
    all<EnvelopeSummary>(visit, tenant, 'envelopes'),
    all<AwardSummary>(visit, tenant, 'awards'),
    all<Flows>(visit, tenant, 'flows'),
  ]);
  const { currency } = envelopes[0] ?? funds[0] ?? { currency: 'GBP' };
  const mine = funds.filter((fund) => fund.currency === currency);
  const came = mine.reduce((sum, { received }) => sum + received.pence, 0);
  if (came === 0) return assemblyStatement(visit, tenant, placed);
  const latest = (entries: readonly (number | null)[]) => Math.max(-1, ...entries.map((entry) => entry ?? -1));
  const given = envelopes.reduce((sum, { total: { authority } }) => sum + authority.pence, 0);
  const free = envelopes.reduce((sum, { total: { available } }) => sum + available.pence, 0);
  const taken = given - free;
  const givers = (flows[0]?.nodes ?? []).filter(({ tier }) => tier === 'giver').map(({ label }) => label);
  const bodies = [...new Set(envelopes.map(({ bodyName }) => bodyName))];
  const decided = latest(awards.map(({ entry }) => entry));
  const freeEntry = latest(envelopes.map(({ total: { available } }) => available.entry));
  const whom = bodies.length === 1 ? bodies[0]! : capital(`${numberWords(bodies.length)} bodies`);
  const fundAt = envelopes.length === 1 ? at(`funds/${envelopes[0]!.fundId}/${envelopes[0]!.bodyId}/${envelopes[0]!.period}`) : at('funds');
  return markup`${kit.sum(came, latest(mine.map(({ received }) => received.entry)), at('funds'), currency)} ${kit.tense('came', 'had come')}
  in${givers.length === 0 || givers.length > 2 ? nothing : markup` from ${listWords(givers)}`}.${
    given === 0
      ? markup` Nobody ${kit.tense('has', 'had')} been given any of it to decide on.`
      : markup` ${whom} ${bodies.length === 1 ? kit.tense('decides', 'was to decide') : kit.tense('decide', 'were to decide')} on
        ${kit.sum(given, latest(envelopes.map(({ entry }) => entry)), fundAt, currency)} of it. ${bodies.length === 1 ? 'It' : 'They'}
        ${bodies.length === 1 ? kit.tense('has', 'had') : kit.tense('have', 'had')}
        ${
          taken === 0
            ? markup`awarded nothing yet.`
            : markup`awarded ${kit.sum(taken, decided, at('awards'), currency)}. ${kit.sum(free, freeEntry, fundAt, currency)}
              ${kit.tense('is', 'was')} still to decide.`
        }`
  }`;
}

async function assemblyStatement(visit: Visit, tenant: string, placed: boolean): Promise<Html> {
  const { kit } = visit;
  const [assemblies, duties] = await Promise.all([
    all<AssemblyView>(visit, tenant, 'assemblies'),
    all<ObligationView>(visit, tenant, 'obligations'),
  ]);
  const votes = assemblies.flatMap((one) => one.votes);
  if (votes.length === 0) return markup`No money ${kit.tense('has', 'had')} come in yet.`;
  const binding = votes.filter(({ met }) => met === 'yes').length;
  const of = (standing: ObligationView['standing'], words: string) => {
    const count = duties.filter((one) => one.standing === standing).length;
    return count === 0 ? [] : [`${numberWords(count)} ${words}`];
  };
  const dutyWords = [
    ...of('discharged-on-time', kit.tense('is done', 'was done')),
    ...of('discharged-late', 'was done late'),
    ...of('released', kit.tense('was let go', 'had been let go')),
    ...of('overdue', kit.tense('is late', 'was late')),
    ...of('due', kit.tense('is still to come', 'was still to come')),
  ];
  const path = (to: string) => (placed ? `/${tenant}/${to}` : to);
  return markup`Residents ${kit.tense('voted', 'had voted')} on ${counted(votes.length, 'recommendation')}.
  ${kit.link(path(`assemblies/${assemblies[0]!.assemblyId}`), capital(numberWords(binding)))}
  ${binding === 1 ? 'binds' : kit.tense('bind', 'bound')} the
  city.${
    duties.length === 0
      ? nothing
      : markup` Of ${kit.link(path('duties'), counted(duties.length, 'duty', 'duties'))}, ${listWords(dutyWords)}.`
  }`;
}

/** Every place in this installation, and where its money is. */
export const installationPage: Page = {
  name: 'Installation',
  address: '',
  part: null,
  template: 'pages/installation.njk',
  filesBelow: 'every-place',
  build: async (visit) => {
    const { kit } = visit;
    const places = await Promise.all(
      (await visit.tenants()).map(async (tenant) => {
        const [organisations, flows, imported] = await Promise.all([
          all<OrganisationRow>(visit, tenant, 'organisations'),
          all<Flows>(visit, tenant, 'flows'),
          visit.askOf<{ byFunder: readonly { count: number }[] }>(tenant, 'imported-awards'),
        ]);
        const name = namesFrom(organisations, [], [], []).place(tenant);
        const pictures = flows
          .map((one) => moneyPicture(one, placeKit(kit, tenant)))
          .map(({ sheet, ...rest }) => ({ ...rest, sheet: { ...sheet, caption: `${name}: each flow in the picture` } }));
        const past = (imported?.byFunder ?? []).reduce((sum, { count }) => sum + count, 0);
        return {
          tenant,
          name,
          href: kit.to(`/${tenant}`),
          statement: await statementOf(visit, tenant, true),
          pictures,
          imported: past === 0 ? '' : markup`${kit.link(`/${tenant}/grants`, plural(past, 'past award'))} brought in from published files.`,
        };
      }),
    );
    const sheets = Object.fromEntries(
      places.flatMap(({ pictures, tenant }) =>
        pictures.map(({ sheet }, index) => [index === 0 ? `flows-${tenant}` : `flows-${tenant}-${index}`, sheet]),
      ),
    );
    return { title: 'Where the money is', places, sheets };
  },
};
const placeKit = (kit: Visit['kit'], tenant: string): Visit['kit'] => ({
  ...kit,
  to: (path, more) => kit.to(path.startsWith('/') ? path : `/${tenant}/${path}`, more),
});

/** The first page of one place. */
export const homePage: Page = {
  name: 'Home',
  address: ':tenant',
  part: 'home',
  template: 'pages/home.njk',
  build: async (visit) => {
    const { kit, tenant } = visit;
    if (!(await visit.isHere())) return undefined;
    const [names, flows, envelopes, bodies, sortitions, entries, decisions, statement] = await Promise.all([
      visit.names(),
      all<Flows>(visit, tenant, 'flows'),
      all<EnvelopeSummary>(visit, tenant, 'envelopes'),
      all<BodySummary>(visit, tenant, 'bodies'),
      all<SortitionRow>(visit, tenant, 'sortitions'),
      visit.ask<EntryPage>('entries'),
      all<DecisionSummary>(visit, tenant, 'decisions'),
      statementOf(visit, tenant, false),
    ]);
    const pictures = flows.map((one) => moneyPicture(one, kit));
    const busiest = envelopes.toSorted(
      (a, b) => b.total.authority.pence - b.total.available.pence - (a.total.authority.pence - a.total.available.pence),
    )[0];
    const steps =
      busiest === undefined
        ? []
        : ((await visit.ask<readonly ChainStep[]>('mandate-chain', {
            fundId: busiest.fundId,
            bodyId: busiest.bodyId,
            period: busiest.period,
          })) ?? []);
    const draws = sortitions.map((draw) => ({
      words: markup`${names.body(draw.bodyId)}: ${draw.invitedEntry === null ? 'invitations were planned for' : 'invitations went to'}
        <strong>${whole(draw.invitations)}</strong> people.${
          draw.selected === null
            ? nothing
            : markup` <strong>${whole(draw.selected)}</strong> were drawn by lot.
                ${kit.link(`draws/${draw.sortitionId}`, 'See the draw certificate')}.`
        }`,
      stamps: kit.stamps(draw.invitedEntry, draw.drawnEntry),
    }));
    const lists = [
      ['awards', 'Awards'],
      ['recipients', 'Groups that receive'],
      ['duties', 'Duties and their days'],
      ['rounds', 'Rounds for bids'],
      ['grants', 'Past awards from published files'],
      ['figures', 'Figures that others published'],
    ].map(([path, words]) => kit.link(path!, words!));
    return {
      title: 'Where the money is',
      statement,
      pictures,
      demo: demonstration(visit, [
        ...(entries?.entries ?? []).map(({ illustrative }) => illustrative),
        ...flows.flatMap(({ links }) => links.map(({ illustrative }) => illustrative)),
      ]),
      chain: chainOf(steps.slice(0, CHAIN_MAX), kit),
      chainOf:
        busiest === undefined ? '' : markup`${kit.link(`funds/${busiest.fundId}/${busiest.bodyId}/${busiest.period}`, busiest.title)}`,
      bodies: bodies.slice(0, 6).map((body) => ({
        words: markup`${kit.link(`bodies/${body.bodyId}`, body.name)} ${kit.tense('has', 'had')}
          <strong>${plural(body.seatsInAll, 'seat')}</strong>, ${whole(body.filled)} of them filled.`,
        stamps: kit.stamps(body.entry),
        ill: body.illustrative,
      })),
      moreBodies: bodies.length > 6 ? markup`${kit.link('bodies', `All ${bodies.length} bodies`)}` : '',
      draws,
      decisions: decisions.length,
      newest: (entries?.entries ?? [])
        .filter(({ type }) => !ONLY_NOTES.has(type))
        .slice(0, NEWEST)
        .map((entry) => happeningOf(entry, kit, names)),
      total: entries?.total ?? 0,
      lists,
      sheets: Object.fromEntries(pictures.map(({ sheet }, index) => [index === 0 ? 'flows' : `flows-${index}`, sheet])),
    };
  },
};

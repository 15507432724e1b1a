import { ruler } from '../charts/ruler.js';
import { dayWords, instantWords, plural } from '../words/figures.js';
import type { Kit } from '../words/kit.js';
import type { Mistake, SiteMoment, Typed } from './moment.js';
import { linkTo } from './moment.js';
import type { Timeline } from './reader.js';
import { momentsThatMattered, ticksOf } from './timeline.js';
import type { MenuPart, MomentThatMattered } from './visit.js';

const MENU: readonly Readonly<{ part: MenuPart; path: string; words: string }>[] = [
  { part: 'home', path: '', words: 'Where the money is' },
  { part: 'funds', path: 'funds', words: 'Funds' },
  { part: 'bodies', path: 'bodies', words: 'Who decides' },
  { part: 'decisions', path: 'decisions', words: 'Decisions' },
  { part: 'check', path: 'check', words: 'Check the record' },
];

export type FrameOf = Readonly<{
  moment: SiteMoment;
  /** The address without its question mark. */
  path: string;
  tenant: string | undefined;
  placeName: string;
  part: MenuPart | null;
  timeline: Timeline;
  kit: Kit;
  typed?: Typed;
  mistakes?: readonly Mistake[];
  moments?: readonly MomentThatMattered[] | undefined;
}>;

/** What stands around every page: whose books, which moment, where to go from here. */
export function frameOf({ kit, mistakes = [], moment, moments = [], part, path, placeName, tenant, timeline, typed = {} }: FrameOf) {
  const { asAt, asKnown, at, known, knownAt, newest, past, today } = moment;
  const since = newest.entry - asKnown;
  const changes =
    tenant === undefined
      ? undefined
      : (more: Record<string, string | number>) => linkTo({ at: undefined, known: undefined }, `/${tenant}/changes`, more);
  const monthAgo = `${today.slice(0, 4)}-${today.slice(5, 7)}-01`;
  const acts = [
    ...(past && since > 0 && changes !== undefined
      ? [{ href: changes({ since: asKnown }), words: `What has changed since: ${plural(since, 'entry', 'entries')}` }]
      : []),
    ...(past ? [{ href: linkTo({ at: undefined, known: undefined }, path), words: 'Return to now' }] : []),
    ...(!past && changes !== undefined ? [{ href: changes({ since: monthAgo }), words: 'What has changed this month' }] : []),
  ];
  const listed = [...momentsThatMattered(timeline.marks), ...moments].toSorted((a, b) => a.entry - b.entry);
  const once = listed.filter(({ entry, words }, index) => listed.findIndex((one) => one.entry === entry && one.words === words) === index);
  const [year, month, day] = at === undefined ? [] : at.split('-');
  return {
    moment,
    path,
    tenant,
    placeName,
    state: past ? 'The past' : asAt > today ? 'A day ahead' : 'Now',
    asAtWords: dayWords(asAt),
    knownWords: knownAt === null ? '' : instantWords(knownAt),
    acts,
    menu:
      tenant === undefined
        ? []
        : MENU.map((one) => ({
            ...one,
            href: kit.to(one.path === '' ? `/${tenant}` : one.path),
            current: one.part !== part ? '' : path === (one.path === '' ? `/${tenant}` : `/${tenant}/${one.path}`) ? 'page' : 'true',
          })),
    moments: [
      ...once.map(({ day: on, entry, words }) => ({
        href: linkTo({ at: on > today ? undefined : on, known: entry }, path),
        words: `${words}, entry ${entry}`,
        current: known === entry && at === (on > today ? undefined : on),
      })),
      ...(once.length === 0
        ? []
        : [{ href: linkTo({ at: undefined, known: undefined }, path), words: `Now, entry ${newest.entry}`, current: !past }]),
    ],
    ruler: ruler(ticksOf(timeline.days, timeline.marks), asKnown, asAt),
    mistakes,
    wrong: Object.fromEntries(mistakes.map((mistake) => [mistake.field, mistake.words])),
    typed: {
      day: typed.day ?? day ?? '',
      month: typed.month ?? month ?? '',
      year: typed.year ?? year ?? '',
      known: typed.known ?? (known === undefined ? '' : String(known)),
    },
  };
}

import type { EntryPage, EntryView } from '@ledger/home';
import { isDay, linkTo, Mistaken } from '../frame/moment.js';
import { MovedTo, type Page, type Visit } from '../frame/visit.js';
import type { Sheet } from '../tables/sheet.js';
import { factWords, typeWords } from '../words/fact-words.js';
import { capital, counted, dayWords, idWords, instantWords, money, officeWords, plural } from '../words/figures.js';
import { type Html, markup, plain } from '../words/html.js';
import type { Names } from '../words/names.js';
import { happeningOf, pageOf } from './shared.js';

const entrySheet = (entries: readonly EntryView[], visit: Visit, names: Names, caption: string): Sheet => ({
  caption,
  wide: true,
  empty: 'Nothing is recorded here at this moment.',
  columns: [
    { key: 'entry', label: 'Entry' },
    { key: 'effectiveOn', label: 'True on', kind: 'day' },
    { key: 'recordedAt', label: 'Entered at' },
    { key: 'type', label: 'Fact' },
    { key: 'words', label: 'What happened' },
    { key: 'office', label: 'On behalf of' },
  ],
  rows: entries.map(({ by, effectiveOn, entry, recordedAt, shown, type }) => ({
    cells: [entry, effectiveOn, recordedAt, type, plain(factWords(type, shown, visit.kit, names)), by],
  })),
});

export const entriesPage: Page = {
  name: 'Entries',
  address: ':tenant/entries',
  part: 'check',
  template: 'pages/entries.njk',
  build: async (visit) => {
    const { kit, query } = visit;
    if (!(await visit.isHere())) return undefined;
    const before = query['before'];
    if (before !== undefined && !/^\d{1,15}$/.test(before))
      throw new Mistaken([{ field: 'known', words: `${before} is not an entry. Write a whole number` }]);
    const [page, names] = await Promise.all([visit.ask<EntryPage>('entries', before === undefined ? {} : { before }), visit.names()]);
    const { entries, older, total } = page ?? { entries: [], older: null, total: 0 };
    return {
      title: 'Every entry, newest first',
      statement: markup`${capital(counted(total, 'entry', 'entries'))} ${kit.tense(total === 1 ? 'is' : 'are', total === 1 ? 'was' : 'were')} in these
      books.`,
      list: entries.map((entry) => happeningOf(entry, kit, names)),
      newest: before === undefined ? '' : kit.to('entries'),
      older: older === null ? '' : kit.to('entries', { before: older }),
      sheets: { entries: entrySheet(entries, visit, names, 'These entries, newest first') },
    };
  },
};

/** One field of a fact, as a person reads it. */
function fieldWords(name: string, value: unknown, names: Names): string {
  if (typeof value === 'number' && name.endsWith('Pence')) return money(value);
  if (typeof value === 'number') return value.toLocaleString('en-GB');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string')
    return /^\d{4}-\d{2}-\d{2}$/.test(value)
      ? dayWords(value)
      : /Id$|Ref$|^on$|^holder$|^source$/.test(name)
        ? `${names.any(value)} (${value})`
        : value;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((one) => fieldWords(name, one, names)).join('; ');
  if (value !== null && typeof value === 'object')
    return Object.entries(value)
      .map(([key, one]) => `${fieldName(key).toLowerCase()}: ${fieldWords(key, one, names)}`)
      .join(', ');
  return 'none';
}
const fieldName = (name: string): string =>
  idWords(
    name
      .replace(/(Pence|Id|Ref)$/, '')
      .replaceAll(/(?<=[a-z])(?=[A-Z0-9])/g, ' ')
      .toLowerCase(),
  );

/** One entry, whoever's books it stands in: entry numbers are the whole ledger's. */
export const entryPage: Page = {
  name: 'Entry',
  address: ':tenant/entries/:entry',
  part: 'check',
  template: 'pages/entry.njk',
  build: async (visit) => {
    const { kit, moment, params, tenant } = visit;
    const number = params['entry']!.replaceAll(',', '');
    if (!/^\d{1,15}$/.test(number))
      throw new Mistaken([{ field: 'known', words: `${params['entry']!} is not an entry. Write a whole number` }]);
    if (Number(number) > moment.newest.entry)
      throw new Mistaken([{ field: 'known', words: `Entry ${number} does not exist yet. The newest is ${moment.newest.entry}` }]);
    const entry = await visit.askOf<EntryView & { causes: readonly number[]; cause: number | null }>('*', 'entry', { entry: number });
    if (entry === undefined) return undefined;
    if (entry.tenantId !== tenant) throw new MovedTo(linkTo(moment, `/${entry.tenantId}/entries/${number}`));
    const [names, log] = [await visit.names(), await visit.log()];
    const other = (one: number): Html => kit.link(`entries/${one}`, `Entry ${one}`);
    return {
      title: `Entry ${number}: ${typeWords(entry.type).toLowerCase()}`,
      entry,
      says: entry.says,
      words: factWords(entry.type, entry.shown, kit, names),
      terms: [
        { term: 'True on', words: dayWords(entry.effectiveOn) },
        { term: 'Entered in the ledger', words: instantWords(entry.recordedAt) },
        { term: 'On behalf of', words: officeWords(entry.by) },
        ...(entry.actorRef === entry.by
          ? []
          : [{ term: 'Entered by', words: `${officeWords(entry.actorRef)}, as ${idWords(entry.actorRole).toLowerCase()}` }]),
        { term: 'Why it is known', words: entry.source ?? 'No source beside the entry itself', ill: entry.illustrative },
        ...(entry.cause === null ? [] : [{ term: 'It followed from', words: other(entry.cause) }]),
        ...(entry.causes.length === 0
          ? []
          : [
              {
                term: 'What followed from it',
                words: markup`${entry.causes.flatMap((one, index) => [...(index > 0 ? [', '] : []), other(one)])}`,
              },
            ]),
        { term: 'Record', words: kit.link(`history/${entry.stream}`, entry.stream) },
      ],
      sealed:
        entry.sealed === 'waits'
          ? `Part of this entry is sealed. It opens when this is entered: ${typeWords(entry.opensAt ?? '').toLowerCase()}.`
          : entry.sealed === 'opened'
            ? 'Part of this entry was sealed, and has been opened since.'
            : '',
      evidence: entry.evidence.map(
        ({ bytes, mediaType, sha256, title }) =>
          markup`${title} (${mediaType}, ${plural(bytes, 'byte')}) <span class="hash">sha-256 ${sha256}</span>`,
      ),
      before: Number(number) === 0 ? '' : kit.to(`entries/${Number(number) - 1}`),
      after: Number(number) >= moment.asKnown ? '' : kit.to(`entries/${Number(number) + 1}`),
      id: entry.eventId,
      proof: { entry: number, sealed: (log.seals[0]?.size ?? 0) > Number(number), key: log.key, size: log.seals[0]?.size ?? 0 },
      sheets: {
        fields: {
          caption: 'What was written, as everybody may see it',
          empty: 'This entry has no public fields beside its type and times.',
          columns: [
            { key: 'field', label: 'Field' },
            { key: 'value', label: 'Value' },
          ],
          rows: Object.entries(entry.shown).map(([name, value]) => ({ cells: [fieldName(name), fieldWords(name, value, names)] })),
        },
        postings: {
          caption: 'What it posted to the books: each section comes to nil',
          wide: true,
          empty: 'It moved no money and no authority.',
          columns: [
            { key: 'account', label: 'Account' },
            { key: 'effectiveOn', label: 'On', kind: 'day' },
            { key: 'debitPence', label: 'Debit', kind: 'money', currency: entry.postings[0]?.currency ?? 'GBP' },
            { key: 'creditPence', label: 'Credit', kind: 'money', currency: entry.postings[0]?.currency ?? 'GBP' },
          ],
          rows: entry.postings.map(({ account, amountPence, effectiveOn }) => ({
            cells: [account, effectiveOn, amountPence > 0 ? amountPence : null, amountPence < 0 ? -amountPence : null],
          })),
        },
      },
    };
  },
};

/** The address on a page that spans every place: the entry knows whose books it stands in. */
export const anyEntryPage: Page = {
  name: 'AnyEntry',
  address: 'entries/:entry',
  part: null,
  template: 'pages/entry.njk',
  build: async (visit) => {
    const { moment, params } = visit;
    const number = params['entry']!;
    if (!/^\d{1,15}$/.test(number) || Number(number) > moment.newest.entry)
      throw new Mistaken([{ field: 'known', words: `Entry ${number} does not exist yet. The newest is ${moment.newest.entry}` }]);
    const entry = await visit.askOf<EntryView>('*', 'entry', { entry: number });
    if (entry === undefined) return undefined;
    throw new MovedTo(linkTo(moment, `/${entry.tenantId}/entries/${number}`));
  },
};

const LAST = 'what happened last';
/** What each field of a record said last, up to an entry, and what happened last: in words, with the entry that said so. */
const saidBy = (entries: readonly EntryView[], until: number, names: Names): ReadonlyMap<string, readonly [words: string, entry: number]> =>
  new Map(
    entries
      .filter(({ entry }) => entry <= until)
      .flatMap(({ entry, shown, type }) => [
        [LAST, [typeWords(type), entry]] as const,
        ...Object.entries(shown).map(([name, value]) => [name, [fieldWords(name, value, names), entry]] as const),
      ]),
  );
/** A record at one entry beside the same record now, field by field: only what differs. */
function differenceSheet(entries: readonly EntryView[], since: number, names: Names): Sheet {
  const [then, now] = [saidBy(entries, since, names), saidBy(entries, Number.MAX_SAFE_INTEGER, names)];
  return {
    caption: `What this record says otherwise than at entry ${since}`,
    wide: true,
    empty: `Nothing: this record says now what it said at entry ${since}.`,
    columns: [
      { key: 'field', label: 'Field' },
      { key: 'then', label: `At entry ${since}` },
      { key: 'now', label: 'Now' },
      { key: 'entry', label: 'Entry', kind: 'entry' },
    ],
    rows: [...now]
      .filter(([name, [words]]) => then.get(name)?.[0] !== words)
      .map(([name, [words, entry]]) => ({ cells: [fieldName(name), then.get(name)?.[0] ?? null, words, entry] })),
  };
}

export const historyPage: Page = {
  name: 'History',
  address: ':tenant/history/:stream',
  part: 'check',
  template: 'pages/history.njk',
  build: async (visit) => {
    const { kit, moment, params, query, tenant } = visit;
    const [entries, names] = await Promise.all([visit.ask<readonly EntryView[]>('history', { stream: params['stream']! }), visit.names()]);
    if (entries === undefined || entries.length === 0) return undefined;
    const [category, rest] = params['stream']!.split('-', 1).concat(params['stream']!.replace(/^[a-z]+-/, '')) as [string, string];
    const name = rest
      .split('_')
      .slice(1)
      .map((part) => names.any(part))
      .join(', ');
    const since = query['since'] ?? String(entries[0]!.entry);
    if (!/^\d{1,15}$/.test(since)) throw new Mistaken([{ field: 'known', words: `${since} is not an entry. Write a whole number` }]);
    const path = `/${tenant}/history/${params['stream']!}`;
    return {
      title: `${idWords(category)}: ${name}`,
      statement: markup`${capital(counted(entries.length, 'entry', 'entries'))}, in the order in which they were made.`,
      list: entries.map((entry) => happeningOf(entry, kit, names)),
      since,
      kept: Object.entries({ at: moment.at, known: moment.known }).filter(([, value]) => value !== undefined),
      filesAt: {
        csv: linkTo(moment, `${path}/difference.csv`, { since }),
        json: linkTo(moment, `${path}/difference.json`, { since }),
      },
      sheets: {
        history: entrySheet(entries, visit, names, 'This record, event by event'),
        difference: differenceSheet(entries, Number(since), names),
      },
    };
  },
};

export const changesPage: Page = {
  name: 'Changes',
  address: ':tenant/changes',
  part: 'check',
  template: 'pages/changes.njk',
  build: async (visit) => {
    const { kit, moment, query, tenant } = visit;
    if (!(await visit.isHere())) return undefined;
    const since = query['since'] ?? '0';
    const isDate = isDay(since);
    if (!isDate && !/^-?\d{1,15}$/.test(since)) throw new Mistaken([{ field: 'known', words: `${since} is neither an entry nor a day` }]);
    const [found, names] = await Promise.all([visit.ask<readonly EntryView[]>('changes', { since: isDate ? '-1' : since }), visit.names()]);
    const all = (found ?? []).filter(({ recordedAt }) => !isDate || recordedAt.slice(0, 10) >= since).toReversed();
    const shown = query['all'] === 'yes' ? all : all.slice(0, CHANGES_MAX);
    const from = isDate ? dayWords(since) : `entry ${since}`;
    return {
      title: `What has changed since ${from}`,
      statement:
        all.length === 0
          ? markup`Nothing ${kit.tense('has', 'had')} been entered since ${from}.`
          : markup`${plural(all.length, 'entry', 'entries')} ${kit.tense(all.length === 1 ? 'has' : 'have', 'had')} been made since ${from},
            up to entry ${moment.asKnown}.`,
      list: shown.map((entry) => happeningOf(entry, kit, names)),
      more: all.length - shown.length,
      stoodAt: isDate ? '' : linkTo({ at: undefined, known: Number(since) }, `/${tenant}`),
      since,
      sheets: { changes: entrySheet(all, visit, names, `Entered since ${from}, newest first`) },
      filesAt: {
        csv: linkTo(moment, `/${tenant}/changes/changes.csv`, { since }),
        json: linkTo(moment, `/${tenant}/changes/changes.json`, { since }),
      },
    };
  },
};
const CHANGES_MAX = 100;

export const checkPage: Page = {
  name: 'Check',
  address: ':tenant/check',
  part: 'check',
  template: 'pages/check.njk',
  build: async (visit) => {
    if (!(await visit.isHere())) return undefined;
    const [page, balance] = await Promise.all([
      visit.ask<EntryPage>('entries'),
      visit.ask<{
        accounts: readonly { account: string; pence: number; currency: string; lastEntry: number }[];
        sums: readonly { currency: string; pence: number }[];
      }>('trial-balance'),
    ]);
    const { accounts, sums } = balance ?? { accounts: [], sums: [] };
    const { pages, shown } = pageOf(accounts, visit);
    return {
      title: 'Check the record',
      total: page?.total ?? 0,
      newestEntry: visit.moment.asKnown,
      pages,
      accounts: accounts.length,
      nil: sums.every(({ pence }) => pence === 0),
      sheets: {
        accounts: {
          caption: 'The balance of every account: together they come to nil',
          wide: true,
          empty: 'Nothing has been posted yet.',
          columns: [
            { key: 'account', label: 'Account' },
            { key: 'balancePence', label: 'Balance', kind: 'money', currency: accounts[0]?.currency ?? 'GBP' },
            { key: 'entry', label: 'Entry', kind: 'entry' },
          ],
          rows: shown.map(({ account, currency, lastEntry, pence }) => ({
            cells: [
              { value: account, note: currency === (accounts[0]?.currency ?? 'GBP') ? undefined : `In ${currency}` },
              pence,
              lastEntry,
            ],
          })),
        },
      },
    };
  },
};

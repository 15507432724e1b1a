import { linkTo, type SiteMoment } from '../frame/moment.js';
import { type Cell, cellOf, type Illustrative, labelOf, type Sheet, shownValue } from '../tables/sheet.js';
import * as figures from './figures.js';
import { escaped, type Html, markup, nothing } from './html.js';

export type { Illustrative };
/** The atoms that every page is made of, bound to one moment, so that each link keeps it. */
export type Kit = ReturnType<typeof kitFor>;

export function kitFor(moment: Pick<SiteMoment, 'at' | 'known' | 'past' | 'asKnown' | 'asAt'>, tenant: string | undefined) {
  const to = (path: string, more: Readonly<Record<string, string | number>> = {}): string =>
    linkTo(moment, path.startsWith('/') ? path : `/${tenant ?? ''}/${path}`, more);
  const entryAddress = (entry: number): string => to(tenant === undefined ? `/entries/${entry}` : `entries/${entry}`);

  /** Whatever no source states. */
  const ill = (illustrative: Illustrative): Html =>
    illustrative === 'yes'
      ? markup` <span class="ill">illustrative</span>`
      : illustrative === 'partly'
        ? markup` <span class="ill">partly illustrative</span>`
        : nothing;
  const stamp = (entry: number): Html =>
    markup`<a class="stamp" href="${entryAddress(entry)}"><span class="vh">Entry </span><b>${entry}</b> <i>check this</i></a>`;
  /** The entries that made a fact true, in the margin: each once, at most three. */
  const stamps = (...entries: readonly (number | null | undefined | readonly number[])[]): Html => {
    const told = [...new Set(entries.flat().filter((entry) => entry !== null && entry !== undefined && entry >= 0))] as number[];
    return told.length === 0
      ? nothing
      : markup`<span class="stamps">${told.slice(0, STAMPS_MAX).flatMap((one) => [stamp(one), ' '])}</span>`;
  };
  const link = (path: string, words: string | Html): Html => markup`<a href="${to(path)}">${words}</a>`;
  /** A figure in a statement: linked, with the entry that made it true. */
  const sum = (pence: number, entry: number | null | undefined, path?: string, currency = 'GBP'): Html =>
    entry === null || entry === undefined || entry < 0
      ? markup`<strong class="num">${figures.moneyHtml(pence, currency)}</strong>`
      : markup`<a href="${path === undefined ? entryAddress(entry) : to(path)}">${figures.moneyHtml(pence, currency)}<sup><span class="vh">, entry </span>${entry}</sup></a>`;
  const time = (day: string): Html => markup`<time datetime="${day.slice(0, 10)}">${figures.dayWords(day)}</time>`;

  const cell = (of: Sheet, index: number, one: Cell): Html => {
    if (of.columns[index]?.kind === 'entry')
      return one.value === null ? markup`none` : markup`<span class="stamps">${stamp(Number(one.value))}</span>`;
    const shown = shownValue(of, index, one);
    return markup`${one.mark}${one.href === undefined ? shown : markup`<a href="${one.href}">${shown}</a>`}${ill(one.illustrative)}${
      one.note === undefined || one.note === '' ? nothing : markup`<small>${one.note}</small>`
    }`;
  };
  const classOf = (kind: string | undefined): Html =>
    kind === 'money' || kind === 'count' ? markup` class="n"` : kind === 'entry' ? markup` class="fo"` : nothing;
  /** A table as it stands on the page; where it has no rows, the sentence that says why. */
  const table = (of: Sheet, { id = '', describedBy = '' }: Readonly<{ id?: string; describedBy?: string }> = {}): Html => {
    if (of.rows.length === 0) return markup`<p class="empty">${of.empty ?? 'Nothing is recorded here at this moment.'}</p>`;
    const bleeds = of.columns.at(-1)?.kind === 'entry';
    const inner = markup`<table${bleeds && of.wide !== true ? markup` class="bleed"` : nothing}${
      describedBy === '' ? nothing : markup` aria-describedby="${describedBy}"`
    }>
    <caption${id === '' ? nothing : markup` id="${id}-cap"`}>${of.caption}</caption>
    <thead><tr>${of.columns.map((column) => markup`<th scope="col" ${classOf(column.kind)}>${labelOf(column)}</th>`)}</tr></thead>
    <tbody>${of.rows.map(
      ({ cells, sum: isSum }) => markup`
      <tr${isSum === true ? markup` class="sum"` : nothing}>${of.columns.map(({ kind }, index) => {
        const shown = cell(of, index, cellOf(cells[index] ?? null));
        return index === 0 ? markup`<th scope="row">${shown}</th>` : markup`<td${classOf(kind)}>${shown}</td>`;
      })}</tr>`,
    )}
    </tbody></table>`;
    return of.wide === true
      ? markup`<div class="scroll${bleeds ? ' bleed' : ''}" role="region" aria-labelledby="${id}-cap" tabindex="0">${inner}</div>`
      : inner;
  };

  return {
    ...figures,
    to,
    ill,
    stamp,
    stamps,
    link,
    sum,
    time,
    table,
    escaped,
    markup,
    past: moment.past,
    /** The verb of the moment: a page of the past speaks in the past tense. */
    tense: (now: string, past: string): string => (moment.past ? past : now),
    /** Where a file beside a page lies: {{ page }}.csv. */
    files: (path: string, name: string): Html =>
      markup`<p class="get">
        The same figures as <a href="${to(`${path}/${name}.csv`)}">CSV</a>, <a href="${to(`${path}/${name}.json`)}">JSON</a>
      </p>`,
  };
}
const STAMPS_MAX = 3;

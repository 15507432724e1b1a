import { type Html, markup, nothing } from '../words/html.js';

export type Seat = 'in' | 'aside' | 'away';
const SEATS_MAX = 60;
const one = (seat: Seat): Html =>
  markup`<svg class="seat" viewBox="0 0 15 15">
    <rect class="${seat}" x=".75" y=".75" width="13.5" height="13.5" />
    ${seat === 'aside' ? markup`<path d="M1 14 14 1" />` : nothing}
  </svg>`;

/** One square for each seat: taken, stood aside, away. Decoration beside the numbers, so a screen reader skips it. */
export function seats(taken: number, aside: number, away: number): Html {
  if (taken + aside + away > SEATS_MAX || taken + aside + away === 0) return nothing;
  const row: Seat[] = [...Array<Seat>(taken).fill('in'), ...Array<Seat>(aside).fill('aside'), ...Array<Seat>(away).fill('away')];
  return markup`<span class="seats" aria-hidden="true">${row.map(one)}</span>`;
}
export const seatKey = (words: readonly [string, string | null, string]): Html =>
  markup`<ul class="keys" id="seat-key">
    <li><span class="seats" aria-hidden="true">${one('in')}</span> ${words[0]}</li>
    ${words[1] === null ? nothing : markup`<li><span class="seats" aria-hidden="true">${one('aside')}</span> ${words[1]}</li>`}
    <li><span class="seats" aria-hidden="true">${one('away')}</span> ${words[2]}</li>
  </ul>`;

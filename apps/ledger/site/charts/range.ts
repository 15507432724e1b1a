import { money } from '../words/figures.js';
import { type Html, markup, nothing } from '../words/html.js';
import { share } from './shares.js';

/** What is expected, as a hatched range beside what is there: never stacked on money. */
export function range(lowPence: number, highPence: number, actualPence: number, actualWords: string, currency = 'GBP'): Html {
  const most = Math.max(highPence, actualPence);
  if (most === 0) return nothing;
  const [low, high, actual] = [money(lowPence, currency), money(highPence, currency), money(actualPence, currency)];
  return markup`<figure>
    <svg class="range" role="img" aria-label="On a line from nought to ${money(most, currency)}: forecast from ${low} to ${high}, beside ${actual}, ${actualWords}.">
      <line x1="0" x2="100%" y1="40" y2="40" />
      <rect class="span" x="${share(lowPence, most)}" y="22" width="${share(Math.max(highPence - lowPence, most / 200), most)}" height="18" />
      <rect class="seg f-paid" x="0" y="4" width="${share(actualPence, most)}" height="12" />
    </svg>
    <ul class="keys">
      <li><span class="swatch f-paid"></span>${actualWords}: ${actual}</li>
      <li><span class="swatch f-reserved"></span>Forecast: ${low === high ? high : `${low} to ${high}`}</li>
    </ul>
  </figure>`;
}

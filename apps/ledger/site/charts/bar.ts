import { money } from '../words/figures.js';
import { type Html, markup, nothing } from '../words/html.js';
import { share } from './shares.js';

/** How firm a promise is: the firmer, the stronger the ink. */
export type Firmness = 'paid' | 'accrued' | 'committed' | 'reserved' | 'available';
export type Segment = Readonly<{ firmness: Firmness; pence: number }>;

/** One bar whose parts come to the whole, drawn in percentages so that hatching never stretches. */
export function bar(segments: readonly Segment[], currency = 'GBP'): Html {
  const parts = segments.filter(({ pence }) => pence > 0);
  const whole = parts.reduce((sum, { pence }) => sum + pence, 0);
  if (whole === 0) return nothing;
  const starts = parts.map((_, index) => parts.slice(0, index).reduce((sum, { pence }) => sum + pence, 0));
  const said = parts.map(({ firmness, pence }) => `${firmness} ${money(pence, currency)}`).join(', ');
  return markup`<svg class="bar" role="img" aria-label="One bar of ${money(whole, currency)}. From the left: ${said}.">
    ${parts.map(
      ({ firmness, pence }, index) =>
        markup`<rect class="seg f-${firmness}" x="${share(starts[index]!, whole)}" y="0" width="${share(pence, whole)}" height="60" />`,
    )}${starts.slice(1).map((start) => markup`<line class="cut" x1="${share(start, whole)}" x2="${share(start, whole)}" y1="-2" y2="62" />`)}
  </svg>`;
}

/** The two legs below the bar: what is spoken for, and what is free. */
export function barLegs(takenPence: number, freePence: number, takenWords: string, freeWords: string, currency = 'GBP'): Html {
  const whole = takenPence + freePence;
  if (whole <= 0) return nothing;
  const at = Math.min(80, Math.max(20, Math.round((100 * takenPence) / whole)));
  const leg = (pence: number, words: string, free: boolean) =>
    markup`<p${free ? markup` class="left"` : nothing}><strong>${money(pence, currency)}</strong> ${words}</p>`;
  if (takenPence === 0) return markup`<div class="bar-legs">${leg(freePence, freeWords, true)}</div>`;
  if (freePence <= 0) return markup`<div class="bar-legs">${leg(takenPence, takenWords, false)}</div>`;
  return markup`<div class="bar-legs at-${at}">${leg(takenPence, takenWords, false)}${leg(freePence, freeWords, true)}</div>`;
}

import { type Html, markup, nothing } from '../words/html.js';

/** A day on which something was true, and the first entry about it. */
export type Tick = Readonly<{ day: string; entry: number; mattered: boolean }>;
const daysSince = (day: string): number => Date.parse(`${day}T00:00:00Z`) / 86_400_000;

/** When what the ledger tells of happened, as a ruler: taller where it mattered, dashed where the page does not know it yet. Decoration. */
export function ruler(ticks: readonly Tick[], known: number, asAt: string): Html {
  if (ticks.length < 2) return nothing;
  const days = ticks.map(({ day }) => daysSince(day));
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const at = (day: number) => Math.round((1000 * (day - first)) / Math.max(1, last - first));
  const path = (some: readonly Tick[]) => some.map(({ day, mattered }) => `M${at(daysSince(day))} 12V${mattered ? 2 : 6}`).join('');
  const seen = ticks.filter(({ day, entry }) => entry <= known && day <= asAt);
  const later = ticks.filter((tick) => !seen.includes(tick));
  const here = Math.min(998, Math.max(0, at(Math.min(last, Math.max(first, ...seen.map(({ day }) => daysSince(day)))))));
  return markup`<svg class="ruler" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    <path d="${path(seen)}" />
    ${later.length === 0 ? nothing : markup`<path class="later" d="${path(later)}" />`}
    <rect x="${here - 2}" y="0" width="4" height="12" />
  </svg>`;
}

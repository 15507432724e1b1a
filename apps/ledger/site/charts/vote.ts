import { plural } from '../words/figures.js';
import { type Html, markup, nothing } from '../words/html.js';
import { share } from './shares.js';

export type Vote = Readonly<{ for: number; abstained: number; against: number; needed?: number | undefined }>;
/** Above so many votes the marks become bars: a mark for each of ten thousand would say nothing. */
const MARKS_MAX = 60;

const needLine = (at: string, share100: number, needed: number): Html =>
  markup`<line class="cut cut--need" x1="${at}" x2="${at}" y1="-4" y2="32" /><line class="seg-need"
      x1="${at}"
      x2="${at}"
      y1="-4"
      y2="54" /><text class="need-words" x="${at}" y="50" ${share100 > 75 ? markup` dx="-8" text-anchor="end"` : markup` dx="8"`}>${needed.toLocaleString('en-GB')} needed</text>`;

/** One mark for each vote, and the line that had to be reached; a bar where the votes are many. */
export function voteChart(vote: Vote): Html {
  const { abstained, against, needed } = vote;
  const cast = vote.for + abstained + against;
  if (cast === 0) return nothing;
  const label = `${plural(cast, 'vote')}: ${vote.for} for, ${abstained} abstained, ${against} against.${
    needed === undefined ? '' : ` A line shows the ${needed} that were needed.`
  }`;
  const line = needed === undefined || needed > cast ? nothing : needLine(share(needed, cast), (100 * needed) / cast, needed);
  const kinds = ['for', 'abstain', 'against'] as const;
  const counts = [vote.for, abstained, against];
  const marks =
    cast <= MARKS_MAX
      ? Array.from({ length: cast }, (_, index) => {
          const kind = index < vote.for ? 'for' : index < vote.for + abstained ? 'abstain' : 'against';
          return markup`<rect class="seg v-${kind}" x="${share(index + 0.08, cast)}" y="1" width="${share(0.84, cast)}" height="30" />`;
        })
      : kinds.map((kind, index) => {
          const before = counts.slice(0, index).reduce((sum, count) => sum + count, 0);
          return markup`<rect class="seg v-${kind}" x="${share(before, cast)}" y="1" width="${share(counts[index]!, cast)}" height="30" />`;
        });
  return markup`<figure class="vote">
    <svg role="img" aria-label="${label}">${marks}${line}</svg>
    <ul class="keys">
      <li><span class="swatch f-paid"></span>${vote.for.toLocaleString('en-GB')} for</li>
      <li><span class="swatch f-reserved"></span>${abstained.toLocaleString('en-GB')} abstained</li>
      <li><span class="swatch"></span>${against.toLocaleString('en-GB')} against</li>
    </ul>
  </figure>`;
}

import { letterKey, money, plural } from '../words/figures.js';
import { type Html, markup, nothing } from '../words/html.js';
import { type Flows, type Placed, type PlacedLink, type PlacedNode, placeFlows, type Tier, TIERS } from './flow-layout.js';

export type { FlowLink, FlowNode, Flows, Tier } from './flow-layout.js';

const HEADS: Readonly<Record<Tier, string>> = {
  giver: 'Where it came from',
  part: 'Which fund',
  body: 'Who decides',
  recipient: 'Where it is now',
};
const MANY: Readonly<Record<Tier, string>> = { giver: 'sources', part: 'parts', body: 'bodies', recipient: 'groups' };
/** Up to so many in a tier, each has its name and figure above it; more stand closer, with their names beside them. */
const ROOMY_MAX = 4;
/** Up to so many recipients have a letter each below the narrow picture. */
const LETTERS_MAX = 7;

/** To one decimal, so that the picture is the same every time. */
const n = (value: number): string => (Math.round(value * 10) / 10).toString();
const clipped = (words: string, most: number): string => (words.length <= most ? words : `${words.slice(0, most - 1).trimEnd()}…`);

const awardedOf = ({ nodes }: Placed) => nodes.filter(({ left, quiet, tier }) => tier === 'recipient' && left !== true && quiet !== true);
const total = (nodes: readonly PlacedNode[]) => nodes.reduce((sum, { pence }) => sum + pence, 0);
/** The picture in a sentence, for whoever does not see it. */
function finding(placed: Placed, currency: string): string {
  const came = total(placed.nodes.filter(({ tier }) => tier === 'giver'));
  const awarded = awardedOf(placed);
  const left = total(placed.nodes.filter((node) => node.left === true));
  return `Flow of ${money(came, currency)}. ${
    awarded.length === 0
      ? 'Nothing has been awarded'
      : `${money(total(awarded), currency)} has been awarded to ${plural(awarded.length, 'group')}`
  }, and ${money(left, currency)} is still to be decided. The table below gives every figure.`;
}
const classOf = ({ target }: PlacedLink): string =>
  target.left === true ? 'flow-left' : target.quiet === true ? 'flow-quiet' : target.tier === 'recipient' ? 'flow-award' : 'flow';

/** What was awarded is drawn last, over the wide flows that it crosses. */
const thinLast = (links: readonly PlacedLink[]) =>
  links.toSorted((a, b) => Number(classOf(a) === 'flow-award') - Number(classOf(b) === 'flow-award'));

/** A ribbon between two tiers, smooth along the flow. `tall` swaps the axes. */
function ribbon({ enters, leaves }: PlacedLink, from: number, to: number, tall: boolean): string {
  const at = (along: number, across: number) => (tall ? `${n(across)} ${n(along)}` : `${n(along)} ${n(across)}`);
  const middle = (from + to) / 2;
  return `M${at(from, leaves[0])}C${at(middle, leaves[0])} ${at(middle, enters[0])} ${at(to, enters[0])}L${at(to, enters[1])}C${at(middle, enters[1])} ${at(middle, leaves[1])} ${at(from, leaves[1])}Z`;
}

const WIDE = { width: 1180, size: 300, thick: 12, top: 86, recipientsTop: 44 } as const;
const COLUMN: Readonly<Record<Tier, number>> = { giver: 0, part: 290, body: 590, recipient: 860 };

/** Across the page, for wide screens and paper. */
export function sankeyWide(flows: Flows): Html {
  const { currency } = flows;
  const placed = placeFlows(flows, WIDE.size, (tier, count) =>
    tier === 'recipient' ? { gap: 14, pitch: 37 } : count <= ROOMY_MAX ? { gap: 42, pitch: 60 } : { gap: 16, pitch: 30 },
  );
  if (placed === null) return nothing;
  const hasAwards = awardedOf(placed).length > 0;
  const topOf = (tier: Tier) => (tier === 'recipient' && hasAwards ? WIDE.recipientsTop : WIDE.top);
  const lowered = (node: PlacedNode): PlacedNode => ({ ...node, start: node.start + topOf(node.tier), end: node.end + topOf(node.tier) });
  const nodes = placed.nodes.map(lowered);
  const shift = (at: readonly [number, number], tier: Tier) => [at[0] + topOf(tier), at[1] + topOf(tier)] as const;
  const ribbons = thinLast(placed.links).map((link) => ({
    link: { ...link, leaves: shift(link.leaves, link.source.tier), enters: shift(link.enters, link.target.tier) },
    from: COLUMN[link.source.tier] + WIDE.thick,
    to: COLUMN[link.target.tier],
  }));
  const labels = nodes.map((node) => {
    const { end, label, left, note, pence, quiet, start, tier } = node;
    const [x, middle, figure] = [COLUMN[tier], (start + end) / 2, money(pence, currency)];
    const beside = x + WIDE.thick + 10;
    if (tier === 'recipient' && left !== true)
      return markup`<text x="${beside}" y="${n(middle + 5)}">${clipped(label, 32)} <tspan font-weight="600">${figure}</tspan></text>`;
    if (tier === 'recipient' || (quiet === true && end - start > 60))
      return markup`<text x="${beside}" y="${n(middle - 5)}">${clipped(label, 34)}</text><text x="${beside}" y="${n(middle + 19)}" class="big">${figure}</text>${
        note === undefined ? nothing : markup`<text x="${beside}" y="${n(middle + 39)}" class="small">${note}</text>`
      }`;
    if (nodes.filter((one) => one.tier === tier).length <= ROOMY_MAX)
      return markup`<text x="${x}" y="${n(start - 34)}">${clipped(label, 32)}</text><text x="${x}" y="${n(start - 11)}" class="big">${figure}</text>`;
    return markup`<text x="${beside}" y="${n(middle + 5)}" class="halo">${clipped(label, 24)} <tspan font-weight="600">${figure}</tspan></text>`;
  });
  const height = Math.max(...nodes.map(({ end }) => end)) + 30;
  const here = TIERS.filter((tier) => nodes.some((node) => node.tier === tier));
  return markup`<svg class="sankey sankey--wide"
    viewBox="0 0 ${WIDE.width} ${n(height)}" role="img" aria-label="${finding(placed, currency)}">
    ${ribbons.map(({ from, link, to }) => markup`<path class="${classOf(link)}" d="${ribbon(link, from, to, false)}" />`)}${nodes.map(
      ({ end, left, start, tier }) =>
        markup`<rect class="${left === true ? 'node-left' : 'node'}" x="${COLUMN[tier]}" y="${n(start)}" width="${WIDE.thick}" height="${n(Math.max(1.5, end - start))}" />`,
    )}${labels}${here.map((tier) => markup`<text x="${COLUMN[tier]}" y="14" class="small">${HEADS[tier]}</text>`)}
  </svg>`;
}

/** A flow narrower than this cannot carry words. */
const NARROW = 150;
const TALL = { width: 360, room: 350, thick: 10, top: 46, step: 130 } as const;

/** Down the page, for narrow screens: recipients are keyed to the table by letters. */
export function sankeyTall(flows: Flows): Html {
  const { currency } = flows;
  const counts = TIERS.map((tier) => flows.nodes.filter((node) => node.tier === tier).length);
  const recipients = flows.nodes.filter(({ left, quiet, tier }) => tier === 'recipient' && left !== true && quiet !== true).length;
  const lettered = recipients <= LETTERS_MAX;
  const gapOf = (tier: Tier, count: number) => (tier === 'recipient' && lettered ? 14 : count <= ROOMY_MAX ? 14 : 3);
  const widestGaps = Math.max(...TIERS.map((tier, index) => gapOf(tier, counts[index]!) * Math.max(0, counts[index]! - 1)));
  // What is left over stands first in a narrow picture, so that its flow keeps to the edge and crosses nothing.
  const turned: Flows = { ...flows, nodes: flows.nodes.toSorted((a, b) => Number(b.left === true) - Number(a.left === true)) };
  const placeIn = (size: number) =>
    placeFlows(turned, size, (tier, count) => ({ gap: gapOf(tier, count), pitch: tier === 'recipient' && lettered ? 40 : 0 }));
  const first = placeIn(TALL.room - widestGaps);
  // Where the letters need more room than there is, everything becomes a little narrower.
  const placed = first === null || first.across <= TALL.room ? first : placeIn(TALL.room - widestGaps - (first.across - TALL.room));
  if (placed === null) return nothing;
  const here = TIERS.filter((tier) => placed.nodes.some((node) => node.tier === tier));
  const rowOf = (tier: Tier) => TALL.top + here.indexOf(tier) * TALL.step;
  const awarded = awardedOf(placed);
  const labels = here.flatMap((tier) => {
    const some = placed.nodes.filter((node) => node.tier === tier);
    const head = some[0]!;
    if (tier === 'recipient') {
      const under = rowOf(tier) + TALL.thick;
      const rest = some.filter((node) => !awarded.includes(node));
      const from = awarded[0]?.start ?? 0;
      return [
        ...(lettered
          ? awarded.map(
              (node, index) =>
                markup`<text x="${n((node.start + node.end) / 2)}" y="${under + 18}" text-anchor="middle">${letterKey(index)}</text>`,
            )
          : []),
        ...rest
          .slice(0, 1)
          .map(
            (node) =>
              markup`<text x="0" y="${under + (awarded.length === 0 ? 18 : 68)}">${node.label} <tspan class="big">${money(node.pence, currency)}</tspan></text>`,
          ),
        ...(awarded.length === 0
          ? []
          : [
              markup`<text x="${n(rest.length === 0 ? 0 : Math.min(from, 130))}" y="${under + 41}">Awarded to A${awarded.length === 1 ? '' : ` to ${letterKey(awarded.length - 1)}`}
                <tspan class="big">${money(total(awarded), currency)}</tspan></text>`,
            ]),
      ];
    }
    if (some.length === 1) {
      // A narrow flow would run through the words: they stand beside it.
      const x = head.end - head.start < NARROW ? head.end + 14 : head.start;
      return [
        markup`<text x="${n(x)}" y="${rowOf(tier) - 32}" class="halo">${clipped(head.label, 38)}</text><text x="${n(x)}" y="${rowOf(tier) - 9}" class="big halo">${money(head.pence, currency)}</text>`,
      ];
    }
    if (some.length > 3)
      return [
        markup`<text x="0" y="${rowOf(tier) - 32}" class="halo">${plural(some.length, '', MANY[tier]).trim()}</text><text x="0" y="${rowOf(tier) - 9}" class="big halo">${money(total(some), currency)}</text>`,
      ];
    return some.map(
      (node, index) =>
        markup`<text x="${n(Math.min(120, Math.max(0, some[0]!.end + 14)))}" y="${rowOf(tier) + 30 + 20 * index}" class="small halo">${(some.length === 2 ? ['Left', 'Right'] : ['First', 'Second', 'Third'])[index]}: ${clipped(node.label, 24)}, ${money(node.pence, currency)}</text>`,
    );
  });
  const height = rowOf(here.at(-1)!) + TALL.thick + (awarded.length === 0 ? 34 : 82);
  return markup`<svg class="sankey sankey--tall" viewBox="0 0 ${TALL.width} ${height}" role="img" aria-label="${finding(placed, currency)}">
    ${thinLast(placed.links).map(
      (link) =>
        markup`<path class="${classOf(link)}" d="${ribbon(link, rowOf(link.source.tier) + TALL.thick, rowOf(link.target.tier), true)}" />`,
    )}${placed.nodes.map(
      ({ end, left, start, tier }) =>
        markup`<rect class="${left === true ? 'node-left' : 'node'}" x="${n(start)}" y="${rowOf(tier)}" width="${n(Math.max(1.5, end - start))}" height="${TALL.thick}" />`,
    )}${labels}
  </svg>`;
}

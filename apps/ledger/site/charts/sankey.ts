import { sankey, type SankeyGraph, sankeyJustify, sankeyLeft } from 'd3-sankey';
import { letterKey, money } from '../words/figures.js';
import { type Html, html, nothing } from '../words/html.js';

export const TIERS = ['giver', 'part', 'body', 'recipient'] as const;
export type Tier = (typeof TIERS)[number];
export type FlowNode = Readonly<{
  key: string;
  tier: Tier;
  label: string;
  note?: string | undefined;
  left?: boolean | undefined;
  quiet?: boolean | undefined;
}>;
export type FlowLink = Readonly<{ from: string; to: string; pence: number }>;
export type Flows = Readonly<{ nodes: readonly FlowNode[]; links: readonly FlowLink[]; currency: string }>;

type Node = FlowNode & { index: number };
type Placed = SankeyGraph<Node, object>;
type Drawn = Readonly<{ node: Node; x0: number; x1: number; y0: number; y1: number; value: number }>;
const WIDTH = 1180;
const ROW = 38;
const KEYED_MAX = 8;
const HEADS: Readonly<Record<Tier, string>> = {
  giver: 'Where it came from',
  part: 'Which fund',
  body: 'Who decides',
  recipient: 'Where it is now',
};

/** Smooth between two places along the flow; `tall` swaps the axes. Numbers to one decimal, so that the picture is the same every time. */
const n = (value: number): string => (Math.round(value * 10) / 10).toString();
function ribbon(from: number, to: number, a: readonly [number, number], b: readonly [number, number], tall: boolean): string {
  const middle = (from + to) / 2;
  const at = (along: number, across: number) => (tall ? `${n(across)} ${n(along)}` : `${n(along)} ${n(across)}`);
  return `M${at(from, a[0])}C${at(middle, a[0])} ${at(middle, b[0])} ${at(to, b[0])}L${at(to, b[1])}C${at(middle, b[1])} ${at(middle, a[1])} ${at(from, a[1])}Z`;
}

function layOut({ links, nodes }: Flows, along: number, across: number, gap: number, thickness: number): Placed | null {
  const known = new Set(nodes.map(({ key }) => key));
  const drawn = links.filter(({ from, pence, to }) => pence > 0 && known.has(from) && known.has(to));
  const used = nodes.filter(({ key }) => drawn.some(({ from, to }) => from === key || to === key));
  if (drawn.length === 0) return null;
  const laid = sankey<Node, object>()
    .nodeId(({ key }) => key)
    .nodeAlign((node, depth) =>
      node.quiet === true ? sankeyLeft(node, depth) : node.tier === 'recipient' ? sankeyJustify(node, depth) : sankeyLeft(node, depth),
    )
    .nodeSort((a, b) => a.index - b.index)
    .linkSort(null as never)
    .nodeWidth(thickness)
    .nodePadding(gap)
    .iterations(12)
    .extent([
      [0, 0],
      [along, across],
    ]);
  return laid({
    nodes: used.map((node, index) => ({ ...node, index })),
    links: drawn.map(({ from, pence, to }) => ({ source: from, target: to, value: pence })),
  });
}
const drawnOf = (node: Placed['nodes'][number]): Drawn => ({
  node: node,
  x0: node.x0!,
  x1: node.x1!,
  y0: node.y0!,
  y1: node.y1!,
  value: node.value!,
});
const flowClass = (from: Node, to: Node): string =>
  to.left === true ? 'flow-left' : to.quiet === true ? 'flow-quiet' : to.tier === 'recipient' ? 'flow-award' : 'flow';

const finding = ({ currency, links, nodes }: Flows): string => {
  const of = (tier: Tier) => nodes.filter((node) => node.tier === tier);
  const into = (key: string) => links.filter(({ to }) => to === key).reduce((sum, { pence }) => sum + pence, 0);
  const out = (key: string) => links.filter(({ from }) => from === key).reduce((sum, { pence }) => sum + pence, 0);
  const came = of('giver').reduce((sum, { key }) => sum + out(key), 0);
  const left = nodes.filter(({ left: isLeft }) => isLeft === true).reduce((sum, { key }) => sum + into(key), 0);
  const awarded = of('recipient').filter(({ left: isLeft, quiet }) => isLeft !== true && quiet !== true);
  return `Flow of ${money(came, currency)}. ${awarded.length} recipients have been awarded ${money(
    awarded.reduce((sum, { key }) => sum + into(key), 0),
    currency,
  )}, and ${money(left, currency)} is still to be decided. The table below gives every figure.`;
};

/** Across the page, for wide screens and paper. */
export function sankeyWide(flows: Flows): Html {
  const most = Math.max(...TIERS.map((tier) => flows.nodes.filter((node) => node.tier === tier).length));
  const height = Math.max(300, most * ROW);
  const [TOP, RIGHT] = [58, 320];
  const laid = layOut(flows, WIDTH - RIGHT, height, ROW - 6, 12);
  if (laid === null) return nothing;
  const { currency } = flows;
  const heads = new Map<Tier, number>();
  for (const node of laid.nodes) if (!heads.has(node.tier)) heads.set(node.tier, node.x0!);
  const labels = laid.nodes.map(drawnOf).map(({ node, value, x0, x1, y0, y1 }) => {
    const middle = TOP + (y0 + y1) / 2;
    if (node.tier === 'recipient' && node.left !== true)
      return html`<text x="${n(x1 + 10)}" y="${n(middle + 5)}"
        >${clipped(node.label, 30)} <tspan font-weight="600">${money(value, currency)}</tspan></text
      >`;
    if (node.tier === 'recipient' || node.quiet === true || y1 - y0 > 90)
      return html`<text x="${n(x1 + 10)}" y="${n(middle - 4)}">${clipped(node.label, 30)}</text
        ><text x="${n(x1 + 10)}" y="${n(middle + 19)}" class="big">${money(value, currency)}</text>${
          node.note === undefined
            ? nothing
            : html`<text x="${n(x1 + 10)}" y="${n(middle + 37)}" class="small">${clipped(node.note, 46)}</text>`
        }`;
    return y1 - y0 >= 26 || most <= KEYED_MAX
      ? html`<text x="${n(x1 + 10)}" y="${n(middle + 5)}"
          >${clipped(node.label, 24)} <tspan font-weight="600">${money(value, currency)}</tspan></text
        >`
      : html`<text x="${n(x0)}" y="${n(middle + 5)}" dx="18">${clipped(node.label, 28)}</text>`;
  });
  return html`<svg class="sankey sankey--wide" viewBox="0 0 ${WIDTH} ${n(height + TOP + 12)}" role="img" aria-label="${finding(flows)}">
    ${laid.links.map(({ source, target, width, y0, y1 }) => {
      const [from, to] = [source as Placed['nodes'][number], target as Placed['nodes'][number]];
      const half = width! / 2;
      return html`<path
        class="${flowClass(from, to)}"
        d="${ribbon(from.x1!, to.x0!, [TOP + y0! - half, TOP + y0! + half], [TOP + y1! - half, TOP + y1! + half], false)}"
      />`;
    })}${laid.nodes.map(({ left, x0, x1, y0, y1 }) => html`<rect class="${left === true ? 'node-left' : 'node'}" x="${n(x0!)}" y="${n(TOP + y0!)}" width="${n(x1! - x0!)}" height="${n(Math.max(1.5, y1! - y0!))}" />`)}${labels}${[
      ...heads,
    ].map(([tier, x]) => html`<text x="${n(x)}" y="14" class="small">${HEADS[tier]}</text>`)}
  </svg>`;
}

/** Down the page, for narrow screens: recipients are keyed to the table by letters. */
export function sankeyTall(flows: Flows): Html {
  const [WIDE, STEP, TOP] = [360, 132, 62];
  const levels = TIERS.filter((tier) => flows.nodes.some((node) => node.tier === tier)).length;
  const laid = layOut(flows, Math.max(1, levels - 1) * STEP + 10, WIDE, 12, 10);
  if (laid === null) return nothing;
  const { currency } = flows;
  const recipients = laid.nodes.filter(({ left, quiet, tier }) => tier === 'recipient' && left !== true && quiet !== true);
  const labels = TIERS.flatMap((tier) => {
    const here = laid.nodes.filter((node) => node.tier === tier);
    const first = here[0];
    if (first === undefined) return [];
    if (tier === 'recipient') {
      const under = (node: (typeof here)[number]) => TOP + node.x1!;
      const rest = here.filter(({ left, quiet }) => left === true || quiet === true);
      const awarded = recipients.reduce((sum, { value }) => sum + value!, 0);
      return [
        ...recipients
          .filter((_, index) => recipients.length <= KEYED_MAX || index === 0 || index === recipients.length - 1)
          .map(
            (node) =>
              html`<text x="${n((node.y0! + node.y1!) / 2)}" y="${n(under(node) + 18)}" text-anchor="middle"
                >${letterKey(recipients.indexOf(node))}</text
              >`,
          ),
        ...(recipients.length === 0
          ? []
          : [
              html`<text x="0" y="${n(under(first) + 46)}"
                ><tspan class="big">${money(awarded, currency)}</tspan> awarded to
                A${recipients.length > 1 ? ` to ${letterKey(recipients.length - 1)}` : ''}</text
              >`,
            ]),
        ...rest
          .slice(0, 2)
          .map(
            (node, index) =>
              html`<text x="0" y="${n(under(first) + 74 + 28 * index)}"
                ><tspan class="big">${money(node.value!, currency)}</tspan> ${node.label.toLowerCase()}</text
              >`,
          ),
      ];
    }
    const whole = here.reduce((sum, { value }) => sum + value!, 0);
    const words =
      here.length === 1
        ? clipped(first.label, 40)
        : `${here.length} ${tier === 'giver' ? 'sources' : tier === 'part' ? 'parts' : 'bodies'}`;
    return [
      html`<text x="0" y="${n(TOP + first.x0! - 34)}" class="halo">${words}</text
        ><text x="0" y="${n(TOP + first.x0! - 10)}" class="big halo">${money(whole, currency)}</text>`,
    ];
  });
  return html`<svg
    class="sankey sankey--tall"
    viewBox="0 0 ${WIDE} ${n(TOP + Math.max(1, levels - 1) * STEP + 130)}"
    role="img"
    aria-label="${finding(flows)}"
  >
    ${laid.links.map(({ source, target, width, y0, y1 }) => {
      const [from, to] = [source as Placed['nodes'][number], target as Placed['nodes'][number]];
      const half = width! / 2;
      return html`<path
        class="${flowClass(from, to)}"
        d="${ribbon(TOP + from.x1!, TOP + to.x0!, [y0! - half, y0! + half], [y1! - half, y1! + half], true)}"
      />`;
    })}${laid.nodes.map(({ left, x0, x1, y0, y1 }) => html`<rect class="${left === true ? 'node-left' : 'node'}" x="${n(y0!)}" y="${n(TOP + x0!)}" width="${n(Math.max(1.5, y1! - y0!))}" height="${n(x1! - x0!)}" />`)}${labels}
  </svg>`;
}

const clipped = (words: string, most: number): string => (words.length <= most ? words : `${words.slice(0, most - 1).trimEnd()}…`);

export const TIERS = ['giver', 'part', 'body', 'recipient'] as const;
export type Tier = (typeof TIERS)[number];
export type FlowNode = Readonly<{
  key: string;
  tier: Tier;
  label: string;
  note?: string | undefined;
  /** Money that nobody has decided on yet. */
  left?: boolean | undefined;
  /** Money that goes on elsewhere and is not followed. */
  quiet?: boolean | undefined;
}>;
export type FlowLink = Readonly<{ from: string; to: string; pence: number }>;
export type Flows = Readonly<{ nodes: readonly FlowNode[]; links: readonly FlowLink[]; currency: string }>;

/** A node with its place: the tier that it stands in, and from where to where it reaches across. */
export type PlacedNode = FlowNode & Readonly<{ pence: number; start: number; end: number }>;
/** A link with its ends: where it leaves one node and where it enters the next. */
export type PlacedLink = FlowLink &
  Readonly<{ source: PlacedNode; target: PlacedNode; leaves: readonly [number, number]; enters: readonly [number, number] }>;
export type Placed = Readonly<{ nodes: readonly PlacedNode[]; links: readonly PlacedLink[]; across: number }>;

/** How a tier spaces its nodes: nothing between two neighbours is less than `gap`, and nobody's middle closer to the next than `pitch`. */
export type Spacing = Readonly<{ gap: number; pitch: number }>;

/**
 * Places the money: each tier in the order given, widths to one scale, so that the same figures always give the same picture.
 * `size` is how much room the widest tier may take; it is exceeded only where the spacing alone needs more.
 */
export function placeFlows({ links, nodes }: Flows, size: number, spacingOf: (tier: Tier, count: number) => Spacing): Placed | null {
  const known = new Set(nodes.map(({ key }) => key));
  const drawn = links.filter(({ from, pence, to }) => pence > 0 && known.has(from) && known.has(to));
  if (drawn.length === 0) return null;
  const sum = (some: readonly FlowLink[]) => some.reduce((total, { pence }) => total + pence, 0);
  const penceOf = (key: string) => Math.max(sum(drawn.filter(({ to }) => to === key)), sum(drawn.filter(({ from }) => from === key)));
  const tiers = TIERS.map((tier) => nodes.filter((node) => node.tier === tier && penceOf(node.key) > 0));
  const most = Math.max(...tiers.map((some) => some.reduce((total, { key }) => total + penceOf(key), 0)));
  const scale = Math.max(0, size) / most;

  const placed = new Map<string, PlacedNode>();
  let across = 0;
  for (const [index, some] of tiers.entries()) {
    const { gap, pitch } = spacingOf(TIERS[index]!, some.length);
    let at = 0;
    let middle = -Infinity;
    for (const node of some) {
      const pence = penceOf(node.key);
      const thick = pence * scale;
      const start = Math.max(at, middle + pitch - thick / 2);
      placed.set(node.key, { ...node, pence, start, end: start + thick });
      [at, middle] = [start + thick + gap, start + thick / 2];
      across = Math.max(across, start + thick);
    }
  }

  const order = new Map(nodes.map(({ key }, index) => [key, index]));
  const byPlace = (end: 'from' | 'to') => (a: FlowLink, b: FlowLink) => order.get(a[end])! - order.get(b[end])!;
  /** Where each link begins or ends on its node: side by side, in the order of the nodes at the other end. */
  const slots = (near: 'from' | 'to', far: 'from' | 'to') =>
    new Map(
      [...placed.keys()].flatMap((key) => {
        let at = placed.get(key)!.start;
        return drawn
          .filter((link) => link[near] === key)
          .toSorted(byPlace(far))
          .map((link) => {
            const begun = at;
            at += link.pence * scale;
            return [link, [begun, at] as const] as const;
          });
      }),
    );
  const [leaving, entering] = [slots('from', 'to'), slots('to', 'from')];
  return {
    across,
    nodes: [...placed.values()],
    links: drawn.map((link) => ({
      ...link,
      source: placed.get(link.from)!,
      target: placed.get(link.to)!,
      leaves: leaving.get(link)!,
      enters: entering.get(link)!,
    })),
  };
}

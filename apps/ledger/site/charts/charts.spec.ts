import * as fc from 'fast-check';
import { bar } from './bar.js';
import { type Flows, placeFlows } from './flow-layout.js';
import { range } from './range.js';
import { ruler } from './ruler.js';
import { sankeyTall, sankeyWide } from './sankey.js';
import { voteChart } from './vote.js';

const LEVY: Flows = {
  currency: 'GBP',
  nodes: [
    { key: 'g', tier: 'giver', label: 'Developers' },
    { key: 'n', tier: 'part', label: 'Neighbourhood part' },
    { key: 's', tier: 'part', label: 'Strategic part', quiet: true },
    { key: 'b', tier: 'body', label: 'Residents’ Panel' },
    { key: 'r', tier: 'recipient', label: 'Kitchen <& Garden>' },
    { key: 'l', tier: 'recipient', label: 'Still to be decided', left: true },
  ],
  links: [
    { from: 'g', to: 'n', pence: 32_700_000 },
    { from: 'g', to: 's', pence: 185_300_000 },
    { from: 'n', to: 'b', pence: 32_700_000 },
    { from: 'b', to: 'r', pence: 13_300_000 },
    { from: 'b', to: 'l', pence: 19_400_000 },
  ],
};

describe('every picture', () => {
  const all = [
    sankeyWide(LEVY),
    sankeyTall(LEVY),
    bar([
      { firmness: 'paid', pence: 1 },
      { firmness: 'available', pence: 2 },
    ]),
    voteChart({ for: 13, abstained: 1, against: 3, needed: 12 }),
    range(15_000_000, 80_000_000, 32_700_000, 'Received so far'),
  ].map(String);
  it('has colours from classes only, and no style of its own', () =>
    all.forEach((svg) => expect(svg).not.toMatch(/style=|fill="|stroke="|#[0-9a-f]{3}/i)));
  it('is named by its finding and figures', () => all.forEach((svg) => expect(svg).toMatch(/role="img" aria-label="[^"]*\d[^"]*"/)));
  it('escapes the names in it', () => expect(all[0]).toContain('Kitchen &lt;&amp; Garden&gt;'));
});

describe('the flow of money', () => {
  it('is the same picture every time', () => expect(String(sankeyWide(LEVY))).toBe(String(sankeyWide(structuredClone(LEVY)))));
  it('says what came, what was awarded and what is left', () =>
    expect(String(sankeyWide(LEVY))).toContain(
      'Flow of £2,180,000. £133,000 has been awarded to 1 group, and £194,000 is still to be decided.',
    ));
  it('is nothing where no money flowed', () => expect(String(sankeyWide({ ...LEVY, links: [] }))).toBe(''));
  it('draws each width to one scale, side by side, and within its node', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 1, maxLength: 30 }), (sums) => {
        const total = sums.reduce((sum, one) => sum + one, 0);
        const flows: Flows = {
          currency: 'GBP',
          nodes: [
            { key: 'g', tier: 'giver', label: 'g' },
            { key: 'p', tier: 'part', label: 'p' },
            ...sums.map((_, index) => ({ key: `r${index}`, tier: 'recipient' as const, label: 'r' })),
          ],
          links: [{ from: 'g', to: 'p', pence: total }, ...sums.map((pence, index) => ({ from: 'p', to: `r${index}`, pence }))],
        };
        const placed = placeFlows(flows, 300, () => ({ gap: 5, pitch: 12 }))!;
        for (const { enters, leaves, pence, source, target } of placed.links) {
          expect(leaves[1] - leaves[0]).toBeCloseTo((300 * pence) / total, 6);
          expect(enters[1] - enters[0]).toBeCloseTo((300 * pence) / total, 6);
          expect(leaves[0]).toBeGreaterThanOrEqual(source.start - 1e-6);
          expect(leaves[1]).toBeLessThanOrEqual(source.end + 1e-6);
          expect([enters[0], enters[1]]).toEqual([expect.closeTo(target.start, 6), expect.closeTo(target.end, 6)]);
        }
        const recipients = placed.nodes.filter(({ tier }) => tier === 'recipient');
        recipients.slice(1).forEach((node, index) => expect(node.start).toBeGreaterThanOrEqual(recipients[index]!.end + 5 - 1e-6));
      }),
    );
  });
});

describe('the vote', () => {
  it('has a mark for each member, and the line that was needed', () => {
    const svg = String(voteChart({ for: 13, abstained: 1, against: 3, needed: 12 }));
    expect(svg.match(/class="seg v-/g)).toHaveLength(17);
    expect(svg).toContain('x1="70.588%"');
    expect(svg).toContain('12 needed');
  });
  it('has three bars where the votes are many', () =>
    expect(String(voteChart({ for: 9_000, abstained: 10, against: 900 })).match(/class="seg v-/g)).toHaveLength(3));
  it('has no line where nobody knows what was needed', () =>
    expect(String(voteChart({ for: 1, abstained: 0, against: 0 }))).not.toContain('seg-need'));
});

describe('the ruler', () => {
  const ticks = [
    { day: '2018-01-01', entry: 1, mattered: true },
    { day: '2018-07-02', entry: 2, mattered: false },
    { day: '2018-12-31', entry: 3, mattered: false },
  ];
  it('parts what the page knows from what came later', () => {
    const svg = String(ruler(ticks, 2, '2018-12-31'));
    expect(svg).toContain('<path d="M0 12V2M500 12V6" />');
    expect(svg).toContain('<path class="later" d="M1000 12V6" />');
  });
  it('is hidden from whoever does not see it', () => expect(String(ruler(ticks, 3, '2018-12-31'))).toContain('aria-hidden="true"'));
});

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Draw, project } from '../../apps/auditor/sampling.js';
import { APlantedBundle } from './a-planted-bundle.js';
import { fact, paid, SOUND } from './a-sound-history.js';
import { ask, run } from './a-told-bundle.js';

type Record = {
  commitment: string;
  committedAt: number;
  otherPlans: number;
  rootAt: number;
  root: string;
  seed: string;
  nonce: string;
  populationCount: number;
  populationPence: number;
  populationHash: string;
  interval: number | null;
  chosen: { entry: number; pence: number; stratum: string }[];
};
type Evaluated = Record & {
  errors: { entry: number; errorPence: number }[];
  foundPence: number;
  projectedPence: number;
  upperLimitPence: number | null;
};

const planted = new APlantedBundle();
const plan = (name: string) => join(planted.folder, `${name}.json`);
let plans = 0;
afterAll(() => planted.remove());

/** Sixty payments of uneven sums: enough to draw from. */
const PAYMENTS = Array.from({ length: 60 }, (_, n) =>
  paid('kitchen', 1_013 + ((n * 7_919) % 9_973), '2019-04-05', { paymentId: `pay-${n}`, recipientId: `group-${n}`, from: 'committed' }),
);
const commit = (commitment: string, samplingId = 'sampling') => fact('SamplingCommitted', '2019-05-01', { samplingId, commitment });
const later = fact('SeatVacated', '2019-05-02', { bodyId: 'panel', seatClass: 'resident', subjectRef: 'p-1' });

/** A plan, committed to after the payments, and sealed twice since: where and by whom, the test says. */
async function committed(
  args: readonly string[],
  seal: { uncosigned?: boolean; more?: readonly Parameters<APlantedBundle['plant']>[0][number][] } = {},
) {
  const file = plan(`plan-${(plans += 1)}`);
  const { commitment } = await ask<{ commitment: string }>('sample', 'plan', file, ...args);
  const history = [...SOUND, ...PAYMENTS, ...(seal.more ?? []), commit(commitment)];
  const first = history.length + 1;
  const seals = [first, first + 2];
  const bundle = planted.plant([...history, later, later, later], { seals, uncosigned: seal.uncosigned === true ? [first] : [] });
  return { bundle, file, commitment, first };
}
const drawn = (bundle: string, file: string) => ask<Record>('sample', 'draw', bundle, '--plan', file, '--policy', planted.policy());

/** The draw once more, from the files of the bundle and the words of the guide alone; it shares nothing with the program. */
function drawnByTheGuide(bundle: string, { nonce, rootAt }: Record, method: string, size: number, bounds: number[] = []): number[] {
  const sha = (...pieces: (string | Buffer)[]) =>
    createHash('sha256')
      .update(Buffer.concat(pieces.map((one) => Buffer.from(one))))
      .digest();
  const root = Buffer.from(readFileSync(join(bundle, 'checkpoints', String(rootAt)), 'utf8').split('\n')[2]!, 'base64');
  const seed = sha(Buffer.from(nonce, 'hex'), root);
  const lines = (name: string) =>
    readFileSync(join(bundle, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as never);
  const types = lines('entries.jsonl') as { type: string }[];
  const shown = lines('parts.jsonl') as { parts: { public: { part: { amountPence: number } } } }[];
  const items = types.flatMap(({ type }, entry) =>
    type === 'PaymentPosted' && entry < rootAt ? [[entry, shown[entry]!.parts.public.part.amountPence] as const] : [],
  );
  const firstOf = (some: readonly (readonly [number, number])[], many: number) =>
    some
      .map(([entry]) => [sha(seed, String(entry)).toString('hex'), entry] as const)
      .sort()
      .slice(0, many)
      .map(([, entry]) => entry);
  const total = (some: readonly (readonly [number, number])[]) => some.reduce((sum, [, pence]) => sum + pence, 0);
  if (method === 'simple') return firstOf(items, size).sort((a, b) => a - b);
  if (method === 'stratified') {
    const edges = [0, ...bounds, Infinity];
    const strata = edges.slice(1).map((below, at) => items.filter(([, pence]) => pence >= edges[at]! && pence < below));
    const exact = strata.map((some) => (size * total(some)) / total(items));
    const parts = exact.map(Math.floor);
    const order = exact.map((share, at) => [share - Math.floor(share), at] as const).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
    for (let left = size - parts.reduce((a, b) => a + b, 0), n = 0; left > 0; left -= 1, n += 1) parts[order[n]![1]]! += 1;
    return strata.flatMap((some, at) => firstOf(some, Math.min(some.length, Math.max(1, parts[at]!))).sort((a, b) => a - b));
  }
  const interval = Math.floor(total(items) / size);
  const chosen = new Set<number>();
  for (let point = 1 + Number(BigInt(`0x${seed.toString('hex')}`) % BigInt(interval)); point <= total(items); point += interval) {
    let passed = 0;
    chosen.add(items.find(([, pence]) => (passed += pence) >= point)![0]);
  }
  return [...chosen];
}

describe('a sample', () => {
  it.each([
    ['simple', 12, []],
    ['monetary-unit', 15, []],
    ['stratified', 12, [30, 80]],
  ] as const)('drawn by %s is drawn again, to the item, by another program that follows the guide', async (method, size, bounds) => {
    const { bundle, file, first } = await committed([
      ...['--of', 'payments', '--method', method, '--size', String(size)],
      ...(bounds.length === 0 ? [] : ['--bounds', bounds.join(',')]),
    ]);
    const record = await drawn(bundle, file);
    expect(record).toMatchObject({ exit: 0, rootAt: first, committedAt: first - 1, populationCount: 62, otherPlans: 0 });
    const again = drawnByTheGuide(
      bundle,
      record,
      method,
      size,
      bounds.map((pounds) => pounds * 100),
    );
    expect(record.chosen.map(({ entry }) => entry)).toEqual(again);
    expect(again.length).toBeGreaterThan(size / 2);
    expect(again.length).toBeLessThanOrEqual(size + 1);
  });
  it('is fixed by its plan and the root: the same again at every asking, another with another nonce', async () => {
    const args = ['--of', 'payments', '--method', 'simple', '--size', '12'];
    const { bundle, file } = await committed(args);
    const record = await drawn(bundle, file);
    expect(await drawn(bundle, file)).toEqual(record);
    const other = await committed(args);
    expect((await drawn(other.bundle, other.file)).chosen).not.toEqual(record.chosen);
  });
  it('takes every item that is as large as the interval', async () => {
    const large = paid('kitchen', 5_000_000, '2019-04-06', { paymentId: 'large', from: 'committed' });
    const { bundle, file } = await committed(['--of', 'payments', '--size', '10'], { more: [large] });
    const { chosen, interval } = await drawn(bundle, file);
    expect(interval).toBeLessThan(5_000_000);
    expect(chosen.map(({ pence }) => pence)).toContain(5_000_000);
  });
  it('waits for the first root that the auditor’s witnesses have cosigned, and passes over one that they have not', async () => {
    const { bundle, file, first } = await committed(['--of', 'payments', '--size', '5'], { uncosigned: true });
    expect((await drawn(bundle, file)).rootAt).toBe(first + 2);
  });
  it('rests on the operator’s word where no policy was brought, and says so', async () => {
    const { bundle, file } = await committed(['--of', 'payments', '--size', '5']);
    const { exit, out } = await run('sample', 'draw', bundle, '--plan', file);
    expect([exit, out.includes('the operator’s word only')]).toEqual([4, true]);
  });
  it('cannot be drawn by a plan that was not committed to, or was changed afterwards by one item', async () => {
    const { bundle, file } = await committed(['--of', 'payments', '--size', '5']);
    writeFileSync(plan('changed'), readFileSync(file, 'utf8').replace('"size":5', '"size":6'));
    expect(await run('sample', 'draw', bundle, '--plan', plan('changed'))).toMatchObject({
      exit: 2,
      out: '',
      err: expect.stringContaining('No entry of the bundle commits to this plan') as unknown,
    });
  });
  it('says how many other plans were committed to, so that nobody shows only the one that suits', async () => {
    const { bundle, file } = await committed(['--of', 'payments', '--size', '5'], { more: [commit('cd'.repeat(32), 'another')] });
    expect((await drawn(bundle, file)).otherPlans).toBe(1);
  });
  it('is planned by the filters that the auditor chose: what, whose, from which day to which', async () => {
    const { bundle, file } = await committed([
      '--of',
      'payments',
      '--size',
      '2',
      '--method',
      'simple',
      '--from',
      '2019-03-01',
      '--to',
      '2019-03-31',
      '--tenant',
      'town',
    ]);
    expect(await drawn(bundle, file)).toMatchObject({ populationCount: 2, populationPence: 162_395 });
    expect((await run('sample', 'plan', plan('none'), '--of', 'wishes', '--size', '2')).exit).toBe(2);
    expect((await run('sample', 'plan', file, '--of', 'payments', '--size', '2')).err).toContain('cannot be written');
  });
});

describe('the errors of a sample', () => {
  it('are read from the auditor’s own file, and projected over the population by the interval', async () => {
    const { bundle, file } = await committed(['--of', 'payments', '--size', '15']);
    const { chosen, interval } = await drawn(bundle, file);
    const [one, two] = chosen.filter(({ pence }) => pence < interval!);
    writeFileSync(plan('findings'), `entry,audited\n${one!.entry},0\n${two!.entry},${(two!.pence / 100).toFixed(2)}\n`);
    const found = await ask<Evaluated>(
      'sample',
      'evaluate',
      bundle,
      '--plan',
      file,
      '--policy',
      planted.policy(),
      '--findings',
      plan('findings'),
    );
    expect(found).toMatchObject({
      exit: 0,
      foundPence: one!.pence,
      projectedPence: interval,
      errors: [{ entry: one!.entry, errorPence: one!.pence }],
    });
    expect(found.upperLimitPence).toBe(Math.ceil(4.75 * interval!));
    writeFileSync(plan('findings'), 'entry,audited\n0,0\n');
    expect((await run('sample', 'evaluate', bundle, '--plan', file, '--findings', plan('findings'))).err).toContain(
      'does not name an entry of the sample',
    );
  });

  const items = (...pence: number[]) => pence.map((one, entry) => ({ entry, pence: one }));
  const unit = (...pence: number[]): Draw => ({
    populationHash: '',
    totalPence: 0,
    interval: 100_000,
    strata: [{ name: 'all', items: items(...pence), chosen: items(...pence) }],
  });
  it('that are none leave three intervals as the upper limit at 95 per cent', () =>
    expect(project(unit(40_000, 50_000), new Map())).toEqual({ foundPence: 0, projectedPence: 0, upperLimitPence: 300_000 }));
  it('of half an item stand for half an interval, and raise the limit by half of 1.75 intervals', () =>
    expect(project(unit(50_000), new Map([[0, 25_000]]))).toEqual({
      foundPence: 25_000,
      projectedPence: 50_000,
      upperLimitPence: 387_500,
    }));
  it('are ranked by their share, the largest first', () =>
    // 100 per cent and 20 per cent: 3.00 + 1.00 × 1.75 + 0.20 × 1.55 intervals.
    expect(
      project(
        unit(50_000, 10_000),
        new Map([
          [0, 40_000],
          [1, 0],
        ]),
      ),
    ).toMatchObject({ projectedPence: 120_000, upperLimitPence: 506_000 }));
  it('of an item as large as the interval stand for themselves', () =>
    expect(project(unit(250_000), new Map([[0, 240_000]]))).toEqual({
      foundPence: 10_000,
      projectedPence: 10_000,
      upperLimitPence: 310_000,
    }));
  it('of a simple sample are scaled by count, stratum by stratum, to the penny', () => {
    const strata = [
      { name: 'small', items: items(...Array<number>(30).fill(1_000)), chosen: items(1_000, 1_000, 1_000) },
      { name: 'large', items: items(9_000, 9_000), chosen: [{ entry: 77, pence: 9_000 }] },
    ];
    const audited = new Map([
      [0, 950],
      [77, 9_500],
    ]);
    expect(project({ populationHash: '', totalPence: 0, interval: null, strata }, audited)).toEqual({
      foundPence: -450,
      projectedPence: 500 - 1_000,
      upperLimitPence: null,
    });
  });
});

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { withForeignShare } from './measure.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(`npm run bench -- [rows ...] [--events 1000000] [--seconds 3] [--rounds 3] [--out FILE.json]

Prints, for each workload, the ledger's own figure, a floor measured in the same run, their ratio and the goal.
Only the ratios of one run mean anything: boxes are shared, and figures drift. It never passes or fails.`);
  process.exit(0);
}
const sizes = { events: Number(values.events), seconds: Number(values.seconds), rounds: Number(values.rounds) };
const wanted = positionals.map((row) => (row === 'pages' ? row : Number(row)));

/** Each workload answers one or several rows of the table of goals. */
const workloads = [
  { rows: [1, 2, 3, 4], run: async () => (await import('./commands.mjs')).w1(sizes) },
  { rows: [5], run: async () => (await import('./bulk.mjs')).w2(sizes) },
  { rows: [6, 7, 8, 9, 10], run: async () => (await import('./rebuilds.mjs')).w3(sizes) },
  { rows: [11], run: async () => (await import('./auditing.mjs')).w5(sizes) },
  { rows: [12], run: async () => (await import('./proofs.mjs')).receipts(sizes) },
  { rows: [13], run: async () => (await import('./http.mjs')).w6(sizes) },
  { rows: ['pages'], run: async () => (await import('./http.mjs')).pages() },
];

const number = (value) => (value === undefined ? '-' : value >= 100 ? Math.round(value).toLocaleString('en-GB') : value.toPrecision(3));
const found = [];
for (const { rows, run } of workloads) {
  if (wanted.length > 0 && !rows.some((row) => wanted.includes(row))) continue;
  const { foreign, result } = await withForeignShare(run);
  for (const one of result.filter(({ row }) => wanted.length === 0 || wanted.includes(row))) {
    const ratio = one.ratio ?? (one.floor === undefined ? undefined : one.ours / one.floor);
    const reached = ratio === undefined ? undefined : one.atMost ? ratio <= one.goal : ratio >= one.goal;
    found.push({ ...one, ratio, reached, foreignShare: foreign });
    console.log(
      `${String(one.row).padStart(2)}  ${one.says}: ${number(one.ours)} ${one.unit}; ${one.against}: ${one.why ?? number(one.floor)}; ` +
        `ratio ${number(ratio)}, goal ${one.atMost ? 'at most ' : ''}${one.goal}${reached === undefined ? '' : reached ? ' (reached)' : ' (not reached)'}; foreign CPU ${Math.round(foreign * 100)} %`,
    );
  }
}
if (values.out) writeFileSync(values.out, `${JSON.stringify({ node: process.version, sizes, rows: found }, null, 2)}\n`);
process.exit(0);

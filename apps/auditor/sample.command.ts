import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { canonicalText } from '@ledger/kernel';
import { type AboutBundle, BUNDLE, Frontier, openCheckpoint, quorumMet, toHex, type TrustPolicy, verifierFrom } from '@ledger/log';
import { type Answer, checkpointOf, example, onBundle, type Section, type Shown } from './answer.js';
import { type Bundle, canonicalFrom, fieldsOf, Wrong } from './bundle.js';
import { dayFrom, wholeFrom } from './days.js';
import { told } from './history.js';
import { withBundle } from './moment.js';
import { NotUnderstood } from './not-understood.js';
import { policyFrom, textOf } from './policy.js';
import { commitmentOf, type Draw, draw, type Item, METHODS, type Plan, project, SAMPLED, seedFrom } from './sampling.js';
import { EXIT, type Terminal } from './terminal.js';
import { amount, money } from './trial-balance.js';

const SIZE_MAX = 100_000;
const PLAN_FIELDS = ['bounds', 'currency', 'format', 'from', 'method', 'nonce', 'of', 'size', 'tenant', 'to'];
type Progress = (done: number, total: number) => void;

/** Pence from pounds as a person writes them: 1234 or 1234.56. */
function penceFrom(what: string, text: string): number {
  const [, whole, part] = /^(\d{1,12})(?:\.(\d{2}))?$/.exec(text.trim()) ?? [];
  if (whole === undefined) throw new NotUnderstood(`${what} is a sum like 1234.56, and it is "${text}"`);
  return Number(whole) * 100 + Number(part ?? 0);
}
function oneOf<Name extends string>(option: string, names: readonly Name[], given: string): Name {
  const found = names.find((name) => name === given);
  if (found === undefined) throw new NotUnderstood(`${option} is one of ${names.join(', ')}`);
  return found;
}
function planFrom(file: string): Plan {
  try {
    const plan = fieldsOf<Plan>(canonicalFrom(textOf(file, 'The plan').trimEnd(), 'The plan'), PLAN_FIELDS, 'The plan');
    if ((plan.format as string) !== 'ledger-sampling/1') throw new Wrong('The plan is of another format');
    return plan;
  } catch (thrown) {
    throw thrown instanceof Wrong ? new NotUnderstood(thrown.words) : thrown;
  }
}

/** The first checkpoint beyond an entry which enough witnesses of the policy have cosigned; without witnesses, the first that is signed. */
function checkpointAfter(entry: number, bundle: Bundle, { log: vkey }: AboutBundle, policy: TrustPolicy | null) {
  const log = policy?.log ?? verifierFrom(vkey);
  const witnesses = (policy?.witnesses ?? []).map(({ verifier }) => verifier);
  const sizes = bundle.list(BUNDLE.checkpoints).map(Number);
  for (const size of sizes.filter((one) => one > entry).sort((a, b) => a - b)) {
    const opened = openCheckpoint(bundle.text(`${BUNDLE.checkpoints}/${size}`), log, witnesses);
    if (opened.size !== size) throw new Wrong(`The checkpoint ${size} is of ${opened.size} entries`);
    if (policy === null || policy.quorum === null || quorumMet(policy, opened.verified)) return { size, root: toHex(opened.root) };
  }
  return undefined;
}

type Drawn = Readonly<{
  about: AboutBundle;
  plan: Plan;
  committedAt: number;
  /** How many other plans were committed to by then: who commits to many could show the one that suits. */
  otherPlans: number;
  checkpoint: Readonly<{ size: number; root: string }>;
  cosigned: boolean;
  seed: string;
  items: number;
  draw: Draw;
}>;
/** Draws what the plan says: its population is what stood in the log at the first cosigned root after the commitment. */
async function drawn(path: string, planFile: string, policyFile: string | undefined, progress: Progress): Promise<Drawn> {
  const plan = planFrom(planFile);
  const policy = policyFile === undefined ? null : policyFrom(policyFile);
  const commitment = commitmentOf(plan);
  return withBundle(path, progress, (readAll, about, bundle) => {
    let committedAt: number | undefined;
    const plans: number[] = [];
    const [all, roots, frontier]: [Item[], string[], Frontier] = [[], [], new Frontier()];
    const sizes = new Set(bundle.list(BUNDLE.checkpoints).map(Number));
    readAll((read) => {
      frontier.push(read.leaf);
      if (sizes.has(read.entry + 1)) roots[read.entry + 1] = toHex(frontier.root());
      const { data, entry, on, tenant, type } = told(read);
      if (type === 'SamplingCommitted') {
        plans.push(entry);
        if ((data as { commitment?: string }).commitment === commitment) committedAt ??= entry;
      }
      const { amountPence, currency } = data as { amountPence?: number; currency?: string };
      if ((type as string) !== SAMPLED[plan.of] || currency !== plan.currency || amountPence === undefined) return;
      if ((plan.tenant ?? tenant) !== tenant || on < (plan.from ?? on) || on > (plan.to ?? on)) return;
      all.push({ entry, pence: amountPence });
    });
    if (committedAt === undefined) throw new NotUnderstood(`No entry of the bundle commits to this plan: its commitment is ${commitment}`);
    const checkpoint = checkpointAfter(committedAt, bundle, about, policy);
    if (checkpoint === undefined)
      throw new NotUnderstood(`No root after entry ${committedAt} is cosigned as the policy asks: wait for the next one`);
    if (roots[checkpoint.size] !== checkpoint.root)
      throw new Wrong(`The first ${checkpoint.size} entries do not give the root of their checkpoint`);
    const items = all.filter(({ entry }) => entry < checkpoint.size);
    const seed = seedFrom(plan.nonce, checkpoint.root);
    const otherPlans = plans.filter((entry) => entry < checkpoint.size).length - 1;
    const cosigned = policy !== null && policy.quorum !== null;
    return {
      about,
      plan,
      committedAt,
      otherPlans,
      checkpoint,
      cosigned,
      seed: seed.toString('hex'),
      items: items.length,
      draw: draw(plan, items, seed),
    };
  });
}

function parametersOf({ checkpoint, committedAt, otherPlans, draw: { interval, populationHash, totalPence }, items, plan, seed }: Drawn) {
  const { bounds, currency, from, method, nonce, of, size, tenant, to } = plan;
  return {
    of,
    method,
    size,
    bounds: bounds.length === 0 ? null : bounds.join(', '),
    currency,
    tenant,
    from,
    to,
    nonce,
    commitment: commitmentOf(plan),
    committedAt,
    otherPlans,
    rootAt: checkpoint.size,
    root: checkpoint.root,
    seed,
    populationCount: items,
    populationPence: totalPence,
    populationHash,
    interval,
  };
}
const strataSections = ({ draw: { strata } }: Drawn): readonly Section[] =>
  strata.map(({ chosen, items, name }) => ({
    title: `${chosen.length} of ${items.length} ${name === 'all' ? 'items' : `items ${name}`}`,
    columns: ['Entry', 'Amount'],
    rows: chosen.map(({ entry, pence }) => [String(entry), amount(pence)]),
  }));
const witnessed = ({ cosigned }: Drawn): Section => ({
  title: cosigned
    ? 'The root is cosigned as the policy asks: nobody could have known the sample when the plan was committed to.'
    : 'The root is the operator’s word only: no witness of yours has cosigned it.',
});
const chosenOf = ({ draw: { strata } }: Drawn) => strata.flatMap(({ chosen, name }) => chosen.map((item) => ({ ...item, stratum: name })));

function drawAnswer(one: Drawn): Answer {
  const parameters = parametersOf(one);
  return {
    title: `A sample of ${parameters.of}`,
    objective: 'Draw items to be looked at in such a way that nobody could choose or foresee them, and anybody can draw them again.',
    population: `${one.items} ${parameters.of}, ${money({ currency: one.plan.currency, pence: one.draw.totalPence })}, up to entry ${one.checkpoint.size - 1}`,
    parameters,
    checkpoint: checkpointOf(one.about),
    document: { ...parameters, chosen: chosenOf(one) },
    sections: [
      {
        title: `A ${parameters.method} sample of ${parameters.of}`,
        words: [`Seed ${one.seed}, from the nonce and the root of ${one.checkpoint.size} entries.`],
      },
      ...strataSections(one),
      witnessed(one),
    ],
    exit: one.cosigned ? EXIT.proven : EXIT.unanchored,
  };
}

/** What was audited, from lines `entry,audited` with sums in pounds; an item that is not named was right as booked. */
function auditedFrom(file: string, chosen: ReadonlySet<number>): ReadonlyMap<number, number> {
  const [head, ...lines] = textOf(file, 'The findings').trim().split(/\r?\n/);
  if (head !== 'entry,audited') throw new NotUnderstood('The first line of the findings is: entry,audited');
  const found = new Map<number, number>();
  for (const line of lines) {
    const [entry, audited, ...more] = line.split(',');
    if (audited === undefined || more.length > 0 || !chosen.has(Number(entry)))
      throw new NotUnderstood(`"${line}" does not name an entry of the sample and a sum`);
    found.set(Number(entry), penceFrom(`The audited sum of entry ${entry}`, audited));
  }
  return found;
}
function evaluateAnswer(one: Drawn, findings: string): Answer {
  const chosen = chosenOf(one);
  const audited = auditedFrom(findings, new Set(chosen.map(({ entry }) => entry)));
  const projection = project(one.draw, audited);
  const errors = chosen.flatMap(({ entry, pence }) => {
    const auditedPence = audited.get(entry) ?? pence;
    return auditedPence === pence ? [] : [{ entry, bookedPence: pence, auditedPence, errorPence: pence - auditedPence }];
  });
  const { currency } = one.plan;
  return {
    title: `What the sample of ${one.plan.of} says about all of them`,
    objective: 'Project the errors that were found in the sample over its population.',
    population: `${one.items} ${one.plan.of}, ${money({ currency, pence: one.draw.totalPence })}; ${chosen.length} were looked at`,
    parameters: { ...parametersOf(one), findings },
    checkpoint: checkpointOf(one.about),
    document: { ...parametersOf(one), errors, ...projection },
    sections: [
      {
        title: `${errors.length} of ${chosen.length} items are not as booked`,
        columns: ['Entry', 'Booked', 'Audited', 'Booked too much'],
        rows: errors.map((each) => [String(each.entry), amount(each.bookedPence), amount(each.auditedPence), amount(each.errorPence)]),
      },
      {
        title: `Found in the sample: ${money({ currency, pence: projection.foundPence })}. Projected: ${money({ currency, pence: projection.projectedPence })}.`,
        words: [
          projection.upperLimitPence === null
            ? 'No upper limit is computed for this method, or for so many errors.'
            : `With 95 per cent confidence, no more than ${money({ currency, pence: projection.upperLimitPence })} is booked too much.`,
        ],
      },
      witnessed(one),
    ],
    exit: one.cosigned ? EXIT.proven : EXIT.unanchored,
  };
}

type PlanGiven = Shown &
  Readonly<{ of: string; method: string; size: string; bounds?: string; currency: string; tenant?: string; from?: string; to?: string }>;
function planned(file: string, given: PlanGiven): Answer {
  const bounds = (given.bounds ?? '')
    .split(',')
    .filter((one) => one !== '')
    .map((one) => penceFrom('A bound', one));
  const method = oneOf('--method', METHODS, given.method);
  if ((method === 'stratified') !== bounds.length > 0) throw new NotUnderstood('--bounds belongs to --method stratified, which needs it');
  if (bounds.some((bound, at) => at > 0 && bound <= bounds[at - 1]!)) throw new NotUnderstood('--bounds go from the lowest to the highest');
  const plan: Plan = {
    format: 'ledger-sampling/1',
    of: oneOf('--of', Object.keys(SAMPLED) as (keyof typeof SAMPLED)[], given.of),
    method,
    size: wholeFrom('--size', given.size, 1, SIZE_MAX),
    bounds,
    currency: given.currency,
    tenant: given.tenant ?? null,
    from: given.from === undefined ? null : dayFrom('--from', given.from),
    to: given.to === undefined ? null : dayFrom('--to', given.to),
    nonce: randomBytes(32).toString('hex'),
  };
  try {
    writeFileSync(file, `${canonicalText(plan)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (failed) {
    throw new NotUnderstood(`The plan cannot be written to ${file}: ${(failed as Error).message}`);
  }
  const commitment = commitmentOf(plan);
  return {
    title: 'A plan for a sample',
    objective: 'Fix what will be drawn before anybody can know what that will be.',
    population: `${plan.of}, not yet looked at`,
    parameters: { of: plan.of, method: plan.method, size: plan.size, commitment },
    checkpoint: null,
    document: { plan: file, commitment },
    sections: [
      {
        title: `The plan is in ${file}. Show it to nobody before the sample is drawn.`,
        words: [`Have the ledger keep this commitment (CommitSampling), and draw after the next cosigned root: ${commitment}`],
      },
    ],
    exit: EXIT.proven,
  };
}

type DrawGiven = Shown & Readonly<{ plan: string; policy?: string }>;
export function sample(program: Command, terminal: Terminal): Command {
  const group = program
    .command('sample')
    .description('a sample that nobody could choose, and anybody can draw again: plan, draw, evaluate');
  example(
    group
      .command('plan')
      .description('write down what will be drawn, with a nonce of your own; the ledger keeps its commitment')
      .argument('<file>', 'a new file for the plan; keep it to yourself until you draw')
      .requiredOption('--of <population>', Object.keys(SAMPLED).join(', '))
      .requiredOption('--size <items>', 'how many items')
      .option('--method <method>', METHODS.join(', '), 'monetary-unit')
      .option('--bounds <pounds>', 'stratified: where one stratum ends and the next begins, with commas between')
      .option('--currency <code>', 'the currency of the population', 'GBP')
      .option('--tenant <tenant>', 'one organisation’s alone')
      .option('--from <day>', 'from this day on')
      .option('--to <day>', 'up to this day')
      .option('--json', 'answer with one JSON document')
      .option('--paper <place>', 'keep the working paper: a folder, or FILE.html with FILE.json beside it')
      .action((file: string, given: PlanGiven) => terminal.run('sample-plan', given, () => Promise.resolve(planned(file, given)))),
    'sample plan plan.json --of payments --method monetary-unit --size 20',
  );
  const drawing = (name: string, says: string) =>
    onBundle(group, name, says)
      .requiredOption('--plan <file>', 'the plan that you committed to')
      .option('--policy <file>', 'whom you trust: its witnesses must have cosigned the root');
  example(
    drawing('draw', 'draw the sample from the plan and the first cosigned root after its commitment').action(
      (path: string, given: DrawGiven) =>
        terminal.run('sample-draw', given, async () =>
          drawAnswer(await drawn(path, given.plan, given.policy, terminal.progress('Drawing'))),
        ),
    ),
    'sample draw bundle.zip --plan plan.json --policy policy.txt',
  );
  example(
    drawing('evaluate', 'project the errors that you found in the sample over its population')
      .requiredOption('--findings <file>', 'a file of lines: entry,audited (pounds); what is not named was right as booked')
      .action((path: string, given: DrawGiven & { findings: string }) =>
        terminal.run('sample-evaluate', given, async () =>
          evaluateAnswer(await drawn(path, given.plan, given.policy, terminal.progress('Drawing')), given.findings),
        ),
      ),
    'sample evaluate bundle.zip --plan plan.json --policy policy.txt --findings findings.csv',
  );
  return group;
}

import type { Command } from 'commander';
import { type Answer, checkpointOf, example, onBundle, type Shown } from './answer.js';
import { type Control, CONTROLS, controlNames, type ControlName, type Exception, type Parameters } from './controls/controls.js';
import { Evidence } from './controls/evidence.js';
import { type Counted, counted } from './controls/populations.js';
import { dayFrom, wholeFrom } from './days.js';
import { momentFrom, readBundle } from './moment.js';
import { NotUnderstood } from './not-understood.js';
import { EXIT, type Terminal } from './terminal.js';
import { money, TrialBalance } from './trial-balance.js';

type Outcome = 'PASS' | 'EXCEPTIONS' | 'NOT TESTED';
type Tested = Readonly<{
  control: ControlName;
  objective: string;
  population: Counted;
  outcome: Outcome;
  /** Why it was not tested, or that the population does not tie. */
  words: string;
  exceptions: readonly Exception[];
}>;

/** What a control would need and does not have: facts in the catalogue, who did it, anything to look at. Undefined where it can be tested. */
function missing({ asksWho, needs }: Control, evidence: Evidence, { count }: Counted): string | undefined {
  for (const [name, fields] of Object.entries(needs)) {
    const fact = evidence.declared.get(name);
    if (fact === undefined) return `no catalogue of this ledger has the fact ${name}`;
    const field = fields.find((one) => !Object.hasOwn(fact.fields.properties, one));
    if (field !== undefined) return `${name} has no field ${field} in the catalogue of this ledger`;
  }
  if (asksWho === true && !evidence.showsWho) return 'this bundle does not show who did what: ask for one with --audience auditor';
  return count === 0 ? 'there is nothing to test' : undefined;
}

function tested(name: ControlName, evidence: Evidence, balance: TrialBalance, parameters: Parameters): Tested {
  const control: Control = CONTROLS[name];
  const population = counted(control.population, evidence, balance);
  const about = { control: name, objective: control.objective, population };
  const words = missing(control, evidence, population);
  if (words !== undefined) return { ...about, outcome: 'NOT TESTED', words, exceptions: [] };
  const exceptions = [...control.exceptions(evidence, parameters)].sort((a, b) => a.entry - b.entry);
  const untied = population.ties === false ? 'the population does not tie to the trial balance' : '';
  return { ...about, outcome: exceptions.length > 0 || untied !== '' ? 'EXCEPTIONS' : 'PASS', words: untied, exceptions };
}

const populationWords = ({ count, says, ties, value }: Counted): string =>
  [
    `${count} ${says}`,
    ...value.filter(({ pence }) => pence !== 0).map(money),
    ...(ties === null
      ? []
      : [
          ties
            ? 'as in the trial balance'
            : `the trial balance has ${value.map(({ currency, trialBalancePence }) => money({ currency, pence: trialBalancePence ?? 0 })).join(', ')}`,
        ]),
  ].join(', ');

type Given = Shown & Readonly<{ only?: string; days: string; round: string; limit?: string; issuer: string; asAt?: string }>;
const POUNDS_MAX = 1_000_000_000;
export async function controlled(path: string, given: Given, progress: (done: number, total: number) => void): Promise<Answer> {
  const names = given.only?.split(',') ?? controlNames;
  const unknown = names.find((name) => !Object.hasOwn(CONTROLS, name));
  if (unknown !== undefined) throw new NotUnderstood(`There is no control ${unknown}. There are: ${controlNames.join(', ')}`);
  const [evidence, balance] = [new Evidence(), new TrialBalance(momentFrom(undefined, undefined))];
  const asked = {
    days: wholeFrom('--days', given.days, 0, 366),
    roundPence: wholeFrom('--round', given.round, 1, POUNDS_MAX) * 100,
    limitPence: given.limit === undefined ? null : wholeFrom('--limit', given.limit, 1, POUNDS_MAX) * 100,
    ownIssuer: given.issuer,
  };
  const asAt = given.asAt === undefined ? undefined : dayFrom('--as-at', given.asAt);
  const about = await readBundle(
    path,
    (read, rules) => {
      evidence.look(read, rules);
      balance.add(read);
    },
    progress,
  );
  const parameters: Parameters = { ...asked, asAt: asAt ?? evidence.lastRecordedAt.slice(0, 10) };
  const controls = (names as readonly ControlName[]).map((name) => tested(name, evidence, balance, parameters));
  const found = controls.filter(({ outcome }) => outcome === 'EXCEPTIONS');
  return {
    title: 'Controls',
    objective:
      'Test each control over its whole population, and name every exception by its entry. What an exception means is for a person to say.',
    population: `${about.size} entries`,
    parameters,
    checkpoint: checkpointOf(about),
    document: { parameters, controls },
    sections: [
      {
        title: `${controls.length} controls: ${found.length} with exceptions, ${controls.filter(({ outcome }) => outcome === 'NOT TESTED').length} not tested`,
        columns: ['', 'Control', 'Exceptions', 'Population'],
        rows: controls.map(({ control, exceptions, outcome, population, words }) => [
          outcome,
          control,
          outcome === 'NOT TESTED' ? '' : String(exceptions.length),
          outcome === 'NOT TESTED' ? words : `${populationWords(population)}${words === '' ? '' : `: ${words}`}`,
        ]),
      },
      ...found.map(({ control, exceptions, objective }) => ({
        title: control,
        words: [objective],
        columns: ['Entry', 'Found'],
        rows: exceptions.map(({ entry, words }) => [String(entry), words]),
      })),
    ],
    exit: found.length === 0 ? EXIT.proven : EXIT.wrong,
  };
}

export const controls = (program: Command, terminal: Terminal): Command =>
  example(
    onBundle(program, 'controls', 'test every control over its whole population; exceptions by entry; what lacks its facts is not tested')
      .option('--only <names>', 'these controls alone, with commas between')
      .option('--days <days>', 'payments, awards and erasures so many days apart are near each other', '30')
      .option('--round <pounds>', 'a payment that is a whole multiple of this is round', '1000')
      .option('--limit <pounds>', 'what may be awarded without asking somebody else (default: the ceiling of the mandate)')
      .option('--issuer <name>', 'the issuer of tokens that is the operator’s own', 'ledger')
      .option('--as-at <day>', 'duties are late by this day (default: the day of the last entry)')
      .action((path: string, given: Given) => terminal.run('controls', given, () => controlled(path, given, terminal.progress('Testing')))),
    'controls bundle.zip --limit 25000 --paper working-papers',
  );

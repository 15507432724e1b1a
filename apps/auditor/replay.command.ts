import type { Command } from 'commander';
import { type Answer, checkpointOf, example, onBundle, type Section, type Shown } from './answer.js';
import { FIGURES, figureNames, type Statement, statementsOf } from './figures.js';
import { momentFrom, readBundle } from './moment.js';
import { Standing } from './standing.js';
import { EXIT, type Terminal } from './terminal.js';
import { amount, money, TrialBalance } from './trial-balance.js';

/** A statement for each place: its figures in the order of the table, nothing that is nil. */
function statementSection(title: string, statements: readonly Statement[]): Section {
  return {
    title,
    words: statements.length === 0 ? ['None.'] : [],
    columns: ['Place', 'Figure', 'Amount', 'Says'],
    rows: statements.flatMap(({ currency, figures, nil, place }) => [
      ...figureNames.flatMap((name) =>
        (figures[name] ?? 0) === 0 ? [] : [[place, name, `${amount(figures[name]!)} ${currency}`, FIGURES[name].says]],
      ),
      ...(nil ? [] : [[place, 'NOT NIL', '', 'This statement does not come out']]),
    ]),
  };
}

type At = Shown & Readonly<{ asKnown?: string; asAt?: string }>;
export async function replayed(path: string, { asAt, asKnown }: At, progress: (done: number, total: number) => void): Promise<Answer> {
  const moment = momentFrom(asKnown, asAt);
  const [balance, standing] = [new TrialBalance(moment), new Standing(moment)];
  const about = await readBundle(
    path,
    (read) => {
      balance.add(read);
      standing.add(read);
    },
    progress,
  );
  const [accounts, sums] = [balance.lines(), balance.sums()];
  const [funds, lines] = [statementsOf('fund', accounts), statementsOf('line', accounts)];
  const { decisions, mandates, rules, seats } = standing.at();
  const parameters = { asKnown: asKnown ?? null, asAt: asAt ?? null };
  const right = sums.every(({ pence }) => pence === 0) && [...funds, ...lines].every(({ nil }) => nil);
  return {
    title: `The books ${moment.words}`,
    objective: 'Sum every posting of every entry anew, and say what stood at this moment, without the operator’s views.',
    population: `${about.size} entries`,
    parameters,
    checkpoint: checkpointOf(about),
    document: { ...parameters, accounts, sums, funds, lines, decisions, seats, rules, mandates },
    sections: [
      {
        title: `Trial balance ${moment.words}`,
        columns: ['Balance', 'Account', 'Last entry'],
        rows: [
          ...accounts.map((line) => [money(line), line.account, String(line.lastEntry)]),
          ...sums.map((sum) => [money(sum), 'All accounts', '']),
        ],
      },
      statementSection('Fund statements', funds),
      statementSection('Line statements', lines),
      {
        title: `Decisions: ${decisions.length}`,
        columns: ['Decided on', 'Body', 'Decision', 'Money', 'Stands', 'Entry'],
        rows: decisions.map((one) => [
          one.on,
          `${one.tenant}/${one.bodyId}`,
          `${one.decisionId}: ${one.title}`,
          amount(one.pence),
          one.standing,
          String(one.entry),
        ]),
      },
      {
        title: 'Seats',
        columns: ['Body', 'Class', 'Filled', 'Of'],
        rows: seats.map(({ bodyId, filled, of, seatClass, tenant }) => [`${tenant}/${bodyId}`, seatClass, String(filled), String(of)]),
      },
      {
        title: 'Rules in force',
        columns: ['Body', 'Rules', 'Quorum', 'Carried by', 'Call-in days', 'Entry'],
        rows: rules.map((one) => [
          `${one.tenant}/${one.bodyId}`,
          `${one.ruleSetId} ${one.version}`,
          String(one.quorum),
          one.threshold,
          String(one.callInDays),
          String(one.entry),
        ]),
      },
      {
        title: 'Mandates in force',
        columns: ['Body', 'Mandate', 'Binds', 'Ceiling', 'Entry'],
        rows: mandates.map(({ bindingMode, bodyId, ceilingPence, currency, entry, mandateId, tenant }) => [
          `${tenant}/${bodyId}`,
          mandateId,
          bindingMode,
          money({ currency, pence: ceilingPence }),
          String(entry),
        ]),
      },
    ],
    exit: right ? EXIT.proven : EXIT.wrong,
  };
}

export const replay = (program: Command, terminal: Terminal): Command =>
  example(
    onBundle(program, 'replay', 'trial balance, statements, decisions, seats and rules at an entry or a day, from the auditor’s own fold')
      .option('--as-known <entry>', 'only what was recorded by this entry, day or instant')
      .option('--as-at <day>', 'only what is true by this day')
      .action((path: string, given: At) => terminal.run('replay', given, () => replayed(path, given, terminal.progress('Replaying')))),
    'replay bundle.zip --as-known 120 --as-at 2019-03-31',
  );

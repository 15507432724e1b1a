import type { Command } from 'commander';
import { type Answer, checkpointOf, example, onBundle, type Shown } from './answer.js';
import { dayFrom, daysFrom, wholeFrom } from './days.js';
import { belongsTo, FIGURES, figureNames, type FigureName, statementsOf } from './figures.js';
import { type Moment, momentFrom, readBundle } from './moment.js';
import { NotUnderstood } from './not-understood.js';
import type { ReadEntry } from './reading.js';
import { EXIT, type Terminal } from './terminal.js';
import { amount, TrialBalance } from './trial-balance.js';

const DAYS_MAX = 366;
/** What is remarkable about a posting around the end of a period, on both clocks, in the order in which it is judged. */
const CUT_OFF = [
  'true in the period, recorded after its close',
  'true after the period, recorded before its close',
  'just before the end',
  'just after the end',
] as const;
type CutOff = Readonly<{
  entry: number;
  on: string;
  recordedAt: string;
  type: string;
  debitsPence: number;
  currency: string;
  found: (typeof CUT_OFF)[number];
}>;
type Period = Readonly<{ from: string; to: string; closed: Moment; days: number }>;

function cutOff(on: string, read: ReadEntry, { closed, days, from, to }: Period): CutOff['found'] | null {
  if (on >= from && on <= to && !closed.knows(read)) return CUT_OFF[0];
  if (on > to && closed.knows(read)) return CUT_OFF[1];
  if (on <= to && on > daysFrom(to, -days)) return CUT_OFF[2];
  if (on > to && on <= daysFrom(to, days)) return CUT_OFF[3];
  return null;
}

type Line = Readonly<{
  place: string;
  currency: string;
  figure: FigureName;
  openingPence: number;
  movementPence: number;
  closingPence: number;
  /** What the closing figure was when the books were closed. */
  asClosedPence: number;
  comesOut: boolean;
}>;

/** One period's books: three sums of each figure, made apart from each other, so that opening and movement can miss the closing. */
class Books {
  private readonly opening: TrialBalance;
  private readonly closing: TrialBalance;
  private readonly asClosed: TrialBalance;
  private readonly movements = new Map<string, number>();
  readonly cutOffs: CutOff[] = [];
  constructor(private readonly period: Period) {
    this.opening = new TrialBalance(momentFrom(undefined, daysFrom(period.from, -1)));
    this.closing = new TrialBalance(momentFrom(undefined, period.to));
    this.asClosed = new TrialBalance({ ...period.closed, asAt: period.to });
  }

  add(read: ReadEntry): void {
    for (const balance of [this.opening, this.closing, this.asClosed]) balance.add(read);
    const { postings, recordedAt, type } = read.document;
    const moved = new Map<string, { on: string; currency: string; pence: number }>();
    for (const { account, amountPence, currency, effectiveOn: on } of postings) {
      const belongs = on < this.period.from || on > this.period.to ? null : belongsTo(account);
      if (belongs !== null) {
        const key = `${belongs.place} ${currency} ${belongs.name}`;
        this.movements.set(key, (this.movements.get(key) ?? 0) + belongs.sign * amountPence);
      }
      const one = moved.get(`${on} ${currency}`) ?? { on, currency, pence: 0 };
      moved.set(`${on} ${currency}`, { ...one, pence: one.pence + Math.max(amountPence, 0) });
    }
    for (const { currency, on, pence } of moved.values()) {
      const found = cutOff(on, read, this.period);
      if (found !== null) this.cutOffs.push({ entry: read.entry, on, recordedAt, type, debitsPence: pence, currency, found });
    }
  }

  lines(of: 'fund' | 'line'): readonly Line[] {
    const figures = (balance: TrialBalance) =>
      new Map<string, number>(
        statementsOf(of, balance.lines()).flatMap(({ currency, figures: found, place }) =>
          Object.entries(found).map(([name, pence]) => [`${place} ${currency} ${name}`, pence] as const),
        ),
      );
    const [opening, closing, asClosed] = [figures(this.opening), figures(this.closing), figures(this.asClosed)];
    const mine = [...this.movements.keys()].filter((key) => FIGURES[key.split(' ')[2] as FigureName].of === of);
    return [...new Set([...opening.keys(), ...mine, ...closing.keys(), ...asClosed.keys()])]
      .map((key) => {
        const [place, currency, figure] = key.split(' ') as [string, string, FigureName];
        const [openingPence, closingPence] = [opening.get(key) ?? 0, closing.get(key) ?? 0];
        const movementPence = this.movements.get(key) ?? 0;
        return {
          place,
          currency,
          figure,
          openingPence,
          movementPence,
          closingPence,
          asClosedPence: asClosed.get(key) ?? 0,
          comesOut: openingPence + movementPence === closingPence,
        };
      })
      .filter((one) => one.openingPence !== 0 || one.movementPence !== 0 || one.closingPence !== 0 || one.asClosedPence !== 0)
      .sort((a, b) => a.place.localeCompare(b.place, 'en') || figureNames.indexOf(a.figure) - figureNames.indexOf(b.figure));
  }
}

type Given = Shown & Readonly<{ from: string; to: string; closed?: string; days: string }>;
async function periodAnswer(path: string, given: Given, progress: (done: number, total: number) => void): Promise<Answer> {
  const [from, to] = [dayFrom('--from', given.from), dayFrom('--to', given.to)];
  if (from > to) throw new NotUnderstood(`The period ends on ${to}, before it begins on ${from}`);
  const period = { from, to, closed: momentFrom(given.closed ?? to, undefined), days: wholeFrom('--days', given.days, 0, DAYS_MAX) };
  const books = new Books(period);
  const about = await readBundle(path, (read) => books.add(read), progress);
  const [funds, lines] = [books.lines('fund'), books.lines('line')];
  const wrong = [...funds, ...lines].filter(({ comesOut }) => !comesOut);
  const parameters = { from, to, closed: given.closed ?? to, days: period.days };
  const table = (title: string, of: readonly Line[]) => ({
    title,
    words: of.length === 0 ? ['None.'] : [],
    columns: ['Place', 'Figure', '', 'Opening', 'Movement', 'Closing', 'As closed', 'Found since'],
    rows: of.map((one) => [
      one.place,
      `${one.figure}${one.comesOut ? '' : ': DOES NOT COME OUT'}`,
      one.currency,
      ...[one.openingPence, one.movementPence, one.closingPence, one.asClosedPence, one.closingPence - one.asClosedPence].map(amount),
    ]),
  });
  return {
    title: `The period from ${from} to ${to}`,
    objective:
      'Opening plus movement equals closing for every fund and line; the closing figures as closed and as known now; cut-off by both clocks.',
    population: `${funds.length} figures of funds, ${lines.length} of lines, ${about.size} entries`,
    parameters,
    checkpoint: checkpointOf(about),
    document: { ...parameters, funds, lines, cutOff: books.cutOffs },
    sections: [
      table('Funds', funds),
      table('Lines', lines),
      ...CUT_OFF.map((found) => {
        const these = books.cutOffs.filter((one) => one.found === found);
        return {
          title: `Cut-off: ${found}: ${these.length}`,
          columns: ['Entry', 'True on', 'Recorded', 'Fact', 'Debits'],
          rows: these.map((one) => [String(one.entry), one.on, one.recordedAt, one.type, amount(one.debitsPence)]),
        };
      }),
      { title: wrong.length === 0 ? 'Opening plus movement equals closing, in every figure.' : `${wrong.length} figures do not come out.` },
    ],
    exit: wrong.length === 0 ? EXIT.proven : EXIT.wrong,
  };
}

export const period = (program: Command, terminal: Terminal): Command =>
  example(
    onBundle(program, 'period', 'opening, movement and closing of every fund and line; as closed and as known now; cut-off by both clocks')
      .requiredOption('--from <day>', 'the first day of the period')
      .requiredOption('--to <day>', 'its last day')
      .option('--closed <entry>', 'when the books were closed: an entry, day or instant (default: the period’s last day)')
      .option('--days <days>', 'how many days around the end are listed for cut-off', '7')
      .action((path: string, given: Given) => terminal.run('period', given, () => periodAnswer(path, given, terminal.progress('Summing')))),
    'period bundle.zip --from 2018-04-01 --to 2019-03-31 --closed 2019-04-30',
  );

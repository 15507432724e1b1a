import type { Command } from 'commander';
import { type Answer, checkpointOf, example, onBundle, type Shown } from './answer.js';
import { Chain, STEPS } from './chain.js';
import { belongsTo, FIGURES, figureNames, isFigure } from './figures.js';
import { told } from './history.js';
import { type Moment, momentFrom, withBundle } from './moment.js';
import { NotUnderstood } from './not-understood.js';
import type { ReadEntry } from './reading.js';
import { EXIT, type Terminal } from './terminal.js';
import { amount, money } from './trial-balance.js';
import { wordsOf } from './words.js';

type Given = Shown & Readonly<{ asKnown?: string; asAt?: string }>;
type Progress = (done: number, total: number) => void;
/** Which postings make a figure, and with which sign they count towards it. */
type Counts = (account: string) => 1 | -1 | 0;

const underAccount =
  (which: string): Counts =>
  (account) =>
    account === which || account.startsWith(`${which}:`) ? 1 : 0;
const inFigure =
  (what: string, which: string): Counts =>
  (account) => {
    const belongs = belongsTo(account);
    return belongs?.name === what && belongs.place === which ? belongs.sign : 0;
  };

/** Why is this figure this figure: the entries that made it, each with what it added and what there was after it. */
async function explainFigure(path: string, what: string, which: string, moment: Moment, progress: Progress): Promise<Answer> {
  const counts = what === 'account' ? underAccount(which) : inFigure(what, which);
  const running = new Map<string, number>();
  const places = new Set<string>();
  const made: { entry: number; on: string; currency: string; movedPence: number; afterPence: number; words: string }[] = [];
  const about = await withBundle(path, progress, (readAll, it) => {
    readAll((read, rules) => {
      if (!moment.knows(read)) return;
      const moved = new Map<string, number>();
      for (const { account, amountPence, currency, effectiveOn } of read.document.postings) {
        const belongs = belongsTo(account);
        if (belongs?.name === what) places.add(belongs.place);
        const sign = effectiveOn > moment.asAt ? 0 : counts(account);
        if (sign !== 0) moved.set(`${effectiveOn} ${currency}`, (moved.get(`${effectiveOn} ${currency}`) ?? 0) + sign * amountPence);
      }
      for (const [key, movedPence] of moved) {
        const [on, currency] = key.split(' ') as [string, string];
        if (movedPence === 0) continue;
        const afterPence = (running.get(currency) ?? 0) + movedPence;
        running.set(currency, afterPence);
        made.push({ entry: read.entry, on, currency, movedPence, afterPence, words: wordsOf(read, rules) });
      }
    });
    return it;
  });
  if (made.length === 0 && what !== 'account' && !places.has(which))
    throw new NotUnderstood(`No money was ever ${what} at ${which}. There is: ${[...places].join(', ') || 'nothing'}`);
  const figures = [...running].map(([currency, pence]) => ({ currency, pence }));
  const name = isFigure(what) ? `${FIGURES[what].says}: ${what} of ${which}` : `The account ${which}`;
  return {
    title: `Why ${what} of ${which} is ${figures.map(money).join(' and ') || 'nil'}`,
    objective: `Trace a figure to the entries that made it, ${moment.words}.`,
    population: `${made.length} of ${about.size} entries`,
    parameters: { what, which, moment: moment.words },
    checkpoint: checkpointOf(about),
    document: { what, which, figures, entries: made },
    sections: [
      {
        title: `${name}, ${moment.words}: ${figures.map(money).join(' and ') || 'nil'}`,
        words: [`${made.length} entries made it:`],
        columns: ['Entry', 'True on', 'Moved', 'After it', 'What happened'],
        rows: made.map((one) => [
          String(one.entry),
          one.on,
          amount(one.movedPence),
          money({ currency: one.currency, pence: one.afterPence }),
          one.words,
        ]),
      },
    ],
    exit: EXIT.proven,
  };
}

const SEEDS: Readonly<Record<string, (which: string) => readonly string[]>> = {
  payment: (which) => [`payment ${which}`],
  award: (which) => [`award ${which}`, `paid ${which}`],
  decision: (which) => [`decision ${which}`],
  entry: () => [],
};
/** Why was this paid: every fact from the payment back to the mandate of those who decided, and to the money it came from. */
async function explainChain(path: string, what: string, which: string, moment: Moment, progress: Progress): Promise<Answer> {
  if (what === 'entry' && !/^\d{1,15}$/.test(which)) throw new NotUnderstood(`An entry is a number, and it is "${which}"`);
  const chain = new Chain(SEEDS[what]!(which), what === 'entry' ? Number(which) : null);
  const words = new Map<number, string>();
  let single: ReadEntry | undefined;
  const about = await withBundle(path, progress, (readAll, it) => {
    while (chain.goesOn())
      readAll((read, rules) => {
        if (!moment.knows(read)) return;
        if (what === 'entry' && read.entry === Number(which)) {
          single = read;
          words.set(read.entry, wordsOf(read, rules));
        }
        if (chain.look(told(read))) words.set(read.entry, wordsOf(read, rules));
      });
    return it;
  });
  const links = chain.links();
  if (links.length === 0 && single === undefined) throw new NotUnderstood(`The bundle has no ${what} ${which}, ${moment.words}`);
  const steps =
    links.length > 0
      ? links.map(({ step, told: { entry, on, type } }) => ({ step: STEPS[step], entry, on, type, words: words.get(entry)! }))
      : [{ step: 'The entry', entry: single!.entry, on: told(single!).on, type: single!.document.type, words: words.get(single!.entry)! }];
  const gaps = chain.gaps();
  return {
    title: `Why there is ${what} ${which}`,
    objective: `Follow ${what} ${which} back to its mandate and its money, ${moment.words}.`,
    population: `${steps.length} of ${about.size} entries`,
    parameters: { what, which, moment: moment.words },
    checkpoint: checkpointOf(about),
    document: { what, which, steps, gaps },
    sections: [
      {
        title: `${what} ${which}, ${moment.words}`,
        columns: ['Step', 'Entry', 'True on', 'What happened'],
        rows: steps.map((one) => [one.step, String(one.entry), one.on, one.words]),
      },
      ...(links.length === 0
        ? []
        : [{ title: gaps.length === 0 ? 'Nothing is missing from the chain.' : 'Missing from the chain', words: gaps }]),
    ],
    exit: EXIT.proven,
  };
}

const WHAT = [...Object.keys(SEEDS), 'account', ...figureNames];
export const explain = (program: Command, terminal: Terminal): Command =>
  example(
    onBundle(program, 'explain', 'why a figure is that figure, or why something was paid: the entries that made it so, in words')
      .argument('<what>', `payment, award, decision, entry, account; or a figure: ${figureNames.join(', ')}`)
      .argument('<which>', 'its id, as replay prints it: a figure’s place is TENANT/FUND or TENANT/FUND/BODY/PERIOD/LINE')
      .option('--as-known <entry>', 'only what was recorded by this entry, day or instant')
      .option('--as-at <day>', 'only postings of this day or before')
      .action((path: string, what: string, which: string, given: Given) =>
        terminal.run('explain', given, () => {
          if (!WHAT.includes(what)) throw new NotUnderstood(`"${what}" cannot be explained: name one of ${WHAT.join(', ')}`);
          const moment = momentFrom(given.asKnown, given.asAt);
          const answer = Object.hasOwn(SEEDS, what) ? explainChain : explainFigure;
          return answer(path, what, which, moment, terminal.progress('Explaining'));
        }),
      ),
    'explain bundle.zip payment round-one-first-half\n         auditor explain bundle.zip held barking-and-dagenham/levy',
  );

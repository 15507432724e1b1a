import { readFileSync } from 'node:fs';
import { ask, AToldBundle, run } from './a-told-bundle.js';

type Statements = { place: string; figures: Record<string, number>; nil: boolean }[];
type Replayed = {
  funds: Statements;
  lines: Statements;
  decisions: { decisionId: string; standing: string; pence: number }[];
  seats: { bodyId: string; seatClass: string; filled: number; of: number }[];
  rules: { bodyId: string; version: number; threshold: string; quorum: number }[];
  mandates: { mandateId: string; ceilingPence: number }[];
};
type Explained = { figures: { pence: number }[]; entries: { entry: number; movedPence: number; afterPence: number; words: string }[] };
type Chained = { steps: { step: string; entry: number; type: string; words: string }[]; gaps: string[] };

const saying = (text: string): unknown => expect.stringContaining(text);
const like = (pattern: RegExp): unknown => expect.stringMatching(pattern);
let told: AToldBundle;
let bundle: string;
const replay = (...args: string[]) => ask<Replayed>('replay', bundle, ...args);
beforeAll(async () => {
  told = await AToldBundle.tell();
  bundle = await told.bundle('auditor');
});
afterAll(() => told.remove());

describe('a replay from the bundle alone', () => {
  it('gives the statement of each fund, which comes out to the penny', async () => {
    const { exit, funds } = await replay();
    expect([exit, funds.every(({ nil }) => nil)]).toEqual([0, true]);
    expect(funds.find(({ place }) => place === 'barking-and-dagenham/levy')?.figures).toEqual({
      held: 212_318_760,
      payable: 693_760,
      income: 218_000_000,
      spent: 6_375_000,
      unassigned: 185_300_000,
    });
  });
  it('gives what is left on each line, and where the rest of its authority went', async () => {
    const { lines } = await replay();
    expect(lines.find(({ place }) => place.startsWith('durham/core-funding/chester-le-street'))?.figures).toEqual({
      authority: 10_000_000,
      available: 7_100_000,
      reserved: 800_000,
      committed: 100_000,
      accrued: 500_000,
      paid: 1_500_000,
    });
  });
  it('goes back to a day before the money was divided, and to an entry before anything was decided', async () => {
    const before = await replay('--as-at', '2018-02-12');
    expect(before.funds.find(({ place }) => place === 'barking-and-dagenham/levy')?.figures['held']).toBe(218_000_000);
    expect(before.decisions.every(({ decisionId }) => !decisionId.startsWith('round'))).toBe(true);
    expect((await replay('--as-known', '100')).decisions).toEqual([]);
  });
  it('says how far each decision has come', async () => {
    const { decisions } = await replay();
    expect(decisions.find(({ decisionId }) => decisionId === 'round-one')).toMatchObject({ standing: 'confirmed', pence: 13_300_000 });
    const night = await replay(
      '--as-known',
      String((await ask<Chained>('explain', bundle, 'decision', 'round-one')).steps.findLast(({ step }) => step === 'The decision')!.entry),
    );
    expect(night.decisions.at(-1)).toMatchObject({ decisionId: 'round-one', standing: 'recorded' });
  });
  it('counts who sat, and names the rules and mandates in force', async () => {
    const { mandates, rules, seats } = await replay();
    expect(seats.filter(({ bodyId }) => bodyId === 'residents-panel').reduce((sum, { filled }) => sum + filled, 0)).toBe(20);
    expect(rules.find(({ bodyId }) => bodyId === 'residents-panel')).toMatchObject({
      version: 2,
      quorum: 11,
      threshold: '2/3 of participants',
    });
    expect(mandates.find(({ mandateId }) => mandateId === 'panel-mandate')?.ceilingPence).toBe(32_700_000);
    expect((await replay('--as-at', '2018-02-27')).rules.find(({ bodyId }) => bodyId === 'residents-panel')?.version).not.toBe(2);
  });
});

describe('an explanation', () => {
  it('of any figure in any statement names the entries that made it, and comes to the same', async () => {
    const { funds, lines } = await replay();
    for (const { figures, place } of [...funds, ...lines.slice(0, 2)])
      for (const [name, pence] of Object.entries(figures).filter(([, is]) => is !== 0)) {
        const { entries, figures: found } = await ask<Explained>('explain', bundle, name, place);
        expect({ name, place, pence: found[0]?.pence }).toEqual({ name, place, pence });
        expect(entries.reduce((sum, { movedPence }) => sum + movedPence, 0)).toBe(pence);
      }
  });
  it('tells each entry in the words that the catalogue publishes, with its money, its reason and who did it', async () => {
    const { entries } = await ask<Explained>('explain', bundle, 'held', 'durham/core-funding');
    expect(entries[0]?.words).toContain('Money was received into a fund, as one lot. (£1,400,000;');
    expect(entries[0]?.words).toContain('Done by county-finance-officer');
    expect(entries[0]?.words).toContain('Reason: From Community Commissioning');
  });
  it('of a payment leads back to the agreement, the decision, its mandate, and the money', async () => {
    const { gaps, steps } = await ask<Chained>('explain', bundle, 'payment', 'cls-pay-1');
    expect(new Set(steps.map(({ type }) => type))).toEqual(
      new Set([
        'PaymentPosted',
        'AccrualPosted',
        'CommitmentConfirmed',
        'CommitmentReleased',
        'AgreementSigned',
        'AwardOffered',
        'AwardAccepted',
        'DecisionConfirmed',
        'DecisionAdmitted',
        'DecisionRecorded',
        'MandateGranted',
        'RuleSetAdopted',
        'BodyConstituted',
        'AllocationMade',
        'AuthorityGiven',
        'EnvelopeApproved',
        'ReceiptRecorded',
      ]),
    );
    expect(gaps).toEqual([]);
    // Whoever gave the mandate was decided by somebody too.
    expect(steps.filter(({ type }) => type === 'DecisionRecorded').map(({ words }) => /; decision ([\w-]+)/.exec(words)?.[1])).toEqual([
      'core-funding-2017-18',
      'chester-le-street-autumn',
    ]);
  });
  it('of a split lot leads back to the receipt that was split', async () => {
    const { steps } = await ask<Chained>('explain', bundle, 'award', 'r1-award-d');
    expect(steps.filter(({ step }) => step === 'The money').map(({ type }) => type)).toEqual(['ReceiptRecorded', 'ReceiptSplit']);
    expect(steps.filter(({ type }) => type === 'PaymentPosted')).toHaveLength(3);
  });
  it('made before the decision was confirmed says what is missing', async () => {
    const { steps } = await ask<Chained>('explain', bundle, 'award', 'cls-award-1');
    const confirmed = steps.find(({ type, words }) => type === 'DecisionConfirmed' && words.includes('chester-le-street'))!;
    const { gaps } = await ask<Chained>('explain', bundle, 'award', 'cls-award-1', '--as-known', String(confirmed.entry + 2));
    expect(gaps).toContain('No agreement was signed.');
  });
  it('is refused in words where there is nothing of that name', async () => {
    expect(await run('explain', bundle, 'payment', 'nothing')).toMatchObject({
      exit: 2,
      err: saying('no payment nothing'),
    });
    expect(await run('explain', bundle, 'colour', 'red')).toMatchObject({ exit: 2, err: saying('name one of payment') });
    expect(await run('explain', bundle, 'held', 'levy')).toMatchObject({
      exit: 2,
      err: saying('There is: durham/core-funding, barking-and-dagenham/levy'),
    });
  });
  it('keeps its working paper as a page and as data, with the checkpoint and without a conclusion', async () => {
    const { err } = await run('explain', bundle, 'held', 'durham/core-funding', '--paper', told.file('papers'));
    expect(err).toContain('explain.html');
    const paper = JSON.parse(readFileSync(told.file('papers', 'explain.json'), 'utf8')) as object;
    expect(paper).toMatchObject({
      objective: saying('Trace a figure'),
      population: like(/^\d+ of \d+ entries$/),
      parameters: { what: 'held', which: 'durham/core-funding' },
      checkpoint: { root: like(/^[0-9a-f]{64}$/) },
      versions: { auditor: (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version },
      conclusion: null,
    });
    expect(readFileSync(told.file('papers', 'explain.html'), 'utf8')).toContain('To be drawn by a person');
  });
});

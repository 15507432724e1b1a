import { existsSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { catalogue } from '@ledger/catalogue';
import { beancountAccount, beancountJournal, type Books, hledgerJournal, type Leg, storedAccount } from '@ledger/formats';
import { Home, settingsFrom } from '@ledger/home';
import { CHART, isRefusal } from '@ledger/kernel';
import { storyFiles, STORIES, tellDemonstration } from '@ledger/stories';
import fc from 'fast-check';
import { booksAt } from '../../apps/operator/export.command.js';
import { folder, run } from './command-line.js';
import { balancesBy, installed, ours, type Tool, TOOLS, withoutNil } from './tools.js';

const PRINT: Readonly<Record<Tool, (books: Books) => string>> = {
  hledger: hledgerJournal,
  ledger: hledgerJournal,
  beancount: beancountJournal,
};
const EVIDENCE = [{ sha256: 'ab'.repeat(32), bytes: 1, mediaType: 'application/pdf', title: 'Bank letter' }];
const DAYS = ['2018-04-01', '2018-12-31', '2019-02-28', '2020-02-29', '2024-12-31'];
const TENANTS = ['barking', '2nd-tier'];

/** A history of two tenants and two currencies, told by the front door. What the rules refuse is part of no history. */
async function randomHistory(
  home: Home,
  steps: readonly Readonly<{ tenant: number; day: number; act: number; pence: number }>[],
): Promise<void> {
  const actor = (actorRef: string) => ({ actorRef, issuer: 'test', authnStrength: 'test' });
  const ask = async (tenant: string, who: string, type: string, body: object, more: object = {}) => {
    try {
      await home.door.ask(tenant, type, { commandId: randomUUID(), ...body, ...more }, actor(who), who === 'operator' ? who : 'officer');
      await home.settle();
    } catch (thrown) {
      if (!isRefusal(thrown)) throw thrown;
    }
  };
  for (const tenant of TENANTS) {
    for (const [subject, role] of [
      ['officer', 'finance-officer'],
      ['archivist', 'recorder'],
    ] as const)
      // prettier-ignore
      await ask(tenant, 'operator', 'GrantRole', { subject, role });
    for (const [fundId, currency] of [['levy', 'GBP'], ['budzet', 'PLN']] as const) // prettier-ignore
      await ask(tenant, 'archivist', 'OpenFund', { fundId, title: 'Fund; "quoted"', class: 'ring_fenced', purpose: 'What is needed', purposes: ['neighbourhood'], currency, holder: tenant }, { effectiveAt: '2018-04-01T12:00:00.000Z', evidence: EVIDENCE }); // prettier-ignore
  }
  for (const [at, { act, day, pence, tenant }] of steps.entries()) {
    const fundId = act % 2 === 0 ? 'levy' : 'budzet';
    const here = { fundId, bodyId: 'panel', period: '2018-19' };
    const acts: readonly (readonly [string, object])[] = [
      ['RecordReceipt', { fundId, lotId: `lot-${at}`, kind: 'income', amountPence: pence, source: 'developers' }],
      ['RecordReceipt', { fundId, lotId: `lot-${at}`, kind: 'opening', amountPence: pence, source: 'council' }],
      ['SplitReceipt', { fundId, lotId: `lot-${Math.max(0, at - 2)}`, shares: [{ lotId: `a-${at}`, basisPoints: 1_500 }, { lotId: `b-${at}`, basisPoints: 8_500 }] }], // prettier-ignore
      ['GiveAuthority', { ...here, title: 'Part', lots: [{ lotId: `lot-${Math.max(0, at - 1)}`, amountPence: Math.ceil(pence / 3) }] }],
      ['Allocate', { ...here, lineId: `line-${at}`, title: 'Line', amountPence: Math.ceil(pence / 5) }],
    ];
    const [type, body] = acts[Math.floor(act / 2) % acts.length]!;
    await ask(TENANTS[tenant]!, 'archivist', type, body, { effectiveAt: `${DAYS[day]!}T12:00:00.000Z`, evidence: EVIDENCE });
  }
}

const at = folder();
afterAll(() => at.remove());
let files = 0;
/** Prints, reads back with the tool, and compares every account. */
function agree(books: Books, tool: Tool): void {
  const file = at.file(`books-${(files += 1)}.${tool === 'beancount' ? 'beancount' : 'journal'}`, PRINT[tool](books));
  expect(withoutNil(balancesBy[tool](file))).toEqual(ours(books, tool));
}

const step = fc.record({
  tenant: fc.nat(1),
  day: fc.nat(DAYS.length - 1),
  act: fc.nat(9),
  pence: fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 2_000_000_000 })),
});

for (const tool of TOOLS) {
  const told = installed[tool] ? describe : describe.skip;
  told(`the books in ${tool} (skipped where ${tool} is not installed)`, () => {
    it('come to our balance of every account, at every moment of a random history', async () => {
      const home = await Home.open(settingsFrom({}, { folder: null }));
      try {
        const [steps] = fc.sample(fc.array(step, { minLength: 60, maxLength: 60 }), { numRuns: 1, seed: 20180401 });
        await randomHistory(home, steps!);
        const { entry } = await home.views.completeTo();
        expect((await booksAt(home, {})).legs.length).toBeGreaterThan(60);
        for (const asKnown of [entry, Math.floor(entry / 2), 5, 0]) agree(await booksAt(home, { asKnown: String(asKnown) }), tool);
        for (const asAt of ['2018-03-31', ...DAYS]) agree(await booksAt(home, { asAt }), tool);
        for (const tenant of TENANTS) {
          const books = await booksAt(home, { tenant, asAt: '2019-02-28', asKnown: String(entry - 10) });
          agree(books, tool);
          const balances = await (await home.views.read(tenant, { asAt: '2019-02-28', asKnown: entry - 10 })).balances();
          expect(ours(books, 'hledger')).toEqual(
            new Map(balances.filter(({ pence }) => pence !== 0).map(({ account, currency, pence }) => [`${account} ${currency}`, `${pence < 0 ? '-' : ''}${Math.floor(Math.abs(pence) / 100)}.${String(Math.abs(pence) % 100).padStart(2, '0')}`])), // prettier-ignore
          );
        }
      } finally {
        await home.close();
      }
    });

    const stories = existsSync(STORIES) ? storyFiles() : [];
    (stories.length > 0 ? it : it.skip)('come to our balance of every account when the stories were told', async () => {
      const home = await Home.open(settingsFrom({}, { folder: null }));
      try {
        await tellDemonstration(home);
        await home.settle();
        const { entry } = await home.views.completeTo();
        for (const asKnown of [entry, Math.floor(entry / 2), Math.floor(entry / 4)])
          agree(await booksAt(home, { asKnown: String(asKnown) }), tool);
      } finally {
        await home.close();
      }
    });

    it('hold for any sums, accounts and days', () => {
      const leg = fc.record({
        entry: fc.nat(20),
        effectiveOn: fc.constantFrom('2018-12-31', '2019-01-01', '2020-02-29'),
        account: fc.constantFrom('Assets:t:Cash:f:ring-fenced:lot-1', 'Income:t:Received:f:ring-fenced:lot-1', 'Equity:2nd:Budget:Line:f:b:2018-19:unallocated:Available', 'Liabilities:t:Payable:f:a-1'), // prettier-ignore
        amountPence: fc.integer({ min: -Number.MAX_SAFE_INTEGER >> 8, max: 10_000_000_000_000 }),
        currency: fc.constantFrom('GBP', 'PLN'),
      });
      const balanced = fc
        .array(leg, { minLength: 1, maxLength: 12 })
        .map((legs): readonly Leg[] =>
          legs.flatMap((one) => [one, { ...one, account: 'Equity:t:Opening:f:ring-fenced:lot-1', amountPence: -one.amountPence }]),
        );
      fc.assert(
        fc.property(balanced, (legs) =>
          agree(
            { title: ['Any; "books" | of\nall'], legs, nameOf: (entry) => ({ type: `Fact; "${entry}"`, stream: 'a | b\n2018-01-01 * x' }) },
            tool,
          ),
        ),
        { numRuns: 8 },
      );
    });

    it('are refused by the tool when a penny is missing from a balance', () => {
      const legs: readonly Leg[] = [
        { entry: 2, effectiveOn: '2018-12-31', account: 'Assets:t:Cash:f:none:l', amountPence: 100, currency: 'GBP' },
        { entry: 2, effectiveOn: '2018-12-31', account: 'Income:t:Received:f:none:l', amountPence: -100, currency: 'GBP' },
      ];
      const text = PRINT[tool]({ title: ['Books'], legs, nameOf: () => ({ type: 'ReceiptRecorded', stream: 'fund-t_f' }) });
      const wrong = text.replace(/(= |balance Assets:T:Cash:F:None:L {2})1\.00/, '$11.01');
      expect(wrong).not.toBe(text);
      const file = at.file(`wrong.${tool}`, wrong);
      expect(() => balancesBy[tool](file)).toThrow(/refused/);
    });
  });
}

describe('an account in beancount', () => {
  const templates = [...catalogue.facts.values()]
    .flatMap(({ postings }) => postings.map(({ account }) => account))
    .map((account) => {
      const [letter = '', ...tail] = account.split(':');
      return [CHART[letter]?.prefix ?? letter, ...tail].join(':');
    });
  it('goes there and comes back, for every posting rule', () => {
    expect(templates.length).toBeGreaterThan(20);
    for (const template of templates) {
      const account = template.replaceAll(/\{[^}]+\}/g, '2nd-one').replace('2nd-one', 'barking');
      expect(storedAccount(beancountAccount(account), templates)).toBe(account);
    }
  });
  it('that no rule posts to is nobody’s', () => expect(storedAccount('Assets:T:Gold', templates)).toBeUndefined());
});

describe('exporting the books', () => {
  const home = join(at.path, 'home');
  beforeAll(async () => {
    const good = join(import.meta.dirname, 'fixtures', 'good.json');
    expect((await run('import', '360giving', good, '--fund', 'past', '--tenant', 'trafford', '--apply', '--home', home)).exit).toBe(0);
  });
  it('prints one transaction for each entry and day, with its number', async () => {
    const { exit, out } = await run('export', 'journal', '--format', 'hledger', '--home', home);
    expect(exit).toBe(0);
    expect(out).toMatch(
      /\n2019-03-31 \* \(\d+\) AwardImported importedaward-trafford_[0-9a-f-]+\n {4}Equity:trafford:Memo:Imported:past:Item:gb-chc-1000000:[0-9a-f-]+ {2}8\.87 GBP\n/,
    );
    expect(out.match(/ \* \(\d+\) AwardImported /g)).toHaveLength(3);
  });
  it('leaves out what was not yet true, not yet known, or another tenant’s', async () => {
    const count = async (...args: string[]) =>
      ((await run('export', 'journal', '--format', 'ledger', ...args, '--home', home)).out.match(/AwardImported/g) ?? []).length;
    expect(await count('--as-at', '2019-12-31')).toBe(1);
    expect(await count('--as-known', '4')).toBe(1);
    expect(await count('--as-known', '3')).toBe(0);
    expect(await count('--tenant', 'trafford')).toBe(3);
    expect(await count('--tenant', 'barking')).toBe(0);
  });
  it('writes to a file', async () => {
    const file = join(at.path, 'out.beancount');
    const ran = await run('export', 'journal', '--format', 'beancount', '--out', file, '--json', '--home', home);
    expect(ran.json()).toEqual({ format: 'beancount', entries: 3, legs: 6, out: file });
    expect(readFileSync(file, 'utf8')).toContain('open Equity:Trafford:Memo:Imported:Past:Item:Gb-chc-1000000:');
  });
  it.each([
    ['another format', ['--format', 'excel']],
    ['no format', []],
    ['a day that is none', ['--format', 'ledger', '--as-at', 'yesterday']],
    ['an entry that does not exist yet', ['--format', 'ledger', '--as-known', '999999']],
    ['a file that cannot be written', ['--format', 'ledger', '--out', '/nowhere/at/all.journal']],
  ])('does not understand %s', async (_, args) => {
    expect((await run('export', 'journal', ...args, '--home', home)).exit).toBe(2);
  });
});

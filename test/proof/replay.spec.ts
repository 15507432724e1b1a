import { END_OF_TIME } from '@ledger/views';
import { writeBundle } from '@ledger/home';
import { auditor } from '../../apps/auditor/auditor.js';
import { ALedger } from './a-ledger.js';

type Account = { account: string; pence: number; change?: string };
describe('the auditor’s own books', () => {
  let ledger: ALedger;
  const bundle = () => ledger.file('bundle');
  beforeAll(async () => {
    ledger = await (await ALedger.open()).begin();
    await ledger.receive(5);
    await writeBundle(ledger.home, bundle(), 'public');
  });
  afterAll(() => ledger.remove());
  const ask = async (...args: string[]) => {
    let out = '';
    const exit = await auditor([...args, '--json'], { out: (text) => (out += text), err: () => undefined });
    return { exit, answer: JSON.parse(out) as { accounts: Account[]; events: { entry: number }[]; sums: { pence: number }[] } };
  };

  it.each([3, 4, 6, 9])('agree at entry %i with the views’ books, which were folded by another program', async (entry) => {
    const { answer, exit } = await ask('replay', bundle(), '--as-known', String(entry));
    const balances = await ledger.home.views.balances({ tenantId: 'barking', prefix: '', asAt: END_OF_TIME, asKnown: entry });
    const theirs = balances.filter(({ pence }) => pence !== 0).map(({ account, pence }) => ({ account, pence }));
    expect([exit, answer.accounts.map(({ account, pence }) => ({ account, pence }))]).toEqual([0, theirs]);
    expect(answer.sums.every(({ pence }) => pence === 0)).toBe(true);
  });
  it('know nothing of a day before the money came', async () =>
    expect((await ask('replay', bundle(), '--as-at', '2026-03-01')).answer.accounts).toEqual([]));
  it('say which entries came between two, and what they moved', async () => {
    const { answer } = await ask('diff', bundle(), '--from', '4', '--to', '6');
    expect(answer.events.map(({ entry }) => entry)).toEqual([5, 6]);
    expect(answer.accounts.length).toBeGreaterThan(0);
  });
  it('say what was added, what changed and what is gone', async () => {
    const { answer } = await ask('diff', bundle(), '--from', '4', '--to', '6');
    expect(answer.accounts.map(({ account, change }) => [account.split(':')[0], change])).toContainEqual(['Income', 'added']);
    expect(answer.accounts.some(({ change }) => change === 'changed')).toBe(true);
  });
  it('do not guess at a moment that is none', async () =>
    expect(await auditor(['replay', bundle(), '--as-at', 'soon'], { err: () => undefined })).toBe(2));
});

import { catalogue } from '@ledger/catalogue';
import {
  type Caller,
  ConcurrencyConflict,
  InMemoryEventStore,
  know,
  Ledger,
  type LedgerCommand,
  type NewEvent,
  StoreUnavailable,
} from '@ledger/event-store';
import { Allocate, ApproveEnvelope, envelope, fund, GiveAuthority, NoteDecision, OpenFund, RecordReceipt } from '@ledger/funds/decide';
import type { Decider } from '@ledger/kernel';
import { KeyStore } from '@ledger/privacy';

const NOW = '2018-06-05T10:00:00.000Z';
const CALLER: Caller = { actorRef: 'officer', actorRole: 'finance-officer', onBehalfOf: 'officer', issuer: 'test', authnStrength: 'test' };
const keys = new KeyStore(':memory:');
afterAll(() => keys.close());
const ledgerOver = (store: InMemoryEventStore) => new Ledger(store, catalogue, keys, { now: () => NOW });
let ids = 0;
const id = () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`;
const askFund = (ledger: Ledger, command: LedgerCommand, caller = CALLER) => ledger.carryOut(fund, 'council', command as never, caller);
const askEnvelope = (ledger: Ledger, command: LedgerCommand) => ledger.carryOut(envelope, 'council', command as never, CALLER);

const opening = (commandId = id(), title = 'Levy') =>
  OpenFund.of({
    commandId,
    fundId: 'levy',
    title,
    class: 'ring_fenced',
    purpose: 'The area',
    purposes: ['area'],
    currency: 'GBP',
    holder: 'council',
  });
const receipt = (lotId: string, amountPence: number, commandId = id()) =>
  RecordReceipt.of({ commandId, fundId: 'levy', lotId, kind: 'income', amountPence, source: 'developers' });
const HERE = { fundId: 'levy', bodyId: 'panel', period: '2018-19' } as const;
const giving = (lotId: string, amountPence: number, commandId = id()) =>
  GiveAuthority.of({ commandId, ...HERE, title: 'Part', lots: [{ lotId, amountPence }] });
const countOf = async (store: InMemoryEventStore) => (await store.readAll(null)).events.length;

describe('once, however often asked', () => {
  it('answers a repeat with the first receipt, and writes nothing', async () => {
    const store = new InMemoryEventStore();
    const ledger = ledgerOver(store);
    const command = opening();
    const first = await askFund(ledger, command);
    expect(await askFund(ledger, opening(command.commandId))).toEqual(first);
    expect(await countOf(store)).toBe(1);
  });
  it('derives the receipt from the stored events alone: another process gives the same, to the last id', async () => {
    const store = new InMemoryEventStore();
    const ledger = ledgerOver(store);
    const approving = ApproveEnvelope.of({
      commandId: id(),
      ...HERE,
      title: 'Part',
      purposes: ['area'],
      currency: 'GBP',
      amountPence: 100,
      lots: [{ lotId: 'lot', class: 'ring_fenced', amountPence: 100 }],
    });
    await askEnvelope(ledger, approving);
    await askEnvelope(ledger, Allocate.of({ commandId: id(), ...HERE, lineId: 'round', title: 'Round', amountPence: 100 }));
    const effect = (awardId: string) => ({ lineId: 'round', awardId, recipientId: 'group', purpose: 'area', amountPence: 50 });
    const noting = NoteDecision.of({
      commandId: id(),
      ...HERE,
      decisionId: 'd',
      standing: 'recorded',
      recordedBy: 'clerk',
      effects: [effect('a'), effect('b')],
    });
    const first = await askEnvelope(ledger, noting);
    expect(first.events.map(({ type }) => type)).toEqual(['DecisionNoted', 'FundsReserved', 'FundsReserved']);
    await askEnvelope(ledger, Allocate.of({ commandId: id(), ...HERE, lineId: 'round', title: 'Round', amountPence: 0 }));
    expect(await askEnvelope(ledgerOver(store), noting)).toEqual(first);
  });
  it('answers twenty at once with one receipt', async () => {
    const store = new InMemoryEventStore();
    const ledger = ledgerOver(store);
    const command = opening();
    const receipts = await Promise.all(Array.from({ length: 20 }, () => askFund(ledger, command)));
    expect(new Set(receipts.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(await countOf(store)).toBe(1);
  });
  it('refuses the same id for another request, or from somebody else', async () => {
    const ledger = ledgerOver(new InMemoryEventStore());
    const { commandId } = opening();
    await askFund(ledger, opening(commandId));
    await expect(askFund(ledger, opening(commandId, 'Another title'))).rejects.toMatchObject({
      code: 'COMMAND_ID_REUSED',
      numbers: { commandId },
    });
    await expect(askFund(ledger, receipt('lot', 1, commandId))).rejects.toMatchObject({ code: 'COMMAND_ID_REUSED' });
    await expect(askFund(ledger, opening(commandId), { ...CALLER, actorRef: 'another' })).rejects.toMatchObject({
      code: 'COMMAND_ID_REUSED',
    });
  });
});

describe('when somebody else wrote first', () => {
  it('judges again: what was enough is enough no more', async () => {
    const store = new InMemoryEventStore();
    const [here, there] = [ledgerOver(store), ledgerOver(store)];
    await askFund(here, opening());
    await askFund(here, receipt('lot', 100));
    await askFund(there, giving('lot', 60));
    await expect(askFund(here, giving('lot', 60))).rejects.toMatchObject({ code: 'INSUFFICIENT_FUNDS', numbers: { availablePence: 40 } });
    expect((await askFund(here, giving('lot', 40))).revision).toBe(3);
  });
  it('judges a refusal again: what was missing here has come in there', async () => {
    const store = new InMemoryEventStore();
    const [here, there] = [ledgerOver(store), ledgerOver(store)];
    await askFund(here, opening());
    await expect(askFund(here, giving('lot', 1))).rejects.toMatchObject({ code: 'LOT_UNKNOWN' });
    await askFund(there, receipt('lot', 100));
    expect((await askFund(here, giving('lot', 100))).events.map(({ type }) => type)).toEqual(['AuthorityGiven']);
  });
  it('knows a repeat that somebody else carried out', async () => {
    const store = new InMemoryEventStore();
    const [here, there] = [ledgerOver(store), ledgerOver(store)];
    await askFund(here, opening());
    const command = receipt('lot', 100);
    const first = await askFund(there, command);
    expect(await askFund(here, command)).toEqual(first);
    expect(await countOf(store)).toBe(2);
  });
  it('gives up after three attempts, and says that nothing was written', async () => {
    class Contested extends InMemoryEventStore {
      attempts = 0;
      override append(stream: string, revision: number): Promise<never> {
        this.attempts += 1;
        return Promise.reject(new ConcurrencyConflict(stream, revision, revision + 1));
      }
    }
    const store = new Contested();
    await expect(askFund(ledgerOver(store), opening())).rejects.toMatchObject({ name: 'LedgerBusy' });
    expect(store.attempts).toBe(3);
    expect(await countOf(store)).toBe(0);
  });
  it('sends the very same bytes again when nobody can say whether they arrived', async () => {
    class Deaf extends InMemoryEventStore {
      readonly sent: string[] = [];
      override async append(stream: string, revision: number, events: readonly NewEvent[]) {
        this.sent.push(JSON.stringify(events));
        const done = await super.append(stream, revision, events);
        if (this.sent.length === 1) throw new StoreUnavailable('No answer in time');
        return done;
      }
    }
    const store = new Deaf();
    const told = await askFund(ledgerOver(store), opening());
    expect(told.revision).toBe(0);
    expect(store.sent).toHaveLength(2);
    expect(store.sent[1]).toBe(store.sent[0]);
    expect(await countOf(store)).toBe(1);
  });
  it('serves a hot stream in turn: a hundred at once, one after the other, and not one conflict', async () => {
    class Counting extends InMemoryEventStore {
      conflicts = 0;
      override async append(stream: string, revision: number, events: readonly NewEvent[]) {
        return super.append(stream, revision, events).catch((thrown: unknown) => {
          this.conflicts += 1;
          throw thrown;
        });
      }
    }
    const store = new Counting();
    const ledger = ledgerOver(store);
    await askFund(ledger, opening());
    const receipts = await Promise.all(Array.from({ length: 100 }, (_, n) => askFund(ledger, receipt(`lot-${n}`, 1))));
    expect(receipts.map(({ revision }) => revision)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    expect(store.conflicts).toBe(0);
  });
  it('goes on serving a stream after a fault in it', async () => {
    const store = new InMemoryEventStore();
    const ledger = ledgerOver(store);
    const broken = {
      ...fund,
      decide: {
        ...fund.decide,
        OpenFund: () => {
          throw new TypeError('a mistake of ours');
        },
      },
    } as unknown as typeof fund;
    await expect(ledger.carryOut(broken, 'council', opening() as never, CALLER)).rejects.toThrow('a mistake of ours');
    expect((await askFund(ledger, opening())).revision).toBe(0);
  });
});

describe('what is not a fact is never stored', () => {
  const telling = (type: string, data: object): Decider<null, LedgerCommand & { type: 'OpenFund' }, never> =>
    ({ category: 'fund', stream: () => 'levy', initial: null, decide: { OpenFund: () => [{ type, data }] }, evolve: {} }) as never;
  const given = {
    ...HERE,
    currency: 'GBP',
    amountPence: 100,
    title: 'Part',
    purposes: ['area'],
    lots: [{ lotId: 'lot', class: 'ring_fenced', amountPence: 99 }],
  };
  it.each([
    ['a fact without its declared shape', telling('FundOpened', { fundId: 'levy' }), 'MalformedFact'],
    ['a fact with a field more', telling('AuthorityGiven', { ...given, extra: 1 }), 'MalformedFact'],
    ['half a penny', telling('AuthorityGiven', { ...given, amountPence: 0.5 }), 'MalformedFact'],
    ['legs that are off by a penny', telling('AuthorityGiven', given), 'UnbalancedPostings'],
    ['a fact that nobody declared', telling('MoneyMoved', {}), 'UnknownFact'],
  ])('%s is a fault', async (_, decider, name) => {
    const store = new InMemoryEventStore();
    const thrown = await ledgerOver(store)
      .carryOut(decider, 'council', opening() as never, CALLER)
      .catch((one: unknown) => one as Error);
    expect([(thrown as Error).name, (thrown as Error).constructor.name]).toContain(name);
    expect(await countOf(store)).toBe(0);
  });
  it('an unknown fact in the stream stops the reading of it', async () => {
    const store = new InMemoryEventStore();
    await store.append('fund-council_levy', -1, [{ id: id(), type: 'MoneyMoved', data: {}, metadata: { meta: {}, salts: {} } }]);
    await expect(askFund(ledgerOver(store), opening())).rejects.toMatchObject({ name: 'UnknownFact' });
  });
});

it('stores who asked, by which request, when it is true, and a salt for each part', async () => {
  const store = new InMemoryEventStore({ now: () => '2018-06-05T10:00:01.000Z' });
  const ledger = ledgerOver(store);
  const command = opening();
  await askFund(ledger, command);
  await askFund(ledger, receipt('lot', 100));
  const [first, second] = (await store.readAll(null)).events.map((one) => know(catalogue, one));
  expect(first!.data).toMatchObject({ schema: 'FundOpened/1', tenantId: 'council', effectiveAt: NOW, postings: [] });
  expect(first!.meta).toMatchObject({
    eventId: first!.id,
    commandId: command.commandId,
    causationId: command.commandId,
    actorRef: 'officer',
    acceptedAt: NOW,
  });
  expect(first!.recordedAt).toBe('2018-06-05T10:00:01.000Z');
  const { salts } = JSON.parse((await store.readAll(null)).events[0]!.metadata) as { salts: Record<string, string> };
  expect(Object.keys(salts).sort()).toEqual(['meta', 'public']);
  for (const salt of Object.values(salts)) expect(salt).toMatch(/^[0-9a-f]{32}$/);
  expect(second!.data.postings.map(({ account, amountPence }) => [account, amountPence])).toEqual([
    ['Assets:council:Cash:levy:ring-fenced:lot', 100],
    ['Income:council:Received:levy:ring-fenced:lot', -100],
    ['Equity:council:Budget:Fund:levy:Unassigned:lot', 100],
    ['Equity:council:Budget:Fund:levy:Authority', -100],
  ]);
});

import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Home, settingsFrom } from '@ledger/home';
import { createApp } from '../../apps/ledger/app.js';

const SETTINGS = settingsFrom({}, { folder: null });
const LEVY = {
  fundId: 'levy',
  title: 'Levy',
  class: 'ring_fenced',
  purpose: 'What the area needs',
  purposes: ['neighbourhood'],
  currency: 'GBP',
  holder: 'barking',
};
const id = (n: number) => `a3f1c0de-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('the HTTP door', () => {
  let app: NestFastifyApplication;
  let home: Home;
  const tokenOf = async (subject: string) => `Bearer ${await home.tokens.issue(subject)}`;
  const ask = async (name: string, body: object, as: string | null, headers: Record<string, string> = {}) => {
    const authorization = as === null ? {} : { authorization: await tokenOf(as) };
    const answer = await app.inject({
      method: 'POST',
      url: `/api/barking/commands/${name}`,
      payload: body,
      headers: { ...authorization, ...headers },
    });
    return {
      status: answer.statusCode,
      type: answer.headers['content-type'],
      body: answer.json<Record<string, unknown>>(),
      headers: answer.headers,
    };
  };

  beforeAll(async () => {
    app = await createApp(SETTINGS, { quiet: true });
    home = app.get(Home);
    await ask('GrantRole', { commandId: id(1), subject: 'finance-manager', role: 'finance-officer' }, 'operator');
  });
  afterAll(() => app.close());

  it('answers a command with a receipt, and a repeat with the first receipt', async () => {
    const first = await ask('OpenFund', { commandId: id(2), ...LEVY }, 'finance-manager');
    expect(first).toMatchObject({
      status: 201,
      body: { commandId: id(2), stream: 'fund-barking_levy', revision: 0, events: [{ type: 'FundOpened' }] },
    });
    expect((await ask('OpenFund', { commandId: id(2), ...LEVY }, 'finance-manager')).body).toEqual(first.body);
  });
  it('refuses the same command id with another body', async () => {
    expect(await ask('OpenFund', { commandId: id(2), ...LEVY, title: 'Another' }, 'finance-manager')).toMatchObject({
      status: 409,
      body: { code: 'COMMAND_ID_REUSED' },
    });
  });
  it('refuses in the words, code and numbers of the rule', async () => {
    const answer = await ask(
      'GiveAuthority',
      { commandId: id(3), fundId: 'levy', bodyId: 'panel', period: '2018-19', title: 'Panel', lots: [{ lotId: 'none', amountPence: 100 }] },
      'finance-manager',
    );
    expect(answer).toMatchObject({
      status: 409,
      type: 'application/problem+json; charset=utf-8',
      body: { status: 409, code: 'LOT_UNKNOWN', detail: 'No lot none was received into this fund' },
    });
  });
  it('asks for a sign-in', async () => {
    expect(await ask('OpenFund', { commandId: id(4), ...LEVY }, null)).toMatchObject({
      status: 401,
      body: { code: 'SIGN_IN_NEEDED' },
      headers: { 'www-authenticate': 'Bearer' },
    });
  });
  it('does not take a token that somebody else signed', async () => {
    const forged = (await home.tokens.issue('finance-manager')).replace(/.{20}$/, 'A'.repeat(20));
    expect(await ask('OpenFund', { commandId: id(4), ...LEVY }, null, { authorization: `Bearer ${forged}` })).toMatchObject({
      status: 401,
    });
  });
  it('refuses who holds no role for it', async () => {
    expect(await ask('OpenFund', { commandId: id(4), ...LEVY }, 'somebody')).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } });
  });
  it('gives no address to what only a policy may ask', async () => {
    expect(await ask('ApproveEnvelope', { commandId: id(4) }, 'operator')).toMatchObject({ status: 404 });
  });
  it('names each field that it did not understand', async () => {
    const answer = await ask('OpenFund', { commandId: id(5), ...LEVY, class: 'gold', extra: 1 }, 'finance-manager');
    expect(answer).toMatchObject({ status: 400, body: { code: 'MISUNDERSTOOD' } });
    expect((answer.body['errors'] as { field: string }[]).map(({ field }) => field).sort()).toEqual(['class', 'extra']);
  });
  it('says in words that a body is not JSON', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/barking/commands/OpenFund',
      payload: '{"com',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'BAD_REQUEST' });
  });
  it('lets only a recorder of history act for somebody else', async () => {
    expect(
      await ask('OpenFund', { commandId: id(6), ...LEVY, fundId: 'other' }, 'somebody', { 'x-on-behalf-of': 'finance-manager' }),
    ).toMatchObject({ status: 403, body: { code: 'RECORDER_ONLY' } });
  });
  it('tells which entry stands at the position of a receipt', async () => {
    const { body } = await ask('OpenFund', { commandId: id(2), ...LEVY }, 'finance-manager');
    await home.settle();
    expect((await app.inject(`/api/entry-numbers/${String(body['position'])}`)).json()).toEqual({ entry: 3 });
  });
  it('is ready, and says how far its pages have come', async () => {
    await home.settle();
    await home.publicLog.sealer.seal();
    await home.settle();
    expect((await app.inject('/health/live')).json()).toEqual({ status: 'live' });
    const ready = await app.inject('/health/ready');
    expect(ready.statusCode).toBe(200);
    expect(ready.json()).toMatchObject({ status: 'ready', entries: 5, sealed: 4, behind: { views: 0, 'entry numbers': 0, seals: 1 } });
  });
  it('says in words that it is not ready, with the status that takes it out of service', async () => {
    home.publicLog.sealer.stopped = 'The store ends before entry 3';
    const answer = await app.inject('/health/ready');
    home.publicLog.sealer.stopped = null;
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ status: 'stopped', words: 'The ledger takes no more writing: The store ends before entry 3' });
  });
  it('tells Prometheus what was asked, refused and appended, and nothing about anybody', async () => {
    const { headers, body } = await app.inject('/metrics');
    expect(headers['content-type']).toContain('text/plain; version=0.0.4');
    const told = new Map(
      body.split('\n').flatMap((line) => (line.startsWith('ledger_') ? [line.split(/ (?=[^ ]+$)/) as [string, string]] : [])),
    );
    expect(told.get('ledger_commands_total{command="GrantRole",outcome="done"}')).toBe('1');
    expect(told.get('ledger_commands_total{command="OpenFund",outcome="misunderstood"}')).toBe('1');
    for (const code of ['LOT_UNKNOWN', 'COMMAND_ID_REUSED', 'ROLE_MISSING', 'RECORDER_ONLY'])
      expect(told.get(`ledger_refusals_total{code="${code}"}`)).toBe('1');
    expect(told.get('ledger_refusals_total{code="SIGN_IN_NEEDED"}')).toBe('2');
    expect(told.get('ledger_append_seconds_count')).toBe('5');
    expect(told.get('ledger_events_appended_total')).toBe('5');
    expect(told.get('ledger_consumer_lag_entries{consumer="views"}')).toBe('0');
    expect(told.get('ledger_ready')).toBe('1');
    expect([...told.keys()].filter((name) => /barking|levy|finance|somebody|operator/.test(name))).toEqual([]);
  });
  it('describes every command with an example in OpenAPI', async () => {
    const document = (await app.inject('/api/docs-json')).json<{
      paths: Record<string, unknown>;
      components: { schemas: Record<string, { properties: Record<string, { example?: unknown }> }> };
    }>();
    expect(Object.keys(document.paths)).toContain('/api/{tenant}/commands/OpenFund');
    expect(document.components.schemas['OpenFund']?.properties['commandId']?.example).toBe(id(1));
    expect((await app.inject('/api/docs')).statusCode).toBe(200);
  });
  it('signs nobody in for a demonstration when the request came from elsewhere', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/demonstration/sign-in',
      payload: { as: 'operator' },
      headers: { host: 'ledger.example' },
      remoteAddress: '127.0.0.1',
    });
    expect(answer.json()).toMatchObject({ status: 403, code: 'ONLY_ON_THIS_MACHINE' });
    const far = await app.inject({
      method: 'POST',
      url: '/api/demonstration/sign-in',
      payload: { as: 'operator' },
      headers: { host: 'localhost' },
      remoteAddress: '10.1.2.3',
    });
    expect(far.statusCode).toBe(403);
    const here = await app.inject({
      method: 'POST',
      url: '/api/demonstration/sign-in',
      payload: { as: 'operator' },
      headers: { host: 'localhost:3000' },
      remoteAddress: '127.0.0.1',
    });
    expect(here.json()).toMatchObject({ subject: 'operator', hours: 1 });
  });
});

import { catalogue } from '@ledger/catalogue';
import { know } from '@ledger/event-store';
import { randomUUID } from 'node:crypto';
import { Home } from './home.js';
import { settingsFrom } from './settings.js';

const NOW = '2020-01-01T12:00:00.000Z';
const THEN = '2018-06-05T10:00:00.000Z';
const evidence = [{ sha256: 'ab'.repeat(32), bytes: 1, mediaType: 'application/pdf', title: 'Minutes' }];
const actor = (actorRef: string) => ({ actorRef, issuer: 'test', authnStrength: 'test' });
const fund = (fundId: string, more: object = {}) => ({
  commandId: randomUUID(),
  fundId,
  title: 'Levy',
  class: 'ring_fenced',
  purpose: 'The area',
  purposes: ['area'],
  currency: 'GBP',
  holder: 'council',
  ...more,
});

describe('the front door', () => {
  let home: Home;
  const grant = (subject: string, role: string, by = 'operator', tenant = 'council', onBehalfOf?: string, more: object = {}) =>
    home.door.ask(tenant, 'GrantRole', { commandId: randomUUID(), subject, role, ...more }, actor(by), onBehalfOf);
  const open = (body: object, by: string, onBehalfOf?: string, tenant = 'council') =>
    home.door.ask(tenant, 'OpenFund', body, actor(by), onBehalfOf);
  const stored = async (stream: string) => (await home.store.readStream(stream)).map((one) => know(catalogue, one));
  beforeEach(async () => {
    home = await Home.open(settingsFrom({}, { folder: null }), { clock: { now: () => NOW } });
    await grant('officer', 'finance-officer');
    await grant('archivist', 'recorder');
  });
  afterEach(() => home.close());

  it('lets nobody in who holds no role, and says who may ask', async () =>
    expect(open(fund('levy'), 'stranger')).rejects.toMatchObject({
      code: 'ROLE_MISSING',
      words: 'OpenFund is for finance-officer, and stranger holds no role here',
    }));
  it('folds roles from the facts: granted is enough, taken back is too', async () => {
    await open(fund('levy'), 'officer');
    await home.door.ask(
      'council',
      'RevokeRole',
      { commandId: randomUUID(), subject: 'officer', role: 'finance-officer' },
      actor('operator'),
    );
    await expect(open(fund('other'), 'officer')).rejects.toMatchObject({ code: 'ROLE_MISSING' });
    await grant('officer', 'finance-officer');
    await open(fund('other'), 'officer');
  });
  it('keeps tenants apart: a role in one is none in another, but the operator of the installation may grant in all', async () => {
    await expect(open(fund('levy'), 'officer', undefined, 'borough')).rejects.toMatchObject({ code: 'ROLE_MISSING' });
    await grant('officer', 'finance-officer', 'operator', 'borough');
    await open(fund('levy'), 'officer', undefined, 'borough');
    expect((await stored('fund-borough_levy'))[0]!.data.tenantId).toBe('borough');
    expect(await stored('fund-council_levy')).toEqual([]);
  });
  it('lets nobody grant a role to themselves, nor have it granted in their name', async () => {
    await expect(grant('operator', 'finance-officer')).rejects.toMatchObject({ code: 'NOBODY_GRANTS_TO_SELF' });
    await grant('granter', 'role-granter');
    await expect(grant('granter', 'clerk', 'granter')).rejects.toMatchObject({ code: 'NOBODY_GRANTS_TO_SELF' });
    await expect(grant('archivist', 'clerk', 'archivist', 'council', 'granter', { evidence })).rejects.toMatchObject({
      code: 'NOBODY_GRANTS_TO_SELF',
    });
    await expect(grant('officer', 'clerk', 'officer')).rejects.toMatchObject({ code: 'ROLE_MISSING' });
  });
  it('lets nobody but the ledger itself ask for what follows by itself', async () => {
    await grant('pretender', 'policy');
    await expect(
      home.door.ask(
        'council',
        'NoteConfirmation',
        { commandId: randomUUID(), fundId: 'levy', bodyId: 'panel', period: '2018-19', decisionId: 'd' },
        actor('pretender'),
      ),
    ).rejects.toMatchObject({ code: 'ROLE_MISSING', words: 'Only the ledger itself asks for NoteConfirmation' });
  });
  it('dates everything now, but for a recorder of history', async () => {
    await open(fund('levy'), 'officer');
    expect((await stored('fund-council_levy'))[0]!.data.effectiveAt).toBe(NOW);
    await expect(open(fund('old', { effectiveAt: THEN, evidence }), 'officer')).rejects.toMatchObject({ code: 'RECORDER_ONLY' });
  });
  it('lets nobody act for somebody else, but a recorder of history', async () => {
    await grant('second', 'finance-officer');
    await expect(open(fund('old', { evidence }), 'second', 'officer')).rejects.toMatchObject({ code: 'RECORDER_ONLY' });
  });
  it('asks a recorder for evidence', async () => {
    await expect(open(fund('old', { effectiveAt: THEN }), 'archivist', 'officer')).rejects.toMatchObject({ code: 'EVIDENCE_NEEDED' });
    await expect(open(fund('old', { effectiveAt: THEN, evidence: [] }), 'archivist', 'officer')).rejects.toMatchObject({
      code: 'EVIDENCE_NEEDED',
    });
  });
  it('records history for whoever acted then, and judges the duties on that person', async () => {
    await open(fund('old', { effectiveAt: THEN, evidence }), 'archivist', 'officer');
    const [event] = await stored('fund-council_old');
    expect(event!.data).toMatchObject({ effectiveAt: THEN, evidence });
    expect(event!.meta).toMatchObject({ actorRef: 'archivist', onBehalfOf: 'officer', actorRole: 'finance-officer', acceptedAt: NOW });
    await expect(open(fund('older', { effectiveAt: THEN, evidence }), 'archivist')).rejects.toMatchObject({ code: 'ROLE_MISSING' });
    await expect(open(fund('older', { effectiveAt: THEN, evidence }), 'archivist', 'stranger')).rejects.toMatchObject({
      code: 'ROLE_MISSING',
    });
  });
  it('judges the shape first, then the role, then the dates, then the rules', async () => {
    await expect(open(fund('levy', { title: '', effectiveAt: THEN }), 'stranger')).rejects.toMatchObject({ name: 'Misunderstood' });
    await expect(open(fund('levy', { effectiveAt: THEN }), 'stranger')).rejects.toMatchObject({ code: 'ROLE_MISSING' });
    await open(fund('levy'), 'officer');
    await expect(open(fund('levy', { effectiveAt: THEN }), 'officer')).rejects.toMatchObject({ code: 'RECORDER_ONLY' });
    await expect(open(fund('levy'), 'officer')).rejects.toMatchObject({ code: 'FUND_ALREADY_OPEN' });
  });
  it('writes nothing for a refusal, of whatever kind', async () => {
    const before = await home.store.head();
    for (const body of [fund('levy', { title: '' }), fund('levy', { effectiveAt: THEN, evidence })])
      await open(body, 'officer').catch(() => undefined);
    await open(fund('levy'), 'stranger').catch(() => undefined);
    expect(await home.store.head()).toEqual(before);
  });
  it('begins every ledger with its opening and its first operator, once', async () => {
    const { events } = await home.store.readAll(null, { limit: 2 });
    expect(events.map(({ stream, type }) => `${type} ${stream}`)).toEqual([
      'LedgerOpened ledger-ledger_ledger',
      'RoleGranted rolegrant-ledger_operator',
    ]);
  });
});

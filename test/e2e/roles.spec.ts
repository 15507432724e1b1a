import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIRST_OPERATOR, Home, settingsFrom } from '@ledger/home';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { firstValueFrom } from 'rxjs';
import { createApp } from '../../apps/ledger/app.js';

describe('a ledger whose work is split', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-roles-'));
  const processes: NestFastifyApplication[] = [];
  const open = async (roles: string) => {
    const app = await createApp(settingsFrom({ LEDGER_HOME: folder, LEDGER_ROLES: roles }), { quiet: true });
    processes.push(app);
    return app;
  };
  const statusOf = async (app: NestFastifyApplication, url: string) => (await app.inject({ url })).statusCode;
  let door: NestFastifyApplication;
  let behind: NestFastifyApplication;
  beforeAll(async () => {
    door = await open('api');
    behind = await open('policies, views, log');
    await behind.get(Home).settle();
  });
  afterAll(async () => {
    await Promise.all(processes.map((app) => app.close()));
    rmSync(folder, { recursive: true });
  });

  it('answers in each process what is that one’s part, and says everywhere how it stands', async () => {
    const site = await open('site');
    const asked = ['/', '/api/ledger/roles', '/health/live', '/health/ready'];
    const statuses = (app: NestFastifyApplication) => Promise.all(asked.map((url) => statusOf(app, url)));
    expect(await statuses(door)).toEqual([404, 200, 200, 200]);
    expect(await statuses(site)).toEqual([200, 404, 200, 200]);
    expect(await statuses(behind)).toEqual([404, 404, 200, 200]);
  });

  it('shows at one door what was written there, though another process folds it, and rings its bell', async () => {
    const home = door.get(Home);
    const rung = firstValueFrom(home.views.advanced);
    const { entry: before } = await home.views.completeTo();
    const { json, statusCode } = await door.inject({
      method: 'POST',
      url: '/api/council/commands/GrantRole',
      headers: { authorization: `Bearer ${await home.tokens.issue(FIRST_OPERATOR)}` },
      payload: { commandId: randomUUID(), subject: 'officer', role: 'finance-officer' },
    });
    expect(statusCode).toBe(201);
    const { position } = json<{ position: string }>();
    const seen = await door.inject({ url: `/api/council/roles?after=${position}` });
    expect(seen.json()).toMatchObject({ view: [{ subject: 'officer', held: true }] });
    expect((await rung).entry).toBeGreaterThanOrEqual(before);
  });

  it('lets another process go on when the one that leads is gone', async () => {
    await behind.close();
    processes.splice(processes.indexOf(behind), 1);
    const successor = await open('policies, views, log');
    const home = door.get(Home);
    const actor = { actorRef: FIRST_OPERATOR, issuer: 'test', authnStrength: 'test' };
    const { position } = await home.door.ask('council', 'GrantRole', { commandId: randomUUID(), subject: 'clerk', role: 'clerk' }, actor);
    const seen = await door.inject({ url: `/api/council/roles?after=${position!}` });
    expect(seen.json<{ view: unknown[] }>().view).toHaveLength(2);
    await successor.get(Home).settle();
    expect(await home.log.entryAt(position!)).toBe((await successor.get(Home).views.completeTo()).entry);
  });
});

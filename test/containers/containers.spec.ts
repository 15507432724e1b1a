import { type StartedNetwork, GenericContainer, Network, type StartedTestContainer, Wait } from 'testcontainers';
import {
  docker,
  freshVolumes,
  isRequired,
  isThere,
  LedgerContainer,
  POSTGRES,
  removeVolumes,
  Running,
  SKIPPED,
  type Volumes,
  withContainers,
} from './engine.js';

const STOP_MS = 5_000;
const HEALTHY_MS = 30_000;
const id = (n: number) => `a3f1c0de-0000-4000-8000-${String(n).padStart(12, '0')}`;
const GRANT = { commandId: id(1), subject: 'finance-manager', role: 'finance-officer' };
const LEVY = {
  commandId: id(2),
  fundId: 'levy',
  title: 'Levy',
  class: 'ring_fenced',
  purpose: 'What the area needs',
  purposes: ['neighbourhood'],
  currency: 'GBP',
  holder: 'barking',
};
const began = async (volumes: Volumes, environment: Record<string, string> = {}, network?: StartedNetwork) => {
  const container = new LedgerContainer(volumes, environment);
  return new Running(await (network === undefined ? container : container.withNetwork(network)).start());
};
const hasLevy = async (ledger: Running) => {
  await ledger.operator('status');
  return (await ledger.read('api/barking/fund?fundId=levy'))['view'];
};

it('has a container engine and the images where they are required', () => expect(isThere || !isRequired).toBe(true));

withContainers(`the image of the ledger${SKIPPED}`, () => {
  const volumes = { home: '', signer: '' };
  let ledger: Running;
  beforeAll(async () => {
    Object.assign(volumes, freshVolumes());
    ledger = await began(volumes);
  }, 120_000);
  afterAll(async () => {
    await ledger.container.stop();
    removeVolumes(volumes);
  });

  it('runs as nobody in particular, on a file system where only its volumes can be written', async () => {
    const inside = async (...command: string[]) => (await ledger.container.exec(command)).exitCode;
    expect((await ledger.container.exec(['id', '-u'])).output.trim()).toBe('1000');
    expect(await inside('touch', '/app/package.json')).not.toBe(0);
    expect(await inside('touch', '/usr/local/bin/operator')).not.toBe(0);
    expect(await inside('touch', '/var/lib/ledger/here')).toBe(0);
    expect(docker('inspect', '--format', '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}}', ledger.id)).toBe('node true');
  });
  it('holds no development tool and no secret of whoever built it', async () => {
    const { output } = await ledger.container.exec(['sh', '-c', 'ls -a /app /app/node_modules']);
    expect(output).toContain('better-sqlite3');
    expect(output).not.toMatch(/^(typescript|jest|testcontainers|\.npmrc|\.git|\.ledger)$/m);
  });
  it('is found healthy by its own check', async () => {
    const status = () => docker('inspect', '--format', '{{.State.Health.Status}}', ledger.id);
    for (const started = performance.now(); status() !== 'healthy' && performance.now() - started < HEALTHY_MS;)
      await new Promise((later) => setTimeout(later, 500));
    expect(status()).toBe('healthy');
  });
  it('knows after it was killed and started again what it had acknowledged', async () => {
    expect((await ledger.ask('GrantRole', GRANT, 'operator')).status).toBe(201);
    const first = await ledger.ask('OpenFund', LEVY, 'finance-manager');
    expect(first.status).toBe(201);
    docker('kill', '--signal', 'KILL', ledger.id);
    await ledger.container.stop();
    ledger = await began(volumes);
    expect(await hasLevy(ledger)).toMatchObject({ title: 'Levy' });
    expect(await ledger.ask('OpenFund', LEVY, 'finance-manager')).toEqual(first);
  }, 120_000);
  it('stops within five seconds of SIGTERM, although a page is listening, and is there again', async () => {
    const listening = await fetch(`${ledger.url}/events`);
    expect(listening.status).toBe(200);
    const started = performance.now();
    docker('stop', '--time', '30', ledger.id);
    expect(performance.now() - started).toBeLessThan(STOP_MS);
    expect(docker('inspect', '--format', '{{.State.ExitCode}} {{.State.OOMKilled}}', ledger.id)).toBe('0 false');
    await ledger.container.stop();
    ledger = await began(volumes);
    expect(await hasLevy(ledger)).toMatchObject({ title: 'Levy' });
  }, 120_000);
});

withContainers(`the image of the ledger, with everything but its keys on a PostgreSQL container${SKIPPED}`, () => {
  const volumes = { home: '', signer: '' };
  let network: StartedNetwork;
  let postgres: StartedTestContainer;
  let ledger: Running;
  const environment = { LEDGER_EVENTS: 'postgres://ledger:trial@postgres/ledger' };
  beforeAll(async () => {
    Object.assign(volumes, freshVolumes());
    network = await new Network().start();
    postgres = await new GenericContainer(POSTGRES)
      .withEnvironment({ POSTGRES_USER: 'ledger', POSTGRES_PASSWORD: 'trial', POSTGRES_DB: 'ledger' })
      .withNetwork(network)
      .withNetworkAliases('postgres')
      .withWaitStrategy(Wait.forSuccessfulCommand('pg_isready --host 127.0.0.1 --username ledger'))
      .start();
    ledger = await began(volumes, environment, network);
  }, 180_000);
  afterAll(async () => {
    await ledger.container.stop();
    await postgres.stop();
    await network.stop();
    removeVolumes(volumes);
  });

  it('carries out commands and keeps events, views, log and seals there, and nothing but its keys here', async () => {
    expect((await ledger.ask('GrantRole', GRANT, 'operator')).status).toBe(201);
    expect((await ledger.ask('OpenFund', LEVY, 'finance-manager')).status).toBe(201);
    const counted = await postgres.exec(['psql', '--tuples-only', 'postgres://ledger:trial@127.0.0.1/ledger', '--command', 'SELECT count(*) FROM events']); // prettier-ignore
    expect(counted.output.trim()).toBe('4');
    expect((await ledger.container.exec(['sh', '-c', 'cd /var/lib/ledger && ls *.db'])).output.trim()).toBe('keys.db');
  });
  it('is not ready while the database is away, says so, and goes on when it is back', async () => {
    docker('kill', '--signal', 'KILL', postgres.getId());
    const away = await fetch(`${ledger.url}/health/ready`);
    expect(away.status).toBe(503);
    expect(await away.json()).toMatchObject({ status: 'unavailable', words: expect.stringContaining('does not answer') as string });
    docker('start', postgres.getId());
    for (let tries = 0; (await fetch(`${ledger.url}/health/ready`)).status !== 200 && tries < 100; tries += 1)
      await new Promise((later) => setTimeout(later, 200));
    expect(await hasLevy(ledger)).toMatchObject({ title: 'Levy' });
  }, 120_000);
  it('knows after both were killed what it had acknowledged', async () => {
    docker('kill', '--signal', 'KILL', ledger.id, postgres.getId());
    docker('start', postgres.getId());
    await ledger.container.stop();
    ledger = await began(volumes, environment, network);
    expect(await hasLevy(ledger)).toMatchObject({ title: 'Levy' });
    expect(await ledger.ask('OpenFund', { ...LEVY, title: 'Another' }, 'finance-manager')).toMatchObject({
      body: { code: 'COMMAND_ID_REUSED' },
    });
  }, 120_000);
});

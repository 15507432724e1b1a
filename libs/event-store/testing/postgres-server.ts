import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql';
/** A PostgreSQL for tests: its address for a fresh database, and how to stop and start it. */
export type PostgresServer = Readonly<{
  address: (database: string) => Promise<string>;
  /** Pulls the plug, and starts it again. */
  crash: () => void;
  start: () => void;
  stop: () => void;
}>;

const newest = () =>
  existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .map(Number)
        .filter((version) => existsSync(join(DEBIAN, String(version), 'bin', 'initdb')))
        .sort((a, b) => b - a)[0]
    : undefined;

/** Where a PostgreSQL for tests comes from, or null where there is none. */
export const postgresForTests = (): 'LEDGER_TEST_POSTGRES' | 'Debian' | null =>
  process.env['LEDGER_TEST_POSTGRES'] !== undefined ? 'LEDGER_TEST_POSTGRES' : newest() !== undefined ? 'Debian' : null;

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Starts Debian's PostgreSQL on a free port in a folder of its own, with every write flushed; it refuses to run as root, so root lends it a user. */
export async function startPostgres(): Promise<PostgresServer> {
  const { default: pg } = await import('pg');
  const make = async (base: string, database: string) => {
    const client = new pg.Client({ connectionString: base });
    await client.connect();
    await client.query(`CREATE DATABASE "${database}"`);
    await client.end();
    const url = new URL(base);
    url.pathname = `/${database}`;
    return url.href;
  };
  const given = process.env['LEDGER_TEST_POSTGRES'];
  const nothing = () => undefined;
  if (given !== undefined) return { address: (database) => make(given, database), crash: nothing, start: nothing, stop: nothing };
  const bin = join(DEBIAN, String(newest()), 'bin');
  const folder = mkdtempSync(join(tmpdir(), 'ledger-postgres-'));
  chmodSync(folder, 0o777);
  const port = await freePort();
  const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  const run = (program: string, ...args: string[]) => {
    const [command = '', ...rest] = [...asUser, join(bin, program), ...args];
    const { status, stderr, stdout } = spawnSync(command, rest, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    if (status !== 0) throw new Error(`${program} failed: ${stdout}${stderr}`);
  };
  const data = join(folder, 'data');
  run('initdb', '-D', data, '-U', 'ledger', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8');
  const start = () =>
    run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', `-p ${port} -h 127.0.0.1 -k ${folder} -c fsync=on`, 'start');
  start();
  return {
    address: (database) => make(`postgres://ledger@127.0.0.1:${port}/postgres`, database),
    crash: () => run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop'),
    start,
    stop: () => {
      run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

import { fork, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { alsoMine, byTurns, inFolder, percentile } from './measure.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const child = join(here, 'http.child.mjs');
const operator = join(here, '../../dist/apps/operator/main.js');
const GRANTS = join(here, '../../../shared/data/360giving/grants/power-to-change-870-grants.json');
const CONNECTIONS = 32;
const PAGES_MAX = 2_000;

/** A server in a process of its own, as long as `work` runs. */
async function served(folder, kind, work) {
  const server = fork(child, [folder, kind], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ token, url }] = await once(server, 'message');
  try {
    return await work(url, token);
  } finally {
    server.send('stop');
    alsoMine((await once(server, 'message'))[0]);
  }
}

let opened = 0;
/** POSTs for so many seconds; each opens a fund of its own. */
async function posts(url, token, seconds) {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        setupRequest: (request) => {
          opened += 1;
          const body = {
            commandId: randomUUID(),
            fundId: `fund-${opened}`,
            title: 'Parks',
            class: 'general',
            purpose: 'Paths, play and planting',
            purposes: ['parks'],
            currency: 'GBP',
            holder: 'finance',
          };
          return { ...request, path: '/api/bench/commands/OpenFund', body: JSON.stringify(body) };
        },
      },
    ],
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx} requests were refused, ${result.errors} failed`);
  return { perSecond: result.requests.average, p99: result.latency.p99 };
}

/** W6, row 13: POST over HTTP, 32 connections on the same box, beside the same app whose last step writes nothing. */
export const w6 = ({ rounds, seconds }) =>
  inFolder((folder) =>
    served(join(folder, 'stored'), 'stored', (stored, token) =>
      served(join(folder, 'storeless'), 'storeless', async (storeless, other) => {
        await Promise.all([posts(stored, token, 1), posts(storeless, other, 1)]);
        const taken = await byTurns(rounds, {
          ours: () => posts(stored, token, seconds),
          floor: () => posts(storeless, other, seconds),
        });
        return [
          {
            row: 13,
            says: `W6, POST, ${CONNECTIONS} connections, p99 ${Math.round(taken.ours.p99)} ms`,
            unit: 'requests/s',
            ours: taken.ours.perSecond,
            against: 'the same app without a store',
            floor: taken.floor.perSecond,
            goal: 0.95,
          },
        ];
      }),
    ),
  );

/** Real grants, where the published files are at hand. */
function importGrants(folder) {
  if (!existsSync(GRANTS)) return;
  const args = [operator, '--home', folder, 'import', '360giving', GRANTS, '--fund', 'past-grants', '--apply'];
  if (spawnSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0)
    throw new Error('The grants were not imported');
}

/** Every page that can be reached from the first one of the demonstration ledger and the imported grants, each asked for the first time. */
export const pages = () =>
  inFolder((folder) =>
    served(folder, 'pages', async (url) => {
      importGrants(folder);
      const seen = new Set(['/']);
      const waits = [];
      for (const path of seen) {
        if (waits.length === PAGES_MAX) break;
        const started = performance.now();
        const text = await (await fetch(url + path)).text();
        waits.push({ ms: performance.now() - started, path });
        for (const [, link] of text.matchAll(/href="(\/[^"#]*)"/g)) {
          const clean = link.replaceAll('&amp;', '&');
          if (!/^\/(assets|api|log)\/|\.(css|js|csv|json|svg)\b/.test(clean)) seen.add(clean);
        }
      }
      const slowest = waits.reduce((one, other) => (other.ms > one.ms ? other : one));
      const all = waits.map(({ ms }) => ms);
      return [
        {
          row: 'pages',
          says: `the slowest of ${all.length} pages of the demonstration and the imported grants, each asked for the first time (${slowest.path})`,
          unit: 'ms',
          ours: slowest.ms,
          against: 'ms, the middle one',
          floor: percentile(all, 0.5),
          ratio: slowest.ms / 100,
          goal: 1,
          atMost: true,
        },
      ];
    }),
  );

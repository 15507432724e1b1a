import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '@ledger/kernel';
import { trustPolicyFrom, type Verifier } from '@ledger/log';
import { witnessAnswer, WitnessStore } from '@ledger/sealer';
import { NotUnderstood, type OperatorCommand } from './command-line.js';

const BODY_BYTES_MAX = 64 * 1024;

const logIn = (file: string): Verifier => {
  try {
    return trustPolicyFrom(readFileSync(file, 'utf8')).log;
  } catch (failed) {
    throw new NotUnderstood(`No log can be read from ${file}: ${(failed as Error).message}`);
  }
};

/** The witness's address, C2SP tlog-witness: one request, `POST /add-checkpoint`. */
export const witnessServer = (store: WitnessStore, logs: readonly Verifier[], now: () => string) =>
  createServer((request, response) => {
    const answer = (status: number, body: string) => response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body);
    if (request.method !== 'POST' || request.url !== '/add-checkpoint') return answer(404, 'Only POST /add-checkpoint is here\n');
    const pieces: Buffer[] = [];
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      if (bytes <= BODY_BYTES_MAX) pieces.push(piece);
    });
    request.on('end', () => {
      if (bytes > BODY_BYTES_MAX) return answer(413, 'The request is too long\n');
      const given = witnessAnswer(Buffer.concat(pieces).toString(), logs, store.signer, store, now());
      return answer(given.status, given.body);
    });
    return undefined;
  });

export const witness: OperatorCommand = (program, io) =>
  program
    .command('witness')
    .description('run a witness: it cosigns what goes on from what it signed before, for the logs of other bodies, and nothing else')
    .requiredOption('--name <name>', 'the name that stands under its signatures, such as witness.example/durham')
    .option('--log <policy...>', 'a file that names a log to watch, as `operator log policy` prints it')
    .option('--folder <folder>', 'where its key and its memory stand', '.witness')
    .option('--port <port>', 'the port to answer on', '3100')
    .option('--host <host>', 'the address to answer on', '127.0.0.1')
    .option('--key', 'print the line that the log’s operator writes into the file "witnesses", and end')
    .addHelpText('after', '\nExample: operator witness --name witness.example/durham --log barking-policy.txt')
    .action((given: { name: string; log?: string[]; folder: string; port: string; host: string; key?: boolean }, _: Command) =>
      io.run(async () => {
        mkdirSync(given.folder, { recursive: true, mode: 0o700 });
        const store = new WitnessStore(join(given.folder, 'witness.db'), given.name);
        try {
          if (given.key === true) {
            io.write(`witness ${given.name.replaceAll(/[^a-z0-9-]/g, '-')} ${store.signer.vkey} http://${given.host}:${given.port}\n`);
            return;
          }
          const logs = (given.log ?? []).map(logIn);
          if (logs.length === 0) throw new NotUnderstood('A witness watches at least one log: name it with --log');
          const server = witnessServer(store, logs, () => systemClock.now());
          await new Promise<void>((done, failed) => {
            server.on('error', (thrown) => failed(new NotUnderstood(thrown.message)));
            server.listen(Number(given.port), given.host, () =>
              io.note(`${given.name} watches ${logs.map(({ name }) => name).join(', ')}.`),
            );
            for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => server.close(() => done()));
          });
        } finally {
          store.close();
        }
      }),
    );

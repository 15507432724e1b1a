import {
  type Checkpoint,
  type Digest,
  digestOf,
  noteText,
  NotProven,
  openCheckpoint,
  openNote,
  readNote,
  checkpointFrom,
  signatureLine,
  type NoteSigner,
  strictBase64,
  toBase64,
  verifyConsistency,
  type Verifier,
  type Witness,
} from '@ledger/log';
import { LogContradicted } from './compare.js';
import type { Seal } from './seals-store.js';

export type WitnessAnswer = Readonly<{ status: number; body: string }>;
/** How a witness is reached: the request's body to its answer. */
export type AskWitness = (witness: Witness, body: string) => Promise<WitnessAnswer>;

const WITNESS_WAIT_MS = 5_000;
/** Asks a witness over HTTP (C2SP tlog-witness). */
export const askOverHttp: AskWitness = async ({ url }, body) => {
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body, signal: AbortSignal.timeout(WITNESS_WAIT_MS) });
  return { status: answer.status, body: await answer.text() };
};

const addCheckpointBody = (old: number, proof: readonly Digest[], checkpoint: string): string =>
  `old ${old}\n${proof.map((digest) => `${toBase64(digest)}\n`).join('')}\n${checkpoint}`;

/** What a witness remembers of each log: the last checkpoint it signed. `swap` keeps the next one only if the last is still the one given. */
export interface WitnessMemory {
  last(origin: string): Readonly<{ size: number; root: Digest }> | null;
  swap(origin: string, before: number, next: Checkpoint): boolean;
}

/** The answer of a witness to a checkpoint: it signs what goes on from what it signed before, and nothing else. */
export function witnessAnswer(
  body: string,
  logs: readonly Verifier[],
  signer: NoteSigner,
  memory: WitnessMemory,
  now: string,
): WitnessAnswer {
  const say = (status: number, words: string): WitnessAnswer => ({ status, body: `${words}\n` });
  try {
    const cut = body.indexOf('\n\n');
    const [first, ...lines] = body.slice(0, Math.max(cut, 0)).split('\n');
    const [, oldText] = /^old (0|[1-9]\d{0,15})$/.exec(first ?? '') ?? [];
    if (oldText === undefined || lines.length > 63) return say(400, 'The request is not understood');
    const [old, note] = [Number(oldText), body.slice(cut + 2)];
    const claimed = checkpointFrom(readNote(note).body);
    const log = logs.find(({ name }) => name === claimed.origin);
    if (log === undefined) return say(404, 'This log is not known here');
    let checkpoint: Checkpoint;
    try {
      checkpoint = openCheckpoint(note, log);
    } catch {
      return say(403, 'The log did not sign this');
    }
    if (old > checkpoint.size) return say(400, 'The old size is larger than the new one');
    const proof = lines.map((line) => digestOf(strictBase64(line, 'A digest of the proof')));
    const last = memory.last(log.name);
    if (old !== (last?.size ?? 0)) return say(409, String(last?.size ?? 0));
    if (last !== null && last.size === checkpoint.size && last.root !== checkpoint.root) return say(409, String(last.size));
    if (last !== null && !verifyConsistency(last.size, checkpoint.size, proof, last.root, checkpoint.root))
      return say(422, 'This does not go on from what was signed before');
    if (last === null && proof.length > 0) return say(422, 'Nothing was signed before, and a proof was given');
    if (!memory.swap(log.name, old, checkpoint)) return say(409, String(memory.last(log.name)?.size ?? 0));
    return { status: 200, body: signatureLine(signer, readNote(note).body, Math.floor(Date.parse(now) / 1000)) };
  } catch (thrown) {
    if (thrown instanceof NotProven || thrown instanceof RangeError) return say(400, thrown.message);
    throw thrown;
  }
}

const SIZES_NAMED_MAX = 3;
/** Asks a witness to cosign a seal, from the size that it names as its last. @throws LogContradicted when it has signed more than the log has */
export async function cosignatureOf(
  ask: AskWitness,
  witness: Witness,
  { body, line, size }: Seal,
  proofFrom: (old: number) => Promise<readonly Digest[]>,
): Promise<string> {
  for (let old = size, attempt = 0; attempt < SIZES_NAMED_MAX; attempt += 1) {
    const answer = await ask(witness, addCheckpointBody(old, await proofFrom(old), noteText(body, [line])));
    if (answer.status === 200) return cosignatureFrom(witness, body, answer.body);
    if (answer.status !== 409) throw new Error(`it answered ${answer.status}: ${answer.body.trim()}`);
    old = Number(answer.body.trim());
    if (old > size) throw new LogContradicted(`Witness ${witness.name} has signed ${old} entries, and the log has sealed ${size}`);
  }
  throw new Error('it kept naming another size');
}

/** Checks the line that a witness gave; anything else is no cosignature. @throws NotProven */
function cosignatureFrom({ verifier }: Witness, checkpointBody: string, line: string): string {
  openNote(noteText(checkpointBody, [line]), [verifier]);
  return line;
}

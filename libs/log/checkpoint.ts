import { type Digest, digestOf, toBase64 } from './merkle.js';
import { NotProven, openNote, strictBase64, type Verified, type Verifier } from './note.js';

/** What a log says of itself at one size: under this name, so many entries, this root. */
export type Checkpoint = Readonly<{ origin: string; size: number; root: Digest }>;

export const checkpointBody = ({ origin, root, size }: Checkpoint): string => `${origin}\n${size}\n${toBase64(root)}\n`;

/** Reads the body of a checkpoint (C2SP tlog-checkpoint). Extension lines are refused: nobody here writes them. @throws NotProven */
export function checkpointFrom(body: string): Checkpoint {
  const [origin, size, root, ...rest] = body.split('\n');
  if (origin === undefined || origin === '' || rest.length !== 1 || rest[0] !== '')
    throw new NotProven('A checkpoint has three lines: origin, size, root');
  if (!/^(0|[1-9]\d{0,15})$/.test(size!) || !Number.isSafeInteger(Number(size))) throw new NotProven(`"${size}" is not the size of a log`);
  const bytes = strictBase64(root!, 'The root of the checkpoint');
  if (bytes.length !== 32) throw new NotProven('The root of the checkpoint has not 32 bytes');
  return { origin, size: Number(size), root: digestOf(bytes) };
}

/** Opens a signed checkpoint. The log's own key carries the log's name, which is the origin. @throws NotProven */
export function openCheckpoint(
  text: string,
  log: Verifier,
  witnesses: readonly Verifier[] = [],
): Checkpoint & { verified: readonly Verified[] } {
  const { body, verified } = openNote(text, [log, ...witnesses]);
  const checkpoint = checkpointFrom(body);
  if (!verified.some(({ by }) => by.vkey === log.vkey)) throw new NotProven(`The checkpoint is not signed by ${log.name}`);
  if (checkpoint.origin !== log.name) throw new NotProven(`The checkpoint is of "${checkpoint.origin}", and the key is of "${log.name}"`);
  return { ...checkpoint, verified };
}

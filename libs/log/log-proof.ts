import { type Checkpoint, openCheckpoint } from './checkpoint.js';
import { type Digest, digestOf, leafHash, toBase64, verifyInclusion } from './merkle.js';
import { NotProven, strictBase64, type Verifier } from './note.js';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
const PROOF_MAX = 63;

/** That one entry stands in the log, as a file anybody can keep: its index, the digests up to the root, the signed checkpoint. */
export type LogProof = Readonly<{ index: number; proof: readonly Digest[]; checkpoint: string; extra?: Buffer }>;

export const logProofText = ({ checkpoint, extra, index, proof }: LogProof): string =>
  [
    FIRST_LINE,
    ...(extra === undefined ? [] : [`extra ${extra.toString('base64')}`]),
    `index ${index}`,
    ...proof.map(toBase64),
    '',
    checkpoint,
  ].join('\n');

/** Reads a proof file strictly. @throws NotProven */
export function logProofFrom(text: string): LogProof {
  const cut = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(cut, 0)).split('\n');
  if (cut < 0 || first !== FIRST_LINE) throw new NotProven(`A proof file begins with ${FIRST_LINE}`);
  const extra = lines[0]?.startsWith('extra ') === true ? strictBase64(lines.shift()!.slice(6), 'The extra line of the proof') : undefined;
  const [, index] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? [];
  if (index === undefined || lines.length > PROOF_MAX) throw new NotProven('A proof file names an index and at most 63 digests');
  const proof = lines.map((line) => {
    const bytes = strictBase64(line, 'A digest of the proof');
    if (bytes.length !== 32) throw new NotProven('A digest of the proof has not 32 bytes');
    return digestOf(bytes);
  });
  return { index: Number(index), proof, checkpoint: text.slice(cut + 2), ...(extra === undefined ? {} : { extra }) };
}

/** Checks that this entry stands in the log of this key, as the file says. @throws NotProven */
export function checkLogProof(
  text: string,
  entry: string | Uint8Array,
  log: Verifier,
  witnesses: readonly Verifier[] = [],
): Checkpoint & { index: number } {
  const { checkpoint, index, proof } = logProofFrom(text);
  const opened = openCheckpoint(checkpoint, log, witnesses);
  if (!verifyInclusion(leafHash(entry), index, opened.size, proof, opened.root))
    throw new NotProven(`This entry does not stand at ${index} in the log of ${opened.size} entries`);
  return { ...opened, index };
}

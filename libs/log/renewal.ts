import { canonicalText } from '@ledger/kernel';
import { NotProven, type NoteSigner, noteText, openNote, signatureLine, type Verifier, verifierFrom } from './note.js';

/** The log goes on under another key, or under another name after a restore: what both keys sign. Keys as a trust policy writes them. */
export type KeyChange = Readonly<{ origin: string; previousKey: string; newKey: string }>;
/** After a restore: the checkpoint that was signed before, and the entries that it had and the record has no more. */
export type FreshStart = KeyChange &
  Readonly<{ previousOrigin: string; previousSize: number; previousRoot: string; lostFrom: number; lostCount: number }>;

const bodyOf = (said: object): string => `${canonicalText(said)}\n`;
export const renewalNote = (said: KeyChange | FreshStart, signers: readonly NoteSigner[]): string =>
  noteText(
    bodyOf(said),
    signers.map((signer) => signatureLine(signer, bodyOf(said))),
  );

/** Checks that both keys have signed exactly this. @throws NotProven */
export function openRenewal(note: string, said: KeyChange | FreshStart): Readonly<{ previous: Verifier; next: Verifier }> {
  const [previous, next] = [verifierFrom(said.previousKey), verifierFrom(said.newKey)];
  const { body, verified } = openNote(note, [previous, next]);
  if (verified.length !== 2) throw new NotProven('A change of the log’s key is signed by both keys, and this by one alone');
  if (body !== bodyOf(said)) throw new NotProven('What the keys have signed is another change than the entry says');
  return { previous, next };
}

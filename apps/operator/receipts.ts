import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SignedAnswer } from '@ledger/home';

/** The option of every command that writes facts. */
export const RECEIPTS = ['--receipts <folder>', 'keep the signed receipt of each accepted request, as a text file in this folder'] as const;

/** Keeps signed receipts in a folder, one file for each request that had something to do. */
export function keepReceipts(folder: string, answers: readonly SignedAnswer[]): void {
  mkdirSync(folder, { recursive: true });
  for (const { revision, signed, stream } of answers) if (signed !== null) writeFileSync(join(folder, `${stream}-${revision}.txt`), signed);
}

import { canonicalText } from '@ledger/kernel';
import type { EntryDocument } from './entry.js';
import { NotProven, type NoteSigner, noteText, openNote, signatureLineLater, type Verifier } from './note.js';

/** The operator's promise about one event, signed: it was accepted, with these contents, and will stand in the log by then. */
export type SignedReceipt = Readonly<{
  format: 'ledger-receipt/1';
  origin: string;
  stream: string;
  revision: number;
  type: string;
  recordedAt: string;
  parts: EntryDocument['parts'];
  sealedBy: string;
}>;
const FIELDS = ['format', 'origin', 'parts', 'recordedAt', 'revision', 'sealedBy', 'stream', 'type'].join();

export async function receiptText(receipt: SignedReceipt, signer: NoteSigner): Promise<string> {
  const body = `${canonicalText(receipt)}\n`;
  return noteText(body, [await signatureLineLater(signer, body)]);
}

/** Opens a receipt that this key must have signed. @throws NotProven */
export function openReceipt(text: string, key: Verifier): SignedReceipt {
  const { body } = openNote(text, [key]);
  let read: unknown;
  try {
    read = JSON.parse(body);
  } catch {
    throw new NotProven('The receipt cannot be read');
  }
  const fields = (typeof read === 'object' && read !== null ? read : {}) as Record<string, unknown>;
  if (Object.keys(fields).join() !== FIELDS || fields['format'] !== 'ledger-receipt/1')
    throw new NotProven('The receipt does not have the fields of a receipt');
  if (`${canonicalText(fields)}\n` !== body) throw new NotProven('The receipt is not in canonical text');
  return fields as unknown as SignedReceipt;
}

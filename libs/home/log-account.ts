import { catalogue } from '@ledger/catalogue';
import { factNamed, type Stored } from '@ledger/event-store';
import { canonicalText, laterBy } from '@ledger/kernel';
import { type FreshStart, noteText, partsOf, readNote, type Salts, toHex, type TrustPolicy, verifiedLines } from '@ledger/log';
import type { Seal, SealsStore } from '@ledger/sealer';

/** Who cosigned a checkpoint, and when they say they did. */
export type Cosigned = Readonly<{ name: string; at: string }>;
export type SealAccount = Readonly<{ size: number; root: string; sealedAt: string; cosigned: readonly Cosigned[] }>;
export type WitnessAccount = Readonly<{ name: string; key: string; url: string | null; lastSize: number | null; lastAt: string | null }>;

/** A change of the log's key, or its fresh start after a restore: the latter is a finding for ever. */
export type RenewalAccount = Readonly<{ recordedAt: string; isFinding: boolean; words: string }>;

/** What anybody may know about the log itself: how far it is signed, by whom, and what stands against it. */
export type LogAccount = Readonly<{
  origin: string;
  /** The keys of checkpoints and of receipts, as a trust policy writes them. */
  key: string;
  receiptsKey: string;
  /** All entries that are numbered, sealed or not. */
  entries: number;
  /** The newest seals, newest first. */
  seals: readonly SealAccount[];
  witnesses: readonly WitnessAccount[];
  /** Oldest first. */
  renewals: readonly RenewalAccount[];
  /** Why nothing is written any more; null while all is well. */
  stopped: string | null;
}>;

/** That one entry stands in the log, in one file: its very text, what it shows to everybody, the digests up to the root, the checkpoint. */
export type EntryProof = Readonly<{
  format: 'ledger-proof/1';
  entry: number;
  /** The entry to the byte: what its leaf hashes. */
  document: string;
  /** Its public part in canonical text, and the salt: SHA-256 over both stands in the document. Null where it has none. */
  shown: Readonly<{ text: string; salt: string }> | null;
  /** Base64, from the leaf up. */
  proof: readonly string[];
  checkpoint: string;
}>;

export const checkpointText = ({ body, cosignatures, line }: Seal): string => noteText(body, [line, ...cosignatures]);

const SEALS_SHOWN = 10;
const EPOCH = '1970-01-01T00:00:00.000Z';

/** The newest seals of a log, with those of the policy's witnesses who have cosigned each. */
export async function sealAccounts(seals: SealsStore, { witnesses }: TrustPolicy): Promise<readonly SealAccount[]> {
  const keys = witnesses.map(({ verifier }) => verifier);
  return (await seals.seals(SEALS_SHOWN)).map((seal) => ({
    size: seal.size,
    root: toHex(seal.root),
    sealedAt: seal.sealedAt,
    cosigned: verifiedLines(readNote(checkpointText(seal)), keys).flatMap(({ at, by }) =>
      at === undefined ? [] : [{ name: witnesses.find(({ verifier }) => verifier === by)!.name, at: laterBy(EPOCH, at) }],
    ),
  }));
}

/** The stream in which the log's keys and names stand. */
export const LOG_KEYS = 'logkey-ledger_log';
export function renewalAccount({ data, recordedAt, type }: Stored): RenewalAccount {
  if (type !== 'LogBegunAgain')
    return { recordedAt, isFinding: false, words: 'The log took another key. Both keys have signed the change.' };
  const { lostCount, lostFrom, previousOrigin, previousRoot, previousSize } = JSON.parse(data) as FreshStart;
  const lost =
    lostCount === 0
      ? 'the entries that were signed are not those in the record now'
      : `${lostCount} of them are lost, from entry ${lostFrom} to entry ${lostFrom + lostCount - 1}`;
  return {
    recordedAt,
    isFinding: true,
    words: `After a restore the log began again under another name. Before, it was ${previousOrigin}, signed at ${previousSize} entries under the root ${previousRoot}: ${lost}.`,
  };
}

export const witnessAccounts = (shown: readonly SealAccount[], { witnesses }: TrustPolicy): readonly WitnessAccount[] =>
  witnesses.map(({ name, url, verifier }) => {
    const last = shown.find(({ cosigned }) => cosigned.some((one) => one.name === name));
    const lastAt = last?.cosigned.find((one) => one.name === name)?.at;
    return { name, key: verifier.vkey, url, lastSize: last?.size ?? null, lastAt: lastAt ?? null };
  });

/** What a stored event shows to everybody: its public part in canonical text, with the salt that its hash needs. */
export function shownPart({ data, metadata, type }: Stored): EntryProof['shown'] {
  const { meta, salts } = JSON.parse(metadata) as { meta: Record<string, unknown>; salts: Salts };
  const part = partsOf(factNamed(catalogue, type), JSON.parse(data) as Record<string, unknown>, meta).public;
  return part === undefined ? null : { text: canonicalText(part), salt: salts.public! };
}

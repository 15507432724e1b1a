import { catalogue } from '@ledger/catalogue';
import { factNamed, type Stored } from '@ledger/event-store';
import { canonicalText, laterBy } from '@ledger/kernel';
import { noteText, openCheckpoint, partsOf, type Salts, toHex, type TrustPolicy } from '@ledger/log';
import type { Seal, SealsStore } from '@ledger/sealer';

/** Who cosigned a checkpoint, and when they say they did. */
export type Cosigned = Readonly<{ name: string; at: string }>;
export type SealAccount = Readonly<{ size: number; root: string; sealedAt: string; cosigned: readonly Cosigned[] }>;
export type WitnessAccount = Readonly<{ name: string; key: string; url: string | null; lastSize: number | null; lastAt: string | null }>;

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
export async function sealAccounts(seals: SealsStore, { log, witnesses }: TrustPolicy): Promise<readonly SealAccount[]> {
  const keys = witnesses.map(({ verifier }) => verifier);
  return (await seals.seals(SEALS_SHOWN)).map((seal) => ({
    size: seal.size,
    root: toHex(seal.root),
    sealedAt: seal.sealedAt,
    cosigned: openCheckpoint(checkpointText(seal), log, keys).verified.flatMap(({ at, by }) =>
      at === undefined ? [] : [{ name: witnesses.find(({ verifier }) => verifier === by)!.name, at: laterBy(EPOCH, at) }],
    ),
  }));
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

import type { Audience } from '@ledger/kernel';
import type { PartName } from './entry.js';

/** The files of a bundle: everything that an auditor takes home. Lines are canonical JSON, one for each entry. */
export const BUNDLE = {
  about: 'bundle.json',
  checkpoint: 'checkpoint',
  checkpoints: 'checkpoints',
  entries: 'entries.jsonl',
  leaves: 'leaves',
  parts: 'parts.jsonl',
  balances: 'balances.json',
  catalogues: 'catalogues',
  keys: 'keys.json',
} as const;
export const BUNDLE_FORMAT = 'ledger-bundle/1';
/** A larger bundle is no download: the operator writes it. Nobody should be able to keep a server busy by asking for it. */
export const DOWNLOAD_ENTRIES_MAX = 20_000;

/** For whom a bundle is made, and which parts of an event each of them is shown. Sealed parts only once they were opened. */
export const BUNDLE_AUDIENCES = {
  public: ['public'],
  partners: ['public', 'partners'],
  auditor: ['public', 'partners', 'tenant', 'meta', 'personal'],
} as const satisfies Readonly<Record<string, readonly (PartName | Audience)[]>>;
export type BundleAudience = keyof typeof BUNDLE_AUDIENCES;

export type AboutBundle = Readonly<{ format: typeof BUNDLE_FORMAT; audience: BundleAudience; log: string; size: number; root: string }>;
/** What a bundle shows of one entry: each part with its salt. */
export type ShownParts = Readonly<{
  entry: number;
  parts: Readonly<Partial<Record<PartName, Readonly<{ part: Readonly<Record<string, unknown>>; salt: string }>>>>;
}>;
/** The ids of the data keys of people that the key store held at the checkpoint, in order. The keys themselves are in no bundle. */
export type BundleKeys = readonly string[];
export type BundleBalances = readonly Readonly<{ account: string; currency: string; pence: number }>[];

import type { TrustPolicy } from '@ledger/log';

export type Test = { name: string; outcome: 'PASS' | 'FAIL' | 'FINDING' | 'NOT TESTED'; words: string };
export type Verdict = 'proven' | 'proven, but for what is lost' | 'wrong' | 'the operator’s word only';
export type Verification = Readonly<{
  verdict: Verdict;
  tests: readonly Readonly<Test>[];
  firstWrong: Readonly<{ entry: number | null; words: string }> | null;
  checkpoint: Readonly<{ origin: string; size: number; root: string }> | null;
  anchors: readonly string[];
  notShown: readonly Readonly<{ type: string; month: string; part: string; count: number }>[];
}>;
export type Brought = Readonly<{ policy: TrustPolicy | null; kept: string | null; receipts: string | null }>;

/** Every test of a verification, in the order in which the answer names them. */
export const TESTS = {
  signature: 'Each checkpoint is signed by the log’s key, and each change of the key by both',
  continuity: 'The log has gone on under one name since its first entry',
  strict: 'Every byte is read, and nothing else stands there',
  root: 'The entries give the root that was signed',
  checkpoints: 'Every earlier checkpoint and every seal in the record is a beginning of this log',
  parts: 'Each part that is shown is the one that was logged',
  revisions: 'No stream has a gap',
  times: 'Entries were recorded in their order, and when witnesses say',
  shapes: 'What is shown of each fact is as the published catalogue declares it',
  postings: 'The postings come to nil, and are those that the published rules give',
  journal: 'The auditor’s own books agree with the bundle’s balances',
  keys: 'Every key of a person that is gone was destroyed by an entry',
  noted: 'Rules and mandates were noted as they were adopted, hash and all',
  rules: 'The catalogue is the one whose hash stands in the record',
  quorum: 'Enough witnesses have cosigned',
  kept: 'The log goes on from the checkpoint that was kept',
  receipts: 'Every receipt is kept',
} as const;
export type TestName = keyof typeof TESTS;

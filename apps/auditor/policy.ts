import { readFileSync } from 'node:fs';
import { type TrustPolicy, trustPolicyFrom } from '@ledger/log';
import { NotUnderstood } from './not-understood.js';

/** The text of a file that the auditor brought. @throws NotUnderstood */
export function textOf(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new NotUnderstood(`${what} cannot be read: ${file}`);
  }
}
/** Whom the auditor trusts, from a file the auditor holds. @throws NotUnderstood */
export function policyFrom(file: string): TrustPolicy {
  try {
    return trustPolicyFrom(textOf(file, 'The policy'));
  } catch (thrown) {
    throw new NotUnderstood((thrown as Error).message);
  }
}

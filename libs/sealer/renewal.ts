import { BeginLogAgain, RenewLogKey, logKey } from '@ledger/assurance/decide';
import { type Caller, idFrom, type Ledger } from '@ledger/event-store';
import type { LogSigner } from './signer.js';

export const INSTALLATION = 'ledger';
export const SEALER: Caller = {
  actorRef: 'sealer',
  actorRole: 'policy',
  onBehalfOf: 'sealer',
  issuer: 'ledger',
  authnStrength: 'internal',
};

/** Enters a change of the log's key or name in the record, if the signer has one that waits. Done once, however often it is tried. */
export async function recordRenewal({ ledger, secret, signer }: { ledger: Ledger; secret: Buffer; signer: LogSigner }): Promise<void> {
  const pending = signer.pending();
  if (pending === null) return;
  const commandId = idFrom(secret, 'renewal', pending.newKey);
  const command = 'previousOrigin' in pending ? BeginLogAgain.of({ commandId, ...pending }) : RenewLogKey.of({ commandId, ...pending });
  await ledger.carryOut(logKey, INSTALLATION, command.askedBy(INSTALLATION, SEALER), SEALER);
  signer.recorded();
}

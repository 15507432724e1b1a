import type { Decider, LedgerEvent } from '@ledger/kernel';
import type { LedgerCommand } from './command.js';

/** A command and the decider that judges it. The front door, the handlers, OpenAPI and the walk over junk are all made from this list. */
export type Desk = Readonly<{ context: string; command: new () => LedgerCommand; decider: Decider<unknown, LedgerCommand, LedgerEvent> }>;

/** Puts a decider's commands on the desk of their context. */
export const desk = <S, C extends LedgerCommand, E extends LedgerEvent>(
  context: string,
  decider: Decider<S, C, E>,
  ...commands: readonly (new () => C)[]
): readonly Desk[] => commands.map((command) => ({ context, command, decider: decider as unknown as Desk['decider'] }));

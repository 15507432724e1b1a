import { openLedger, STREAMS } from './ledgers.mjs';
import { byTurns, callers, inFolder } from './measure.mjs';

const GOAL = 0.95;

/** Row 12: what the signed receipt of each answer costs a command, beside the very same commands without it. */
export const receipts = ({ seconds, rounds }) =>
  inFolder(async (folder) => {
    const ledger = await openLedger(folder);
    await ledger.fill();
    let lots = 0;
    const bare = () => ledger.receipt(Math.floor(Math.random() * STREAMS), `signed-${(lots += 1)}`);
    const signed = async () => ledger.home.publicLog.signed(await bare());
    const rivals = (count) => ({ signed: () => callers(count, seconds, signed), bare: () => callers(count, seconds, bare) });
    const [many, one] = [await byTurns(rounds, rivals(32)), await byTurns(rounds, rivals(1))];
    await ledger.close();
    const row = (says, { bare: without, signed: ours }) => ({
      row: 12,
      says,
      unit: 'commands/s',
      ours: ours.perSecond,
      against: 'the same without it',
      floor: without.perSecond,
      goal: GOAL,
    });
    return [row('W1 with signed receipts, 32 callers', many), row('W1 with signed receipts, 1 caller', one)];
  });

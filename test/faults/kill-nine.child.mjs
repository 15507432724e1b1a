// A ledger that is going to be killed. It reads in first, so that the next one can be ready while this one works; then it opens the folder,
// checks what the last one left behind, says so, and works until SIGKILL, telling each acknowledged command to whoever started it.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { twoRequests } from './two-requests.mjs';

const [dist] = process.argv.slice(2);
const { Home, settingsFrom } = await import(pathToFileURL(join(dist, 'libs/home/index.js')).href);
const TENANT = 'kill-nine';
const CALLERS = 32;
const FUNDS = 8;
const by = (actorRef) => ({ actorRef, issuer: 'test', authnStrength: 'test' });
const everything = async (store) => {
  const found = [];
  for (let at = null; ;) {
    const { events, next } = await store.readAll(at);
    found.push(...events);
    if (next === at) return found;
    at = next;
  }
};

/** What must hold after any death; each sentence that comes back is a fault. */
async function faultsIn(home, acknowledged, whole) {
  const faults = [];
  const must = (holds, words) => holds || faults.push(words);
  for (const { body, receipt, type } of acknowledged) {
    const [event] = await home.store.readStream(receipt.stream, { from: receipt.revision, limit: 1 });
    must(event?.id === receipt.events.at(-1).id, `acknowledged and lost: ${type} in ${receipt.stream} at revision ${receipt.revision}`);
    const again = await home.door.ask(TENANT, type, body, by('finance'));
    must(JSON.stringify(again) === JSON.stringify(receipt), `asked again, ${type} in ${receipt.stream} was not answered as the first time`);
  }
  (await home.store.inspect()).forEach(({ words }) => must(false, words));
  await home.settle();
  const letters = await home.log.deadLetters();
  must(letters.length === 0, `dead letters: ${JSON.stringify(letters.slice(0, 2))}`);
  for (const { receipt, type } of acknowledged.filter((one) => one.type === 'GiveAuthority')) {
    const [, fundId] = receipt.stream.split('_');
    const { bodyId, period } = JSON.parse((await home.store.readStream(receipt.stream, { from: receipt.revision, limit: 1 }))[0].data);
    const [approved] = await home.store.readStream(`envelope-${TENANT}_${fundId}_${bodyId}_${period}`, { limit: 1 });
    must(approved !== undefined, `${type} of ${bodyId} was not taken up by the policy`);
  }
  const events = await everything(home.store);
  const numbered = await home.log.size();
  must(numbered === events.length, `${events.length} events, and ${numbered} have a number`);
  for (const [entry, { id, position }] of events.entries()) {
    const there = await home.log.entry(entry);
    must(there?.eventId === id && there.position === position, `entry ${entry} is not the event at its place`);
    if (faults.length > 5) break;
  }
  const { entry } = await home.views.completeTo();
  must(entry === events.length - 1, `the views end at entry ${entry} of ${events.length - 1}`);
  if (whole) faults.push(...(await home.views.selfCheck()));
  return faults;
}

async function prepare(home) {
  await home.door.ask(TENANT, 'GrantRole', { commandId: randomUUID(), subject: 'finance', role: 'finance-officer' }, by('operator'));
  for (let fund = 0; fund < FUNDS; fund += 1)
    await home.door.ask(
      TENANT,
      'OpenFund',
      {
        commandId: randomUUID(),
        fundId: `fund-${fund}`,
        title: 'A fund',
        class: 'general',
        purpose: 'Paths',
        purposes: ['parks'],
        currency: 'GBP',
        holder: 'finance',
      },
      by('finance'),
    );
}

/** Two requests by turns, for ever. */
async function work(home, caller) {
  const fundId = `fund-${caller % FUNDS}`;
  for (;;) {
    for (const { body, type } of twoRequests(fundId)) {
      const receipt = await home.door.ask(TENANT, type, body, by('finance'));
      process.send({ acknowledged: { type, body, receipt } });
    }
  }
}

process.on('message', async ({ acknowledged, folder, last, whole }) => {
  try {
    const home = await Home.open(settingsFrom({}, { folder, demonstration: false }));
    const faults = await faultsIn(home, acknowledged, whole);
    // Not wedged: a stream takes the next command at its right revision.
    if ((await home.store.readStream(`fund-${TENANT}_fund-0`, { limit: 1 })).length === 0) await prepare(home);
    for (let fund = 0; fund < FUNDS; fund += 1)
      await home.door.ask(
        TENANT,
        'RecordReceipt',
        { commandId: randomUUID(), fundId: `fund-${fund}`, lotId: `lot-${randomUUID()}`, kind: 'income', amountPence: 1, source: 'levy' },
        by('finance'),
      );
    const entries = (await home.views.completeTo()).entry + 1;
    if (last) {
      await home.close();
      return process.send({ checked: faults, entries }, () => process.exit(0));
    }
    home.start();
    process.send({ checked: faults, entries });
    await Promise.all(Array.from({ length: CALLERS }, (_, caller) => work(home, caller)));
  } catch (failed) {
    process.send({ checked: [`the ledger did not open or work: ${failed.stack}`], entries: 0 }, () => process.exit(1));
  }
});
// Whoever started it is gone: nobody is left to tell.
process.on('disconnect', () => process.exit(1));
process.send({ ready: true });

// One of two processes that spend from the same envelope at once: says when it is ready, waits for the word, answers with what came of it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dist, folder, who, tries] = process.argv.slice(2);
const TRIES_MAX = Number(tries);
const { Home, settingsFrom } = await import(pathToFileURL(join(dist, 'libs/home/index.js')).href);
const home = await Home.open(settingsFrom({}, { folder }));
const actor = { actorRef: who, issuer: 'test', authnStrength: 'test' };
/** Whoever is told that others kept writing first tries again, with the same command id; a refusal is an answer. */
const ask = (body, tries = TRIES_MAX) =>
  home.door.ask('council', 'ConfirmCommitment', body, actor).then(
    () => 'done',
    (thrown) => (thrown.name === 'LedgerBusy' && tries > 1 ? ask(body, tries - 1) : (thrown.code ?? thrown.name)),
  );
process.on('message', async (bodies) => {
  const outcomes = await Promise.all(bodies.map((body) => ask(body)));
  await home.close();
  process.send(outcomes, () => process.exit(0));
});
process.send('ready');

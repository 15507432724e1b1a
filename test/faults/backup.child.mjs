// A ledger that is written to without a pause: says how many requests it has acknowledged, until it is told to stop.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dist, folder] = process.argv.slice(2);
const AT_ONCE = 16;
const { Home, settingsFrom } = await import(pathToFileURL(join(dist, 'libs/home/index.js')).href);
const home = await Home.open(settingsFrom(process.env, { folder }));
const ask = (type, body, actorRef) =>
  home.door.ask('barking', type, { commandId: randomUUID(), ...body }, { actorRef, issuer: 'test', authnStrength: 'test' });
await ask('GrantRole', { subject: 'clerk', role: 'clerk' }, 'operator');
home.start();
let [acknowledged, going] = [0, true];
process.on('message', () => (going = false));
const write = async () => {
  while (going) {
    const organisationId = `o-${randomUUID()}`;
    await ask('RegisterOrganisation', { organisationId, name: 'A group', kind: 'community_group', identifiers: [] }, 'clerk');
    acknowledged += 1;
  }
};
const telling = setInterval(() => process.send(acknowledged), 20);
await Promise.all(Array.from({ length: AT_ONCE }, write));
clearInterval(telling);
await home.close();
process.send(acknowledged, () => process.exit(0));

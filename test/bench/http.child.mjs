import 'reflect-metadata';
import { createApp, warmUp } from '../../dist/apps/ledger/app.js';
import { Home } from '../../dist/libs/home/home.js';
import { settingsFrom } from '../../dist/libs/home/settings.js';
import { Ledger } from '../../dist/libs/event-store/index.js';
import { tellDemonstration } from '../../dist/libs/stories/index.js';

// The server in a process of its own: http.child.mjs FOLDER stored|storeless|pages
const [folder, kind] = process.argv.slice(2);
// Views, entry numbers and seals are other rows; here, as in W1, the policies listen.
if (kind !== 'pages')
  Home.prototype.start = function start() {
    this.policies.start();
  };
const app = await createApp(settingsFrom({}, { folder, demonstration: false, port: 0 }), { quiet: true });
const home = app.get(Home);
if (kind === 'pages') await tellDemonstration(home);
else {
  const operator = { actorRef: 'operator', issuer: 'bench', authnStrength: 'local' };
  await home.door.ask('bench', 'GrantRole', { commandId: crypto.randomUUID(), subject: 'finance', role: 'finance-officer' }, operator);
}
// The same app, whose last step writes nothing and answers at once.
const receipt = {
  commandId: crypto.randomUUID(),
  stream: 'fund-bench_levy',
  revision: 0,
  position: '1',
  events: [{ id: crypto.randomUUID(), type: 'FundOpened' }],
};
if (kind === 'storeless') Ledger.prototype.carryOut = () => Promise.resolve(receipt);
await warmUp(app);
await app.listen(0, '127.0.0.1');
process.send({ url: await app.getUrl(), token: await home.tokens.issue('finance') });
process.once('message', () => process.send(process.cpuUsage(), () => process.exit(0)));

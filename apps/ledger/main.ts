import 'reflect-metadata';
import { Home, settingsFrom } from '@ledger/home';
import { tellDemonstration } from '@ledger/stories';
import { createApp, warmUp } from './app.js';

const settings = settingsFrom(process.env, process.argv.includes('--empty') ? { demonstration: false } : {});
const app = await createApp(settings);
const home = app.get(Home);
if (settings.demonstration) await tellDemonstration(home);
// What cannot be brought up to date now is told by /health/ready, and the consumers go on with it.
else await home.settle().catch(() => undefined);
await warmUp(app);
await app.listen(settings.port, settings.host);

const { entry } = await home.views.completeTo();
const address = await app.getUrl();
process.stdout.write(
  [
    `The ledger is open at ${address}, complete to entry ${entry}.`,
    ...(settings.folder === null ? [] : [`Its files are in ${settings.folder}.`]),
    `Try first: follow a pound from the fund to the group on the first page, then look at it as it stood at an earlier entry.`,
    `For programs: ${address}/api/docs`,
    'Stop it with Ctrl-C.',
    '',
  ].join('\n'),
);

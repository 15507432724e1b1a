import 'reflect-metadata';
import { Home, settingsFrom } from '@ledger/home';
import { createApp } from './app.js';

const settings = settingsFrom(process.env, process.argv.includes('--empty') ? { demonstration: false } : {});
const app = await createApp(settings);
await app.listen(settings.port, settings.host);
const { completeTo } = { completeTo: app.get(Home).views.completeTo() };
const address = (await app.getUrl()).replace('[::1]', 'localhost');
process.stdout.write(`The ledger is open at ${address} (complete to entry ${completeTo.entry}).\n`);

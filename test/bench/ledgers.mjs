import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { Home } from '../../dist/libs/home/home.js';
import { LedgerModule } from '../../dist/libs/home/ledger.module.js';
import { settingsFrom } from '../../dist/libs/home/settings.js';

export const TENANT = 'bench';
export const STREAMS = 1_000;
export const EVENTS_BEFORE = 20;
const operator = { actorRef: 'operator', issuer: 'bench', authnStrength: 'local' };
const officer = { actorRef: 'finance', issuer: 'bench', authnStrength: 'local' };
const fundOf = (stream) => `fund-${stream}`;

/** A ledger behind its buses, as the server has it, with 1,000 funds that have 20 events each. */
export async function openLedger(folder, { consumers = ['policies'] } = {}) {
  const app = await NestFactory.createApplicationContext(LedgerModule.open(settingsFrom({}, { folder, demonstration: false })), {
    logger: false,
  });
  const home = app.get(Home);
  const grant = { commandId: randomUUID(), subject: officer.actorRef, role: 'finance-officer' };
  await home.door.ask(TENANT, 'GrantRole', grant, operator);
  if (consumers.includes('all')) home.start();
  else if (consumers.includes('policies')) home.policies.start();
  const receipt = (stream, lotId) =>
    home.door.ask(
      TENANT,
      'RecordReceipt',
      { commandId: randomUUID(), fundId: fundOf(stream), lotId, kind: 'income', amountPence: 125_000, source: 'developer-contributions' },
      officer,
    );
  const open = (stream) =>
    home.door.ask(
      TENANT,
      'OpenFund',
      {
        commandId: randomUUID(),
        fundId: fundOf(stream),
        title: `Fund ${stream}`,
        class: 'general',
        purpose: 'Paths, play and planting',
        purposes: ['parks'],
        currency: 'GBP',
        holder: 'finance',
      },
      officer,
    );
  const fill = async (streams = STREAMS) => {
    await Promise.all(Array.from({ length: streams }, (_, stream) => open(stream)));
    for (let lot = 1; lot < EVENTS_BEFORE; lot += 1)
      await Promise.all(Array.from({ length: streams }, (_, stream) => receipt(stream, `before-${lot}`)));
  };
  return { home, receipt, fill, close: () => app.close() };
}

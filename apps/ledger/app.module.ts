import { type DynamicModule, Module } from '@nestjs/common';
import { LedgerModule, type Settings } from '@ledger/home';
import { commandControllers } from './api/commands.controllers.js';
import { MachineController } from './api/machine.controller.js';
import { Metrics } from './api/metrics.js';
import { questionController } from './api/queries.controllers.js';
import { LogController } from './log/log.controller.js';
import { PublicBundle } from './log/public-bundle.js';
import { SiteModule } from './site/site.module.js';

@Module({})
export class AppModule {
  static of(settings: Settings): DynamicModule {
    const metrics = new Metrics();
    const ledger = LedgerModule.open(settings, { meter: metrics });
    return {
      module: AppModule,
      imports: [ledger, SiteModule.over(ledger)],
      providers: [{ provide: Metrics, useValue: metrics }, PublicBundle],
      controllers: [MachineController, LogController, ...commandControllers, questionController],
    };
  }
}

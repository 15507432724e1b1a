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
    const [api, site] = [settings.roles.includes('api'), settings.roles.includes('site')];
    return {
      module: AppModule,
      imports: [ledger, ...(site ? [SiteModule.over(ledger)] : [])],
      providers: [{ provide: Metrics, useValue: metrics }, PublicBundle],
      // Every process says how it stands, and shows the public log.
      controllers: [MachineController, LogController, ...(api ? [...commandControllers, questionController] : [])],
    };
  }
}

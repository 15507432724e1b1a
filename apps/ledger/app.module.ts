import { type DynamicModule, Module } from '@nestjs/common';
import { LedgerModule, type Settings } from '@ledger/home';
import { commandControllers } from './api/commands.controllers.js';
import { MachineController } from './api/machine.controller.js';
import { questionController } from './api/queries.controllers.js';

@Module({})
export class AppModule {
  static of(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [LedgerModule.open(settings)],
      controllers: [MachineController, ...commandControllers, questionController],
    };
  }
}

import { type DynamicModule, Inject, Injectable, Module, type OnApplicationShutdown, type Type } from '@nestjs/common';
import { CommandBus, CommandHandler, CqrsModule, type ICommandHandler, type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { Desk, LedgerCommand, Receipt } from '@ledger/event-store';
import { everyDesk } from '@ledger/policies';
import { Ask, answerTo, type AskedAnswer } from './ask.js';
import { carriedOut, Home, type Opening } from './home.js';
import type { Settings } from './settings.js';

/** One handler for each command on the desk: a thin step from the bus to the ledger. */
const handlerOf = ({ command, decider }: Desk): Type<ICommandHandler<LedgerCommand, Receipt>> => {
  class Handler implements ICommandHandler<LedgerCommand, Receipt> {
    constructor(private readonly home: Home) {}
    execute(asked: LedgerCommand): Promise<Receipt> {
      return carriedOut(this.home.ledger, decider, asked);
    }
  }
  Object.defineProperty(Handler, 'name', { value: `${command.name}Handler` });
  Inject(Home)(Handler, undefined, 0);
  Injectable()(Handler);
  CommandHandler(command)(Handler);
  return Handler;
};

@QueryHandler(Ask)
class AskHandler implements IQueryHandler<Ask, AskedAnswer> {
  constructor(@Inject(Home) private readonly home: Home) {}
  execute(ask: Ask): Promise<AskedAnswer> {
    return answerTo(this.home, ask);
  }
}

@Module({})
export class LedgerModule implements OnApplicationShutdown {
  constructor(@Inject(Home) private readonly home: Home) {}

  /** The ledger of these settings, with the buses: what the server and the command line both stand on. */
  static open(settings: Settings, opening: Pick<Opening, 'meter'> = {}): DynamicModule {
    const home = {
      provide: Home,
      inject: [CommandBus],
      useFactory: (bus: CommandBus) =>
        Home.open(settings, { ...opening, carry: (command) => bus.execute<LedgerCommand, Receipt>(command) }),
    };
    return {
      module: LedgerModule,
      imports: [CqrsModule.forRoot()],
      providers: [home, AskHandler, ...everyDesk.map(handlerOf)],
      exports: [Home, CqrsModule],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.home.close();
  }
}

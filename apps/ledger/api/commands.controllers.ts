import { Controller, HttpCode, Inject, Post, Req, type Type, UseFilters } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Desk } from '@ledger/event-store';
import { rolesFor } from '@ledger/event-store';
import { Home, type SignedAnswer } from '@ledger/home';
import { everyDesk } from '@ledger/policies';
import { ProblemFilter } from './problem.js';
import { ProblemShown, ReceiptShown } from './shown.js';

type Request = Readonly<{ params: { tenant: string }; headers: Record<string, string | undefined>; body: unknown }>;
export const ON_BEHALF_OF = 'x-on-behalf-of';

/** People ask for it: a command that only a policy may ask has no address. */
const fromOutside = ({ command }: Desk) => rolesFor(command).some((role) => role !== 'policy');

/** One controller for each context, one address for each of its commands: all made from the desk. */
function controllerOf(context: string, desks: readonly Desk[]): Type {
  class Commands {
    constructor(protected readonly home: Home) {}
  }
  Object.defineProperty(Commands, 'name', { value: `${context}Commands` });
  Inject(Home)(Commands, undefined, 0);
  const prototype = Commands.prototype as unknown as Record<string, unknown>;
  for (const { command } of desks) {
    const { name } = command;
    prototype[name] = async function (this: { home: Home }, { body, headers, params }: Request): Promise<SignedAnswer> {
      const actor = this.home.tokens.verify(headers['authorization']);
      return this.home.publicLog.signed(await this.home.door.ask(params.tenant, name, body, actor, headers[ON_BEHALF_OF]));
    };
    Req()(prototype, name, 0);
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
    const roles = rolesFor(command).filter((role) => role !== 'policy');
    for (const decorate of [
      Post(name),
      HttpCode(201),
      ApiOperation({
        operationId: name,
        summary: name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase(),
        description: `For ${roles.join(' or ')}.`,
      }),
      ApiParam({ name: 'tenant', example: 'barking-and-dagenham', description: 'The organisation whose books these are' }),
      ApiHeader({ name: ON_BEHALF_OF, required: false, description: 'For recorders of history: who the duties are judged on' }),
      ApiBody({ type: command }),
      ApiResponse({ status: 201, type: ReceiptShown, description: 'Done, or done before under the same commandId: the first receipt' }),
      ApiResponse({ status: 400, type: ProblemShown, description: 'Not understood: each field that is wrong, in words' }),
      ApiResponse({ status: 401, type: ProblemShown }),
      ApiResponse({ status: 403, type: ProblemShown }),
      ApiResponse({ status: 409, type: ProblemShown, description: 'Refused by a rule: its code, words and numbers' }),
      ApiResponse({ status: 503, type: ProblemShown, description: 'Not now: send the same request again' }),
    ])
      decorate(prototype, name, descriptor);
  }
  Controller('api/:tenant/commands')(Commands);
  ApiTags(context)(Commands);
  ApiBearerAuth()(Commands);
  UseFilters(ProblemFilter)(Commands);
  return Commands;
}

export const commandControllers: readonly Type[] = [...Map.groupBy(everyDesk.filter(fromOutside), ({ context }) => context)].map(
  ([context, desks]) => controllerOf(context, desks),
);

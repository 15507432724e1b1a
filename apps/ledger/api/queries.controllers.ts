import { Controller, Get, Header, Inject, NotFoundException, Req, type Type, UseFilters } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Ask, type AskedAnswer, everyQuery, Home } from '@ledger/home';
import { ProblemFilter } from './problem.js';
import { AnswerShown, ProblemShown } from './shown.js';

type Request = Readonly<{ params: { tenant: string }; query: Record<string, string>; headers: Record<string, string | undefined> }>;
const MOMENT = [
  { name: 'asAt', example: '2018-06-05', description: 'What was true on this day; today when left out' },
  { name: 'asKnown', example: '287', description: 'What the ledger had been told by this entry or instant; now when left out' },
  { name: 'after', description: 'A position from a receipt: waits until the answer has seen it' },
] as const;

/** One address for each question, made from the list of questions; anybody may ask, for an answer has public parts only. The few that name people are for the roles they name. */
function controllerOfQuestions(): Type {
  class Questions {
    constructor(
      protected readonly queries: QueryBus,
      protected readonly home: Home,
    ) {}
  }
  Inject(QueryBus)(Questions, undefined, 0);
  Inject(Home)(Questions, undefined, 1);
  const prototype = Questions.prototype as unknown as Record<string, unknown>;
  for (const { for: readers, name, params, says } of everyQuery) {
    prototype[name] = async function (
      this: { queries: QueryBus; home: Home },
      { headers, params: { tenant }, query }: Request,
    ): Promise<AskedAnswer> {
      const asker = readers === undefined ? null : await this.home.tokens.verify(headers['authorization']);
      const { after, asAt, asKnown, ...rest } = query;
      const answer = await this.queries.execute(new Ask(tenant, name, rest, { after, asAt, asKnown }, asker));
      if (answer === undefined) throw new NotFoundException('Nothing of that name is in the record at this moment');
      return answer;
    };
    Req()(prototype, name, 0);
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name)!;
    for (const decorate of [
      Get(name),
      ApiOperation({ operationId: `ask-${name}`, summary: says }),
      ApiParam({ name: 'tenant', example: 'barking-and-dagenham' }),
      ...params.map((param) => ApiQuery({ name: param.replace(/\?$/, ''), required: !param.endsWith('?'), type: String })),
      ...MOMENT.map((one) => ApiQuery({ ...one, required: false, type: String })),
      ...(readers === undefined
        ? []
        : [
            Header('cache-control', 'no-store'),
            ApiBearerAuth(),
            ApiResponse({ status: 401, type: ProblemShown }),
            ApiResponse({ status: 403, type: ProblemShown, description: `For ${readers.join(' or ')}` }),
          ]),
      ApiResponse({ status: 200, type: AnswerShown }),
      ApiResponse({ status: 400, type: ProblemShown }),
      ApiResponse({ status: 404, type: ProblemShown, description: 'Nothing of that name is in the record at this moment' }),
    ])
      decorate(prototype, name, descriptor);
  }
  Controller('api/:tenant')(Questions);
  ApiTags('questions')(Questions);
  UseFilters(ProblemFilter)(Questions);
  return Questions;
}

export const questionController: Type = controllerOfQuestions();

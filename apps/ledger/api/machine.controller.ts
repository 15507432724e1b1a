import { Body, Controller, Get, Inject, NotFoundException, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Home, Misunderstood, type Standing, standingOf } from '@ledger/home';
import { Refusal } from '@ledger/kernel';
import { Metrics } from './metrics.js';
import { ProblemFilter } from './problem.js';

type Request = Readonly<{ socket: { remoteAddress?: string | undefined }; headers: { host?: string } }>;
type Reply = { status(code: number): void; header(name: string, value: string): void };
const LOOPBACK_PEER = /^(::ffff:)?127\.|^::1$/;
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const DEMO_HOURS = 1;

/** What machines ask: is it alive, is it ready, in numbers, which entry has this position; and the demonstration's sign-in. */
@Controller()
@ApiTags('machine')
@UseFilters(ProblemFilter)
export class MachineController {
  constructor(
    @Inject(Home) private readonly home: Home,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  @ApiOperation({ summary: 'The process answers' })
  live(): object {
    return { status: 'live' };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'Whether the ledger can be read and written, in words, and how far everything that follows it has come' })
  @ApiResponse({ status: 200, description: 'Ready' })
  @ApiResponse({ status: 503, description: 'Not now: the words say why' })
  async ready(@Res({ passthrough: true }) reply: Reply): Promise<Standing> {
    const standing = await standingOf(this.home);
    if (standing.status !== 'ready') reply.status(503);
    return standing;
  }

  @Get('metrics')
  @ApiOperation({ summary: 'The ledger in numbers, in Prometheus’ text format' })
  async numbers(@Res({ passthrough: true }) reply: Reply): Promise<string> {
    reply.header('content-type', this.metrics.type);
    return this.metrics.text(this.home);
  }

  @Get('api/entry-numbers/:position')
  @ApiOperation({ summary: 'Which entry stands at a position: a receipt has the position, people speak of entries' })
  async entryNumber(@Param('position') position: string): Promise<object> {
    const entry = await this.home.log.entryAt(position);
    if (entry === undefined) throw new NotFoundException('No entry has this position yet');
    return { entry };
  }

  /** A short-lived token, for trying things out: only where bind address, peer and Host header are all loopback. */
  @Post('api/demonstration/sign-in')
  @ApiOperation({ summary: 'A token for one hour, on this machine only' })
  async signIn(@Req() { headers, socket }: Request, @Body() body: unknown): Promise<object> {
    const local =
      LOOPBACK_HOST.test(this.home.settings.host) &&
      LOOPBACK_PEER.test(socket.remoteAddress ?? '') &&
      LOOPBACK_HOST.test(headers.host ?? '');
    if (!local || !this.home.settings.demonstration)
      throw new Refusal('ONLY_ON_THIS_MACHINE', 'The demonstration’s sign-in works on the machine itself only');
    const subject = (body as { as?: unknown } | null)?.as;
    if (typeof subject !== 'string') throw new Misunderstood([{ field: 'as', words: 'must name an office, such as finance-manager' }]);
    return { token: await this.home.tokens.issue(subject, DEMO_HOURS, 'demonstration'), subject, hours: DEMO_HOURS };
  }
}

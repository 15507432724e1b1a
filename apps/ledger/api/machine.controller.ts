import { Body, Controller, Get, Inject, NotFoundException, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Home, Misunderstood } from '@ledger/home';
import { Refusal } from '@ledger/kernel';
import { ProblemFilter } from './problem.js';

type Request = Readonly<{ socket: { remoteAddress?: string | undefined }; headers: { host?: string } }>;
type Reply = { status(code: number): void };
const LOOPBACK_PEER = /^(::ffff:)?127\.|^::1$/;
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const DEMO_HOURS = 1;
/** More entries behind than this, and the pages are too old to be called ready. */
const BEHIND_MAX = 10_000;

/** What machines ask: is it alive, is it ready, which entry has this position; and the demonstration's sign-in. */
@Controller()
@ApiTags('machine')
@UseFilters(ProblemFilter)
export class MachineController {
  constructor(@Inject(Home) private readonly home: Home) {}

  @Get('health/live')
  @ApiOperation({ summary: 'The process answers' })
  live(): object {
    return { status: 'live' };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'The ledger can be read and written, and how far its pages are behind' })
  async ready(@Res({ passthrough: true }) reply: Reply): Promise<object> {
    const [head, completeTo] = [await this.home.store.head(), await this.home.views.completeTo()];
    const numbered = this.home.log.lastEntry()?.entry ?? -1;
    const behind = Math.max(0, numbered - completeTo.entry);
    if (behind > BEHIND_MAX) reply.status(503);
    return { status: behind > BEHIND_MAX ? 'behind' : 'ready', head, completeTo, behind, deadLetters: this.home.log.deadLetters().length };
  }

  @Get('api/entry-numbers/:position')
  @ApiOperation({ summary: 'Which entry stands at a position: a receipt has the position, people speak of entries' })
  entryNumber(@Param('position') position: string): object {
    const entry = this.home.log.entryAt(position);
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

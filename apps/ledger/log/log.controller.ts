import { Controller, Get, Inject, NotFoundException, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Home } from '@ledger/home';

type Request = Readonly<{ url: string }>;
type Reply = { header(name: string, value: string): Reply; type(type: string): Reply; send(body: Buffer | string): void };
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The public log as static files (C2SP tlog-tiles), and signed receipts. Any web server may serve the same folder. */
@Controller()
@ApiTags('public log')
export class LogController {
  constructor(@Inject(Home) private readonly home: Home) {}

  @Get('log/checkpoint')
  @ApiOperation({ summary: 'The newest signed checkpoint: the name of the log, how many entries, their root, who signed' })
  checkpoint(@Res() reply: Reply): void {
    const found = this.home.publicLog.published.read('checkpoint');
    if (found === undefined) throw new NotFoundException('Nothing is sealed yet');
    reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache').send(found);
  }

  @Get('log/tile/*')
  @ApiOperation({ summary: 'A tile of digests, or of entries: it never changes' })
  tile(@Req() { url }: Request, @Res() reply: Reply): void {
    const found = this.home.publicLog.published.read(url.replace(/^\/log\//, '').replace(/\?.*$/, ''));
    if (found === undefined) throw new NotFoundException('The log has no such tile');
    reply.type('application/octet-stream').header('cache-control', FOR_EVER).send(found);
  }

  @Get('api/receipts/:stream/:revision')
  @ApiOperation({ summary: 'The signed receipt of one event, as a text file to keep' })
  async receipt(@Param('stream') stream: string, @Param('revision') revision: string, @Res() reply: Reply): Promise<void> {
    const found = /^\d{1,15}$/.test(revision) ? await this.home.publicLog.receipt(stream, Number(revision)) : undefined;
    if (found === undefined) throw new NotFoundException('There is no such event');
    reply.type('text/plain; charset=utf-8').send(found);
  }
}

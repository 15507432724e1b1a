import { Controller, Get, Inject, NotFoundException, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Readable } from 'node:stream';
import { Home } from '@ledger/home';
import { canonicalText } from '@ledger/kernel';
import { PublicBundle } from './public-bundle.js';

type Request = Readonly<{ url: string }>;
type Reply = { header(name: string, value: string): Reply; type(type: string): Reply; send(body: Buffer | string | Readable): void };
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The public log as static files (C2SP tlog-tiles), and signed receipts. Any web server may serve the same folder. */
@Controller()
@ApiTags('public log')
export class LogController {
  constructor(
    @Inject(Home) private readonly home: Home,
    @Inject(PublicBundle) private readonly bundle: PublicBundle,
  ) {}

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

  @Get('log/proof/:file')
  @ApiOperation({ summary: 'The proof of one entry as a file to keep: `12` is a C2SP tlog-proof, `12.json` holds the entry as well' })
  async proof(@Param('file') file: string, @Res() reply: Reply): Promise<void> {
    const [, entry, json] = /^(\d{1,15})(\.json)?$/.exec(file) ?? [];
    const found = entry === undefined ? undefined : await this.home.publicLog.proof(Number(entry));
    if (found === undefined) throw new NotFoundException('There is no such entry, or it is not sealed yet');
    const name = `entry-${entry!}.${json === undefined ? 'tlog-proof' : 'json'}`;
    reply.header('content-disposition', `attachment; filename="${name}"`).header('cache-control', 'no-cache');
    if (json === undefined) reply.type('text/plain; charset=utf-8').send(found.text);
    else reply.type('application/json; charset=utf-8').send(canonicalText(found.document));
  }

  @Get('log/bundle.zip')
  @ApiOperation({
    summary: 'Everything public up to the newest checkpoint, for the auditor’s program, while it is small enough for this door',
  })
  async publicBundle(@Res() reply: Reply): Promise<void> {
    const found = await this.bundle.read();
    if (found === undefined) throw new NotFoundException('Nothing is sealed yet, or the bundle is so large that the operator writes it');
    reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename="ledger-${found.size}.zip"`)
      .header('cache-control', 'no-cache')
      .send(found.archive);
  }

  @Get('api/receipts/:stream/:revision')
  @ApiOperation({ summary: 'The signed receipt of one event, as a text file to keep' })
  async receipt(@Param('stream') stream: string, @Param('revision') revision: string, @Res() reply: Reply): Promise<void> {
    const found = /^\d{1,15}$/.test(revision) ? await this.home.publicLog.receipt(stream, Number(revision)) : undefined;
    if (found === undefined) throw new NotFoundException('There is no such event');
    reply.type('text/plain; charset=utf-8').send(found);
  }
}

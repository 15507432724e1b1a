import { Controller, Get, Inject, type OnApplicationShutdown, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { auditTime, interval, startWith, type Subscription, switchMap } from 'rxjs';
import { Reader } from '../frame/reader.js';

type RawRequest = Readonly<{ raw: IncomingMessage }>;
type RawReply = Readonly<{ raw: ServerResponse; hijack: () => void; code: (status: number) => { send: (body: string) => void } }>;
/** One browser tab each; more than this, and a tab simply does without. */
const STREAMS_MAX = 500;
const EVERY_MS = 500;
const HEARTBEAT_MS = 25_000;

/** Tells every open page the newest entry, as server-sent events: a bell, not the news itself. */
@Controller('events')
@ApiExcludeController()
export class EventsController implements OnApplicationShutdown {
  private readonly open = new Map<ServerResponse, Subscription>();
  constructor(@Inject(Reader) private readonly reader: Reader) {}

  @Get()
  listen(@Req() { raw: request }: RawRequest, @Res() reply: RawReply): void {
    if (this.open.size >= STREAMS_MAX) return reply.code(503).send('Too many pages are listening. This one still shows everything.');
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    const newest = this.reader.advanced.pipe(
      auditTime(EVERY_MS),
      startWith(null),
      switchMap(() => this.reader.newest()),
    );
    const heard = newest.subscribe({
      next: ({ entry }) => raw.write(`event: entry\ndata: ${entry}\n\n`),
      complete: () => raw.end(),
      error: () => raw.end(),
    });
    heard.add(interval(HEARTBEAT_MS).subscribe(() => raw.write(': still here\n\n')));
    this.open.set(raw, heard);
    request.on('close', () => this.leave(raw));
  }

  /** Ends every stream, so that a server that is asked to stop can stop. */
  endAll(): void {
    for (const raw of [...this.open.keys()]) {
      this.leave(raw);
      raw.end();
    }
  }
  onApplicationShutdown(): void {
    this.endAll();
  }
  private leave(raw: ServerResponse): void {
    this.open.get(raw)?.unsubscribe();
    this.open.delete(raw);
  }
}

import fastifyStatic from '@fastify/static';
import { Controller, type DynamicModule, Get, Inject, Module, NotFoundException, Req, Res, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiExcludeController } from '@nestjs/swagger';
import { Pages, type Reply, type Request } from './frame/pages.js';
import { Reader } from './frame/reader.js';
import type { Page } from './frame/visit.js';
import { EventsController } from './live/events.controller.js';
import { everyPage } from './pages/index.js';
import { assetFolder, fontFolders } from './templates.js';

/** The files of tables have a dot in their names, and no id has one: so they can lie beside whatever has an id. */
const FILE = ':file(^[a-z0-9-]{1,120}[.](?:csv|json)$)';

/** One controller for each page: its address, and the files of its tables below it. */
function controllerOf(page: Page): Type {
  class PageController {
    constructor(protected readonly pages: Pages) {}
    show(request: Request, reply: Reply): Promise<void> {
      return this.pages.show(page, request, reply);
    }
    file(request: Request, reply: Reply): Promise<void> {
      return this.pages.file(page, request, reply);
    }
  }
  Object.defineProperty(PageController, 'name', { value: `${page.name}Page` });
  Inject(Pages)(PageController, undefined, 0);
  const { prototype } = PageController;
  for (const [method, below] of [
    ['show', ''],
    ['file', page.filesBelow === undefined ? FILE : `${page.filesBelow}/${FILE}`],
  ] as const) {
    Req()(prototype, method, 0);
    Res()(prototype, method, 1);
    Get(below)(prototype, method, Object.getOwnPropertyDescriptor(prototype, method)!);
  }
  Controller(page.address)(PageController);
  ApiExcludeController()(PageController);
  return PageController;
}

/** Whatever no page has. Programs get their own answer. */
@Controller()
@ApiExcludeController()
class UnknownController {
  constructor(@Inject(Pages) private readonly pages: Pages) {}
  @Get('*')
  unknown(@Req() request: Request, @Res() reply: Reply): Promise<void> {
    if (/^\/(api|health)(\/|$)/.test(request.url)) throw new NotFoundException(`There is nothing at ${request.url}`);
    return this.pages.unknown(request, reply);
  }
}

/** The public pages: they ask, and never write. */
@Module({})
export class SiteModule {
  /** Over a ledger that is open already: the very module that the rest of the server stands on. */
  static over(ledger: DynamicModule): DynamicModule {
    return {
      module: SiteModule,
      imports: [ledger],
      providers: [Reader, Pages],
      controllers: [EventsController, ...everyPage.map(controllerOf), UnknownController],
    };
  }
}

const YEAR_SECONDS = 31_536_000;
/** Nothing from outside, nothing written into the page: whoever slips a script into a name gets it shown, not run. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Style sheets and type, and the headers of every answer. Call it before the application is initialised. */
export async function setUpSite(app: NestFastifyApplication): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  await app.register(fastifyStatic as never, {
    root: fontFolders,
    prefix: '/site/fonts/',
    immutable: true,
    maxAge: YEAR_SECONDS * 1000,
    index: false,
  });
  await app.register(fastifyStatic as never, {
    root: assetFolder,
    prefix: '/site/',
    decorateReply: false,
    immutable: true,
    maxAge: YEAR_SECONDS * 1000,
    index: false,
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    reply.header('referrer-policy', 'same-origin');
    reply.header('cross-origin-opener-policy', 'same-origin');
    reply.header('permissions-policy', 'camera=(), geolocation=(), microphone=()');
    if (!request.url.startsWith('/api/docs')) reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    done(null, payload);
  });
  fastify.addHook('preClose', (done) => {
    app.get(EventsController, { strict: false }).endAll();
    done();
  });
}

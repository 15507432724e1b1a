import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Home, type Settings } from '@ledger/home';
import { ProblemFilter } from './api/problem.js';
import { AppModule } from './app.module.js';
import { setUpSite } from './site/site.module.js';

const BODY_BYTES_MAX = 64 * 1024;

/** The server, ready to listen: the ledger, its addresses, its pages. Reads top to bottom as a request's life does. */
export async function createApp(settings: Settings, { quiet = false } = {}): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: BODY_BYTES_MAX, routerOptions: { maxParamLength: 300 } });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.of(settings), adapter, {
    logger: quiet ? false : ['error', 'warn'],
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter());
  SwaggerModule.setup('api/docs', app, () => openApi(app), { jsonDocumentUrl: 'api/docs-json' });
  if (settings.roles.includes('site')) await setUpSite(app);
  // As a container's first process nothing else would end it: the signal that Nest sends itself has no effect there.
  app.enableShutdownHooks([], { useProcessExit: true });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  app.get(Home).start();
  return app;
}

/** Asks for the first page once, so that the first reader does not wait while templates and tables are read. */
export async function warmUp(app: NestFastifyApplication): Promise<void> {
  await app.inject('/');
}

export function openApi(app: NestFastifyApplication): ReturnType<typeof SwaggerModule.createDocument> {
  const about = new DocumentBuilder()
    .setTitle('Community Commissioning Ledger')
    .setDescription(
      'Commands ask; the ledger’s rules answer with a receipt or a refusal. Questions answer as at a day, as known at an entry.',
    )
    .setVersion('1')
    .addBearerAuth();
  return SwaggerModule.createDocument(app, about.build());
}

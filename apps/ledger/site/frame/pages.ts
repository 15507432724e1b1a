import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Moment } from '@ledger/views';
import type { BodySummary, OrganisationRow } from '@ledger/governance/views';
import { randomUUID } from 'node:crypto';
import { csvOf, jsonOf } from '../tables/sheet.js';
import { render } from '../templates.js';
import { kitFor } from '../words/kit.js';
import { namesFrom } from '../words/names.js';
import { frameOf } from './frame.js';
import { fromForm, linkTo, Mistaken, momentOf, type SiteMoment, type Typed } from './moment.js';
import { Reader } from './reader.js';
import { type Built, MovedTo, type Page, type Visit } from './visit.js';

export type Request = Readonly<{ url: string; params: Readonly<Record<string, string>>; query: Readonly<Record<string, unknown>> }>;
export interface Reply {
  code(status: number): this;
  header(name: string, value: string): this;
  type(media: string): this;
  redirect(url: string, status?: number): unknown;
  send(body: unknown): unknown;
}
const FILE = /^([a-z][a-z-]*)\.(csv|json)$/;
const HTML = 'text/html; charset=utf-8';
const NOT_NOW = 'The pages of this ledger cannot be read at the moment. Nothing is lost. Please try again in a minute.\n';

/** Repeated names in an address count once, the last. */
const once = (query: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(Array.isArray(value) ? value.at(-1) : value)]));

/** Shows pages: from an address to a moment, from a moment to answers, from answers to a page or a file. */
@Injectable()
export class Pages {
  private readonly log = new Logger('Pages');
  constructor(@Inject(Reader) private readonly reader: Reader) {}

  async show(page: Page, request: Request, reply: Reply): Promise<void> {
    const [query, path] = [once(request.query), request.url.split('?')[0]!];
    await this.answering(request, reply, async () => {
      const moment = await this.momentOf(query);
      if (fromForm(query)) {
        const kept = Object.fromEntries(Object.entries(query).filter(([name]) => !FORM.includes(name)));
        reply.redirect(linkTo(moment, path, kept), 303);
        return;
      }
      const visit = this.visit(moment, request.params['tenant'] ?? '', request.params, query);
      const built = await page.build(visit);
      if (built === undefined) return await this.notHere(page, visit, path, reply);
      await this.page(page.template, built, visit, page, path, reply, 200, query);
    });
  }

  /** A table of a page, as a file: the very rows that the page shows. */
  async file(page: Page, request: Request, reply: Reply): Promise<void> {
    await this.answering(request, reply, async () => {
      const [, name, format] = FILE.exec(request.params['file'] ?? '') ?? [];
      const { file: _, ...params } = request.params;
      const query = once(request.query);
      const moment = await this.momentOf(query);
      const visit = this.visit(moment, params['tenant'] ?? '', params, { ...query, all: 'yes' });
      const built = name === undefined ? undefined : await page.build(visit);
      const sheet = name === undefined ? undefined : built?.sheets?.[name];
      if (sheet === undefined) return await this.unknown(request, reply);
      const { asAt, asKnown, newest } = moment;
      if (format === 'csv') reply.type('text/csv; charset=utf-8; header=present').send(csvOf(sheet));
      else reply.type('application/json; charset=utf-8').send(jsonOf(sheet, { tenantId: visit.tenant, asAt, asKnown, completeTo: newest }));
    });
  }

  /** An address that no page has. */
  async unknown(request: Request, reply: Reply): Promise<void> {
    const path = request.url.split('?')[0]!;
    const visit = this.visit(await this.momentOf({}), '', {}, {});
    await this.page(
      'pages/not-here.njk',
      { title: 'There is no page at this address', why: 'address', path },
      visit,
      null,
      path,
      reply,
      404,
    );
  }

  private momentOf = async (typed: Typed) => momentOf(typed, await this.reader.clocks());

  private async notHere(page: Page, visit: Visit, path: string, reply: Reply): Promise<void> {
    const { moment } = visit;
    const now = await this.momentOf({});
    const later = moment.past ? await page.build(this.visit(now, visit.tenant, visit.params, visit.query)) : undefined;
    const known = visit.tenant === '' || (await this.reader.tenants(now.asKnown)).includes(visit.tenant);
    const built: Built =
      later === undefined
        ? {
            title: known ? 'Nothing of that name is in the record' : 'There is no page at this address',
            why: known ? 'name' : 'address',
            path,
          }
        : { title: later.title, why: 'later', now: linkTo({ at: undefined, known: undefined }, path), path };
    await this.page('pages/not-here.njk', built, known ? visit : { ...visit, tenant: '' }, page, path, reply, 404);
  }

  private async answering(request: Request, reply: Reply, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const path = request.url.split('?')[0]!;
      if (thrown instanceof MovedTo) return void reply.redirect(thrown.path, 303);
      // Not even the frame of a page can be made without the views.
      if ((thrown as Error).name === 'DatabaseUnavailable')
        return void reply.code(503).header('retry-after', '5').type('text/plain; charset=utf-8').send(NOT_NOW);
      const query = once(request.query);
      const tenant = request.params['tenant'] ?? '';
      if (thrown instanceof Mistaken) {
        const visit = this.visit(await this.momentOf({}), tenant, request.params, {});
        return await this.page(
          'pages/mistake.njk',
          { title: 'Look at another moment', mistakes: thrown.mistakes },
          visit,
          null,
          path,
          reply,
          400,
          query,
          thrown,
        );
      }
      const incident = randomUUID();
      this.log.error(`${incident} ${request.url} ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
      const visit = this.visit(await this.momentOf({}), '', {}, {});
      await this.page('pages/fault.njk', { title: 'Something broke on our side', incident }, visit, null, path, reply, 500);
    }
  }

  private async page(
    template: string,
    built: Built,
    visit: Visit,
    page: Pick<Page, 'part'> | null,
    path: string,
    reply: Reply,
    status: number,
    typed: Typed = {},
    mistaken?: Mistaken,
  ): Promise<void> {
    const { kit, moment } = visit;
    const tenant = visit.tenant === '' ? undefined : visit.tenant;
    const placeName = tenant === undefined ? 'Every place in this ledger' : (await visit.names()).place(tenant);
    const timeline = await this.reader.timeline(tenant);
    const frame = frameOf({
      moment,
      path,
      tenant,
      placeName,
      part: page?.part ?? null,
      timeline,
      kit,
      typed,
      moments: built.moments,
      mistakes: mistaken?.mistakes ?? [],
    });
    reply
      .code(status)
      .header('cache-control', 'no-cache')
      .type(HTML)
      .send(render(template, { ...kit, kit, illMark: kit.ill, ...built, frame, path }));
  }

  private visit(
    moment: SiteMoment,
    tenant: string,
    params: Readonly<Record<string, string>>,
    query: Readonly<Record<string, string>>,
  ): Visit {
    const { asAt, asKnown } = moment;
    const askOf: Visit['askOf'] = (of, name, given = {}) => this.reader.ask(of, name, given, { asAt, asKnown });
    const ask: Visit['ask'] = (name, given) => askOf(tenant, name, given);
    const names = async () => {
      const [organisations, bodies, funds, decisions] = await Promise.all([
        ask<readonly OrganisationRow[]>('organisations'),
        ask<readonly BodySummary[]>('bodies'),
        ask<readonly { fundId: string; title: string }[]>('funds'),
        ask<readonly { decisionId: string; title: string }[]>('decisions'),
      ]);
      return namesFrom(organisations ?? [], bodies ?? [], funds ?? [], decisions ?? []);
    };
    const tenants = async () => (await this.reader.tenants(asKnown)).filter((one) => one !== INSTALLATION);
    let named: ReturnType<typeof names> | undefined;
    return {
      tenant,
      params,
      query,
      moment,
      kit: kitFor(moment, tenant === '' ? undefined : tenant),
      ask,
      askOf,
      askAt: (other: Partial<Moment>, name, given = {}) => this.reader.ask(tenant, name, given, { asAt, asKnown, ...other }),
      names: () => (named ??= names()),
      tenants,
      isHere: async () => (await tenants()).includes(tenant),
      log: () => this.reader.logAccount(),
    };
  }
}
/** What the machinery itself writes has no page of its own among the places. */
const INSTALLATION = 'ledger';
const FORM = ['at', 'known', 'day', 'month', 'year'];

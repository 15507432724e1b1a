import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { everyQuery, type Home } from '@ledger/home';
import { everyEventOf } from './stored.js';

export type Heard = Readonly<{ url: string; status: number; body: string }>;

/** Listens to the server as it is put together, and keeps every address that it answers to GET. */
export function routesHeard(): Set<string> {
  const routes = new Set<string>();
  const create = NestFactory.create.bind(NestFactory);
  jest.spyOn(NestFactory, 'create').mockImplementation(((module: never, adapter: FastifyAdapter, options: never) => {
    adapter.getInstance().addHook('onRoute', ({ method, url }) => {
      if ([method].flat().includes('GET')) routes.add(url.replace(/(?<=.)\/$/, ''));
    });
    return create(module, adapter, options);
  }) as never);
  return routes;
}
/** The address as a pattern: which route an address was answered by. */
export const patternOf = (route: string): RegExp =>
  new RegExp(
    `^${route.replaceAll(/:[a-zA-Z]+(\(\^(.*?)\$\))?/g, (_, __, inside: string | undefined) => inside ?? '[^/]+').replace('*', '.*')}$`,
  );

/** Whatever ids the record holds, by the name of the field that holds them: what an address can be filled with. */
async function idsOf(home: Home): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const ids = new Map<string, Set<string>>();
  const add = (name: string, value: string) => ids.set(name, (ids.get(name) ?? new Set()).add(value));
  const gather = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, one] of Object.entries(value)) {
      if (typeof one === 'string' && /^[a-z0-9][a-z0-9-]{0,79}$/.test(one) && !one.includes('canary')) add(name, one);
      gather(one);
    }
  };
  for (const [entry, { data, position, revision, stream }] of (await everyEventOf(home)).entries()) {
    gather(JSON.parse(data));
    add('entry', String(entry));
    add('file', String(entry));
    add('file', `${entry}.json`);
    add('stream', stream);
    add('position', String(position));
    if (revision < 2) add('revision', String(revision));
  }
  add('tenant', 'council');
  add('tenant', 'ledger');
  add('since', '0');
  for (const { account } of await home.views.balances({ tenantId: 'council', prefix: '', asAt: '9999-12-31', asKnown: 1e9 }))
    add('account', account);
  return ids;
}
const filled = (route: string, ids: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] => {
  const [, name] = /:([a-zA-Z]+)/.exec(route) ?? [];
  if (name === undefined) return [route];
  return [...(ids.get(name) ?? [])].flatMap((id) => filled(route.replace(/:[a-zA-Z]+(\(\^.*?\$\))?/, encodeURIComponent(id)), ids));
};

/** Every address there is: routes and questions filled with whatever the record holds, and the files that the pages link to. */
export async function addressesOf(app: NestFastifyApplication, home: Home, routes: ReadonlySet<string>): Promise<readonly string[]> {
  const ids = await idsOf(home);
  const own = [...routes].filter((route) => !/\*$|^\/events$|:file\(|\/docs/.test(route));
  const plain = own
    .filter((route) => !everyQuery.some(({ name }) => route === `/api/:tenant/${name}`))
    .flatMap((route) => filled(route, ids));
  const questions = everyQuery.flatMap(({ name, params }) => {
    const needed = params.filter((param) => !param.endsWith('?'));
    return filled(`/api/:tenant/${name}${needed.map((param, at) => `${at === 0 ? '?' : '&'}${param}=:${param}`).join('')}`, ids);
  });
  const published = join(home.settings.folder!, 'public-log');
  const tiles = readdirSync(join(published, 'tile'), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => `/log/${relative(published, join(one.parentPath, one.name))}`);
  const pages = new Set([
    ...plain,
    ...tiles,
    ...questions,
    '/council/search?q=canary7q',
    '/no-such-page',
    '/council/funds/nothing',
    '/api/council/nothing',
  ]);
  // The files of a page's tables are linked from the page.
  for (const page of [...pages].filter((one) => !one.startsWith('/api'))) {
    pages.add(`${page}/rows.csv`);
    const { body, headers } = await app.inject({ url: page });
    if (!String(headers['content-type']).includes('html')) continue;
    for (const [, href] of body.matchAll(/href="([^"]+\.(?:csv|json))"/g)) pages.add(href!.replaceAll('&amp;', '&'));
  }
  return [...pages];
}

export async function walk(
  app: NestFastifyApplication,
  addresses: readonly string[],
  token: string | null,
  moment: (address: string) => string = () => '',
): Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  for (const address of addresses) {
    const when = moment(address);
    const url = when === '' ? address : `${address}${address.includes('?') ? '&' : '?'}${when}`;
    const { body, headers, statusCode: status } = await app.inject({ url, headers: token === null ? {} : { authorization: token } });
    heard.push({ url, status, body: `${body}\n${JSON.stringify(headers)}` });
  }
  return heard;
}

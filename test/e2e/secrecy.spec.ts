import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '@ledger/catalogue';
import { unzipTo } from '@ledger/formats';
import { Home, settingsFrom, writeBundle } from '@ledger/home';
import { councilYear, hash, PLACE } from '@ledger/home/testing';
import { BUNDLE_AUDIENCES, type BundleAudience } from '@ledger/log';
import { ConsoleLogger, Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp } from '../../apps/ledger/app.js';
import { operator } from '../../apps/operator/operator.js';
import { Canaries, type Canary, secretFields } from './canaries.js';
import { everyEventOf } from './stored.js';
import { addressesOf, type Heard, patternOf, routesHeard, walk } from './walk.js';

const ADA = 'p-4f1c09d2';
const BEN = 'p-77aa01b3';
/** Everybody who might come to the door, by their role in the council; a partner has one in another council. */
const CALLERS = {
  partner: 'clerk',
  'the-clerk': 'clerk',
  protector: 'data-protection-officer',
  officer: 'finance-officer',
  helper: 'auditor',
  operator: 'operator',
} as const;
const READERS: readonly (string | null)[] = ['the-clerk', 'protector'];
const NAMED = /^\/api\/council\/subjects?(\?|$)/;

describe('what is not for everybody', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-secrecy-'));
  const canaries = new Canaries();
  const logged: string[] = [];
  let app: NestFastifyApplication;
  let home: Home;
  let addresses: readonly string[];
  let routes: ReadonlySet<string>;
  /** The entry of the event that opened a sealed field, or none. */
  const openedIn = new Map<Canary, number>();
  const tokenOf = async (who: string | null) => (who === null ? null : `Bearer ${await home.tokens.issue(who)}`);
  const say = async (name: string, body: object, as: string) => {
    const answer = await app.inject({
      method: 'POST',
      url: `/api/council/commands/${name}`,
      payload: { commandId: randomUUID(), ...body },
      headers: { authorization: (await tokenOf(as))! },
    });
    return { status: answer.statusCode, body: answer.body };
  };
  const done = async (name: string, body: object, as: string) => expect(await say(name, body, as)).toMatchObject({ status: 201 });

  beforeAll(async () => {
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((text) => logged.push(String(text)) > 0);
    const heard = routesHeard();
    app = await createApp(settingsFrom({ LEDGER_DEMO: 'off' }, { folder: join(folder, 'home') }));
    routes = heard;
    home = app.get(Home);
    canaries.plantInto(home);
    await councilYear(home);
    for (const [subject, role] of Object.entries({ 'the-clerk': 'clerk', protector: CALLERS.protector }))
      await done('GrantRole', { subject, role }, 'operator');
    await home.door.ask('durham', 'GrantRole', { commandId: randomUUID(), subject: 'partner', role: 'clerk' }, { actorRef: 'operator', issuer: 'test', authnStrength: 'test' }); // prettier-ignore
    // A round that is still open, so that a bid waits.
    const bid = {
      exerciseId: 'three',
      bidId: 'bid-three',
      bidderId: 'kitchen',
      project: 'A secret',
      amountPence: 5,
      currency: 'GBP',
      contentCommitment: hash,
    };
    await done(
      'OpenOpportunity',
      { ...PLACE, exerciseId: 'three', title: 'Round three', lineId: 'round', deadline: '2099-01-01T00:00:00.000Z' },
      'clerk',
    );
    await done('SubmitBid', bid, 'clerk');
    await done(
      'RecordClaim',
      {
        claimId: 'spread',
        statement: 'It spread',
        value: 'widely',
        unit: 'words',
        sourceRef: 'report',
        page: '7',
        evidenceSha256: hash,
        status: 'asserted',
      },
      'clerk',
    );
    for (const subjectRef of [ADA, BEN]) {
      await done(
        'EnrolSubject',
        { subjectRef, capacity: 'panel_member', lawfulBasis: 'public_task', name: 'Ada', contact: 'ada@example.org' },
        'the-clerk',
      );
      await done('RectifyDetails', { subjectRef, name: 'Ada', contact: 'a@example.org' }, 'the-clerk');
      await done('PlaceLegalHold', { subjectRef, holdId: 'appeal', why: 'An appeal' }, 'protector');
      await done('LiftLegalHold', { subjectRef, holdId: 'appeal' }, 'protector');
      await done('RequestErasure', { subjectRef, ground: 'objection' }, 'the-clerk');
    }
    await done('PlaceLegalHold', { subjectRef: BEN, holdId: 'appeal', why: 'An appeal' }, 'protector');
    await done('GrantErasure', { subjectRef: ADA, backupsExpireOn: '2099-01-01' }, 'protector');
    await home.settle();
    await home.publicLog.sealer.seal();
    const stored = await everyEventOf(home);
    for (const canary of canaries.planted.filter(({ audience }) => audience === 'sealed')) {
      const { opens } = catalogue.facts.get(canary.type)!;
      const joins = (data: object) => (data as Readonly<Record<string, unknown>>)[opens!.joinedBy];
      const entry = stored.findIndex(
        ({ data, type }) => type === opens?.event && joins(JSON.parse(data) as object) === joins(canary.event.data),
      );
      if (entry >= 0) openedIn.set(canary, entry);
    }
    addresses = await addressesOf(app, home, routes);
  });
  afterAll(async () => {
    await app.close();
    jest.restoreAllMocks();
    process.stderr.write(
      `Secrecy: ${canaries.planted.length} secrets, ${addresses.length} addresses of ${routes.size} routes, ${Object.keys(CALLERS).length + 1} callers\n`,
    );
    rmSync(folder, { recursive: true, force: true });
  });

  /** What this caller may not see in an answer: the names of the living go to those alone who do the work, where they ask by name. */
  const forbiddenTo = (who: string | null, url: string, known = Infinity): readonly Canary[] =>
    canaries.planted.filter((canary) => {
      if (canary.audience === 'sealed' && canary.field !== 'its salt')
        return (openedIn.get(canary) ?? Infinity) > known || !openedIn.has(canary);
      if (!READERS.includes(who) || !NAMED.test(url) || canary.field === 'its salt') return true;
      if (canary.audience === 'personal') return canary.stream.endsWith(ADA);
      return canary.audience !== 'tenant';
    });
  const leaksTo = (who: string | null, heard: readonly Heard[], known?: number) =>
    heard.flatMap(({ body, url }) =>
      Canaries.heardIn(body, forbiddenTo(who, url, known)).map((what) => `${who ?? 'nobody'} at ${url}: ${what}`),
    );
  const heardBy = async (who: string | null) => walk(app, addresses, await tokenOf(who));
  const filesUnder = (place: string) =>
    readdirSync(place, { recursive: true, withFileTypes: true }).flatMap((one) => (one.isFile() ? [join(one.parentPath, one.name)] : []));
  const leaksIn = (place: string, forbidden: readonly Canary[]) =>
    filesUnder(place).flatMap((file) => Canaries.heardIn(readFileSync(file, 'latin1'), forbidden).map((what) => `${file}: ${what}`));

  it('is planted in every field of the catalogue that is not public', () => {
    const planted = new Set(canaries.planted.map(({ field, type }) => `${type}.${field}`));
    expect(secretFields.map(({ field, type }) => `${type}.${field}`).filter((one) => !planted.has(one))).toEqual([]);
    expect(secretFields.length).toBeGreaterThan(5);
  });
  it('is at no address that nobody in particular asks for, and every address was asked for', async () => {
    const heard = await heardBy(null);
    expect(leaksTo(null, heard)).toEqual([]);
    const ours = [...routes].filter((route) => !/\/docs|^\/?\*$|^\/events$|^\/site\//.test(route));
    const unheard = (those: readonly Heard[]) =>
      ours.filter((route) => !those.some(({ url }) => patternOf(route).test(url.split('?')[0]!)));
    expect(unheard(heard)).toEqual([]);
    // A table that is empty has no file; the two questions by name are for nobody without a token.
    expect(unheard(heard.filter(({ status }) => status < 400)).filter((route) => !route.includes(':file('))).toEqual([
      '/api/:tenant/subjects',
      '/api/:tenant/subject',
    ]);
    expect(ours.length).toBeGreaterThan(50);
    expect(heard.filter(({ status }) => status >= 500).map(({ url }) => url)).toEqual([]);
  });
  it.each(Object.keys(CALLERS))('is at no address above what %s may see', async (who) => {
    expect(leaksTo(who, await heardBy(who))).toEqual([]);
  });
  it('is at no address of the past either: what was sealed then is sealed in what was known then', async () => {
    const [before] = [...openedIn.values()].map((entry) => entry - 1);
    const then = await walk(app, addresses, null, (url) => `${url.startsWith('/api') ? 'asKnown' : 'known'}=${before!}`);
    expect(leaksTo(null, then, before)).toEqual([]);
  });
  it('is heard by those whom it is for: a secret that nobody hears at all proves nothing', async () => {
    const everything = (await heardBy('the-clerk')).map(({ body }) => body).join('\n');
    const living = canaries.planted.filter(({ audience, event, field, stream }) => audience === 'personal' && field !== 'its salt' && stream.endsWith(BEN) && event.type === 'DetailsRectified'); // prettier-ignore
    const opened = [...openedIn.keys()].filter(({ field }) => field !== 'its salt');
    const holds = canaries.planted.filter(({ field, stream }) => field === 'why' && stream.endsWith(BEN)).slice(-1);
    for (const heard of [living, opened, holds]) expect(Canaries.heardIn(everything, heard)).toHaveLength(heard.length);
    expect([living.length, opened.length > 0, holds.length]).toEqual([2, true, 1]);
  });
  it('is in no stream of the server’s events', async () => {
    await app.listen(0, '127.0.0.1');
    const { body } = await fetch(`${await app.getUrl()}/events`);
    const reader = body!.getReader();
    const pieces: string[] = [];
    await done('RectifyDetails', { subjectRef: BEN, name: 'Ben' }, 'the-clerk');
    while (!pieces.join('').includes(`data: ${(await home.views.completeTo()).entry}`))
      pieces.push(Buffer.from((await reader.read()).value).toString());
    await reader.cancel();
    expect(Canaries.heardIn(pieces.join(''), canaries.planted)).toEqual([]);
  });

  it.each(Object.entries(BUNDLE_AUDIENCES))('is in a bundle for %s only where it may be, and never by name', async (audience, shown) => {
    await writeBundle(home, join(folder, audience), audience as BundleAudience);
    const hidden = canaries.planted.filter((canary) => {
      if (canary.audience === 'sealed' && audience === 'auditor') return !openedIn.has(canary) && canary.field !== 'its salt';
      if (canary.audience === 'personal' && canary.field !== 'its salt') return true;
      return !(shown as readonly string[]).includes(canary.audience);
    });
    expect(hidden.length).toBeGreaterThan(0);
    expect(leaksIn(join(folder, audience), hidden)).toEqual([]);
  });
  it('is in no file that is published: tiles, checkpoints, the bundle that anybody may fetch', async () => {
    expect(leaksIn(join(folder, 'home', 'public-log'), canaries.planted)).toEqual([]);
    const { rawPayload } = await app.inject({ url: '/log/bundle.zip' });
    writeFileSync(join(folder, 'fetched.zip'), rawPayload);
    mkdirSync(join(folder, 'fetched'));
    await unzipTo(join(folder, 'fetched.zip'), join(folder, 'fetched'));
    expect(filesUnder(join(folder, 'fetched')).length).toBeGreaterThan(5);
    expect(leaksIn(join(folder, 'fetched'), canaries.planted)).toEqual([]);
  });
  it('is in no file of the ledger by name', () => {
    const names = canaries.planted.filter(({ audience, field }) => audience === 'personal' && field !== 'its salt');
    expect(leaksIn(join(folder, 'home'), names)).toEqual([]);
  });
  it('is in nothing that the operator’s command line prints, and in no dead letter', async () => {
    const printed: string[] = [];
    const out = (text: string) => void printed.push(text);
    for (const command of [
      ...['hledger', 'ledger', 'beancount'].map((format) => ['export', 'journal', '--format', format]),
      ['status', '--json'],
      ['self-check', '--json'],
      ['dead-letters', '--json'],
      ['log', 'policy'],
    ])
      expect([command.join(' '), await operator([...command, '--home', join(folder, 'home')], { out, err: out, isTerminal: false })]).toEqual([command.join(' '), 0]); // prettier-ignore
    // A command line that runs inside this process silences the server's log: it speaks again from here on.
    Logger.overrideLogger(new ConsoleLogger({ logLevels: ['error', 'warn'] }));
    expect(Canaries.heardIn(printed.join('\n'), canaries.planted)).toEqual([]);
    expect(Canaries.heardIn(JSON.stringify(await home.log.deadLetters()), canaries.planted)).toEqual([]);
  });

  describe('nor is it in an answer that says no, or in what is logged', () => {
    const secret = 'canary7qsaidz';
    const person = { subjectRef: 'p-00000001', capacity: 'panel_member', lawfulBasis: 'public_task', name: secret, contact: secret };
    it.each([
      ['not understood', 400, { ...person, capacity: 'nothing' }],
      ['too long', 400, { ...person, contact: secret.repeat(100) }],
      ['of a wrong kind', 400, { ...person, name: [secret] }],
      ['with a field too many', 400, { ...person, surname: secret }],
      ['refused', 409, { ...person, subjectRef: BEN }],
    ])('when it is %s', async (_, status, body) => {
      const answer = await say('EnrolSubject', body, 'the-clerk');
      expect([answer.status, answer.body.includes(secret)]).toEqual([status, false]);
    });
    it('when something breaks', async () => {
      const broken = jest.spyOn(home.keys, 'seal').mockImplementation(() => {
        throw new Error('the key store is away');
      });
      const answer = await say('EnrolSubject', person, 'the-clerk');
      broken.mockRestore();
      expect([answer.status, answer.body.includes(secret)]).toEqual([500, false]);
      expect(logged.join('')).toContain('the key store is away');
    });
    afterAll(() =>
      expect(Canaries.heardIn(logged.join('\n'), [...canaries.planted, { ...canaries.planted[0]!, forms: [secret] }])).toEqual([]),
    );
  });

  describe('and this is found out when it leaks', () => {
    it('to somebody whom the door no longer tells apart', async () => {
      const open = jest.spyOn(home.door, 'rolesOf').mockResolvedValue(['clerk']);
      const leaks = leaksTo('operator', await walk(app, ['/api/council/subjects'], await tokenOf('operator')));
      open.mockRestore();
      expect(leaks).toContainEqual(expect.stringContaining('DetailsRectified.name (personal)') as string);
    });
    it('into a bundle that shows one part too many', async () => {
      const shown = BUNDLE_AUDIENCES.public as unknown as string[];
      shown.push('sealed');
      await writeBundle(home, join(folder, 'leaking'), 'public').finally(() => shown.pop());
      expect(leaksIn(join(folder, 'leaking'), canaries.planted).join()).toContain('BidSubmitted.project (sealed)');
    });
    it('into a page, in the words of an amount', () => {
      const waiting = canaries.planted.findLast(({ field }) => field === 'amountPence')!;
      expect(leaksTo(null, [{ url: '/council/rounds/three', status: 200, body: `<td>${waiting.forms[1]!}</td>` }])).toHaveLength(1);
    });
    it('into the log', () => {
      new Logger('Leak').error(`name: ${canaries.planted.find(({ audience }) => audience === 'personal')!.forms[0]!}`);
      expect(Canaries.heardIn(logged.splice(0).join('\n'), canaries.planted)).toHaveLength(1);
    });
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Home, settingsFrom } from '@ledger/home';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { randomUUID } from 'node:crypto';
import { createApp } from '../../apps/ledger/app.js';

const GUIDE = readFileSync(join(__dirname, '../../docs/guide-data-protection.md'), 'utf8');
const OPERATOR = { actorRef: 'operator', issuer: 'test', authnStrength: 'test' };
/** Every line that the guide tells to type, each with the refusal that the line above it announces. */
const lines = [...GUIDE.matchAll(/```sh\n([^`]+)```/g)]
  .flatMap(([, block]) => block!.trim().split('\n'))
  .flatMap((line, at, all) => (line.startsWith('#') ? [] : [[line, /^# refused: (\w+)/.exec(all[at - 1] ?? '')?.[1] ?? null] as const]));

describe('the data protection officer’s guide, followed to the letter', () => {
  let app: NestFastifyApplication;
  let home: Home;
  const tokens: Record<string, string> = {};
  const answers: string[] = [];
  beforeAll(async () => {
    app = await createApp(settingsFrom({ LEDGER_DEMO: 'off' }, { folder: null }), { quiet: true });
    home = app.get(Home);
  });
  afterAll(() => app.close());

  it.each(lines)('%s', async (line, refused) => {
    const [, tenant, subject, role] = /grant-role --tenant (\S+) --subject (\S+) --role (\S+)$/.exec(line) ?? [];
    if (tenant !== undefined) {
      await home.door.ask(tenant, 'GrantRole', { commandId: randomUUID(), subject, role }, OPERATOR);
      return;
    }
    const [, variable, as] = /^(\w+)=\$\(npm run -s operator -- token --as (\S+)\)$/.exec(line) ?? [];
    if (variable !== undefined) {
      tokens[variable] = await home.tokens.issue(as!);
      return;
    }
    const [, post, url, who, body] =
      /^curl (-X POST )?http:\/\/127\.0\.0\.1:3000(\S+)(?: -H "authorization: Bearer \$(\w+)")?(?: -H "content-type: application\/json" -d '(.*)')?$/.exec(
        line,
      )!;
    await home.settle();
    const answer = await app.inject({
      method: post === undefined ? 'GET' : 'POST',
      url: url!,
      headers: who === undefined ? {} : { authorization: `Bearer ${tokens[who]!}` },
      ...(body === undefined ? {} : { payload: JSON.parse(body) as object }),
    });
    answers.push(answer.body);
    if (refused !== null) expect(answer.json()).toMatchObject({ status: 409, code: refused });
    else expect([answer.statusCode, answer.body]).toEqual([post === undefined ? 200 : 201, answer.body]);
  });
  it('names the person while they are here, and ends with the details put beyond use', async () => {
    expect(lines.length).toBeGreaterThan(10);
    expect(answers.filter((one) => one.includes('"name":"Example Person"'))).toHaveLength(1);
    const url = '/api/barking-and-dagenham/subject?subjectRef=p-4f1c09d27a3b5566';
    const answer = await app.inject({ url, headers: { authorization: `Bearer ${tokens['CLERK']!}` } });
    expect(answer.json()).toMatchObject({ view: { details: { are: 'beyond_use' }, erasure: { standing: 'executed', recipientsTold: 0 } } });
  });
});

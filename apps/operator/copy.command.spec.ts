import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventStore } from '@ledger/event-store';
import { EventStoreDbDouble } from '../../libs/event-store/testing/eventstoredb-double/index.js';
import { ask } from '../../test/proof/a-told-bundle.js';
import { operator } from './operator.js';

describe('operator copy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-copy-'));
  const told = `sqlite:${join(folder, 'home', 'events.db')}`;
  let double: EventStoreDbDouble;
  const run = async (...args: string[]) => {
    const [out, err]: [string[], string[]] = [[], []];
    const exit = await operator(args, { out: (text) => out.push(text), err: (text) => err.push(text), isTerminal: false });
    return { exit, out: out.join(''), err: err.join('') };
  };
  beforeAll(async () => {
    double = await EventStoreDbDouble.start();
    expect((await run('init', '--home', join(folder, 'home'))).exit).toBe(0);
  });
  afterAll(() => {
    double.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('moves a ledger to EventStoreDB and back to a file, and says so once it has compared them', async () => {
    const there = await run('copy', '--json', '--from', told, '--to', double.address('durham'));
    expect(there.exit).toBe(0);
    expect(JSON.parse(there.out)).toMatchObject({ events: 2, written: 2 });
    const back = await run('copy', '--json', '--from', double.address('durham'), '--to', `sqlite:${join(folder, 'back.db')}`);
    expect(JSON.parse(back.out)).toEqual(JSON.parse(there.out));
    expect(JSON.parse((await run('copy', '--json', '--from', told, '--to', double.address('durham'))).out)).toMatchObject({ written: 0 });
  });
  it('takes the seals along: the moved ledger shows every checkpoint that was ever signed, and its bundle is proven', async () => {
    const [here, there] = [join(folder, 'sealed'), join(folder, 'moved')];
    await run('init', '--home', here);
    for (const subject of ['one', 'other']) {
      await run('grant-role', '--home', here, '--tenant', 'york', '--subject', subject, '--role', 'clerk');
      expect((await run('log', 'seal', '--home', here)).exit).toBe(0);
    }
    const policy = join(folder, 'policy');
    writeFileSync(policy, (await run('log', 'policy', '--home', here)).out);
    mkdirSync(there);
    const moved = await run('copy', '--json', '--from', `sqlite:${join(here, 'events.db')}`, '--to', `sqlite:${join(there, 'events.db')}`);
    expect(JSON.parse(moved.out)).toMatchObject({ seals: 2 });
    for (const name of ['keys.db', 'signer', 'master.key'].filter((one) => existsSync(join(here, one))))
      cpSync(join(here, name), join(there, name), { recursive: true });
    const bundle = join(folder, 'bundle');
    expect((await run('export', 'bundle', bundle, '--home', there)).exit).toBe(0);
    expect(await ask('verify', bundle, '--policy', policy)).toMatchObject({ verdict: 'proven' });
  });
  it('answers no to a target that holds something else', async () => {
    const other = join(folder, 'other');
    await run('init', '--home', other);
    const { err, exit } = await run('copy', '--from', told, '--to', `sqlite:${join(other, 'events.db')}`);
    expect(exit).toBe(1);
    expect(err).toContain('holds something else');
    const store = await openEventStore(`sqlite:${join(other, 'events.db')}`);
    expect((await store.readAll(null)).events).toHaveLength(2);
    await store.close();
  });
  it.each([
    ['a store that nobody knows', 'mysql:x', 'sqlite:y'],
    ['a store that forgets', told, 'memory:'],
    ['a file that is not there', `sqlite:${join(folder, 'absent.db')}`, 'sqlite:y'],
    ['an EventStoreDB without the name of a ledger', told, 'esdb://127.0.0.1:1'],
  ])('does not understand %s', async (_, from, to) => {
    expect((await run('copy', '--from', from, '--to', to)).exit).toBe(2);
  });
});

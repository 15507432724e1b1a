import { randomUUID } from 'node:crypto';
import { NO_STREAM } from '@ledger/event-store';
import { Home, settingsFrom, standingOf } from './index.js';

describe('how a ledger stands', () => {
  let home: Home;
  beforeEach(async () => {
    home = await Home.open(settingsFrom({}, { folder: null }));
    await home.settle();
  });
  afterEach(() => home.close());
  const hasWritten = async (events: number) => {
    for (let stream = 0; stream * 100 < events; stream += 1)
      await home.store.append(
        `noted-${await home.log.size()}_${stream}`,
        NO_STREAM,
        Array.from({ length: Math.min(100, events - stream * 100) }, () => ({ id: randomUUID(), type: 'Noted', data: {}, metadata: {} })),
      );
  };

  it('is ready when everything that follows the store has come to its end', async () => {
    const { behind = {}, ...standing } = await standingOf(home);
    expect(standing).toMatchObject({ status: 'ready', entries: 2, sealed: 0, completeTo: { entry: 1 }, head: '2' });
    expect(Object.keys(behind)).toEqual(['entry numbers', 'views', 'seals', ...home.policies.policies.map(({ name }) => `policy ${name}`)]);
    expect(Object.entries(behind).filter(([, entries]) => entries > 0)).toEqual([['seals', 2]]);
    await home.publicLog.sealer.seal();
    await home.settle();
    expect(await standingOf(home)).toMatchObject({ status: 'ready', entries: 3, sealed: 2, behind: { seals: 1, views: 0 } });
  });
  it('counts for each consumer what it has still to do', async () => {
    await hasWritten(130);
    const { behind = {}, status } = await standingOf(home);
    expect(status).toBe('ready');
    expect(new Set(Object.values({ ...behind, seals: 130 }))).toEqual(new Set([130]));
    expect(behind['seals']).toBe(132);
  });
  it('is not ready while its pages are ten thousand entries old, and names who is late', async () => {
    await hasWritten(10_001);
    expect(await standingOf(home)).toMatchObject({
      status: 'behind',
      words: expect.stringMatching(/views by 1000[1-9] entries/) as string,
    });
  });
  it('is not ready when its writer was stopped, and says why', async () => {
    home.publicLog.sealer.stopped = 'an entry was changed';
    expect(await standingOf(home)).toMatchObject({ status: 'stopped', words: 'The ledger takes no more writing: an entry was changed' });
  });
  it.each([
    ['fails', () => Promise.reject(new Error('connection refused'))],
    ['is silent', () => new Promise<never>(() => undefined)],
  ])('is not ready when the store %s, and leaves out what it cannot know', async (_, head) => {
    home.store.head = head;
    const standing = await standingOf(home);
    expect(standing).toEqual({
      status: 'unavailable',
      words: 'A store of this ledger does not answer: nothing can be written now',
      faults: expect.any(Object) as object,
    });
  });
  it('counts faults and dead letters by kind, without their words', async () => {
    await hasWritten(1);
    await expect(home.views.catchUp()).rejects.toThrow('Noted');
    await home.log.addDeadLetter({
      policy: home.policies.policies[0]!.name,
      position: '1',
      eventId: randomUUID(),
      why: 'Refusal',
      words: 'a recipient’s name',
      since: '2018-06-05T10:00:00.000Z',
    });
    const standing = await standingOf(home);
    expect(standing.faults).toMatchObject({ views: { times: 1, standing: true }, policies: { times: 0, standing: false } });
    expect(standing.deadLetters?.[home.policies.policies[0]!.name]).toBe(1);
    expect(JSON.stringify(standing)).not.toMatch(/Noted|recipient/);
  });
});

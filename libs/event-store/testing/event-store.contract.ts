import { randomUUID } from 'node:crypto';
import { firstValueFrom, timeout } from 'rxjs';
import { type EventStore, NO_STREAM, type NewEvent, type Position, type Stored } from '../event-store.js';

const WAKE_MS = 10_000;
const event = (type = 'FundOpened', data: object = { fundId: 'parks', amountPence: 1 }): NewEvent => ({
  id: randomUUID(),
  type,
  data,
  metadata: { meta: {} },
});
const named = (name: string) => ({ name });

/** The written contract of the port. It needs an adapter and fresh stream names, nothing else. */
export function keepsTheContract(name: string, open: () => Promise<EventStore>): void {
  describe(`${name} keeps the contract of the event store`, () => {
    let store: EventStore;
    let stream: string;
    const all = async (after: Position | null, options = {}) => {
      const found: Stored[] = [];
      for (let at = after; ;) {
        const { events, next } = await store.readAll(at, { limit: 7, ...options });
        found.push(...events);
        if (events.length === 0) return found;
        at = next;
      }
    };
    beforeAll(async () => {
      store = await open();
    });
    afterAll(() => store.close());
    beforeEach(() => {
      stream = `fund-test_${randomUUID()}`;
    });

    describe('appending', () => {
      it('gives the first event revision 0 and the next ones the numbers after it', async () => {
        expect(await store.append(stream, NO_STREAM, [event(), event()])).toMatchObject({ stream, lastRevision: 1 });
        expect(await store.append(stream, 1, [event()])).toMatchObject({ lastRevision: 2 });
        expect((await store.readStream(stream)).map(({ revision }) => revision)).toEqual([0, 1, 2]);
      });
      it('answers the position of its last event, from which reading goes on', async () => {
        const { position } = await store.append(stream, NO_STREAM, [event(), event()]);
        expect((await store.readStream(stream))[1]?.position).toBe(position);
        const { position: later } = await store.append(stream, 1, [event()]);
        expect(store.comparePositions(position, later)).toBeLessThan(0);
        expect((await all(position, { streamPrefixes: [stream] })).map(({ revision }) => revision)).toEqual([2]);
      });
      it('refuses NO_STREAM on a written stream, and says where it stands', async () => {
        await store.append(stream, NO_STREAM, [event(), event()]);
        await expect(store.append(stream, NO_STREAM, [event()])).rejects.toMatchObject({
          stream,
          expectedRevision: NO_STREAM,
          actualRevision: 1,
          ...named('ConcurrencyConflict'),
        });
      });
      it('refuses an exact revision that is too high or too low, and says where the stream stands', async () => {
        await expect(store.append(stream, 3, [event()])).rejects.toMatchObject({ actualRevision: NO_STREAM });
        await store.append(stream, NO_STREAM, [event(), event(), event()]);
        await expect(store.append(stream, 1, [event()])).rejects.toMatchObject({ actualRevision: 2 });
        await expect(store.append(stream, 5, [event()])).rejects.toMatchObject({ actualRevision: 2 });
        expect(await store.readStream(stream)).toHaveLength(3);
      });
      it('lets exactly one of many racing appends win', async () => {
        const answers = await Promise.allSettled(Array.from({ length: 20 }, () => store.append(stream, NO_STREAM, [event()])));
        expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        expect(await store.readStream(stream)).toHaveLength(1);
      });
      it('keeps the streams of one busy moment apart: a conflict takes nobody else with it', async () => {
        const others = Array.from({ length: 10 }, () => `fund-test_${randomUUID()}`);
        const answers = await Promise.allSettled([
          store.append(stream, 4, [event()]),
          ...others.map((other) => store.append(other, NO_STREAM, [event()])),
        ]);
        expect(answers.map(({ status }) => status)).toEqual(['rejected', ...others.map(() => 'fulfilled')]);
      });
    });

    describe('once, however often sent', () => {
      it('answers a resend as the first time, and writes nothing', async () => {
        const events = [event(), event()];
        const first = await store.append(stream, NO_STREAM, events);
        expect(await store.append(stream, NO_STREAM, events)).toEqual(first);
        expect(await store.readStream(stream)).toHaveLength(2);
      });
      it('answers a resend also after the stream went on', async () => {
        const events = [event(), event()];
        const first = await store.append(stream, NO_STREAM, events);
        await store.append(stream, 1, [event()]);
        expect(await store.append(stream, NO_STREAM, events)).toEqual(first);
      });
      it('answers a resend of the first part of what was written', async () => {
        const [one, two] = [event(), event()];
        await store.append(stream, NO_STREAM, [one, two]);
        expect(await store.append(stream, NO_STREAM, [one])).toMatchObject({ lastRevision: 0 });
      });
      it('refuses more events than were written, even when the first are the same', async () => {
        const [one, two] = [event(), event()];
        await store.append(stream, NO_STREAM, [one]);
        await expect(store.append(stream, NO_STREAM, [one, two])).rejects.toMatchObject({ actualRevision: 0 });
      });
      it('refuses when the first id differs, or a later one', async () => {
        const [one, two] = [event(), event()];
        await store.append(stream, NO_STREAM, [one, two]);
        await expect(store.append(stream, NO_STREAM, [event(), two])).rejects.toMatchObject({ actualRevision: 1 });
        await expect(store.append(stream, NO_STREAM, [one, event()])).rejects.toMatchObject({ actualRevision: 1 });
      });
      it('compares ids only, not bodies', async () => {
        const one = event();
        await store.append(stream, NO_STREAM, [one]);
        expect(await store.append(stream, NO_STREAM, [{ ...one, data: { other: 1 } }])).toMatchObject({ lastRevision: 0 });
        expect((await store.readStream(stream))[0]?.data).toContain('parks');
      });
      it('writes a known id again at the end of a stream: an id is unique only at its place', async () => {
        const one = event();
        await store.append(stream, NO_STREAM, [one]);
        expect(await store.append(stream, 0, [one])).toMatchObject({ lastRevision: 1 });
      });
      it('does not confuse the same id in two streams', async () => {
        const one = event();
        const other = `fund-test_${randomUUID()}`;
        await store.append(stream, NO_STREAM, [one]);
        expect(await store.append(other, NO_STREAM, [one])).toMatchObject({ stream: other, lastRevision: 0 });
      });
    });

    describe('what is refused at the port', () => {
      const unsound = named('UnsoundAppend');
      it.each([
        ['no events', NO_STREAM, []],
        ['an expectation of "any"', -2, [event()]],
        ['half a revision', 0.5, [event()]],
        ['a big integer', NO_STREAM, [event('FundOpened', { n: 1n })]],
        ['nothing at all as a value', NO_STREAM, [event('FundOpened', { n: undefined })]],
        ['a fraction', NO_STREAM, [event('FundOpened', { n: 0.1 })]],
        ['a number that some readers would round', NO_STREAM, [event('FundOpened', { n: 2 ** 53 })]],
        ['half of a character', NO_STREAM, [event('FundOpened', { n: '\ud800' })]],
        ['more than 16 KiB', NO_STREAM, [event('FundOpened', { n: 'x'.repeat(17_000) })]],
        ['an empty type', NO_STREAM, [event('')]],
        ['an id that is no UUID', NO_STREAM, [{ ...event(), id: 'one' }]],
      ] as [string, number, NewEvent[]][])('%s', async (_, expected, events) => {
        await expect(store.append(stream, expected, events)).rejects.toMatchObject(unsound);
        expect(await store.readStream(stream)).toEqual([]);
      });
      it('a stream of the system', async () => {
        await expect(store.append('$$fund-test_x', NO_STREAM, [event()])).rejects.toMatchObject(unsound);
      });
      it('the same id twice in one append', async () => {
        const one = event();
        await expect(store.append(stream, NO_STREAM, [one, one])).rejects.toMatchObject(unsound);
      });
    });

    describe('reading', () => {
      it('gives back canonical text, byte for byte', async () => {
        await store.append(stream, NO_STREAM, [{ ...event(), data: { z: 'é ✓', a: [1, { y: null, b: true }] } }]);
        expect((await store.readStream(stream))[0]?.data).toBe('{"a":[1,{"b":true,"y":null}],"z":"é ✓"}');
      });
      it('reads a stream from a revision, both ways, inclusive, and no more than asked for', async () => {
        await store.append(
          stream,
          NO_STREAM,
          Array.from({ length: 5 }, () => event()),
        );
        const revisions = async (options: object) => (await store.readStream(stream, options)).map(({ revision }) => revision);
        expect(await revisions({ from: 3 })).toEqual([3, 4]);
        expect(await revisions({ from: 3, direction: 'backwards' })).toEqual([3, 2, 1, 0]);
        expect(await revisions({ direction: 'backwards', limit: 2 })).toEqual([4, 3]);
        expect(await revisions({ limit: 2 })).toEqual([0, 1]);
      });
      it('finds nothing in a missing stream or past its end', async () => {
        expect(await store.readStream(stream)).toEqual([]);
        await store.append(stream, NO_STREAM, [event()]);
        expect(await store.readStream(stream, { from: 9 })).toEqual([]);
      });
      it('reads everything after a position, in one order, once each', async () => {
        const after = await store.head();
        const other = `fund-test_${randomUUID()}`;
        await store.append(
          stream,
          NO_STREAM,
          Array.from({ length: 10 }, () => event()),
        );
        await store.append(
          other,
          NO_STREAM,
          Array.from({ length: 10 }, () => event()),
        );
        const found = (await all(after)).filter((one) => [stream, other].includes(one.stream));
        expect(found.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        found.slice(1).forEach((one, index) => expect(store.comparePositions(found[index]!.position, one.position)).toBeLessThan(0));
      });
      it('filters by type and by the beginning of the stream', async () => {
        const after = await store.head();
        await store.append(stream, NO_STREAM, [event('FundOpened'), event('FundClosed'), event('FundOpened')]);
        expect((await all(after, { types: ['FundClosed'], streamPrefixes: [stream] })).map(({ revision }) => revision)).toEqual([1]);
        expect(await all(after, { streamPrefixes: [`body-${stream}`] })).toEqual([]);
      });
      it('never dates an event before the one ahead of it', async () => {
        const after = await store.head();
        for (let revision = NO_STREAM; revision < 4; revision += 1) await store.append(stream, revision, [event()]);
        const times = (await all(after)).map(({ recordedAt }) => recordedAt);
        expect(times).toEqual([...times].sort());
        expect(times[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      });
      it('knows its head', async () => {
        const { position } = await store.append(stream, NO_STREAM, [event()]);
        expect(store.comparePositions((await store.head())!, position)).toBeGreaterThanOrEqual(0);
      });
    });

    it('rings when something was written', async () => {
      const rung = firstValueFrom(store.changes().pipe(timeout(WAKE_MS)));
      await store.append(stream, NO_STREAM, [event()]);
      await expect(rung).resolves.toBeUndefined();
    });
    it('finds nothing wrong with what it wrote itself', async () => {
      expect(await store.inspect()).toEqual([]);
    });
  });
}

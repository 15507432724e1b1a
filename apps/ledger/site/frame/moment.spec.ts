import { type Clocks, fromForm, isDay, linkTo, Mistaken, momentOf, type Typed } from './moment.js';

const CLOCKS: Clocks = {
  newest: { entry: 412, recordedAt: '2018-11-14T09:14:07.000Z' },
  today: '2018-11-14',
  entryAt: (instant) =>
    Promise.resolve(instant < '2018-02-12T00:00:00.000Z' ? -1 : instant.startsWith('2018-06-05T23:59:59.999') ? 287 : 300),
  recordedAt: (entry) => Promise.resolve(entry === 287 ? '2018-06-05T18:42:30.000Z' : null),
};
const at = (typed: Typed) => momentOf(typed, CLOCKS);
const mistakesOf = async (typed: Typed) => {
  try {
    await at(typed);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof Mistaken)) throw thrown;
    return thrown.mistakes.map(({ field, words }) => `${field}: ${words}`);
  }
};

describe('the moment that an address names', () => {
  it('is now when it names none, and then stays out of every link', async () => {
    const now = await at({});
    expect(now).toMatchObject({ asAt: '2018-11-14', asKnown: 412, past: false });
    expect(linkTo(now, '/durham/funds')).toBe('/durham/funds');
  });
  it('is the past when either clock is turned back, and every link keeps both', async () => {
    const then = await at({ at: '2018-06-05', known: '287' });
    expect(then).toMatchObject({ asAt: '2018-06-05', asKnown: 287, knownAt: '2018-06-05T18:42:30.000Z', past: true });
    expect(linkTo(then, '/durham/funds#top', { page: 2 })).toBe('/durham/funds?at=2018-06-05&known=287&page=2#top');
    expect((await at({ known: '287' })).past).toBe(true);
    expect((await at({ at: '2018-06-05' })).past).toBe(true);
  });
  it('may be told as the form tells it', async () => {
    expect(fromForm({ day: '', known: '' })).toBe(true);
    expect(await at({ day: '5', month: '6', year: '2018', known: '' })).toMatchObject({ at: '2018-06-05', known: undefined });
  });
  it('may be known by an instant or a whole day', async () => expect((await at({ known: '2018-06-05' })).asKnown).toBe(287));
  it.each<[Typed, string]>([
    [{ known: '900' }, 'known: Entry 900 does not exist yet. The newest is 412'],
    [{ known: 'soon' }, 'known: soon is neither an entry nor an instant. Write a whole number, or 2018-06-05T18:42:30Z'],
    [{ known: '2017-01-01' }, 'known: Nothing had been entered by 1 January 2017. The first entry is 0'],
    [{ day: '31', month: '6', year: '2018' }, 'day: 31 6 2018 is not a day. Write it like 30 6 2018'],
    [{ day: '5', month: '', year: '' }, 'day: 5 is only part of a day. Give the day, the month and the year'],
    [{ at: 'yesterday' }, 'day: yesterday is not a day. Write it like 2018-06-30'],
  ])('says what is wrong with %j and what to do', async (typed, words) => expect(await mistakesOf(typed)).toEqual([words]));
  it('tells every mistake at once', async () => expect(await mistakesOf({ at: '2018-13-01', known: '900' })).toHaveLength(2));
  it('knows the days of February', () => {
    expect(isDay('2020-02-29')).toBe(true);
    expect(isDay('2019-02-29')).toBe(false);
    expect(isDay('1900-02-29')).toBe(false);
  });
});

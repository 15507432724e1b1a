import { counted, dayWords, figureHtml, instantWords, letterKey, listWords, money, officeWords, perCent, shareWords } from './figures.js';
import { factWords } from './fact-words.js';
import { markup, plain } from './html.js';
import { kitFor } from './kit.js';
import { namesFrom } from './names.js';

describe('words', () => {
  it('write sums as a sentence does', () => {
    expect(money(32_700_000)).toBe('£327,000');
    expect(money(-5_681_240)).toBe('−£56,812.40');
    expect(money(100, 'PLN')).toBe('PLN 1');
    expect(figureHtml(5_681_240).toString()).toBe('56,812<span class="pence">.40</span>');
  });
  it('write days and instants', () => {
    expect(dayWords('2018-06-05')).toBe('5 June 2018');
    expect(instantWords('2018-06-05T18:42:30.000Z')).toBe('5 June 2018, 18:42:30 UTC');
  });
  it('write shares, counts, lists and keys', () => {
    expect([shareWords(2, 3), shareWords(80, 100), shareWords(50, 100), shareWords(11, 20), shareWords(3, 7)]).toEqual([
      'two thirds',
      '80 per cent',
      'half',
      '55 per cent',
      '3 of every 7',
    ]);
    expect([counted(1, 'duty', 'duties'), counted(9, 'bid'), counted(294, 'seat')]).toEqual(['one duty', 'nine bids', '294 seats']);
    expect(listWords(['one', 'two', 'three'])).toBe('one, two and three');
    expect([letterKey(0), letterKey(25), letterKey(26)]).toEqual(['A', 'Z', 'AA']);
    expect(perCent(1 / 3)).toBe('33.3 per cent');
  });
  it('name an office, never a person', () => {
    expect(officeWords('finance-manager')).toBe('the finance manager');
    expect(officeWords('policy:award')).toBe('the ledger itself');
    expect(officeWords(`u-${'ab'.repeat(16)}`)).toBe('somebody known here as u-abababab');
  });
});

describe('markup', () => {
  it('escapes whatever is not markup already', () => {
    const name = '<script>alert("1")</script>';
    expect(markup`<p>${name}</p>`.toString()).toBe('<p>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</p>');
    expect(markup`<p>${markup`<b>${'a & b'}</b>`}${null}${[1, 'x']}</p>`.toString()).toBe('<p><b>a &amp; b</b>1x</p>');
  });
  it('gives its words back', () => expect(plain(markup`<b>Elders’ “Lunch” & Club</b>`)).toBe('Elders’ “Lunch” & Club'));
});

describe('what a fact says', () => {
  const kit = kitFor({ at: '2018-06-05', known: 287, past: true, asAt: '2018-06-05', asKnown: 287 }, 'barking');
  const names = namesFrom([{ organisationId: 'repair', name: 'The Repair <Shed>', kind: 'charity' }], [], [], []);
  it('is a sentence with the sum, the name and a link that keeps the moment', () =>
    expect(factWords('PaymentPosted', { amountPence: 214_015, currency: 'GBP', recipientId: 'repair' }, kit, names).toString()).toBe(
      '<span class="tally"><span class="num">£2,140<span class="pence">.15</span></span></span> was paid to <a href="/barking/recipients/repair?at=2018-06-05&amp;known=287">The Repair &lt;Shed&gt;</a>.',
    ));
  it('is its own name where it has no sentence yet', () =>
    expect(plain(factWords('MilestoneAccepted.2', {}, kit, names))).toBe('Milestone accepted.'));
  it('never fails for a field that is not there', () =>
    expect(() =>
      ['DecisionRecorded', 'BidSubmitted', 'VirementMade', 'AwardImported'].map((type) => factWords(type, {}, kit, names)),
    ).not.toThrow());
});

describe('the kit', () => {
  const now = kitFor({ at: undefined, known: undefined, past: false, asAt: '2018-11-14', asKnown: 412 }, 'barking');
  it('stamps a fact with the entries that made it, each once', () =>
    expect(plain(now.stamps(298, 298, null, 293))).toBe('Entry 298 check this Entry 293 check this '));
  it('gives a figure the entry that made it true', () =>
    expect(now.sum(32_700_000, 58).toString()).toMatch(/href="\/barking\/entries\/58".*£327,000.*<span class="vh">, entry <\/span>58/s));
  it('says why where a table is empty', () =>
    expect(now.table({ caption: 'Awards', columns: [{ key: 'a', label: 'A' }], rows: [], empty: 'None yet.' }).toString()).toBe(
      '<p class="empty">None yet.</p>',
    ));
});

import { KeyStore } from './key-store.js';

const place = { tenantId: 'durham', eventId: 'e1', field: 'displayName', subjectRef: 's1' };

describe('the key store', () => {
  const keys = new KeyStore(':memory:');
  it.each(['Ada', '', 'x'.repeat(63), 'x'.repeat(64), 'x'.repeat(65), 'Zoë ✓'])('gives back "%s" as it was sealed', (text) => {
    expect(keys.open(place, keys.seal(place, text))).toBe(text);
  });
  it('hides how long a name is', () => expect(keys.seal(place, 'Al').text).toHaveLength(keys.seal(place, 'Alexandrina').text.length));
  it('does not open a text that was moved to another field', () =>
    expect(() => keys.open({ ...place, field: 'address' }, keys.seal(place, 'Ada'))).toThrow());
  it('commits to one key for a subject, and another for somebody else', () => {
    expect(keys.commitment('durham', 's1')).toEqual(keys.commitment('durham', 's1'));
    expect(keys.commitment('durham', 's1')).not.toEqual(keys.commitment('durham', 's2'));
  });
});

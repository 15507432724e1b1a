import { catalogue } from '@ledger/catalogue';
import { know, type Stored } from '@ledger/event-store';
import { fund } from '@ledger/funds/decide';
import { Home, settingsFrom } from '@ledger/home';
import { canonicalText } from '@ledger/kernel';
import { entryOf, partHash } from '@ledger/log';
import Database from 'better-sqlite3';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A row as it was stored in the first days. Its bytes are history: if a test here fails, the program is wrong, never the file. */
const old = JSON.parse(readFileSync(join(__dirname, 'fixtures', 'income-forecast-of-the-first-form.json'), 'utf8')) as Stored;
const SHA256_OF_THE_ROW = 'aa64ab57172ef545131131086b02d361e41372b4409179af91aff9974ea00d54';

describe('a fact of an old shape', () => {
  it('stands in the file as it was stored, to the byte', () => {
    expect(createHash('sha256').update(canonicalText(old)).digest('hex')).toBe(SHA256_OF_THE_ROW);
    expect(canonicalText(JSON.parse(old.data))).toBe(old.data);
    expect(canonicalText(JSON.parse(old.metadata))).toBe(old.metadata);
  });
  it('is read as today’s: the single figure is a range of one, and everything beside it stays', () => {
    const event = know(catalogue, old);
    expect(event.type).toBe('IncomeForecast.2');
    expect(event.data).toMatchObject({
      fundId: 'levy',
      lowPence: 50_000_000,
      highPence: 50_000_000,
      period: '2018-19',
      effectiveAt: '2018-03-01T09:00:00.000Z',
      schema: 'IncomeForecast/1',
      reason: { code: 'as-published', text: 'Cabinet paper, item 7' },
    });
    expect(event.data).not.toHaveProperty('amountPence');
    expect(event.meta.actorRef).toBe('finance-manager');
  });
  it('gives the entry that it always gave: the proof is of the stored form', () => {
    const declared = catalogue.facts.get('IncomeForecast')!;
    const entry = entryOf(declared, old);
    const { postings: _, ...shown } = JSON.parse(old.data) as Record<string, unknown>;
    const { meta, salts } = JSON.parse(old.metadata) as { meta: object; salts: Record<string, string> };
    expect(entry).toEqual({
      format: 'ledger-entry/1',
      stream: 'fund-council_levy',
      revision: 1,
      type: 'IncomeForecast',
      recordedAt: '2018-03-01T09:00:00.004Z',
      parts: { public: partHash(salts['public']!, shown), meta: partHash(salts['meta']!, meta) },
      postings: [],
    });
  });

  describe('in a ledger', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-upcasting-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    it('is folded, numbered and shown, and its bytes are not touched', async () => {
      const first = await Home.open(settingsFrom({}, { folder }));
      const ask = (who: string, type: string, body: object) =>
        first.door.ask('council', type, { commandId: randomUUID(), ...body }, { actorRef: who, issuer: 'test', authnStrength: 'test' });
      await ask('operator', 'GrantRole', { subject: 'officer', role: 'finance-officer' });
      const opening = {
        fundId: 'levy',
        title: 'Levy',
        class: 'general',
        purpose: 'The area',
        purposes: ['area'],
        currency: 'GBP',
        holder: 'council',
      };
      await ask('officer', 'OpenFund', opening);
      const { id, type } = old;
      await first.store.append(old.stream, 0, [
        { id, type, data: JSON.parse(old.data) as object, metadata: JSON.parse(old.metadata) as object },
      ]);
      await first.close();

      const again = await Home.open(settingsFrom({}, { folder }));
      await again.settle();
      expect((await again.ledger.stateOf(fund, old.stream)).opened).toMatchObject({ fundId: 'levy' });
      const asked = { actorRef: 'officer', issuer: 'test', authnStrength: 'test' };
      const forecast = { commandId: randomUUID(), fundId: 'levy', lowPence: 1, highPence: 2, period: '2019-20' };
      expect(await again.door.ask('council', 'ForecastIncome', forecast, asked)).toMatchObject({ revision: 2 });
      await again.settle();
      const [, stored] = await again.store.readStream(old.stream);
      const entry = await again.log.entryAt(stored!.position);
      expect(JSON.parse((await again.log.entry(entry!))!.document)).toMatchObject({ type: 'IncomeForecast' });
      await again.close();

      const db = new Database(join(folder, 'events.db'), { readonly: true });
      expect(db.prepare('SELECT type, data, metadata FROM events WHERE id = ?').get(id)).toEqual({
        type,
        data: old.data,
        metadata: old.metadata,
      });
      db.close();
    });
  });
  it('never has the shape of today: every upcaster lifts its fact’s own example to one that is declared', () => {
    expect(catalogue.upcasters.size).toBeGreaterThan(0);
    for (const [name, { lift, to }] of catalogue.upcasters) {
      const example = catalogue.facts.get(name)!.example as Readonly<Record<string, unknown>>;
      const before = canonicalText(example);
      expect(() => catalogue.facts.get(to)!.check(lift(example))).not.toThrow();
      expect(() => catalogue.facts.get(to)!.check(example)).toThrow();
      expect(canonicalText(example)).toBe(before);
    }
  });
});

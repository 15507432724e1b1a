import { randomUUID } from 'node:crypto';
import type { ErasureRegister, SubjectView } from '@ledger/subjects/views';
import { Ask, answerTo } from './ask.js';
import { keyFindings } from './key-check.js';
import { actor, openCouncil } from './testing/index.js';

const subjectRef = 'p-4f1c09d2';
const person = { subjectRef, capacity: 'assembly_member', lawfulBasis: 'public_task', name: 'Ada Example', contact: 'ada@example.org' };

describe('a person in the ledger', () => {
  let council: Awaited<ReturnType<typeof openCouncil>>;
  const asked = async <V>(name: string, as: string | null, params = {}, asKnown?: number) => {
    await council.home.settle();
    const moment = asKnown === undefined ? {} : { asKnown: String(asKnown) };
    const answer = await answerTo(council.home, new Ask('council', name, params, moment, as === null ? null : actor(as)));
    return answer?.view as V;
  };
  const whole = async () => JSON.stringify((await council.home.store.readAll(null)).events);
  const newest = async () => {
    await council.home.settle();
    return (await council.home.views.completeTo()).entry;
  };
  beforeEach(async () => {
    council = await openCouncil();
    for (const [subject, role] of Object.entries({ clerk: 'clerk', officer: 'data-protection-officer', finance: 'finance-officer' }))
      await council.do('GrantRole', { subject, role }, 'operator');
    await council.do('EnrolSubject', person, 'clerk');
  });
  afterEach(() => council.home.close());
  const erase = async () => {
    await council.do('RequestErasure', { subjectRef, ground: 'no_longer_needed' }, 'clerk');
    await council.do('GrantErasure', { subjectRef, backupsExpireOn: '2020-02-05' }, 'officer');
    await council.home.settle();
  };

  it('stands in no stored byte by name', async () => {
    expect(await whole()).toContain(subjectRef);
    expect(await whole()).not.toMatch(/Ada|example\.org/);
  });
  it('is named to those who do the work, newest details first', async () => {
    await council.do('RectifyDetails', { subjectRef, contact: 'ada@elsewhere.org' }, 'clerk');
    expect((await asked<SubjectView>('subject', 'clerk', { subjectRef })).details).toEqual({
      are: 'readable',
      name: 'Ada Example',
      contact: 'ada@elsewhere.org',
    });
    expect(await asked<readonly SubjectView[]>('subjects', 'officer')).toHaveLength(1);
  });
  it.each([
    [null, 'SIGN_IN_NEEDED'],
    ['finance', 'ROLE_MISSING'],
    ['operator', 'ROLE_MISSING'],
    ['stranger', 'ROLE_MISSING'],
  ])('is named to %s never', async (who, code) => {
    await expect(asked('subject', who, { subjectRef })).rejects.toMatchObject({ code });
    await expect(asked('subjects', who)).rejects.toMatchObject({ code });
  });
  it('is put beyond use by destroying the key, for every moment of the past as well', async () => {
    const before = await newest();
    await erase();
    expect((await asked<SubjectView>('subject', 'clerk', { subjectRef })).details).toEqual({ are: 'beyond_use' });
    expect(council.home.keys.standing()).toMatchObject([{ subjectRef, held: false }]);
    expect((await asked<SubjectView>('subject', 'clerk', { subjectRef }, before)).details).toEqual({ are: 'beyond_use' });
    expect(await asked<ErasureRegister>('erasures', null)).toMatchObject({
      enrolled: 1,
      counts: { waiting: 0, executed: 1 },
      requests: [{ standing: 'executed', backupsExpireOn: '2020-02-05' }],
    });
  });
  it('is registered when erased without a name, a pseudonym or a reason of theirs', async () => {
    await council.do('PlaceLegalHold', { subjectRef, holdId: 'appeal', why: 'Ada appeals' }, 'officer');
    await council.do('LiftLegalHold', { subjectRef, holdId: 'appeal' }, 'officer');
    await erase();
    expect(JSON.stringify(await asked('erasures', null))).not.toMatch(/Ada|p-4f1c09d2|no_longer_needed/);
  });
  it('waits, and is late, where nobody answers', async () => {
    await council.do('RequestErasure', { subjectRef, ground: 'objection' }, 'clerk');
    await council.home.settle();
    const on = async (asAt: string) =>
      ((await answerTo(council.home, new Ask('council', 'erasures', {}, { asAt })))?.view as ErasureRegister).counts;
    expect(await on('2020-02-01')).toMatchObject({ waiting: 1, late: 0 });
    expect(await on('2020-02-02')).toMatchObject({ waiting: 0, late: 1 });
  });
  it('has a fault and not an erasure where the key is lost', async () => {
    jest.spyOn(council.home.keys, 'open').mockReturnValue(undefined);
    expect((await asked<SubjectView>('subject', 'clerk', { subjectRef })).details).toEqual({ are: 'key_missing' });
  });
  it('is executed by the policy once more where the entry was lost after the key was destroyed', async () => {
    const append = council.home.store.append.bind(council.home.store);
    let lost = 0;
    jest.spyOn(council.home.store, 'append').mockImplementation((stream, revision, events) => {
      if (events[0]!.type !== 'ErasureExecuted' || lost === 2) return append(stream, revision, events);
      lost += 1;
      return Promise.reject(new Error('the disk is full'));
    });
    await erase();
    expect(lost).toBe(2);
    expect(council.home.keys.standing()).toMatchObject([{ held: false }]);
    expect(await keyFindings(council.home)).toEqual([]);
    expect((await asked<ErasureRegister>('erasures', null)).counts).toMatchObject({ granted: 0, executed: 1 });
    expect(await council.home.log.deadLetters()).toEqual([]);
  });
  it('notes which key was made and which destroyed, and commits to it', async () => {
    const { keyId, commitment } = council.home.keys.make('council', subjectRef);
    await erase();
    const { events } = await council.home.store.readAll(null, { types: ['SubjectEnrolled', 'ErasureExecuted'] });
    expect(events.map(({ data }) => (JSON.parse(data) as { key: object }).key)).toEqual([
      { is: 'made', keyId, commitment },
      { is: 'destroyed', keyId },
    ]);
  });
  it('gives the same receipt for the same request, and a destroyed key stays destroyed', async () => {
    const commandId = randomUUID();
    const enrol = () =>
      council.home.door.ask('council', 'EnrolSubject', { commandId, ...person, subjectRef: 'p-00000001' }, actor('clerk'));
    expect(await enrol()).toEqual(await enrol());
    await erase();
    await expect(council.do('EnrolSubject', person, 'clerk')).rejects.toMatchObject({ code: 'ALREADY_ENROLLED' });
    expect(council.home.keys.standing().filter(({ held }) => !held)).toHaveLength(1);
  });
  it('leaves no digest behind against which a name could be tried', async () => {
    const commandId = randomUUID();
    const who = { ...person, subjectRef: 'p-00000002' };
    const enrol = (name: string) => council.home.door.ask('council', 'EnrolSubject', { commandId, ...who, name }, actor('clerk'));
    const receipt = await enrol('Ada Example');
    const hmacOf = jest.spyOn(council.home.keys, 'hmac');
    expect(await enrol('Ada Example')).toEqual(receipt);
    await expect(enrol('Ada Sample')).rejects.toMatchObject({ code: 'COMMAND_ID_REUSED' });
    await council.do('RequestErasure', { subjectRef: who.subjectRef, ground: 'objection' }, 'clerk');
    const grant = { commandId: randomUUID(), subjectRef: who.subjectRef, backupsExpireOn: '2020-02-05' };
    const granted = await council.home.door.ask('council', 'GrantErasure', grant, actor('officer'));
    await council.home.settle();
    // Sent again after the key is gone: what says nothing personal is still known as the same request; of a name nobody can say any more whether it was the one.
    expect(await council.home.door.ask('council', 'GrantErasure', grant, actor('officer'))).toEqual(granted);
    expect([await enrol('Ada Example'), await enrol('Ada Sample')]).toEqual([receipt, receipt]);
    const digests = hmacOf.mock.results.map(({ value }) => value as string);
    const { events } = await council.home.store.readAll(null, { types: ['SubjectEnrolled'] });
    const stored = events.map(({ metadata }) => (JSON.parse(metadata) as { meta: { requestHmac: string } }).meta.requestHmac);
    expect(stored.filter((digest) => digests.includes(digest))).toEqual([]);
    expect(digests.length).toBeGreaterThan(3);
  });
  it('is asked for under a random pseudonym, never under a name', async () =>
    expect(council.do('EnrolSubject', { ...person, subjectRef: 'ada-example' }, 'clerk')).rejects.toMatchObject({
      code: 'MISUNDERSTOOD',
    }));
});

import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verification } from '../../apps/auditor/verify.command.js';
import type { BodyView } from '@ledger/governance/views';
import { answerTo, Ask, Home, settingsFrom, writeBundle } from '@ledger/home';
import { checkLogProof, toHex } from '@ledger/log';
import { tellDemonstration } from '@ledger/stories';

const TENANT = 'barking-and-dagenham';
const as = (actorRef: string) => ({ actorRef, issuer: 'test', authnStrength: 'token' });
/** What anybody may ask of the panel, its decision and its money: what an erasure must leave exactly as it is. */
const FIGURES = ['trial-balance', 'funds', 'decisions', 'awards', 'bodies', 'sortitions'];

it('a member of the demonstration’s panel is erased, and every total, vote, root and proof is what it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-member-'));
  const home = await Home.open(settingsFrom({}, { folder: join(folder, 'home') }));
  try {
    await tellDemonstration(home);
    const say = (type: string, body: object, who: string, tenant = TENANT) =>
      home.door.ask(tenant, type, { commandId: randomUUID(), ...body }, as(who));
    for (const [subject, role] of [
      ['member-clerk', 'clerk'],
      ['protector', 'data-protection-officer'],
    ] as const)
      await say('GrantRole', { subject, role }, 'operator');
    const panel = await answerTo(home, new Ask(TENANT, 'body', { bodyId: 'residents-panel' }));
    const { subjectRef } = (panel!.view as BodyView).members[0]!;
    await say('EnrolSubject', { subjectRef, capacity: 'panel_member', lawfulBasis: 'public_task', name: 'Ada Example' }, 'member-clerk');

    const standing = async (name: string) => {
      await home.settle();
      const seal = await home.publicLog.sealer.seal();
      await writeBundle(home, join(folder, name), 'auditor');
      writeFileSync(join(folder, `${name}.policy`), await home.publicLog.policyText());
      const figures = await Promise.all(FIGURES.map(async (one) => JSON.stringify((await answerTo(home, new Ask(TENANT, one)))?.view)));
      const proof = (await home.publicLog.proof(100))!;
      return {
        figures,
        proof,
        size: seal!.size,
        root: toHex(seal!.root),
        balances: readFileSync(join(folder, name, 'balances.json'), 'utf8'),
      };
    };
    const before = await standing('before');
    await say('RequestErasure', { subjectRef, ground: 'no_longer_needed' }, 'member-clerk');
    await say('GrantErasure', { subjectRef, backupsExpireOn: '2099-01-01' }, 'protector');
    const after = await standing('after');

    expect(after.figures).toEqual(before.figures);
    expect(after.balances).toBe(before.balances);
    expect(after.proof.document.document).toBe(before.proof.document.document);
    for (const { proof, size } of [before, after])
      expect(checkLogProof(proof.text, proof.document.document, home.publicLog.signer.log)).toMatchObject({ index: 100, size });
    const proven = await verification(join(folder, 'after'), {
      policy: join(folder, 'after.policy'),
      checkpoint: join(folder, 'before', 'checkpoint'),
    });
    expect(proven).toMatchObject({ verdict: 'proven', firstWrong: null });
    expect(home.keys.standing().filter((one) => one.subjectRef === subjectRef && !one.held)).toHaveLength(1);
    const accounts = (JSON.parse(after.balances) as object[]).length;
    process.stdout.write(
      `Erased: ${before.size} entries under ${before.root.slice(0, 16)} became ${after.size} under ${after.root.slice(0, 16)}; ` +
        `${accounts} balances and ${FIGURES.length} answers are the same to the byte; the old checkpoint and the old proof still hold\n`,
    );
  } finally {
    await home.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

import { catalogue } from '@ledger/catalogue';
import { factNamed, personalFieldsOf } from '@ledger/event-store';
import { SubjectKeys } from '@ledger/log';
import { destroyedKeys, everyEvent } from './bundle.js';
import type { Home } from './home.js';

type Json = Readonly<Record<string, unknown>>;
const TYPES = [...catalogue.facts.values()].filter((fact) => fact.key !== undefined || personalFieldsOf(fact).length > 0).map(({ name }) => name); // prettier-ignore

/** Everything that the store says of people's keys, and where it contradicts itself. */
async function recorded({ log, store }: Pick<Home, 'log' | 'store'>): Promise<Readonly<{ keys: SubjectKeys; wrong: readonly string[] }>> {
  const [keys, wrong] = [new SubjectKeys(), [] as string[]];
  for await (const { data, position, stream, type } of everyEvent(store, TYPES)) {
    const payload = JSON.parse(data) as Json;
    const personal = personalFieldsOf(factNamed(catalogue, type)).filter((field) => field in payload);
    const entry = (await log.entryAt(position)) ?? -1;
    const found = keys.follow(entry, stream, payload, Object.fromEntries(personal.map((field) => [field, payload[field]])));
    if (found !== undefined) wrong.push(found.words);
  }
  return { keys, wrong };
}

/** A key that does not unwrap commits to nothing. */
function commitmentOf({ keys }: Pick<Home, 'keys'>, tenantId: string, subjectRef: string): string | undefined {
  try {
    return keys.commitment(tenantId, subjectRef);
  } catch (failed) {
    if ((failed as Error).name !== 'NotOurMasterKey') throw failed;
    return undefined;
  }
}

/** The key store held against the record: what is missing without an erasure, still there after one, or another key than was committed to. */
export async function keyFindings(home: Pick<Home, 'keys' | 'log' | 'store'>): Promise<readonly string[]> {
  const { keys, wrong } = await recorded(home);
  const standing = home.keys.standing();
  const held = new Set(standing.flatMap((one) => (one.held ? [one.keyId] : [])));
  const committed = new Map([...keys.all()].map(({ commitment, keyId }) => [keyId, commitment]));
  const others = standing.filter(({ keyId, subjectRef, tenantId }) => {
    const promised = committed.get(keyId);
    return held.has(keyId) && promised !== undefined && commitmentOf(home, tenantId, subjectRef) !== promised;
  });
  return [
    ...wrong,
    ...keys.findings(held).map(({ words }) => words),
    ...others.map(({ subjectRef, tenantId }) => `The key of subject-${tenantId}_${subjectRef} is another than the record commits to`),
  ];
}

/** Destroys once more what the record says was destroyed: an older copy of the key store brings keys back. Answers how many. */
export async function destroyAgain({ keys, store }: Pick<Home, 'keys' | 'store'>): Promise<number> {
  const held = keys.standing().filter((one) => one.held);
  if (held.length === 0) return 0;
  const destroyed = await destroyedKeys(store);
  const back = held.filter(({ keyId }) => destroyed.has(keyId));
  for (const { subjectRef, tenantId } of back) keys.destroy(tenantId, subjectRef);
  return back.length;
}

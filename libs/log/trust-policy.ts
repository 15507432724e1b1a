import { type Digest, digestOf, toBase64 } from './merkle.js';
import { NotProven, strictBase64, type Verified, type Verifier, verifierFrom } from './note.js';

export type Witness = Readonly<{ name: string; verifier: Verifier; url: string | null }>;
type Group = Readonly<{ name: string; needs: number; members: readonly string[] }>;

/**
 * Whom an auditor trusts, from a file the auditor holds: the log's key, the receipts' key, witnesses, how many of them must have
 * signed, and a checkpoint that was kept. Witnesses under one control stand in a group of which any one counts.
 */
export type TrustPolicy = Readonly<{
  log: Verifier;
  receipts: Verifier | null;
  witnesses: readonly Witness[];
  groups: readonly Group[];
  quorum: string | null;
  kept: Readonly<{ size: number; root: Digest }> | null;
}>;

const NUMBER = /^(0|[1-9]\d{0,15})$/;

/** Reads a trust policy strictly, line by line. @throws NotProven with the line that cannot be read */
export function trustPolicyFrom(text: string): TrustPolicy {
  const said: { log?: Verifier; receipts?: Verifier; kept?: TrustPolicy['kept']; quorum?: string | null } = {};
  const witnesses: Witness[] = [];
  const groups: Group[] = [];
  text.split('\n').forEach((raw, at) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const no = (words: string): never => {
      throw new NotProven(`Line ${at + 1} of the policy: ${words}`);
    };
    const [keyword, ...rest] = line.split(/\s+/);
    const isNew = (name: string) =>
      name !== 'none' && ![...witnesses, ...groups].some((one) => one.name === name) ? name : no(`the name "${name}" is taken`);
    const known = (name: string) => ([...witnesses, ...groups].some((one) => one.name === name) ? name : no(`nobody is called "${name}"`));
    if (keyword === 'log' && (rest.length === 1 || rest.length === 2))
      said.log = said.log === undefined ? verifierFrom(rest[0]!) : no('a second log');
    else if (keyword === 'receipts' && rest.length === 1)
      said.receipts = said.receipts === undefined ? verifierFrom(rest[0]!) : no('a second key for receipts');
    else if (keyword === 'witness' && (rest.length === 2 || rest.length === 3)) {
      const verifier = verifierFrom(rest[1]!);
      const raw32 = verifier.vkey.split('+')[2];
      if (verifier.kind !== 'cosignature/v1') no(`the key of ${rest[0]} is not a witness's`);
      if (witnesses.some((one) => one.verifier.vkey.split('+')[2] === raw32)) no(`the key of ${rest[0]} stands above already`);
      witnesses.push({ name: isNew(rest[0]!), verifier, url: rest[2] ?? null });
    } else if (keyword === 'group' && rest.length >= 3) {
      const members = rest.slice(2).map(known);
      const needs = rest[1] === 'any' ? 1 : rest[1] === 'all' ? members.length : Number(rest[1]);
      if (!(needs >= 1 && needs <= members.length) || !Number.isInteger(needs)) no(`${rest[1]} of ${members.length} cannot be asked for`);
      if (new Set(members).size !== members.length) no('somebody is named twice');
      if (groups.some((one) => one.members.some((name) => members.includes(name))))
        no('somebody stands in two groups, and would count twice');
      groups.push({ name: isNew(rest[0]!), needs, members });
    } else if (keyword === 'quorum' && rest.length === 1)
      said.quorum = said.quorum !== undefined ? no('a second quorum') : rest[0] === 'none' ? null : known(rest[0]!);
    else if (keyword === 'kept' && rest.length === 2 && said.kept === undefined && NUMBER.test(rest[0]!)) {
      const bytes = strictBase64(rest[1]!, 'The root that was kept');
      said.kept = bytes.length === 32 ? { size: Number(rest[0]), root: digestOf(bytes) } : no('the root has not 32 bytes');
    } else no(`"${line}" is not understood`);
  });
  if (said.log === undefined) throw new NotProven('The policy names no log');
  return { log: said.log, receipts: said.receipts ?? null, witnesses, groups, quorum: said.quorum ?? null, kept: said.kept ?? null };
}

/** Whether those who cosigned are enough. Without a quorum nobody was asked for, and nothing is met. */
export function quorumMet({ groups, quorum, witnesses }: TrustPolicy, verified: readonly Verified[]): boolean {
  const met = (name: string): boolean => {
    const group = groups.find((one) => one.name === name);
    if (group !== undefined) return group.members.filter(met).length >= group.needs;
    const witness = witnesses.find((one) => one.name === name);
    return witness !== undefined && verified.some(({ by }) => by.vkey === witness.verifier.vkey);
  };
  return quorum !== null && met(quorum);
}

const witnessLine = ({ name, url, verifier }: Witness) => `witness ${name} ${verifier.vkey}${url === null ? '' : ` ${url}`}`;
/** The policy as a file to hand over in person. */
export const trustPolicyText = ({ groups, kept, log, quorum, receipts, witnesses }: TrustPolicy): string =>
  [
    '# Whom to trust about this ledger. Take this file from a person you can ask, never out of the bundle that it checks.',
    `log ${log.vkey}`,
    ...(receipts === null ? [] : [`receipts ${receipts.vkey}`]),
    ...witnesses.map(witnessLine),
    ...groups.map(({ members, name, needs }) => `group ${name} ${needs} ${members.join(' ')}`),
    `quorum ${quorum ?? 'none'}`,
    ...(kept === null
      ? []
      : ['# The log as it stood when this was printed: it can never have been otherwise.', `kept ${kept.size} ${toBase64(kept.root)}`]),
    '',
  ].join('\n');

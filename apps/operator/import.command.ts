import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { idFrom } from '@ledger/event-store';
import { type Grant, type GrantsFile, officialId, readGrants, type RowProblem, Unreadable } from '@ledger/formats';
import { ImportAward, importedAward } from '@ledger/grants/decide';
import { type Actor, type Home, OWN_ISSUER } from '@ledger/home';
import { decimalPounds, isRefusal, Refusal } from '@ledger/kernel';
import { type Common, EXIT, type Io, NotUnderstood, type OperatorCommand } from './command-line.js';
import { keepReceipts, RECEIPTS } from './receipts.js';
import { AT_THIS_MACHINE } from './role.command.js';

/** Enough to share transactions, few enough to keep the program's memory small. */
const TOGETHER_MAX = 200;
/** The office that imports when nobody is named. It holds no role that could spend. */
const IMPORTING_OFFICE = 'grants-importer';
/** Where files go when nobody says whose they are and no tenant has opened the fund. */
const NOBODYS = 'imported';
const NAMES_MAX = 20;

type Given = Readonly<{
  fund: string;
  tenant?: string;
  by?: string;
  dryRun?: boolean;
  apply?: boolean;
  skipBad?: boolean;
  receipts?: string;
}>;
type Asked = Readonly<{ body: object; command: ImportAward; grant: Grant }>;

/** The file, its hash and what it says. @throws NotUnderstood */
function openFile(path: string, today: string): GrantsFile & { sha256: string; bytes: number; name: string } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (failed) {
    throw new NotUnderstood(`${path} cannot be read: ${(failed as Error).message}`);
  }
  try {
    const file = readGrants(bytes, { name: path, today });
    return { ...file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, name: basename(path).slice(0, 200) };
  } catch (thrown) {
    if (thrown instanceof Unreadable) throw new NotUnderstood(`${path}: ${thrown.message}`);
    throw thrown;
  }
}

/** The tenant that keeps the fund, when only one does. */
async function tenantOf(home: Home, fundId: string): Promise<string> {
  const found = await home.views.query<{ tenantId: string }>((from) =>
    from
      .selectFrom('entries')
      .select('tenantId')
      .distinct()
      .where('type', '=', 'FundOpened')
      .where('stream', 'like', `fund-%\\_${fundId}`)
      .limit(2),
  );
  if (found.length > 1) throw new NotUnderstood(`More than one tenant has a fund called ${fundId}: say whose with --tenant`);
  return found[0]?.tenantId ?? NOBODYS;
}

/** The importer's roles. Nobody named: the machine's operator gives them to an office of their own, as facts of the record. */
async function standingOf(home: Home, io: Io, tenantId: string, by: string | undefined, writes: boolean): Promise<Actor> {
  const subject = by ?? IMPORTING_OFFICE;
  const held = await home.door.rolesOf(tenantId, subject);
  const missing = [
    ...(held.includes('importer') || held.includes('finance-officer') ? [] : ['importer']),
    ...(held.includes('recorder') ? [] : ['recorder']),
  ];
  if (by !== undefined && missing.length > 0)
    throw new Refusal(
      'ROLE_MISSING',
      `${by} may not import here yet. To allow it: ${missing
        .map((role) => `operator grant-role --tenant ${tenantId} --subject ${by} --role ${role}`)
        .join(' ; ')}`,
      { subject },
    );
  for (const role of writes ? missing : []) {
    await home.door.ask(tenantId, 'GrantRole', { commandId: randomUUID(), subject, role }, AT_THIS_MACHINE);
    io.note(`The operator of this machine gave ${subject} the role ${role} in ${tenantId}; --by names somebody else.`);
  }
  return { actorRef: subject, issuer: OWN_ISSUER, authnStrength: 'local' };
}

/** A grant as a request. Ids are derived with the installation's key: the same grant gives the same id, and nobody else can compute it. */
function requestFor(
  home: Home,
  grant: Grant,
  { file, fundId, tenantId }: { file: ReturnType<typeof openFile>; fundId: string; tenantId: string },
): Asked {
  const secret = home.keys.secret('imports');
  const { amountPence, awardedOn, currency, funder, grantId, programme, row, to } = grant;
  const awardId = idFrom(secret, 'award', tenantId, grantId);
  const stated =
    to.kind === 'individual'
      ? { recipientKind: to.kind, recipientId: idFrom(secret, 'person', tenantId, grantId) }
      : {
          recipientKind: to.kind,
          grantId,
          title: to.title,
          description: to.description,
          recipientId: officialId(to.ref) ?? idFrom(secret, 'organisation', to.ref),
          recipientRef: to.ref,
          recipientName: to.name,
        };
  const body = {
    commandId: randomUUID(),
    // Midday: whatever the tenant's time zone, the same day.
    effectiveAt: `${awardedOn}T12:00:00.000Z`,
    reason: { code: 'as-published' },
    evidence: [
      { sha256: file.sha256, bytes: file.bytes, mediaType: /\.csv$/i.test(file.name) ? 'text/csv' : 'application/json', title: file.name },
    ],
    awardId,
    fundId,
    ...stated,
    ...(programme === undefined ? {} : { programme }),
    funderId: officialId(funder.ref) ?? idFrom(secret, 'organisation', funder.ref),
    funderRef: funder.ref,
    funderName: funder.name,
    amountPence,
    currency,
    awardedOn,
    fileSha256: file.sha256,
    fileRow: row,
  };
  return { body, command: ImportAward.of(body), grant };
}

/** Judges by the very rules that will judge it again when it is written, and writes nothing. */
async function foresee(home: Home, tenantId: string, by: string, { command, grant }: Asked): Promise<'new' | 'there' | RowProblem> {
  const state = await home.ledger.stateOf(importedAward, `${importedAward.category}-${tenantId}_${command.awardId}`);
  try {
    const facts = importedAward.decide.ImportAward(command, state, { by, onBehalfOf: by, at: command.effectiveAt! });
    return facts.length === 0 ? 'there' : 'new';
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    return { row: grant.row, field: 'id', reason: `${thrown.words} (${thrown.code})` };
  }
}

/** Does a thing for each, so many at a time, in order of the answers. */
async function together<T, R>(all: readonly T[], action: (one: T) => Promise<R>, done?: (count: number) => void): Promise<readonly R[]> {
  const answers: R[] = [];
  for (let at = 0; at < all.length; at += TOGETHER_MAX) {
    answers.push(...(await Promise.all(all.slice(at, at + TOGETHER_MAX).map(action))));
    done?.(answers.length);
  }
  return answers;
}

const sumOf = (grants: readonly Grant[]) => decimalPounds(Number(grants.reduce((sum, { amountPence }) => sum + BigInt(amountPence), 0n)));
const totalsBy = (grants: readonly Grant[], keyOf: (grant: Grant) => string) =>
  Object.fromEntries(
    [...Map.groupBy(grants, keyOf)]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, some]) => [key, { count: some.length, total: sumOf(some) }]),
  );

export const importGrants: OperatorCommand = (program, io) => {
  const command = program.command('import').description('bring published files in, as facts of the past');
  command
    .command('360giving')
    .description('record the grants of a 360Giving file (JSON package or flat CSV): each from its own day, citing the file by hash')
    .argument('<file>', 'the file')
    .requiredOption('--fund <slug>', 'the fund under which they are remembered; it need not be open here')
    .option('--tenant <tenant>', `whose books they are remembered in (default: whoever has opened the fund, else ${NOBODYS})`)
    .option('--dry-run', 'judge every row and write nothing')
    .option('--apply', 'write')
    .option('--skip-bad', 'write the good rows although others are bad')
    .option('--by <office>', `who imports (default: ${IMPORTING_OFFICE}, an office with no other role)`)
    .option(...RECEIPTS)
    .addHelpText('after', '\nExample: operator import 360giving grants.json --fund past-grants --tenant trafford --apply')
    .action((path: string, given: Given, self: Command) =>
      io.run(() => {
        if ((given.dryRun === true) === (given.apply === true)) throw new NotUnderstood('Say either --dry-run or --apply');
        const options: Common = self.optsWithGlobals();
        for (const [name, slug] of Object.entries({ fund: given.fund, tenant: given.tenant, by: given.by }))
          if (slug !== undefined && !/^[a-z0-9][a-z0-9-]{0,79}$/.test(slug))
            throw new NotUnderstood(`--${name} must be an id: small letters, digits and dashes`);
        return io.withHome(options.home, (home) => bringIn(home, io, path, given, options));
      }),
    );
  return command;
};

async function bringIn(home: Home, io: Io, path: string, given: Given, options: Common) {
  const file = openFile(path, home.clock.now().slice(0, 10));
  const tenantId = given.tenant ?? (await tenantOf(home, given.fund));
  const writes = given.apply === true && (file.refused.length === 0 || given.skipBad === true);
  const actor = await standingOf(home, io, tenantId, given.by, writes && file.grants.length > 0);
  const asked = file.grants.map((grant) => requestFor(home, grant, { file, fundId: given.fund, tenantId }));
  const foreseen = await together(asked, (one) => foresee(home, tenantId, actor.actorRef, one));
  const refused = [...file.refused, ...foreseen.filter((one) => typeof one === 'object')].toSorted((a, b) => a.row - b.row);
  const good = asked.filter((_, index) => typeof foreseen[index] !== 'object');
  const fresh = asked.filter((_, index) => foreseen[index] === 'new');

  let recorded = 0;
  const apply = given.apply === true && (refused.length === 0 || given.skipBad === true);
  if (apply) {
    const progress = io.progress('Importing');
    const receipts = await together(
      fresh,
      ({ body }) => home.door.ask(tenantId, 'ImportAward', body, actor),
      (count) => progress(count, fresh.length),
    );
    recorded = receipts.filter(({ events }) => events.length > 0).length;
    if (given.receipts !== undefined) keepReceipts(given.receipts, await together(receipts, (one) => home.publicLog.signed(one)));
    await home.settle();
  }
  const grants = good.map(({ grant }) => grant);
  const answer = {
    read: file.read,
    recorded,
    alreadyThere: good.length - (apply ? recorded : fresh.length),
    total: sumOf(grants),
    byFunder: totalsBy(grants, ({ funder }) => funder.ref),
    byYear: totalsBy(grants, ({ awardedOn }) => awardedOn.slice(0, 4)),
    refused,
  };
  io.answer(options, answer, () => inWords(answer, { file, tenantId, fund: given.fund, fresh: fresh.length, apply }));
  return refused.length > 0 && given.skipBad !== true ? EXIT.no : EXIT.done;
}

type ImportAnswer = Readonly<{
  read: number;
  recorded: number;
  alreadyThere: number;
  total: string;
  byFunder: Readonly<Record<string, { count: number; total: string }>>;
  byYear: Readonly<Record<string, { count: number; total: string }>>;
  refused: readonly RowProblem[];
}>;
function inWords(
  { alreadyThere, byFunder, byYear, read, recorded, refused, total }: ImportAnswer,
  {
    apply,
    file,
    fresh,
    fund,
    tenantId,
  }: { apply: boolean; file: { name: string; sha256: string }; fresh: number; fund: string; tenantId: string },
): readonly string[] {
  const badRows = new Set(refused.map(({ row }) => row)).size;
  const list = (name: string, totals: ImportAnswer['byFunder']) =>
    Object.entries(totals).map(([key, one]) => `  ${name} ${key}: ${one.count} grants, ${one.total}`);
  return [
    `${file.name} (SHA-256 ${file.sha256})`,
    `${read} grants read, ${read - badRows} good, together ${total}`,
    ...list('funder', byFunder),
    ...list('year', byYear),
    ...refused.slice(0, NAMES_MAX).map(({ field, reason, row }) => `Refused: row ${row}, ${field}: ${reason}`),
    ...(refused.length > NAMES_MAX ? [`... and ${refused.length - NAMES_MAX} more; --json lists them all`] : []),
    ...(badRows > 0 ? [`${badRows} rows refused${apply ? ' and left out' : ''}.`] : []),
    apply
      ? `${recorded} recorded under ${fund} in the books of ${tenantId}, ${alreadyThere} were there already.`
      : `Nothing was written. ${fresh} would be recorded under ${fund} in the books of ${tenantId}, ${alreadyThere} are there already.`,
  ];
}

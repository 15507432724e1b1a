import { parseJson } from '../numeral.js';
import { Unreadable } from '../unreadable.js';
import { type Grant, judgeGrant, type RowProblem } from './grant.js';
import { type RawGrant, rowsOfSheet } from './sheet.js';

/** What a file holds: every grant in it is either good, or refused with reasons. */
export type GrantsFile = Readonly<{ read: number; grants: readonly Grant[]; refused: readonly RowProblem[] }>;

/** UTF-8 alone: a guess at another encoding would change names for ever. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Unreadable('The file is not UTF-8 text; save it as UTF-8 (a spreadsheet calls it "CSV UTF-8")');
  }
}

/** The grants of a JSON package, numbered from 1. */
function rowsOfPackage(text: string): readonly RawGrant[] {
  const found = parseJson(text) as Readonly<Record<string, unknown>> | null;
  const grants = typeof found === 'object' ? found?.['grants'] : undefined;
  if (!Array.isArray(grants)) throw new Unreadable('The file is JSON, and not a 360Giving package: it has no list called "grants"');
  if (grants.length === 0) throw new Unreadable('The package has no grant in it');
  return grants.map((grant: unknown, index) => ({ row: index + 1, grant, problems: [] }));
}

/**
 * Reads a 360Giving file, JSON package or flat sheet, and judges every grant in it. Pure: who records what is somebody else's to say.
 * Judged are the ten required fields, the closed lists and what would not be sound in a public record; fields that the ledger does not keep,
 * such as `dateModified` or `url`, are not. Source: 360Giving Data Standard 1.4. @throws Unreadable
 */
export function readGrants(bytes: Uint8Array, { name, today }: { name: string; today: string }): GrantsFile {
  const text = textOf(bytes);
  const isSheet = /\.csv$/i.test(name) || (!/\.json$/i.test(name) && !/^\s*[[{]/.test(text));
  const rows = isSheet ? rowsOfSheet(text) : rowsOfPackage(text);

  const [grants, refused]: [Grant[], RowProblem[]] = [[], []];
  const rowOfId = new Map<string, number>();
  let currency: string | undefined;
  for (const { grant: raw, problems, row } of rows) {
    const judged = judgeGrant(row, raw, today);
    const wrong = [...problems.map((one) => ({ row, ...one })), ...(Array.isArray(judged) ? (judged as readonly RowProblem[]) : [])];
    const grant = wrong.length > 0 ? undefined : (judged as Grant);
    const id = grant?.grantId ?? idOf(raw);
    const before = id === undefined ? undefined : rowOfId.get(id);
    if (id !== undefined && before === undefined) rowOfId.set(id, row);
    if (before !== undefined) wrong.push({ row, field: 'id', reason: `is the id of row ${before} too` });
    if (grant !== undefined && before === undefined) {
      currency ??= grant.currency;
      if (grant.currency !== currency)
        wrong.push({
          row,
          field: 'currency',
          reason: `is ${grant.currency} in a file of ${currency}: currencies are never added; give each its own file`,
        });
    }
    if (wrong.length > 0) refused.push(...wrong);
    else grants.push(grant!);
  }
  return { read: rows.length, grants, refused };
}

function idOf(raw: unknown): string | undefined {
  const id = (raw as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' && id.trim() !== '' ? id : undefined;
}

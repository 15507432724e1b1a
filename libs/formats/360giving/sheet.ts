import { parse } from 'csv-parse/sync';
import { Numeral } from '../numeral.js';
import { Unreadable } from '../unreadable.js';

/** One grant as the file has it, not judged yet: the shape of 360Giving's JSON, with numbers in their own text. */
export type RawGrant = Readonly<{ row: number; grant: unknown; problems: readonly Readonly<{ field: string; reason: string }>[] }>;

type Kind = 'text' | 'number' | 'codes';
type Column = Readonly<{ path: readonly string[]; list: boolean; kind: Kind }>;
const column = (kind: Kind, ...path: string[]): Column => ({ path, list: false, kind });
const inList = (kind: Kind, ...path: string[]): Column => ({ path, list: true, kind });

/**
 * The titles of the flat sheet and where each stands in the JSON. Only what the ledger reads is listed; other columns are left alone.
 * Source: the titles in the 360Giving schema 1.4.3.
 */
const COLUMNS: Readonly<Record<string, Column>> = {
  Identifier: column('text', 'id'),
  Title: column('text', 'title'),
  Description: column('text', 'description'),
  Currency: column('text', 'currency'),
  'Amount Awarded': column('number', 'amountAwarded'),
  'Award Date': column('text', 'awardDate'),
  'Funding Org:Identifier': inList('text', 'fundingOrganization', 'id'),
  'Funding Org:Name': inList('text', 'fundingOrganization', 'name'),
  'Recipient Org:Identifier': inList('text', 'recipientOrganization', 'id'),
  'Recipient Org:Name': inList('text', 'recipientOrganization', 'name'),
  'Recipient Ind:Identifier': column('text', 'recipientIndividual', 'id'),
  'Recipient Ind:Name': column('text', 'recipientIndividual', 'name'),
  'Grant Programme:Code': inList('text', 'grantProgramme', 'code'),
  'Grant Programme:Title': inList('text', 'grantProgramme', 'title'),
  'Beneficiary Location:Country Code': inList('text', 'beneficiaryLocation', 'countryCode'),
  'Beneficiary Location:Geographic Code': inList('text', 'beneficiaryLocation', 'geoCode'),
  'Beneficiary Location:Geographic Code Type': inList('text', 'beneficiaryLocation', 'geoCodeType'),
  'For Regrant Type': column('text', 'regrantType'),
  'Location Scope': column('text', 'locationScope'),
  'To Individuals Details:Primary Grant Reason': column('text', 'toIndividualsDetails', 'primaryGrantReason'),
  'To Individuals Details:Secondary Grant Reason': column('text', 'toIndividualsDetails', 'secondaryGrantReason'),
  'To Individuals Details:Grant Purpose': column('codes', 'toIndividualsDetails', 'grantPurpose'),
};
/** Titles match ignoring case and spacing. */
const plain = (title: string) => title.toLowerCase().replaceAll(/\s+/g, '');
const BY_TITLE = new Map(Object.entries(COLUMNS).map(([title, place]) => [plain(title), place]));

type Cell = Readonly<{ path: readonly string[]; index: number | null; kind: Kind }>;
/** `Parent:0:Child` is one of several; `Parent:Child` is the first of them. */
function placeOf(title: string): Cell | undefined {
  const index = /:(\d+):/.exec(title)?.[1];
  const found = BY_TITLE.get(plain(title.replace(/:\d+:/, ':')));
  if (found === undefined || (index !== undefined && !found.list)) return undefined;
  return { path: found.path, index: found.list ? Number(index ?? 0) : null, kind: found.kind };
}

type Tree = Record<string, unknown>;
const valueOf = (kind: Kind, text: string): unknown =>
  kind === 'number' ? new Numeral(text) : kind === 'codes' ? text.split(';').map((one) => one.trim()) : text;

function treeOf(cells: readonly (Cell | undefined)[], record: readonly string[]): Tree {
  const grant: Tree = {};
  const lists = new Map<string, Map<number, Tree>>();
  for (const [at, cell] of cells.entries()) {
    const text = (record[at] ?? '').trim();
    if (cell === undefined || text === '') continue;
    const [first, second] = cell.path as [string, string | undefined];
    if (second === undefined) {
      grant[first] = valueOf(cell.kind, text);
    } else if (cell.index === null) {
      grant[first] = { ...(grant[first] as Tree | undefined), [second]: valueOf(cell.kind, text) };
    } else {
      const list = lists.get(first) ?? new Map<number, Tree>();
      list.set(cell.index, { ...list.get(cell.index), [second]: valueOf(cell.kind, text) });
      lists.set(first, list);
    }
  }
  for (const [name, list] of lists) grant[name] = [...list].toSorted(([a], [b]) => a - b).map(([, one]) => one);
  return grant;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** A further row with the same identifier adds to the grant; where it says otherwise, the field is named. */
function merge(grant: Tree, more: Tree): readonly string[] {
  return Object.entries(more).flatMap(([field, value]) => {
    const had = grant[field];
    if (had === undefined) grant[field] = value;
    else if (Array.isArray(had) && Array.isArray(value)) {
      const [before, further] = [had as readonly unknown[], value as readonly unknown[]];
      grant[field] = [...before, ...further.filter((one) => !before.some((other) => same(one, other)))];
    } else if (!same(had, value)) return [field];
    return [];
  });
}

/** Reads the flat sheet. Rows are numbered as a spreadsheet numbers them: the titles are row 1. @throws Unreadable */
export function rowsOfSheet(text: string): readonly RawGrant[] {
  let records: readonly string[][];
  try {
    records = parse(text, { bom: true, relax_column_count: true, skip_empty_lines: false });
  } catch (failed) {
    throw new Unreadable(`The file is not a sheet of comma-separated values: ${(failed as Error).message}`);
  }
  const [titles = [], ...rows] = records;
  const cells = titles.map(placeOf);
  if (!cells.some((cell) => cell !== undefined))
    throw new Unreadable('The first row has none of the titles of 360Giving, such as Identifier, Amount Awarded, Award Date');
  const twice = titles.filter((title, at) => cells[at] !== undefined && titles.findIndex((one) => plain(one) === plain(title)) !== at);
  if (twice.length > 0) throw new Unreadable(`The first row has the title ${twice.join(', ')} twice`);

  const grants: { row: number; grant: Tree; problems: { field: string; reason: string }[] }[] = [];
  const byId = new Map<string, (typeof grants)[number]>();
  for (const [at, record] of rows.entries()) {
    if (record.every((cell) => cell.trim() === '')) continue;
    const [row, grant] = [at + 2, treeOf(cells, record)];
    const id = grant['id'] as string | undefined;
    const before = id === undefined ? undefined : byId.get(id);
    if (before === undefined) {
      const made = { row, grant, problems: [] };
      grants.push(made);
      if (id !== undefined) byId.set(id, made);
    } else {
      for (const field of merge(before.grant, grant))
        before.problems.push({ field, reason: `row ${row} has the same identifier and says something else` });
    }
  }
  if (grants.length === 0) throw new Unreadable('The sheet has titles and no grant');
  return grants;
}

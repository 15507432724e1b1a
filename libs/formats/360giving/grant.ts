import { isDay } from '@ledger/kernel';
import { Numeral, penceOf } from '../numeral.js';
import {
  COUNTRIES,
  CURRENCIES,
  GEO_CODE_TYPES,
  INDIVIDUALS_PURPOSES,
  INDIVIDUALS_REASONS,
  LOCATION_SCOPES,
  REGRANT_TYPES,
  WITHOUT_HUNDREDTHS,
} from './codelists.js';

/** Why one row cannot be taken: which row, which field, in words. */
export type RowProblem = Readonly<{ row: number; field: string; reason: string }>;

/** One grant, read and judged. Of an award to a person only the funder, the sum, the day and the programme are kept beside its id. */
export type Grant = Readonly<{
  row: number;
  grantId: string;
  amountPence: number;
  currency: string;
  awardedOn: string;
  funder: Readonly<{ ref: string; name: string }>;
  programme?: string;
  to: Readonly<{ kind: 'organisation'; ref: string; name: string; title: string; description: string }> | Readonly<{ kind: 'individual' }>;
}>;

export const GRANT_ID_MAX = 200;
export const GRANT_TITLE_MAX = 1000;
export const DESCRIPTION_MAX = 4000;
export const NAME_MAX = 300;
const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const EMAIL = /[\w.-]+@[\w.-]+\.[\w.-]+/;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Numeral);

/** Judges one grant, naming every field that is wrong. `today` is the last day on which an award of the past can have been made. */
class Judging {
  readonly problems: RowProblem[] = [];
  constructor(
    private readonly row: number,
    private readonly today: string,
  ) {}

  no(field: string, reason: string): undefined {
    this.problems.push({ row: this.row, field, reason });
    return undefined;
  }

  text(from: Json, key: string, at: string, max: number): string | undefined {
    const value = from[key];
    if (value === undefined || value === null) return this.no(at, 'is missing');
    if (typeof value !== 'string') return this.no(at, 'must be text');
    if (value.trim() === '') return this.no(at, 'is missing');
    if (!value.isWellFormed() || CONTROL.test(value)) return this.no(at, 'holds characters that are not text');
    if (value.trim().length > max) return this.no(at, `has ${value.trim().length} characters; the ledger keeps at most ${max}`);
    return value.trim();
  }
  /** Published words are kept for ever, so an address of somebody is not let in with them. */
  words(from: Json, key: string, at: string, max: number): string | undefined {
    const value = this.text(from, key, at, max);
    return value !== undefined && EMAIL.test(value) ? this.no(at, 'holds an e-mail address, and the record is public for ever') : value;
  }
  id(from: Json, key: string, at: string): string | undefined {
    const value = this.text(from, key, at, GRANT_ID_MAX);
    if (value === undefined) return undefined;
    return value !== from[key] || /[\r\n\t]/.test(value)
      ? this.no(at, 'has a space or a line break that is no part of an identifier')
      : value;
  }

  amount(value: unknown): number | undefined {
    if (value === undefined || value === null) return this.no('amountAwarded', 'is missing');
    if (!(value instanceof Numeral)) return this.no('amountAwarded', 'must be a number, not text');
    const pence = penceOf(value);
    return typeof pence === 'string' ? this.no('amountAwarded', pence) : pence;
  }

  currency(grant: Json): string | undefined {
    const value = this.text(grant, 'currency', 'currency', 3 * GRANT_ID_MAX);
    if (value === undefined) return undefined;
    if (!CURRENCIES.has(value)) return this.no('currency', `"${value}" is not a currency code of ISO 4217, such as GBP`);
    return WITHOUT_HUNDREDTHS.has(value) ? this.no('currency', `${value} has no hundredths, and the ledger counts in them`) : value;
  }

  /** `YYYY-MM-DD`, or a whole RFC 3339 date-time, whose time and zone the standard calls never significant. */
  awardedOn(grant: Json): string | undefined {
    const value = this.text(grant, 'awardDate', 'awardDate', GRANT_ID_MAX);
    if (value === undefined) return undefined;
    const on = /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : DATE_TIME.exec(value)?.[1];
    if (on === undefined) return this.no('awardDate', `"${value}" is not a day written YYYY-MM-DD`);
    if (!isDay(on)) return this.no('awardDate', `there is no ${on} in the calendar`);
    return on > this.today ? this.no('awardDate', `${on} has not come yet, and an award of the past is on a day that has`) : on;
  }

  /** The one organisation of a list. The ledger keeps one funder and one recipient for each award: a sum has no second owner. */
  organisation(grant: Json, key: string, who: string): { ref: string; name: string } | undefined {
    const list = grant[key];
    if (list === undefined || list === null) return this.no(key, 'is missing');
    if (!Array.isArray(list)) return this.no(key, 'must be a list of organisations');
    if (list.length !== 1)
      return this.no(
        key,
        list.length === 0 ? 'names no organisation' : `names ${list.length} ${who}; the file does not say how the sum is shared`,
      );
    const [one] = list as readonly unknown[];
    if (!isObject(one)) return this.no(key, 'must be a list of organisations');
    const [ref, name] = [this.id(one, 'id', `${key}/0/id`), this.words(one, 'name', `${key}/0/name`, NAME_MAX)];
    return ref === undefined || name === undefined ? undefined : { ref, name };
  }

  recipient(grant: Json): Grant['to'] | undefined {
    const [organisation, individual] = [grant['recipientOrganization'] ?? undefined, grant['recipientIndividual'] ?? undefined];
    if (organisation !== undefined && individual !== undefined)
      return this.no('recipientOrganization', 'stands beside recipientIndividual: a grant has exactly one kind of recipient');
    if (individual !== undefined) {
      if (!isObject(individual)) return this.no('recipientIndividual', 'must have an id and a name');
      const said = [
        this.text(individual, 'id', 'recipientIndividual/id', GRANT_ID_MAX),
        this.text(individual, 'name', 'recipientIndividual/name', NAME_MAX),
      ];
      this.text(grant, 'title', 'title', GRANT_TITLE_MAX);
      this.text(grant, 'description', 'description', DESCRIPTION_MAX);
      return said.includes(undefined) ? undefined : { kind: 'individual' };
    }
    const title = this.words(grant, 'title', 'title', GRANT_TITLE_MAX);
    const description = this.words(grant, 'description', 'description', DESCRIPTION_MAX);
    if (organisation === undefined) return this.no('recipientOrganization', 'is missing, and so is recipientIndividual');
    const found = this.organisation(grant, 'recipientOrganization', 'recipients');
    if (found === undefined || title === undefined || description === undefined) return undefined;
    return { kind: 'organisation', ...found, title, description };
  }

  programme(grant: Json): string | undefined {
    const list = grant['grantProgramme'];
    const titles = (Array.isArray(list) ? list : []).filter(isObject).filter((one) => (one['title'] ?? '') !== '');
    return titles.length === 1 ? this.words(titles[0]!, 'title', 'grantProgramme/0/title', NAME_MAX) : undefined;
  }

  /** A closed list takes its codes alone; what is blank says nothing. */
  codes(grant: Json): void {
    const code = (value: unknown, list: ReadonlySet<string>, at: string) => {
      if (value === undefined || value === null) return;
      if (typeof value !== 'string' || !list.has(value)) this.no(at, `${JSON.stringify(value)} is not a code of the closed list`);
    };
    code(grant['regrantType'], REGRANT_TYPES, 'regrantType');
    code(grant['locationScope'], LOCATION_SCOPES, 'locationScope');
    const places = grant['beneficiaryLocation'];
    for (const [index, place] of (Array.isArray(places) ? places : []).entries()) {
      if (!isObject(place)) continue;
      code(place['countryCode'], COUNTRIES, `beneficiaryLocation/${index}/countryCode`);
      code(place['geoCodeType'], GEO_CODE_TYPES, `beneficiaryLocation/${index}/geoCodeType`);
    }
    const person = grant['toIndividualsDetails'];
    if (!isObject(person)) return;
    code(person['primaryGrantReason'], INDIVIDUALS_REASONS, 'toIndividualsDetails/primaryGrantReason');
    code(person['secondaryGrantReason'], INDIVIDUALS_REASONS, 'toIndividualsDetails/secondaryGrantReason');
    const purposes = person['grantPurpose'];
    for (const [index, purpose] of (Array.isArray(purposes) ? purposes : []).entries())
      code(purpose, INDIVIDUALS_PURPOSES, `toIndividualsDetails/grantPurpose/${index}`);
  }
}

/** One grant, or every reason why not. */
export function judgeGrant(row: number, raw: unknown, today: string): Grant | readonly RowProblem[] {
  const judging = new Judging(row, today);
  if (!isObject(raw)) return [{ row, field: 'grants', reason: 'must be an object with the fields of a grant' }];
  const grantId = judging.id(raw, 'id', 'id');
  const amountPence = judging.amount(raw['amountAwarded']);
  const currency = judging.currency(raw);
  const awardedOn = judging.awardedOn(raw);
  const funder = judging.organisation(raw, 'fundingOrganization', 'funders');
  const to = judging.recipient(raw);
  const programme = judging.programme(raw);
  judging.codes(raw);
  if (
    judging.problems.length > 0 ||
    grantId === undefined ||
    amountPence === undefined ||
    currency === undefined ||
    awardedOn === undefined ||
    funder === undefined ||
    to === undefined
  )
    return judging.problems;
  return { row, grantId, amountPence, currency, awardedOn, funder, ...(programme === undefined ? {} : { programme }), to };
}

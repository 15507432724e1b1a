import type { LedgerEvent } from '@ledger/kernel';
import type { Projection } from './projection.js';
import type { CompleteTo, Views } from './views.js';

/** Reads all tenants at once: for entries, whose numbers are the whole ledger's. */
export const EVERYWHERE = '*';
type Refine = NonNullable<Parameters<Views['rows']>[3]>;

/** One place in the ledger's two times: what was true on a day (`asAt`), by what had been entered by an entry (`asKnown`). */
export type Moment = Readonly<{ asAt: string; asKnown: number }>;

/** What an account came to: the sum of its postings, and the newest entry among them. */
export type Balance = Readonly<{ account: string; currency: string; pence: number; lastEntry: number }>;

/** Reads every view of one tenant at one moment, so that no answer mixes two. */
export class Reading {
  constructor(
    private readonly views: Views,
    readonly tenantId: string,
    readonly moment: Moment,
    readonly completeTo: CompleteTo,
  ) {}

  get asAt(): string {
    return this.moment.asAt;
  }
  get asKnown(): number {
    return this.moment.asKnown;
  }

  /** The same tenant at another moment: for the decision file as its members saw it. */
  at(moment: Partial<Moment>): Reading {
    return new Reading(this.views, this.tenantId, { ...this.moment, ...moment }, this.completeTo);
  }
  /** Another tenant at this moment: for pages that span several. */
  of(tenantId: string): Reading {
    return new Reading(this.views, tenantId, this.moment, this.completeTo);
  }

  /** Rows of one view, as known, in the order of their entries; those that say on which day they became true only once that day has come. */
  rows<Row extends object, E extends LedgerEvent>(
    projection: Projection<Row, E>,
    where: Partial<Row> = {},
  ): Promise<readonly (Row & { from_entry: number })[]> {
    return this.read(projection, where, (query) => ('entry' in projection.columns ? query.orderBy('entry') : query));
  }
  /** The newest rows below an entry, newest first: a page of a long list. */
  page<Row extends object, E extends LedgerEvent>(
    projection: Projection<Row, E>,
    where: Partial<Row>,
    { before, limit }: { before: number; limit: number },
  ): Promise<readonly (Row & { from_entry: number })[]> {
    return this.read(projection, where, (query) => query.where('entry', '<', before).orderBy('entry', 'desc').limit(limit));
  }
  private read<Row extends object, E extends LedgerEvent>(
    projection: Projection<Row, E>,
    where: Partial<Row>,
    refine: Refine,
  ): Promise<readonly (Row & { from_entry: number })[]> {
    const mine = 'tenantId' in projection.columns && this.tenantId !== EVERYWHERE ? { ...where, tenantId: this.tenantId } : where;
    return this.views.rows(projection, this.asKnown, mine, (query) =>
      refine('effectiveOn' in projection.columns ? query.where('effectiveOn', '<=', this.asAt) : query),
    );
  }
  async row<Row extends object, E extends LedgerEvent>(
    projection: Projection<Row, E>,
    where: Partial<Row>,
  ): Promise<(Row & { from_entry: number }) | undefined> {
    return (await this.rows(projection, where))[0];
  }
  /** One column of a view by another: the names of all bodies, say. */
  async lookUp<Row extends object, Key extends keyof Row, Value extends keyof Row>(
    projection: Projection<Row, never>,
    key: Key,
    value: Value,
  ): Promise<ReadonlyMap<Row[Key], Row[Value]>> {
    return new Map((await this.rows(projection)).map((row) => [row[key], row[value]]));
  }
  /** How many rows of a view there are by now. */
  count<Row extends object, E extends LedgerEvent>(projection: Projection<Row, E>): Promise<number> {
    return this.views.count(projection.name, this.asKnown, this.tenantId === EVERYWHERE ? null : this.tenantId);
  }
  /** Tenants that have at least one entry by now, in order. */
  tenants(): Promise<readonly string[]> {
    return this.views.tenants(this.asKnown);
  }

  /** Balances of this tenant's accounts, or of those under a prefix that ends at a colon. */
  balances(prefix = ''): Promise<readonly Balance[]> {
    return this.views.balances({ tenantId: this.tenantId, prefix, ...this.moment });
  }
}

/** For questions that need none. */
export type NoParams = Readonly<Record<string, string>>;
/** A text that a person's own key sealed, as the event keeps it. */
export type SealedText = Readonly<{ keyId: string; nonce: string; text: string }>;
/** Opens a personal field for this answer alone; null once its key was destroyed. */
export type OpenSealed = (place: Readonly<{ tenantId: string; eventId: string; field: string; subjectRef: string }>, sealed: SealedText) => string | null; // prettier-ignore

/** A question about the ledger and how rows answer it: pure, named, with the parameters that it needs. */
export interface LedgerQuery<P extends Readonly<Record<string, string>> = Readonly<Record<string, string>>, V = unknown> {
  readonly name: string;
  readonly says: string;
  /** The roles that may ask it. Everybody may ask a question that names none, and nothing opens for it. */
  readonly for?: readonly string[];
  /** The names of its parameters, each an id. One that ends in `?` may be left out. */
  readonly params: readonly string[];
  /** The answer, or undefined where nothing of that name is in the record at this moment. */
  readonly answer: (read: Reading, params: P, open: OpenSealed) => Promise<V | undefined>;
}
export type AnyQuery = LedgerQuery<never>;

/** An answer always says how much of the ledger it has seen, and which moment it shows. */
export type Answer<V = unknown> = Readonly<{ tenantId: string; asAt: string; asKnown: number; completeTo: CompleteTo; view: V }>;

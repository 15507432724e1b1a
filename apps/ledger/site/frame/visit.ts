import type { LogAccount } from '@ledger/home';
import type { Moment } from '@ledger/views';
import type { Sheet } from '../tables/sheet.js';
import type { Kit } from '../words/kit.js';
import type { SiteMoment } from './moment.js';
import type { Names } from '../words/names.js';

/** The five places of the menu. */
export type MenuPart = 'home' | 'funds' | 'bodies' | 'decisions' | 'check';

/** Somebody looks at one page of one tenant at one moment. */
export type Visit = Readonly<{
  /** Empty on the pages that span every tenant. */
  tenant: string;
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  moment: SiteMoment;
  kit: Kit;
  ask: <View>(name: string, params?: Readonly<Record<string, string>>) => Promise<View | undefined>;
  /** The same tenant at another moment, or another tenant at this one. */
  askAt: <View>(moment: Partial<Moment>, name: string, params?: Readonly<Record<string, string>>) => Promise<View | undefined>;
  askOf: <View>(tenant: string, name: string, params?: Readonly<Record<string, string>>) => Promise<View | undefined>;
  names: () => Promise<Names>;
  tenants: () => Promise<readonly string[]>;
  /** Whether the tenant of this page has an entry by now. */
  isHere: () => Promise<boolean>;
  /** How far the log is signed, and by whom. */
  log: () => Promise<LogAccount>;
}>;

/** A moment worth going to, for the list in the time control. */
export type MomentThatMattered = Readonly<{ entry: number; day: string; words: string }>;

/** What a page is made of: its title, its tables, and whatever its template reads. */
export type Built = Readonly<{ title: string; sheets?: Readonly<Record<string, Sheet>>; moments?: readonly MomentThatMattered[] }> &
  Readonly<Record<string, unknown>>;

/** One page: its address, its template, and how it is made from answers. Each of its tables has files at address/name.csv and .json. */
export interface Page {
  readonly name: string;
  readonly address: string;
  readonly part: MenuPart | null;
  readonly template: string;
  /** Where its files lie below its address, when they may not lie right there. */
  readonly filesBelow?: string;
  /** Undefined where nothing of that name is in the record at this moment. */
  readonly build: (visit: Visit) => Promise<Built | undefined>;
}

/** A page's address leads somewhere else: the same thing under another name. */
export class MovedTo extends Error {
  override readonly name = 'MovedTo';
  constructor(readonly path: string) {
    super(`Moved to ${path}`);
  }
}

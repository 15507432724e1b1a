import { Inject, Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Ask, Home, type LogAccount } from '@ledger/home';
import type { CompleteTo, Moment } from '@ledger/views';
import { sql } from 'kysely';
import type { Observable } from 'rxjs';
import type { Clocks } from './moment.js';
import { type Mark, MATTERED_TYPES } from './timeline.js';

export type Timeline = Readonly<{ marks: readonly Mark[]; days: readonly Readonly<{ day: string; entry: number }>[] }>;
const MARKS_MAX = 400;
const KEPT_MAX = 64;
const ANSWERS_MAX = 400;

/** All that the public pages may do with the ledger: ask. The one file of the site that knows the ledger's home. */
@Injectable()
export class Reader {
  private readonly home: Pick<Home, 'views' | 'clock' | 'publicLog'>;
  private readonly answers = new Map<string, Promise<unknown>>();
  private readonly timelines = new Map<string, Timeline>();
  constructor(
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(Home) home: Home,
  ) {
    this.home = home;
  }

  /**
   * Asks one question at one moment; undefined where nothing of that name is in the record.
   * What was known at an entry never changes, so an answer is kept for whoever asks the same next.
   */
  ask<View>(tenantId: string, name: string, params: Readonly<Record<string, string>>, moment: Moment): Promise<View | undefined> {
    const key = JSON.stringify([tenantId, name, params, moment.asAt, moment.asKnown]);
    const kept = this.answers.get(key);
    this.answers.delete(key);
    const answer = kept ?? this.askNow(tenantId, name, params, moment);
    this.answers.set(key, answer);
    if (this.answers.size > ANSWERS_MAX) this.answers.delete(this.answers.keys().next().value!);
    answer.catch(() => this.answers.delete(key));
    return answer as Promise<View | undefined>;
  }
  private async askNow(tenantId: string, name: string, params: Readonly<Record<string, string>>, moment: Moment): Promise<unknown> {
    const ask = new Ask(tenantId, name, params, { asAt: moment.asAt, asKnown: String(Math.max(0, moment.asKnown)) });
    return (await this.queries.execute(ask))?.view;
  }

  async clocks(): Promise<Clocks> {
    return {
      newest: await this.home.views.completeTo(),
      today: this.home.clock.now().slice(0, 10),
      entryAt: (instant) => this.home.views.entryAt(instant),
      recordedAt: (entry) => this.recordedAt(entry),
    };
  }
  tenants(asKnown: number): Promise<readonly string[]> {
    return this.home.views.tenants(asKnown);
  }
  logAccount(): Promise<LogAccount> {
    return this.home.publicLog.account();
  }
  newest(): Promise<CompleteTo> {
    return this.home.views.completeTo();
  }
  /** Rings when newer entries can be read. */
  get advanced(): Observable<CompleteTo> {
    return this.home.views.advanced;
  }

  /** What the time control's ruler and list are made of: kept for as long as nothing newer is known. */
  async timeline(tenant: string | undefined): Promise<Timeline> {
    const key = `${tenant ?? ''} ${(await this.newest()).entry}`;
    const kept = this.timelines.get(key);
    if (kept !== undefined) return kept;
    const day = sql<string>`substr("effectiveAt", 1, 10)`;
    const marks = await this.home.views.query<Mark>((from) => {
      const query = from
        .selectFrom('entries')
        .select(['entry', 'type', day.as('day')])
        .where('type', 'in', MATTERED_TYPES);
      return (tenant === undefined ? query : query.where('tenantId', '=', tenant)).orderBy('entry').limit(MARKS_MAX);
    });
    const days = await this.home.views.query<{ day: string; entry: number }>((from) => {
      const query = from.selectFrom('entries').select(({ fn }) => [day.as('day'), fn.min('entry').as('entry')]);
      return (tenant === undefined ? query : query.where('tenantId', '=', tenant)).groupBy('day').orderBy('day').limit(MARKS_MAX);
    });
    if (this.timelines.size >= KEPT_MAX) this.timelines.clear();
    this.timelines.set(key, { marks, days });
    return { marks, days };
  }

  private async recordedAt(entry: number): Promise<string | null> {
    const [found] = await this.home.views.query<{ recordedAt: string }>((from) =>
      from.selectFrom('entries').select('recordedAt').where('entry', '=', entry),
    );
    return found?.recordedAt ?? null;
  }
}

import { type Actor, Ask, answerTo, FIRST_OPERATOR, type Home } from '@ledger/home';
import { isRefusal } from '@ledger/kernel';
import type { Plain } from './story.js';
import { STORY_TELLER, type Teller, type Told } from './teller.js';

const actor = (actorRef: string): Actor => ({ actorRef, issuer: 'ledger', authnStrength: 'story' });

/** Tells a ledger in this process, by its front door. */
export class HomeTeller implements Teller {
  constructor(private readonly home: Home) {}

  grant(tenantId: string, body: Readonly<Record<string, unknown>>): Promise<Told> {
    return this.told(this.home.door.ask(tenantId, 'GrantRole', body, actor(FIRST_OPERATOR)));
  }
  ask(tenantId: string, type: string, body: Readonly<Record<string, unknown>>, onBehalfOf: string): Promise<Told> {
    return this.told(this.home.door.ask(tenantId, type, body, actor(STORY_TELLER), onBehalfOf));
  }
  private async told(receipt: ReturnType<Home['door']['ask']>): Promise<Told> {
    try {
      const { events, position } = await receipt;
      return { position, types: events.map(({ type }) => type) };
    } catch (thrown) {
      if (isRefusal(thrown)) return { refused: thrown.code, words: thrown.words };
      if ((thrown as Error).name === 'Misunderstood') return { refused: 'MISUNDERSTOOD', words: (thrown as Error).message };
      throw thrown;
    }
  }

  settle(): Promise<void> {
    return this.home.policies.catchUp();
  }
  head(): Promise<string | null> {
    return this.home.store.head();
  }
  async entryOf(position: string): Promise<number> {
    await this.home.settle();
    return (await this.home.log.entryAt(position))!;
  }
  async newestEntry(): Promise<number> {
    await this.home.settle();
    return (await this.home.views.completeTo()).entry;
  }
  async query(
    tenantId: string,
    name: string,
    params: Readonly<Record<string, string>>,
    { asAt, asKnown }: Readonly<{ asAt?: string; asKnown: number }>,
  ): Promise<Plain> {
    const answer = await answerTo(this.home, new Ask(tenantId, name, params, { asAt, asKnown: String(asKnown) }));
    // Through JSON, so that a figure is read as a caller over HTTP reads it.
    return answer === undefined ? null : (JSON.parse(JSON.stringify(answer.view)) as Plain);
  }
}

import { inWords } from './asked-of.js';
import type { Plain } from './story.js';
import { STORY_TELLER, type Teller, type Told } from './teller.js';

const OPERATOR = 'operator';
const POLL_MS = 30;
/** So many looks in a row must find nothing new before a ledger counts as settled. */
const QUIET_LOOKS = 3;
const LOOKS_MAX = 400;
const ATTEMPTS_MAX = 5;
const later = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Thrown where no ledger answers, or not as one does. */
export class LedgerOutOfReach extends Error {
  override readonly name = 'LedgerOutOfReach';
}

type Answer = Readonly<{ status: number; body: Plain }>;
type Fields = Readonly<Record<string, Plain>>;
const fieldsOf = (body: Plain): Fields => (typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Fields) : {});

/** Tells a ledger that runs elsewhere, by its HTTP door. */
export class HttpTeller implements Teller {
  private constructor(
    private readonly url: string,
    private readonly operatorToken: string,
    private readonly tellerToken: string,
  ) {}

  /**
   * With a token, its holder tells, and must hold the recorder's role; without one, the demonstration's sign-in of a ledger on
   * this machine is used. @throws LedgerOutOfReach
   */
  static async to(address: string, token?: string): Promise<HttpTeller> {
    const url = address.replace(/\/+$/, '');
    if (token !== undefined) return new HttpTeller(url, token, token);
    const signIn = async (as: string): Promise<string> => {
      const { body, status } = await send(url, 'api/demonstration/sign-in', { body: { as } });
      const { detail, token: made } = fieldsOf(body);
      if (typeof made !== 'string')
        throw new LedgerOutOfReach(`${url} gives no token (${status}: ${inWords(detail ?? 'no words')}): give one with --token`);
      return made;
    };
    return new HttpTeller(url, await signIn(OPERATOR), await signIn(STORY_TELLER));
  }

  async grant(tenantId: string, body: Readonly<Record<string, unknown>>): Promise<Told> {
    const told = await this.told(tenantId, 'GrantRole', body, this.operatorToken);
    // A recorder gives the roles on behalf of the operator, where the token is not the operator's own.
    return 'refused' in told && told.refused === 'ROLE_MISSING'
      ? this.told(tenantId, 'GrantRole', body, this.operatorToken, OPERATOR)
      : told;
  }
  ask(tenantId: string, type: string, body: Readonly<Record<string, unknown>>, onBehalfOf: string): Promise<Told> {
    return this.told(tenantId, type, body, this.tellerToken, onBehalfOf);
  }

  private async told(tenantId: string, type: string, body: object, token: string, onBehalfOf?: string): Promise<Told> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await send(this.url, `api/${tenantId}/commands/${type}`, {
        body,
        headers: { authorization: `Bearer ${token}`, ...(onBehalfOf === undefined ? {} : { 'x-on-behalf-of': onBehalfOf }) },
      });
      const { code, detail, events, position } = fieldsOf(answer.body);
      if (answer.status === 201)
        return { position: position as string | null, types: (events as readonly Fields[]).map((event) => inWords(event['type'] ?? null)) };
      if (answer.status === 503 && attempt < ATTEMPTS_MAX) {
        await later(attempt * 200);
        continue;
      }
      if (answer.status >= 500 || typeof code !== 'string')
        throw new LedgerOutOfReach(`${type} was answered with ${answer.status}: ${inWords(detail ?? 'no words')}`);
      return { refused: code, words: inWords(detail ?? 'no words') };
    }
  }

  /** The ledger says nothing of work that its policies still have to do, so it is settled when several looks find nothing new. */
  async settle(): Promise<void> {
    let [quiet, last] = [0, await this.head()];
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      await later(POLL_MS);
      const head = await this.head();
      quiet = head === last ? quiet + 1 : 0;
      if (quiet === QUIET_LOOKS) return;
      last = head;
    }
    throw new LedgerOutOfReach(`${this.url} does not come to rest: others are writing to it`);
  }
  async head(): Promise<string | null> {
    return fieldsOf((await send(this.url, 'health/ready')).body)['head'] as string | null;
  }
  async entryOf(position: string): Promise<number> {
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      const entry = await this.entryNumber(position);
      if (entry !== undefined) return entry;
      await later(POLL_MS);
    }
    throw new LedgerOutOfReach(`${this.url} gives position ${position} no entry number`);
  }
  private async entryNumber(position: string): Promise<number | undefined> {
    return fieldsOf((await send(this.url, `api/entry-numbers/${encodeURIComponent(position)}`)).body)['entry'] as number | undefined;
  }
  async newestEntry(): Promise<number> {
    await this.settle();
    return this.entryOf((await this.head())!);
  }

  async query(
    tenantId: string,
    name: string,
    params: Readonly<Record<string, string>>,
    { asAt, asKnown }: Readonly<{ asAt?: string; asKnown: number }>,
  ): Promise<Plain> {
    // The pages may be behind; `after` has them come as far as the store is.
    const after = await this.head();
    const moment = { asKnown: String(asKnown), ...(asAt === undefined ? {} : { asAt }), ...(after === null ? {} : { after }) };
    const asked = new URLSearchParams({ ...params, ...moment });
    const { body, status } = await send(this.url, `api/${tenantId}/${name}?${asked.toString()}`);
    if (status === 404 && fieldsOf(body)['code'] === 'NOT_FOUND') return null;
    if (status !== 200)
      throw new LedgerOutOfReach(`The question ${name} was answered with ${status}: ${inWords(fieldsOf(body)['detail'] ?? 'no words')}`);
    return fieldsOf(body)['view'] ?? null;
  }
}

async function send(
  url: string,
  path: string,
  { body, headers = {} }: { body?: object; headers?: Record<string, string> } = {},
): Promise<Answer> {
  try {
    const answer = await fetch(`${url}/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Plain };
  } catch (failed) {
    throw new LedgerOutOfReach(`No ledger answers at ${url} (${(failed as Error).message})`);
  }
}

import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type Clock, dateOf, Refusal } from '@ledger/kernel';
import type { KeyStore } from '@ledger/privacy';
import { createRemoteJWKSet, jwtVerify, type JWTPayload, SignJWT } from 'jose';
import type { Actor } from './door.js';
import type { Settings } from './settings.js';

export const OWN_ISSUER = 'ledger:local';
const AUDIENCE = 'community-commissioning-ledger';
const HOURS_MAX = 24 * 31;
/** A verified token counts without another look for so long: as late may a withdrawn key of the issuer still count. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_MAX = 1_000;
const ACTOR = /^[a-z0-9][a-z0-9-]{0,79}$/;

/** Who is asking: bearer tokens of the configured OpenID Connect issuer, or of the ledger's own, for one machine. */
export class Tokens {
  private readonly ownKey: KeyObject;
  private readonly ownPublicKey: KeyObject;
  private remote: ReturnType<typeof createRemoteJWKSet> | undefined;
  private readonly verified = new Map<string, Readonly<{ actor: Actor; untilMs: number }>>();

  constructor(
    private readonly keys: KeyStore,
    private readonly clock: Clock,
    private readonly issuer: Settings['issuer'],
  ) {
    const kept = keys.kept('token-key') ?? generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' });
    keys.keep('token-key', kept);
    this.ownKey = createPrivateKey({ key: keys.kept('token-key')!, type: 'pkcs8', format: 'der' });
    this.ownPublicKey = createPublicKey(this.ownKey);
  }

  /** A token of the ledger's own issuer. Whoever can read the key store can make one: that is one machine's trust. */
  async issue(subject: string, hours = 12, authnStrength = 'local'): Promise<string> {
    if (!ACTOR.test(subject))
      throw new Refusal('NOT_AN_OFFICE', `"${subject}" is not an office or pseudonym: small letters, digits and dashes`);
    if (!(hours > 0 && hours <= HOURS_MAX)) throw new Refusal('TOKEN_TOO_LONG', `A token lives for at most ${HOURS_MAX} hours`);
    const now = Math.floor(Date.parse(this.clock.now()) / 1000);
    return new SignJWT({ amr: [authnStrength] })
      .setProtectedHeader({ alg: 'EdDSA' })
      .setIssuer(OWN_ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(subject)
      .setIssuedAt(now)
      .setExpirationTime(now + Math.round(hours * 3600))
      .sign(this.ownKey);
  }

  /** @throws Refusal SIGN_IN_NEEDED when the token is missing, expired or of nobody whom this ledger trusts. */
  async verify(authorization: string | undefined): Promise<Actor> {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new Refusal('SIGN_IN_NEEDED', 'Send a bearer token; on one machine, "operator token" makes one');
    const nowMs = Date.parse(this.clock.now());
    const known = this.verified.get(token);
    if (known !== undefined && nowMs < known.untilMs) return known.actor;
    try {
      const { actor, exp } =
        this.issuer === null
          ? this.own(await jwtVerify(token, this.ownPublicKey, this.expected(OWN_ISSUER, AUDIENCE)))
          : await this.foreign(token, this.issuer);
      if (this.verified.size >= REMEMBERED_MAX) this.verified.clear();
      this.verified.set(token, { actor, untilMs: Math.min(exp! * 1000, nowMs + REMEMBERED_MS) });
      return actor;
    } catch (thrown) {
      this.verified.delete(token);
      if (thrown instanceof Refusal) throw thrown;
      throw new Refusal('SIGN_IN_NEEDED', 'This token is not valid here, or it has expired');
    }
  }

  private expected = (issuer: string, audience: string) => ({
    issuer,
    audience,
    currentDate: dateOf(this.clock.now()),
    requiredClaims: ['sub', 'exp'],
  });
  private own({ payload }: { payload: JWTPayload }) {
    return { actor: { actorRef: payload.sub!, issuer: OWN_ISSUER, authnStrength: strengthOf(payload) }, exp: payload.exp };
  }

  /** The subject of a foreign issuer may be anything, even an address: the ledger knows it by a pseudonym that only it can make. */
  private async foreign(token: string, { audience, url }: NonNullable<Settings['issuer']>) {
    this.remote ??= createRemoteJWKSet(new URL(await this.jwksAddress(url)));
    const { payload } = await jwtVerify(token, this.remote, this.expected(url, audience));
    const actorRef = `u-${this.keys.hmac('subjects', `${url} ${payload.sub!}`).slice(0, 32)}`;
    return { actor: { actorRef, issuer: url, authnStrength: strengthOf(payload) }, exp: payload.exp };
  }
  private async jwksAddress(url: string): Promise<string> {
    const answer = await fetch(`${url.replace(/\/$/, '')}/.well-known/openid-configuration`);
    return ((await answer.json()) as { jwks_uri: string }).jwks_uri;
  }
}

const strengthOf = ({ acr, amr }: JWTPayload): string =>
  (typeof acr === 'string' ? acr : Array.isArray(amr) ? amr.join('+') : 'unknown').slice(0, 100);

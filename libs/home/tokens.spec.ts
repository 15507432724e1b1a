import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { laterBy, systemClock } from '@ledger/kernel';
import { KeyStore } from '@ledger/privacy';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Tokens } from './tokens.js';

const AUDIENCE = 'ledger';
const REFUSED = { code: 'SIGN_IN_NEEDED' };

describe('the tokens of a configured OpenID Connect issuer', () => {
  let server: Server;
  let url: string;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let tokens: Tokens;
  const store = new KeyStore(':memory:');
  const signed = async (claims: { sub?: string; aud?: string; iss?: string; exp?: string }, key = keys.privateKey) =>
    `Bearer ${await new SignJWT({ amr: ['pwd', 'otp'], ...(claims.sub === undefined ? {} : { sub: claims.sub }) })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(claims.iss ?? url)
      .setAudience(claims.aud ?? AUDIENCE)
      .setExpirationTime(claims.exp ?? '5m')
      .sign(key)}`;

  beforeAll(async () => {
    keys = await generateKeyPair('RS256');
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
    server = createServer(({ url: path }, answer) => {
      answer.setHeader('content-type', 'application/json');
      answer.end(JSON.stringify(path === '/keys' ? { keys: [jwk] } : { issuer: url, jwks_uri: `${url}/keys` }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    tokens = new Tokens(store, systemClock, { url, audience: AUDIENCE });
  });
  afterAll(() => {
    server.close();
    store.close();
  });

  it('stand for a pseudonym, never for the name or address in them, and for the same one each time', async () => {
    const first = await tokens.verify(await signed({ sub: 'ada@council.example' }));
    expect(first).toMatchObject({ issuer: url, authnStrength: 'pwd+otp' });
    expect(first.actorRef).toMatch(/^u-[0-9a-f]{32}$/);
    expect(await tokens.verify(await signed({ sub: 'ada@council.example' }))).toEqual(first);
    expect((await tokens.verify(await signed({ sub: 'ben@council.example' }))).actorRef).not.toBe(first.actorRef);
  });
  it('are refused when another key signed them', async () => {
    const other = await generateKeyPair('RS256');
    await expect(signed({ sub: 'ada' }, other.privateKey).then((token) => tokens.verify(token))).rejects.toMatchObject(REFUSED);
  });
  it.each([
    ['for somebody else', { sub: 'ada', aud: 'another-service' }],
    ['of another issuer', { sub: 'ada', iss: 'https://elsewhere.example' }],
    ['expired', { sub: 'ada', exp: '-1m' }],
    ['of nobody', {}],
  ])('are refused when they are %s', async (_what, claims) => {
    await expect(signed(claims).then((token) => tokens.verify(token))).rejects.toMatchObject(REFUSED);
  });
  it('count while they last and no longer, seen before or not', async () => {
    let now = systemClock.now();
    const watched = new Tokens(store, { now: () => now }, { url, audience: AUDIENCE });
    const token = await signed({ sub: 'ada', exp: '5m' });
    for (const seconds of [0, 1, 299]) {
      now = laterBy(systemClock.now(), seconds);
      expect((await watched.verify(token)).actorRef).toMatch(/^u-/);
    }
    now = laterBy(systemClock.now(), 301);
    await expect(watched.verify(token)).rejects.toMatchObject(REFUSED);
  });
  it('are the only ones that count: the ledger’s own issuer is then not asked', async () => {
    await expect(tokens.issue('operator').then((token) => tokens.verify(`Bearer ${token}`))).rejects.toMatchObject(REFUSED);
  });
});

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localPrincipals } from '../../../local/functions-host/principals.js';
import { startHostProcess, type HostProcess } from './host-process.js';

interface Seen {
  name: string;
  functionName: string;
  method: string;
  url: string;
  params: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  user: { type: string; id: string; username: string; claimsPrincipalData: Principal } | null;
}

interface Principal {
  auth_typ: string;
  role_typ: string;
  claims: { typ: string; val: string }[];
}

describe('the HTTP trigger', () => {
  let host: HostProcess;
  let port: number;

  beforeAll(async () => {
    host = startHostProcess({ app: 'http-app.mjs' });
    port = await host.ready();
  });
  afterAll(async () => {
    await host.stop();
  });

  const call = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  const see = async (path: string, init?: RequestInit) => (await (await call(path, init)).json()) as Seen;

  it('serves a function without route under the prefix and its own name, by GET and POST', async () => {
    expect((await see('/api/plain')).name).toBe('plain');
    expect((await see('/api/PLAIN', { method: 'POST' })).method).toBe('POST');
    expect((await call('/api/plain', { method: 'DELETE' })).status).toBe(405);
  });

  it('passes the address, the query, the headers and the decoded parameters', async () => {
    const seen = await see('/api/items/a%2Fb%20c?x=1&y=%C3%A6&x=2', { headers: { 'x-own': 'value' } });
    expect(seen.params).toEqual({ id: 'a/b c' });
    expect(seen.query).toEqual({ x: '1,2', y: 'æ' });
    expect(seen.headers['x-own']).toBe('value');
    expect(seen.url).toBe(`http://127.0.0.1:${port}/api/items/a%2Fb%20c?x=1&y=%C3%A6&x=2`);
  });

  it.each([
    ['/api/items/mine', 'literal', {}],
    [
      '/api/items/8b1f9c3e-9a55-4f0e-8f0f-1d2c3b4a5e6f',
      'guid',
      { key: '8b1f9c3e-9a55-4f0e-8f0f-1d2c3b4a5e6f' },
    ],
    ['/api/items/other', 'getOnly', { id: 'other' }],
    ['/api/pages', 'optional', {}],
    ['/api/pages/7', 'optional', { number: '7' }],
    ['/api/files/a/b/c.txt', 'rest', { path: 'a/b/c.txt' }],
    ['/api/files', 'rest', {}],
    ['/api/files/known/name', 'anything', { name: 'name' }],
    ['/api/files/known/name/more', 'rest', { path: 'known/name/more' }],
  ])('lets the most specific route win: %s', async (path, name, params) => {
    const seen = await see(path);
    expect(seen.name).toBe(name);
    expect(seen.params).toEqual(params);
  });

  it('takes functions of one route apart by method, and names the methods that would do', async () => {
    expect((await see('/api/items/mine', { method: 'PUT' })).name).toBe('putOnly');
    const refused = await call('/api/items/mine', { method: 'PATCH' });
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('GET, PUT');
  });

  it('answers 404 to what no route covers', async () => {
    for (const path of [
      '/',
      '/plain',
      '/api/unknown',
      '/api/pages/seven',
      '/api/items/%E0%A4',
      '//api/plain',
    ]) {
      expect((await call(path)).status, path).toBe(404);
    }
  });

  it('carries a large body there and back unchanged', async () => {
    const body = randomBytes(20_000_000);
    const answer = await call('/api/echo', { method: 'POST', body });
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.from(await answer.arrayBuffer()).equals(body)).toBe(true);
  });

  it('carries an empty body and bytes that are no text', async () => {
    expect((await (await call('/api/echo', { method: 'POST' })).arrayBuffer()).byteLength).toBe(0);
    const bytes = new Uint8Array([0, 255, 254, 10]);
    const answer = await call('/api/echo', { method: 'POST', body: bytes });
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255, 254, 10]);
  });

  it('writes the cookies that a function answers', async () => {
    const answer = await call('/api/cookies');
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie()).toEqual([
      'plain=a%20b; Path=/',
      'strict=1; Max-Age=60; Path=/x; Secure; SameSite=Strict; HttpOnly',
    ]);
  });

  it('answers 204 when a function answers nothing', async () => {
    expect((await call('/api/nothing')).status).toBe(204);
  });

  it('answers 500 with an empty body when a function throws, and logs why', async () => {
    const answer = await call('/api/throws');
    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe('');
    expect(await host.line((line) => line.includes('the function is broken'))).toMatch(
      /^\[error\] \[Function\.throws\]/,
    );
  });

  it('prints what a function logs as plain lines, without what is below the level', async () => {
    expect(await (await call('/api/logs')).text()).toBe('True');
    await host.line((line) => line === '[error] [Function.logs] told in alarm');
    expect(host.lines).toContain('[information] [Function.logs] told plainly');
    expect(host.lines).toContain('[warning] [Function.logs] told with care');
    expect(host.lines.filter((line) => line.includes('in detail'))).toEqual([]);
  });

  it('goes on after a client that left in the middle of its request', async () => {
    await new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          'POST /api/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nonly a little',
          () => {
            socket.destroy();
            resolve();
          },
        );
      });
      socket.on('error', reject);
    });
    expect((await call('/api/plain')).status).toBe(200);
  });

  describe('sign-in', () => {
    const roles = (seen: Seen) =>
      seen.user?.claimsPrincipalData.claims
        .filter((claim) => claim.typ === seen.user?.claimsPrincipalData.role_typ)
        .map((claim) => claim.val);

    it('makes a request without a sign-in the sample operator', async () => {
      const seen = await see('/api/plain');
      expect(seen.user?.type).toBe('AppService');
      expect(seen.user?.id).toBe(localPrincipals.operator.objectId);
      expect(seen.user?.username).toBe(localPrincipals.operator.displayName);
      expect(seen.headers['x-ms-client-principal-idp']).toBe('aad');
      expect(seen.user?.claimsPrincipalData.auth_typ).toBe('aad');
      expect(roles(seen)).toEqual(['Rollcall.Admin']);
    });

    it.each(Object.values(localPrincipals))('lets x-local-principal choose $name', async (principal) => {
      const seen = await see('/api/plain', { headers: { 'x-local-principal': principal.name } });
      expect(roles(seen)).toEqual(principal.roles);
      expect(seen.headers['x-ms-client-principal-id']).toBe(principal.objectId);
      expect(seen.headers).not.toHaveProperty('x-local-principal');
      const objectId = seen.user?.claimsPrincipalData.claims.find((claim) =>
        claim.typ.endsWith('/identity/claims/objectidentifier'),
      );
      expect(objectId?.val).toBe(principal.objectId);
    });

    it('passes no principal for anonymous', async () => {
      const seen = await see('/api/plain', { headers: { 'x-local-principal': 'anonymous' } });
      expect(Object.keys(seen.headers).filter((name) => name.includes('principal'))).toEqual([]);
      expect(seen.user).toBeNull();
    });

    it('drops every principal header that a client sends', async () => {
      const forged = {
        'X-MS-CLIENT-PRINCIPAL': Buffer.from('{"auth_typ":"aad","claims":[]}').toString('base64'),
        'x-ms-client-principal-id': 'forged',
        'x-ms-client-principal-name': 'forged',
        'x-ms-client-principal-idp': 'forged',
        'x-ms-client-principal-other': 'forged',
        'x-ms-client-principal_idp': 'kept, for it is another name',
      };
      const anonymous = await see('/api/plain', { headers: { ...forged, 'x-local-principal': 'anonymous' } });
      expect(Object.keys(anonymous.headers).filter((name) => name.startsWith('x-ms-'))).toEqual([
        'x-ms-client-principal_idp',
      ]);
      const operator = await see('/api/plain', { headers: forged });
      expect(operator.user?.id).toBe(localPrincipals.operator.objectId);
    });

    it('turns away a name that is nobody, saying who there is', async () => {
      const answer = await call('/api/plain', { headers: { 'x-local-principal': 'root' } });
      expect(answer.status).toBe(401);
      expect(await answer.text()).toBe(
        'x-local-principal: there is no "root"; known are operator, reader, runner, product, customer, anonymous.',
      );
    });
  });
});

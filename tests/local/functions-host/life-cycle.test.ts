import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { startHostProcess } from './host-process.js';

describe('the life of the host process', () => {
  it('ends with code 1 and the message of an app that does not load', async () => {
    const host = startHostProcess({ app: 'broken-app.mjs' });
    expect(await host.ended).toEqual({ code: 1, signal: null });
    expect(host.lines).toEqual(['TABLES_ENDPOINT is missing', 'PUBLIC_URL is not an address']);
  });

  it('names a taken port in one line and ends with code 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const host = startHostProcess({ app: 'http-app.mjs', port });
    expect(await host.ended).toEqual({ code: 1, signal: null });
    expect(host.lines).toEqual([`Port ${port} is taken by another process.`]);
    other.close();
  });

  it.each([
    [{ functionTimeout: 'soon' }, 'functionTimeout: "soon" is not a duration of the form [d.]hh:mm:ss.'],
    [
      { extensions: { serviceBus: { maxConcurrentSessions: 0 } } },
      'extensions.serviceBus.maxConcurrentSessions: expected a whole number above zero.',
    ],
  ])('refuses a setting of host.json by name: %j', async (hostJson, message) => {
    const host = startHostProcess({ app: 'http-app.mjs', hostJson });
    expect((await host.ended).code).toBe(1);
    expect(host.lines.join('\n')).toContain(message);
  });

  it('refuses at the start what it cannot serve', async () => {
    const host = startHostProcess({ app: 'queue-output-app.mjs' });
    expect((await host.ended).code).toBe(1);
    expect(host.lines).toEqual(['Function sends: the out binding queue is not served locally.']);
  });

  it('serves a CommonJS app, and routes without a prefix', async () => {
    const host = startHostProcess({
      app: 'commonjs-app.cjs',
      hostJson: { extensions: { http: { routePrefix: '' } } },
    });
    const port = await host.ready();
    expect(await (await fetch(`http://127.0.0.1:${port}/hello`)).text()).toBe('from CommonJS');
    expect((await fetch(`http://127.0.0.1:${port}/api/hello`)).status).toBe(404);
    await host.stop();
  });

  it('lets app settings win over host.json', async () => {
    const host = startHostProcess({
      app: 'commonjs-app.cjs',
      env: { AzureFunctionsJobHost__extensions__http__routePrefix: 'v2' },
    });
    const port = await host.ready();
    expect((await fetch(`http://127.0.0.1:${port}/v2/hello`)).status).toBe(200);
    await host.stop();
  });

  it('runs the hooks of the app, which may change function, result and error', async () => {
    const host = startHostProcess({ app: 'hooks-app.mjs' });
    const port = await host.ready();
    expect(host.lines).toContain('hook: appStart');
    expect(await (await fetch(`http://127.0.0.1:${port}/api/greet`)).text()).toBe('said hello, hello');
    const mended = await fetch(`http://127.0.0.1:${port}/api/mended`);
    expect(await mended.text()).toBe('mended');
    expect(host.lines).toContain('hook: postInvocation mended broken at first');
    await host.stop();
    expect(host.lines).toContain('hook: appTerminate');
  });

  it('lets a running request finish when asked to stop, and takes no other', async () => {
    const host = startHostProcess({ app: 'http-app.mjs' });
    const port = await host.ready();
    const running = fetch(`http://127.0.0.1:${port}/api/slow`);
    await host.line((line) => line.endsWith('slow has begun'));
    const stopped = host.stop();
    expect(await (await running).text()).toBe('late');
    expect(await stopped).toEqual({ code: 0, signal: null });
    expect(host.lines).toContain('[information] [Function.slow] slow has ended');
  });

  it('ends at once at a second signal', async () => {
    const host = startHostProcess({ app: 'http-app.mjs' });
    const port = await host.ready();
    const running = fetch(`http://127.0.0.1:${port}/api/slow`).catch(() => 'cut');
    await host.line((line) => line.endsWith('slow has begun'));
    host.signal('SIGTERM');
    await expect
      .poll(() =>
        fetch(`http://127.0.0.1:${port}/`).then(
          () => 'open',
          () => 'shut',
        ),
      )
      .toBe('shut');
    host.signal('SIGINT');
    expect((await host.ended).code).toBe(1);
    expect(await running).toBe('cut');
  });

  it('ends the process when a function runs longer than functionTimeout', async () => {
    const host = startHostProcess({ app: 'http-app.mjs', hostJson: { functionTimeout: '00:00:01' } });
    const port = await host.ready();
    await fetch(`http://127.0.0.1:${port}/api/never`).catch(() => undefined);
    expect((await host.ended).code).toBe(1);
    expect(host.lines.at(-1)).toMatch(/^\[error\] \[host\] Timeout value of 1000ms exceeded/);
  });

  it('filters its lines by HOST_LOG_LEVEL', async () => {
    const host = startHostProcess({ app: 'http-app.mjs', env: { HOST_LOG_LEVEL: 'error' } });
    const port = await host.ready();
    await fetch(`http://127.0.0.1:${port}/api/logs`);
    await host.line((line) => line === '[error] [Function.logs] told in alarm');
    expect(host.lines.filter((line) => line.startsWith('['))).toHaveLength(1);
    await host.stop();
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { generate } from 'selfsigned';
import { describe, expect, onTestFinished, test } from 'vitest';

import { startBroker } from '../../../local/service-bus/broker.js';
import { failedStart, spawnBroker, startBrokerProcess } from './broker-process.js';
import { benchWith, clientOf, drainBodies } from './broker-support.js';

describe('connecting', () => {
  test('over TLS, by host, port and token credential, the token is asked for Service Bus and put', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'broker-'));
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    });
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, cert);
    const put: string[] = [];
    const acceptToken = (token: string, audience: string): boolean => {
      put.push(audience);
      return token === 'good';
    };
    const broker = await startBroker({ port: 0, queues: { jobs: {} }, tls: { key, cert }, acceptToken });
    onTestFinished(async () => {
      await broker.close();
      rmSync(folder, { recursive: true });
    });
    expect(await runTlsClient(`localhost:${broker.port}`, 'good', ca)).toEqual({
      body: 'secret',
      scope: 'https://servicebus.azure.net//.default',
    });
    expect(put).toContain(`sb://localhost:${broker.port}/jobs`);
    expect(await runTlsClient(`localhost:${broker.port}`, 'bad', ca)).toMatchObject({
      code: 'UnauthorizedAccess',
    });
  });

  test('a client whose connection was cut goes on by itself', async () => {
    const { broker } = await benchWith({});
    const client = clientOf(broker.port, 500);
    const sender = client.createSender('jobs');
    await sender.sendMessages({ body: 1 });
    broker.cutConnections();
    await sender.sendMessages({ body: 2 });
    expect(await drainBodies(client.createReceiver('jobs'), 200)).toEqual([1, 2]);
    await client.close();
  });
});

describe('the broker process', () => {
  test('a taken port ends it with one line that names the port', async () => {
    const { broker } = await benchWith({});
    const { code, text } = await failedStart({ port: broker.port, queues: {} });
    expect({ code, text }).toEqual({
      code: 1,
      text: `Service Bus broker: Port ${broker.port} is already in use.\n`,
    });
  });

  test('a wrong configuration ends it with one line that names the setting', async () => {
    const { code, text } = await failedStart({ port: 0, queues: { jobs: { lockDurationMs: -1 } } });
    expect(code).toBe(1);
    expect(text).toMatch(/queues\.jobs\.lockDurationMs/);
    expect(text.trimEnd()).not.toContain('\n');
  });

  test('it ends cleanly on SIGTERM', async () => {
    const broker = await startBrokerProcess({ port: 0, queues: { jobs: {} } });
    const client = clientOf(broker.port);
    await client.createSender('jobs').sendMessages({ body: 1 });
    expect(await broker.end('SIGTERM')).toBe(0);
    await client.close();
  });

  test.each(['IPC channel', 'standard input'])('it ends when its %s closes', async (what) => {
    const child = spawnBroker({ port: 0, queues: {}, endWithStdin: true });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    if (what === 'IPC channel') child.disconnect();
    else child.stdin?.end();
    expect(await ended).toBe(0);
  });
});

/** A client of its own process, since a certificate authority can only be given to Node when it starts. */
const tlsClient = `
  import { ServiceBusClient } from '@azure/service-bus';
  let scope;
  const getToken = async (asked) => {
    scope = String(asked);
    return { token: process.env.TOKEN, expiresOnTimestamp: Date.now() + 3_600_000 };
  };
  const options = { retryOptions: { timeoutInMs: 5_000, maxRetries: 0 } };
  const client = new ServiceBusClient(process.env.NAMESPACE, { getToken }, options);
  try {
    await client.createSender('jobs').sendMessages({ body: 'secret' });
    const [message] = await client.createReceiver('jobs').receiveMessages(1, { maxWaitTimeInMs: 3_000 });
    console.log(JSON.stringify({ body: message?.body, scope }));
  } catch (error) {
    console.log(JSON.stringify({ code: error.code, message: error.message }));
  }
  await client.close();
`;

async function runTlsClient(namespace: string, token: string, ca: string): Promise<unknown> {
  const env = { ...process.env, NAMESPACE: namespace, TOKEN: token, NODE_EXTRA_CA_CERTS: ca };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', tlsClient], {
    env,
  });
  return JSON.parse(stdout);
}

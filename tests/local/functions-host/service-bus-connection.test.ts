import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ensureCertificate } from '../../../local/certificate/certificate-authority.js';
import { resolveBusConnection } from '../../../local/functions-host/service-bus-connection.js';
import { createTokenIssuer } from '../../../local/identity/access-token.js';
import { startIdentityServer } from '../../../local/identity/identity-server.js';
import { startBroker } from '../../../local/service-bus/broker.js';
import { startBrokerProcess } from './broker-process.js';
import { queueName, sendAnew, startBusBench, connectionString } from './bus-bench.js';
import { startHostProcess } from './host-process.js';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'functions-host-bus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('the connection of a Service Bus trigger', () => {
  it.each([
    [{ BUS: 'Endpoint=x' }, { kind: 'connectionString', connectionString: 'Endpoint=x' }],
    [{ BUS__fullyQualifiedNamespace: 'ns' }, { kind: 'identity', namespace: 'ns', clientId: undefined }],
    [
      { BUS__fullyQualifiedNamespace: 'ns', BUS__credential: 'managedidentity', BUS__clientId: 'id' },
      { kind: 'identity', namespace: 'ns', clientId: 'id' },
    ],
    [
      { BUS: 'Endpoint=x', BUS__fullyQualifiedNamespace: 'ns' },
      { kind: 'connectionString', connectionString: 'Endpoint=x' },
    ],
    [
      { AzureWebJobsBUS: 'Endpoint=first', BUS: 'Endpoint=second' },
      { kind: 'connectionString', connectionString: 'Endpoint=first' },
    ],
  ])('is read from %j', (environment, connection) => {
    expect(resolveBusConnection('BUS', environment)).toEqual(connection);
  });

  it('is refused by name when no setting leads to it', () => {
    expect(() => resolveBusConnection('BUS', { BUS: '' })).toThrow("Service Bus connection 'BUS' is missing");
    const other = { BUS__fullyQualifiedNamespace: 'ns', BUS__credential: 'workloadidentity' };
    expect(() => resolveBusConnection('BUS', other)).toThrow('BUS__credential is "workloadidentity"');
  });

  it('keeps the host from starting when a setting of the trigger is missing', async () => {
    const withoutConnection = startHostProcess({ app: 'bus-app.mjs', env: { QUEUE: queueName } });
    expect((await withoutConnection.ended).code).toBe(1);
    expect(withoutConnection.lines.join('\n')).toContain(
      "Function jobs: Service Bus connection 'SERVICE_BUS' is missing",
    );
    const withoutQueue = startHostProcess({ app: 'bus-app.mjs', env: { SERVICE_BUS: connectionString(1) } });
    expect((await withoutQueue.ended).code).toBe(1);
    expect(withoutQueue.lines).toEqual(["Function jobs: '%QUEUE%' does not resolve to a value."]);
  });

  it('signs in with the managed identity, over TLS, as in production', async () => {
    const certificate = await ensureCertificate(temporaryFolder());
    const issuer = createTokenIssuer('00000000-0000-4000-8000-000000000001');
    const header = 'proof of being in the app';
    const clientId = '33333333-3333-4333-8333-333333333333';
    const identity = await startIdentityServer({ header, issuer, userAssignedClientIds: [clientId] });
    const key = readFileSync(certificate.keyFile, 'utf8');
    const cert = readFileSync(certificate.certFile, 'utf8');
    const kept = { dataFolder: temporaryFolder(), queues: { [queueName]: { requiresSession: true } } };
    const plain = await startBroker({ port: 0, ...kept });
    await sendAnew(plain.port, { body: { note: 'kept' }, sessionId: 'a' });
    await plain.close();
    const broker = await startBroker({
      ...kept,
      port: 0,
      tls: { key, cert },
      acceptToken: (token) => issuer.check(token, 'https://servicebus.azure.net').kind === 'valid',
    });
    onTestFinished(async () => {
      await broker.close();
      await identity.close();
    });
    const bench = await startBusBench(
      broker.port,
      {},
      {
        SERVICE_BUS__fullyQualifiedNamespace: `localhost:${broker.port}`,
        SERVICE_BUS__credential: 'managedidentity',
        SERVICE_BUS__clientId: clientId,
        IDENTITY_ENDPOINT: identity.endpoint,
        IDENTITY_HEADER: header,
        NODE_EXTRA_CA_CERTS: certificate.certFile,
      },
    );
    await bench.happened('end kept');
  });

  it('outlives a broker that is killed and started again, and gets the message that was in hand once more', async () => {
    const queues = { [queueName]: { requiresSession: true, lockDurationMs: 1_000 } };
    const dataFolder = temporaryFolder();
    const first = await startBrokerProcess({ port: 0, dataFolder, queues });
    const { host, send, release, happened } = await startBusBench(first.port, { maxConcurrentSessions: 2 });
    await send({ body: { note: 'inHand', hold: true }, sessionId: 'a' });
    await happened('begin inHand');
    await first.kill();
    await host.line((line) => line.includes('cannot be reached'));
    const second = await startBrokerProcess({ port: first.port, dataFolder, queues });
    onTestFinished(() => second.kill());
    await happened('begin inHand', 2);
    await release('inHand');
    await happened('end inHand', 2);
    await host.line((line) => line.includes('could not be settled and will be served again'));
    await sendAnew(second.port, { body: { note: 'after' }, sessionId: 'b' });
    await happened('end after');
  });
});

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectStackClients } from '../../../local/commands/stack-clients.js';
import { GraphControlClient } from '../../../local/graph/control-client.js';
import { allSampleApps } from '../../../local/graph/samples/consent-apps.js';
import { consentSecrets, consentSettings, publicUrlOf } from '../../../local/stack/consent-settings.js';
import { startStack, type Stack } from '../../../local/stack/stack.js';
import { loadSettings } from '../../../shared/config.js';

const app = join(dirname(fileURLToPath(import.meta.url)), 'stand-in-app.mjs');
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ app });
});
afterAll(async () => {
  await stack.close();
});

it('gives the app an application for every bundle, with settings that production reads', () => {
  const { consentApps } = loadSettings(stack.settings);
  expect(consentApps.map(({ bundle, secretName }) => [bundle, secretName])).toEqual([
    ['directory', 'consent-usual'],
    ['near-real-time', 'consent-usual'],
    ['contacts', 'consent-contacts'],
    ['security', 'consent-security'],
    ['usage', 'consent-usage'],
    ['workplace', 'consent-workplace'],
  ]);
});

it('registers the applications with the emulator, for the addresses of this stack', async () => {
  const control = new GraphControlClient(stack.addresses.graphControlUrl ?? '');
  const known = await control.listConsentApps();
  expect(known.map(({ clientId, permissions }) => ({ clientId, permissions }))).toEqual(
    allSampleApps.map(({ clientId, permissions }) => ({ clientId, permissions })),
  );
  for (const { redirectUris } of known) {
    expect(redirectUris).toEqual([
      `${stack.addresses.functionsUrl}/api/consent/callback`,
      `${stack.addresses.functionsUrl}/api/consent/signed-in`,
    ]);
  }
});

it('holds in the vault the secret that each application signs in with', async () => {
  const control = new GraphControlClient(stack.addresses.graphControlUrl ?? '');
  const { secrets } = await connectStackClients(stack);
  const known = new Map((await control.listConsentApps()).map((each) => [each.clientId, each.secrets]));
  for (const { clientId, secretName } of loadSettings(stack.settings).consentApps) {
    const { value } = await secrets.getSecret(secretName);
    expect(known.get(clientId)).toEqual([{ value }]);
  }
});

it('has browsers come back to where the settings say that the app is reached', () => {
  const { addresses } = stack;
  expect(publicUrlOf(addresses)).toBe(addresses.functionsUrl);
  const settings = { PUBLIC_URL: 'https://tunnel.example' };
  expect(publicUrlOf(addresses, settings)).toBe('https://tunnel.example');
});

it('registers nothing with another Graph', () => {
  const addresses = { ...stack.addresses, graphControlUrl: null };
  expect([consentSettings(addresses), consentSecrets(addresses)]).toEqual([{}, []]);
});

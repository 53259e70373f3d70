import { sampleConsentApps } from '../graph/samples/consent-apps.js';
import type { SeedSecret } from '../vault/vault-server.js';
import type { StackAddresses } from './production-settings.js';
import type { StackOptions } from './stack-options.js';

/** Where browsers reach the app, as its settings have it. */
export function publicUrlOf({ functionsUrl }: StackAddresses, { settings }: StackOptions): string {
  return settings?.['PUBLIC_URL'] ?? functionsUrl;
}

/** The sample consent applications for the app's settings; none with another Graph, where nobody registered them. */
export function consentSettings({ graphControlUrl }: StackAddresses): Record<string, string> {
  if (graphControlUrl === null) return {};
  const apps = sampleConsentApps.map(({ bundle, clientId, secretName }) => ({
    bundle,
    clientId,
    secretName,
  }));
  return { CONSENT_APPS: JSON.stringify(apps) };
}

/** Their secrets, which an operator would have put into the vault. */
export function consentSecrets({ graphControlUrl }: StackAddresses): readonly SeedSecret[] {
  if (graphControlUrl === null) return [];
  return sampleConsentApps.map(({ secretName: name, secretValue: value }) => ({ name, value }));
}

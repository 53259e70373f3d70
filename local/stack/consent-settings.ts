import { allSampleApps, sampleAppsByBundle } from '../graph/samples/consent-apps.js';
import type { SeedSecret } from '../vault/vault-server.js';

/** What of a stack's addresses decides about consent. */
interface ConsentAddresses {
  readonly functionsUrl: string;
  /** Null with another Graph, where nobody registered the sample applications. */
  readonly graphControlUrl: string | null;
}

/** Where browsers reach the app, by the settings that replace the stack's own. */
export function publicUrlOf(
  { functionsUrl }: ConsentAddresses,
  settings: Readonly<Record<string, string>> = {},
): string {
  return settings['PUBLIC_URL'] ?? functionsUrl;
}

/** The app's settings for the sample consent applications and who asks by them; none with another Graph. */
export function consentSettings({ graphControlUrl }: ConsentAddresses): Record<string, string> {
  if (graphControlUrl === null) return {};
  const apps = sampleAppsByBundle.map(({ bundle, clientId, secretName }) => ({
    bundle,
    clientId,
    secretName,
  }));
  return { CONSENT_APPS: JSON.stringify(apps), OPERATOR_NAME: 'Sample Operator', OPERATOR_COLOR: '#5b2d8e' };
}

/** Their secrets, which an operator would have put into the vault. */
export function consentSecrets({ graphControlUrl }: ConsentAddresses): readonly SeedSecret[] {
  if (graphControlUrl === null) return [];
  return allSampleApps.map(({ secretName: name, secretValue: value }) => ({ name, value }));
}

import type { ConsentApp } from '../control-api.js';

/** A consent application with fixed id and secret. */
export interface SampleConsentApp {
  readonly bundle: string;
  readonly clientId: string;
  readonly displayName: string;
  /** Application permissions (graph-protocol section 13). */
  readonly permissions: readonly string[];
  /** The vault's name of the client secret. */
  readonly secretName: string;
  readonly secretValue: string;
}

/** One application per bundle, for who asks for each apart. */
export const sampleConsentApps: readonly SampleConsentApp[] = [
  sample(1, 'directory', ['User.Read.All', 'GroupMember.Read.All', 'Organization.Read.All']),
  sample(2, 'near-real-time', ['User.Read.All', 'Group.Read.All']),
  sample(3, 'contacts', ['OrgContact.Read.All']),
  sample(4, 'security', ['AuditLog.Read.All', 'SecurityEvents.Read.All', 'User.Read.All']),
  sample(5, 'usage', ['Reports.Read.All', 'Organization.Read.All', 'LicenseAssignment.Read.All']),
  sample(6, 'workplace', ['Place.Read.All', 'Calendars.Read']),
];

/** What the local stack asks by: users and groups, and changes within seconds, in one consent. */
export const sampleUsualApp: SampleConsentApp = {
  ...sample(7, 'directory', [
    'User.Read.All',
    'GroupMember.Read.All',
    'Organization.Read.All',
    'Group.Read.All',
  ]),
  displayName: 'Rollcall',
  secretName: 'consent-usual',
  secretValue: 'sample~consent~secret~of~usual',
};

const usualBundles: readonly string[] = ['directory', 'near-real-time'];

/** The application that the local stack asks by for each bundle. */
export const sampleAppsByBundle: readonly SampleConsentApp[] = sampleConsentApps.map((app) =>
  usualBundles.includes(app.bundle) ? { ...sampleUsualApp, bundle: app.bundle } : app,
);

/** Every application that the emulator knows. */
export const allSampleApps: readonly SampleConsentApp[] = [sampleUsualApp, ...sampleConsentApps];

function sample(number: number, bundle: string, permissions: readonly string[]): SampleConsentApp {
  return {
    bundle,
    clientId: `c0ffee00-010${number}-4a5b-9c11-7d000000010${number}`,
    displayName: `Rollcall (${bundle})`,
    permissions,
    secretName: `consent-${bundle}`,
    secretValue: `sample~consent~secret~of~${bundle}`,
  };
}

/** Where the app takes a browser back: after consent, and after a sign-in that finds out the tenant. */
const callbackPaths = ['/api/consent/callback', '/api/consent/signed-in'];

/** The sample apps as the emulator knows them, for an app that browsers reach at this origin. */
export function consentAppsAt(publicUrl: string): readonly ConsentApp[] {
  const redirectUris = callbackPaths.map((path) => publicUrl + path);
  return allSampleApps.map(({ clientId, displayName, permissions, secretValue }) => {
    return { clientId, displayName, secrets: [{ value: secretValue }], redirectUris, permissions };
  });
}

import type { Cloud } from './cloud.js';
import { keptOfDirectory, type KeptData } from './kept-attributes.js';

/** Permissions are asked for in bundles, each by a consent application of its own. */
export const BUNDLES = ['directory', 'near-real-time', 'contacts', 'security', 'usage', 'workplace'] as const;
export type Bundle = (typeof BUNDLES)[number];

/** An application permission of Microsoft Graph and why it is asked for, in words for an administrator. */
export interface AskedPermission {
  readonly name: string;
  readonly why: string;
}

/** What a bundle is for and what it asks for: the least that Graph's reference pages name. */
export interface BundleFacts {
  readonly title: string;
  readonly permissions: readonly AskedPermission[];
  /** What is kept of what is read. */
  readonly kept: KeptData;
}

function only(words: string): KeptData {
  return { always: [words], ifNeeded: [] };
}

/** Source of the permissions: the "Permissions" table of each method's page in the Graph v1.0 reference. */
export const BUNDLE_FACTS: Readonly<Record<Bundle, BundleFacts>> = {
  directory: {
    title: 'Users and groups',
    permissions: [
      { name: 'User.Read.All', why: 'reads users and their managers' },
      { name: 'GroupMember.Read.All', why: 'reads groups and who is in them' },
      { name: 'Organization.Read.All', why: 'makes sure that it is this directory that consented' },
    ],
    kept: keptOfDirectory(),
  },
  'near-real-time': {
    title: 'Changes within seconds',
    permissions: [
      { name: 'User.Read.All', why: 'is notified when a user changes' },
      { name: 'Group.Read.All', why: 'is notified when a group or its members change' },
    ],
    kept: only('nothing of its own: it only says when to read'),
  },
  contacts: {
    title: 'Organizational contacts',
    permissions: [{ name: 'OrgContact.Read.All', why: 'reads the contacts of the directory' }],
    kept: only('name, mail, telephone numbers and company of contacts'),
  },
  security: {
    title: 'Sign-in security',
    permissions: [
      { name: 'AuditLog.Read.All', why: 'reads who has registered for multifactor authentication' },
      { name: 'SecurityEvents.Read.All', why: 'reads the secure score' },
      { name: 'User.Read.All', why: 'reads the last sign-in of users' },
    ],
    kept: only(
      'whether multifactor authentication is registered and by which methods, the day of the last sign-in, the secure score',
    ),
  },
  usage: {
    title: 'Licences and usage',
    permissions: [
      { name: 'Reports.Read.All', why: 'reads when Microsoft 365 was last used' },
      { name: 'Organization.Read.All', why: 'reads which licences were bought' },
      { name: 'LicenseAssignment.Read.All', why: 'reads who has which licence' },
    ],
    kept: only('licences bought and assigned, the day of last use'),
  },
  workplace: {
    title: 'Rooms and their calendars',
    permissions: [
      { name: 'Place.Read.All', why: 'reads rooms and workspaces' },
      { name: 'Calendars.Read', why: 'reads the calendars of rooms, never of people' },
    ],
    kept: only('name, building, floor and capacity of rooms; start, end and organizer of their bookings'),
  },
};

/** A consent application of the operator. */
export interface ConsentApp {
  readonly bundle: Bundle;
  readonly clientId: string;
  /** Name of its client secret in the operator's vault. */
  readonly secretName: string;
  /** The cloud in which it is registered; null where it serves every cloud of the deployment. */
  readonly cloud: Cloud | null;
}

/** The application that asks for a bundle in a cloud; undefined where the operator has none. */
export function consentAppFor(
  apps: readonly ConsentApp[],
  bundle: Bundle,
  cloud: Cloud,
): ConsentApp | undefined {
  return apps.find((app) => app.bundle === bundle && (app.cloud === null || app.cloud === cloud));
}

/**
 * The application whose row tells of this one's secret: one that is named for several bundles has one secret, which is
 * followed under the first of them.
 */
export function followedConsentApp(apps: readonly ConsentApp[], app: ConsentApp): ConsentApp {
  return apps.find(({ secretName }) => secretName === app.secretName) ?? app;
}

/** Whether one consent gives both: their application is the same. */
export function sharesConsent(apps: readonly ConsentApp[], a: Bundle, b: Bundle, cloud: Cloud): boolean {
  const [appOfA, appOfB] = [consentAppFor(apps, a, cloud), consentAppFor(apps, b, cloud)];
  return a === b || (appOfA !== undefined && appOfA.clientId === appOfB?.clientId);
}

/**
 * Returns the bundles in their order, each followed by those that are consented to with it: Microsoft asks for all
 * permissions of an application at once, so that a page that names fewer would not say everything.
 */
export function withSharedConsents(
  apps: readonly ConsentApp[],
  bundles: readonly Bundle[],
  cloud: Cloud,
): readonly Bundle[] {
  const all = bundles.flatMap((bundle) => [
    bundle,
    ...BUNDLES.filter((other) => sharesConsent(apps, bundle, other, cloud)),
  ]);
  return [...new Set(all)];
}

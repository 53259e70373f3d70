import { BUNDLE_FACTS, type Bundle } from '../bundle.js';
import type { ExaminedApplication } from './facts.js';

/** What everybody grants, and nobody needs to take away. */
const CUSTOMARY: readonly string[] = ['Group.Read.All', 'GroupMember.Read.All', 'User.Read.All'];

/** Not asked for, but of use where it is held: the expiry of the application's own secrets is read with it. */
const OF_USE: readonly string[] = ['Application.Read.All'];

/** Asked for to prove a consent; the customer's own application is proven by its secret. */
const PROVES_CONSENT = 'Organization.Read.All';

const WHOLE_DIRECTORY: readonly string[] = ['Directory.Read.All', 'Directory.ReadWrite.All'];

/**
 * The wider permissions that do as well as one that is asked for.
 * Source: the "Permissions" tables of the Graph v1.0 reference, least to most privileged.
 */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  'User.Read.All': ['User.ReadWrite.All', ...WHOLE_DIRECTORY],
  'GroupMember.Read.All': [
    'Group.Read.All',
    'GroupMember.ReadWrite.All',
    'Group.ReadWrite.All',
    ...WHOLE_DIRECTORY,
  ],
  'Group.Read.All': ['Group.ReadWrite.All', ...WHOLE_DIRECTORY],
  'Organization.Read.All': ['Organization.ReadWrite.All', ...WHOLE_DIRECTORY],
  'OrgContact.Read.All': WHOLE_DIRECTORY,
  'LicenseAssignment.Read.All': ['LicenseAssignment.ReadWrite.All', ...WHOLE_DIRECTORY],
  'SecurityEvents.Read.All': ['SecurityEvents.ReadWrite.All'],
  'Place.Read.All': ['Place.ReadWrite.All'],
  'Calendars.Read': ['Calendars.ReadWrite'],
};

/** A permission that an application needs, and what for. */
export interface NeededPermission {
  readonly name: string;
  /** What each bundle does with it: "reads users and their managers". */
  readonly why: readonly string[];
  readonly bundles: readonly Bundle[];
}

/** What the bundles of an application need, each permission once. */
export function neededPermissions(
  app: Pick<ExaminedApplication, 'origin' | 'bundles'>,
): readonly NeededPermission[] {
  const needed = new Map<string, NeededPermission>();
  for (const bundle of app.bundles) {
    for (const { name, why } of BUNDLE_FACTS[bundle].permissions) {
      if (app.origin === 'credential' && bundle === 'directory' && name === PROVES_CONSENT) continue;
      const before = needed.get(name);
      needed.set(name, {
        name,
        why: [...(before?.why ?? []), why],
        bundles: [...(before?.bundles ?? []), bundle],
      });
    }
  }
  return [...needed.values()];
}

/** Whether the held permissions do for a needed one. */
export function suffices(held: readonly string[], needed: string): boolean {
  return [needed, ...(WIDER[needed] ?? [])].some((name) => held.includes(name));
}

export interface ExcessPermission {
  readonly name: string;
  /** The smaller ones that do instead; none where nothing is read with it. */
  readonly enough: readonly string[];
}

/** What is held beyond what is needed, the customary ones excepted. */
export function excessPermissions(
  held: readonly string[],
  needed: readonly NeededPermission[],
): readonly ExcessPermission[] {
  const fine = [...needed.map(({ name }) => name), ...CUSTOMARY, ...OF_USE, PROVES_CONSENT];
  return [...new Set(held)]
    .filter((name) => !fine.includes(name))
    .map((name) => ({
      name,
      enough: needed.map((each) => each.name).filter((smaller) => WIDER[smaller]?.includes(name) ?? false),
    }));
}

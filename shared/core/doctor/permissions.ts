import { READS_HIDDEN } from '../hidden-membership.js';
import { BUNDLE_FACTS, type Bundle } from '../bundle.js';
import { suffices } from '../wider-permissions.js';
import type { ExaminedApplication } from './facts.js';

/** What everybody grants, and nobody needs to take away. */
const CUSTOMARY: readonly string[] = ['Group.Read.All', 'GroupMember.Read.All', 'User.Read.All'];

/**
 * Not asked for, but of use if they are held: for the expiry of the application's own secrets and app roles, for
 * members of groups that hide them, for directory roles with many members.
 */
const OF_USE: readonly string[] = ['Application.Read.All', READS_HIDDEN, 'RoleManagement.Read.Directory'];

/** Asked for to prove a consent; the customer's own application is proven by its secret. */
const PROVES_CONSENT = 'Organization.Read.All';

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
      enough: needed.map((each) => each.name).filter((smaller) => suffices([name], smaller)),
    }));
}

import type { CompiledGrants } from '../core/people/compile-grants.js';
import type { Host, Person } from '../core/people/person.js';
import { givingGroups, lostGrants } from '../core/people/vanished-grants.js';
import { groupsHiding } from './groups-hiding.js';
import type { PresentedFacts } from './present-each.js';
import type { TenantScope } from './scope.js';
import type { BeneathMirror } from './walk-beneath.js';

/** Of the groups that gave what people are about to lose, those whose word is not taken for it. */
export interface DoubtfulGivers {
  /** Gone, or with a group beneath that vanished within the window of the removal guard. */
  readonly vanished: ReadonlySet<string>;
  /** Gone, or with a group beneath that ever vanished: for people about whom the guard or an operator decided. */
  readonly onceVanished: ReadonlySet<string>;
  /** They, or groups beneath them, hide their members. */
  readonly hiding: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();
const NOBODY: DoubtfulGivers = { vanished: NONE, onceVanished: NONE, hiding: NONE };

/**
 * Reads nothing if nobody is about to lose anything, as mostly.
 *
 * @param of.since begin of the guard's window, ISO 8601 UTC
 * @param of.showsHidden whether the mirror holds the memberships that groups hide
 */
export async function doubtfulGivers(
  mirror: BeneathMirror,
  scope: TenantScope,
  of: {
    readonly grants: CompiledGrants;
    readonly presented: readonly PresentedFacts[];
    readonly people: ReadonlyMap<string, Person>;
    readonly hosts: ReadonlyMap<string, readonly Host[]>;
    readonly since: string;
    readonly showsHidden: boolean;
  },
): Promise<DoubtfulGivers> {
  const giving = new Set<string>();
  for (const { facts, presented: made } of of.presented) {
    const { directoryId } = facts;
    const known = { previous: of.people.get(directoryId) ?? null, hosts: of.hosts.get(directoryId) ?? [] };
    for (const item of lostGrants(made, known))
      for (const groupId of givingGroups(of.grants, item)) giving.add(groupId);
  }
  if (giving.size === 0) return NOBODY;
  const ids = [...giving];
  const rows = await mirror.readGroups(scope, ids);
  const isGone = (id: string): boolean => rows.get(id)?.presence !== 'live';
  const lostSince = (id: string, since: string): boolean => (rows.get(id)?.lostBeneathAt ?? '') > since;
  return {
    vanished: new Set(ids.filter((id) => isGone(id) || lostSince(id, of.since))),
    onceVanished: new Set(ids.filter((id) => isGone(id) || lostSince(id, ''))),
    hiding: of.showsHidden ? NONE : await groupsHiding(mirror, scope, ids),
  };
}

import type { CompiledSetup } from './compile-setup.js';
import type { Host, Person } from './person.js';
import type { Presented } from './presented.js';

export interface HostChanges {
  /** New ones, and those of whom something else is said now. */
  readonly added: readonly Host[];
  readonly removed: readonly Host[];
}

/**
 * What comes to the hosts of one directory object. Hosts need not be people of the setup. Of a person whose removal
 * is not carried out, nothing is taken.
 *
 * @param known.person as it stands after the derivation; null where there is none
 * @param known.previous all host rows of this object in this setup
 * @param known.mayRemove false while the setup is not read completely
 */
export function hostChanges(
  compiled: CompiledSetup,
  presented: Presented,
  known: {
    readonly directoryId: string;
    readonly person: Person | null;
    readonly previous: readonly Host[];
    readonly mayRemove: boolean;
  },
): HostChanges {
  const wanted = new Map(hostsOf(compiled, presented, known).map((host) => [host.id, host]));
  const before = new Map(known.previous.map((host) => [host.id, host]));
  return {
    added: [...wanted.values()].filter((host) => !isSameHost(before.get(host.id), host)),
    removed: known.mayRemove ? known.previous.filter(({ id }) => !wanted.has(id)) : [],
  };
}

/** The hosts that one directory object is now, in the order of the receptions. */
function hostsOf(
  { setup }: CompiledSetup,
  presented: Presented,
  { directoryId, person }: { readonly directoryId: string; readonly person: Person | null },
): readonly Host[] {
  const isPerson = person !== null && person.status !== 'removed';
  const { displayName, mail } = presented.profile ?? person ?? { displayName: null, mail: null };
  return receptionsOf(presented, person).map((receptionId) => ({
    id: `${setup.setupId}.${receptionId}.${directoryId}`,
    tenantId: setup.tenantId,
    setupId: setup.setupId,
    receptionId,
    directoryId,
    personId: isPerson ? person.id : null,
    displayName,
    mail,
  }));
}

function receptionsOf(presented: Presented, person: Person | null): readonly string[] {
  if (presented.kind === 'in') return presented.grants.hostsOf;
  const held = person?.statusReason === 'inScope' ? person.hostsOf : [];
  return [...new Set([...presented.hostsOf, ...held])].sort();
}

function isSameHost(before: Host | undefined, after: Host): boolean {
  return (
    before?.personId === after.personId &&
    before.displayName === after.displayName &&
    before.mail === after.mail
  );
}

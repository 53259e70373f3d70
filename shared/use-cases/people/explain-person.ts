import { compileSetup } from '../../core/people/compile-setup.js';
import { explain } from '../../core/people/explain.js';
import type { Explanation } from '../../core/people/explanation.js';
import { FactsReader } from '../../ports/read-facts.js';
import { directoryIdIn } from './directory-id.js';
import { factPorts, type DerivationPorts } from './derivation-ports.js';
import { groupPathsOf } from './group-paths.js';
import { readingOf } from './reading-of.js';
import { setupInSight, type NotInSight } from './setup-in-sight.js';

export type ExplainPersonOutcome =
  | {
      readonly kind: 'found';
      readonly explanation: Explanation;
      /** False while something that the setup needs was not read, or may not be. */
      readonly exact: boolean;
    }
  /** The members of these groups decide, and the mirror does not hold them yet. */
  | { readonly kind: 'notMirrored'; readonly groupIds: readonly string[] }
  /** The id is none of this setup, or nothing was mirrored yet. */
  | { readonly kind: 'personNotFound' }
  | NotInSight;

/** Why somebody of the directory is a person of the setup or is not, by the mirror as it is now. */
export async function explainPerson(
  ports: DerivationPorts,
  tenantId: string,
  setupId: string,
  personId: string,
): Promise<ExplainPersonOutcome> {
  const found = await setupInSight(ports, tenantId, setupId);
  if (found.kind !== 'found') return found;
  const { setup, scope } = found;
  const directoryId = directoryIdIn(setupId, personId);
  if (directoryId === null || scope === null) return { kind: 'personNotFound' };
  const reading = await readingOf(ports, setup, scope);
  const { membersOf } = reading.unreadOf(0);
  if (membersOf.length > 0) return { kind: 'notMirrored', groupIds: membersOf };
  const ids = [directoryId];
  const [catalog, facts, people, standings, removals, overrides, tooLarge, pathsOf] = await Promise.all([
    ports.catalogEntries.whole(setup.document.organizationId),
    new FactsReader(factPorts(ports), scope, null).read(ids),
    ports.people.read(scope, setupId, ids),
    ports.recordMatching.standingsOf(scope, setup, ids),
    ports.removals.read(tenantId, setupId, ids),
    ports.overrides.read(tenantId, setupId, ids),
    ports.oversizedPeople.get(tenantId, setupId, directoryId),
    groupPathsOf(ports.mirror, scope, directoryId),
  ]);
  const person = people.get(directoryId) ?? null;
  const [fact] = facts;
  if (fact === undefined || (fact.user === null && person === null)) return { kind: 'personNotFound' };
  const compiled = compileSetup(setup, catalog);
  const { missingGroups = [] } = (await ports.setupProgresses.get(tenantId, setupId)) ?? {};
  const goneGroups = missingGroups.filter((id) => compiled.scopeGroups.has(id));
  const explanation = explain(compiled, fact, {
    person,
    tie: standings.ties.get(directoryId) ?? null,
    isInConflict: standings.inConflict.has(directoryId),
    override: overrides.get(directoryId) ?? null,
    staged: removals.get(directoryId) ?? null,
    tooLarge,
    pathsOf,
    goneGroups,
  });
  const isRead = reading.readiness === 'complete' && missingGroups.length === 0;
  const exact = isRead && (await reading.hiddenGroups()).length === 0;
  return { kind: 'found', explanation, exact };
}

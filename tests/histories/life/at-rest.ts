import { expect } from 'vitest';
import { issuesOf } from '../../../shared/core/issues/issues-of.js';
import { NO_GRANTS, type Person } from '../../../shared/core/people/person.js';
import type { Setup } from '../../../shared/core/setup/setup.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import type { DirectoryTruth } from '../../../local/graph/control-api.js';
import { expected, mirrored } from '../compare.js';
import { derivedAtOnce, storedPeople } from '../people-truth.js';
import { TENANT_ID, type World } from '../world.js';
import { expectNothingLeft } from './nothing-left.js';

/** Whatever happened before: a world that is at rest is right in all that it holds. */
export async function expectRight(world: World): Promise<void> {
  const tenant = (await world.stores.tenants.get(TENANT_ID))?.value;
  if (tenant === undefined) throw new Error('The tenant is gone.');
  await expectJournaled(world);
  // Nobody works for a tenant that an operator paused.
  if (tenant.paused) return;
  expect(tenant.state.kind).not.toBe('parked');
  const truth = await world.emulator.truth(TENANT_ID);
  await expectMirrored(world, tenant, truth);
  const setups = await world.stores.setups.all(TENANT_ID);
  for (const setup of setups) if (setup.state === 'started') await expectPeople(world, tenant, setup, truth);
  await expectIssues(world, tenant, setups);
  await expectNothingLeft(world, tenant, setups);
  expect(await world.emulator.violations()).toEqual([]);
}

/** A tenant none of whose setups is started is not kept up to date. */
async function expectMirrored(world: World, tenant: Tenant, truth: DirectoryTruth): Promise<void> {
  if (tenant.state.kind !== 'running') return;
  const scope = { tenantId: TENANT_ID, bucketCount: tenant.bucketCount ?? 0 };
  expect(await mirrored(world.stores, scope)).toEqual(expected(truth));
}

async function expectPeople(
  { stores }: World,
  tenant: Tenant,
  setup: Setup,
  truth: DirectoryTruth,
): Promise<void> {
  const { setupId, document } = setup;
  const scope = { tenantId: TENANT_ID, bucketCount: tenant.bucketCount ?? 0 };
  const catalog = await stores.catalogEntries.whole(document.organizationId);
  const derived = derivedAtOnce(truth, setup, catalog);
  const live = new Set(truth.groups.map(({ id }) => id));
  // While a group that decides who is in scope is gone, nobody comes and nobody goes by it.
  const { groupIds, excludeGroupIds } = document.scope;
  const isBroken = [...groupIds, ...excludeGroupIds].some((id) => !live.has(id));
  const rows = await matchRowsOf(stores, scope, setupId);
  const page = { after: null, limit: 1_000 };
  const kept = new Set(
    (await stores.overrides.list(TENANT_ID, setupId, page)).rows.map((one) => one.directoryId),
  );
  const staged = (await stores.removals.list(TENANT_ID, setupId, page)).rows;
  const held = new Set(staged.filter(({ kind }) => kind === 'held').map(({ directoryId }) => directoryId));
  const people = new Map((await storedPeople(stores, scope, setupId)).map((one) => [one.directoryId, one]));
  for (const [id, presented] of derived) {
    const person = people.get(id);
    const at = `${setupId} ${id}`;
    if (held.has(id) || kept.has(id) || isBroken) continue;
    if (presented.kind === 'out') {
      expect([at, person?.statusReason ?? 'absent']).not.toEqual([at, 'inScope']);
      continue;
    }
    if (rows.get(id)?.isInConflict === true) continue;
    const { status, roles, hostsOf, segments, recordId } = person ?? { status: 'absent' };
    expect({ at, status, roles, hostsOf, segments, recordId }).toEqual({
      ...{ at, status: 'active', recordId: rows.get(id)?.recordId ?? null },
      ...pick(presented.grants),
    });
  }
  for (const person of people.values()) {
    const at = `${setupId} ${person.directoryId} ${person.status} ${person.deleteAfter}`;
    if (person.statusReason !== 'inScope' && !isBroken)
      expect({ at, ...person }).toMatchObject({ at, ...NO_GRANTS });
    if (!isBroken) expect([at, person.removalHeld && !held.has(person.directoryId)]).toEqual([at, false]);
    // Nobody is overdue by more than a night.
    const dueAt =
      person.status === 'disabled' && person.deleteAfter !== null ? Date.parse(person.deleteAfter) : null;
    const isLate = dueAt !== null && dueAt < Date.parse(person.asOf) - 86_400_000;
    expect([at, isLate]).toEqual([at, false]);
  }
}

function pick({ roles, hostsOf, segments }: Pick<Person, 'roles' | 'hostsOf' | 'segments'>) {
  return { roles, hostsOf, segments };
}

async function matchRowsOf(
  stores: World['stores'],
  scope: { tenantId: string; bucketCount: number },
  setupId: string,
) {
  const found = new Map<string, { recordId: string | null; isInConflict: boolean }>();
  for await (const rows of stores.matches.scan(scope, setupId))
    for (const { directoryId, tie, isInConflict } of rows)
      found.set(directoryId, { recordId: tie?.recordId ?? null, isInConflict });
  return found;
}

/** What the tenant says of itself is what its tables say. */
async function expectIssues(
  { stores, clock }: World,
  tenant: Tenant,
  setups: readonly Setup[],
): Promise<void> {
  const issues = issuesOf(tenant, clock.now());
  const said = (code: string) => issues.filter((issue) => issue.code === code);
  const heldOf: [string, number][] = [];
  for (const { setupId, state } of setups) {
    if (state !== 'started') continue;
    const { rows } = await stores.removals.list(TENANT_ID, setupId, { after: null, limit: 1_000 });
    const count = rows.filter(({ kind }) => kind === 'held').length;
    if (count > 0) heldOf.push([setupId, count]);
  }
  const saidHeld = said('removalsHeld').map((issue) =>
    'setupId' in issue ? [issue.setupId, issue.count] : [],
  );
  expect(saidHeld.sort()).toEqual(heldOf.sort());
  expect(said('runsFailing')).toEqual([]);
  const letters = await stores.deadLetters.count(TENANT_ID);
  expect(said('deadLetters').map((issue) => ('count' in issue ? issue.count : 0))).toEqual(
    letters > 0 ? [letters] : [],
  );
}

/** Those who follow the journal from its beginning know the same people, in every version. */
async function expectJournaled({ stores }: World): Promise<void> {
  const entries = await stores.journal.after(TENANT_ID, 0, 1_000_000);
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
  const last = new Map<string, { readonly version: number; readonly isGone: boolean }>();
  for (const { kind, subject, after } of entries) {
    if (kind !== 'person' || after === null) continue;
    const { version, status } = JSON.parse(after) as Person;
    const before = last.get(subject) ?? { version: 0, isGone: true };
    // Of who is made again, in a setup that is made again for example, the versions go on above all before.
    const follows = before.isGone ? version > before.version : version === before.version + 1;
    expect([subject, follows]).toEqual([subject, true]);
    last.set(subject, { version, isGone: status === 'removed' });
  }
}

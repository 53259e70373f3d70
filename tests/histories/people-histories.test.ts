import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DirectoryTruth } from '../../local/graph/control-api.js';
import { followedGroups, membersStates } from '../../shared/core/needed-groups.js';
import { NO_GRANTS, type Person } from '../../shared/core/people/person.js';
import { requirementsOf } from '../../shared/core/setup/requirements.js';
import type { Setup, SetupDocument } from '../../shared/core/setup/setup.js';
import type { Tenant } from '../../shared/core/tenant.js';
import { decideHeld } from '../../shared/use-cases/removals/decide-held.js';
import { editTenant } from '../../shared/use-cases/edit-tenant.js';
import { createSetupWork } from '../../shared/adapters/bus/setup-work.js';
import { aSetup, aSetupDocument } from '../builders/setup.js';
import { history, type History, type HistoryEvent } from './arbitraries.js';
import { expected as expectedOf, mirrored } from './compare.js';
import { HostView } from './host-view.js';
import { derivedAtOnce, storedHosts, storedPeople } from './people-truth.js';
import { drain, happen, HEALTHY, quiesce, runJobs } from './play.js';
import { COALESCING, TENANT_ID, World } from './world.js';

const runs = Number(process.env['PEOPLE_HISTORIES'] ?? 150);
const seed = process.env['HISTORY_SEED'];

const group = (n: number): string => `b0000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const SCOPE = aSetupDocument().scope;
const open = { maxCount: 1_000, maxShare: 1, minCount: 0, withinHours: 24 };
const given = { roles: [], memberships: [], hostsOf: [], organizationalUnits: [] };

/** Of one setup several definitions, between which it is edited. */
const DOCUMENTS: Readonly<Record<string, readonly SetupDocument[]>> = {
  everybody: [
    aSetupDocument({
      removalGuard: open,
      scope: { ...SCOPE, includeDisabled: true },
      grants: [
        { ...given, source: { kind: 'group', groupId: group(0) }, roles: ['booker'] },
        { ...given, source: { kind: 'group', groupId: group(2) }, hostsOf: ['lobby'] },
      ],
      segments: { fromGroups: 'all', groupIds: [], rules: [] },
    }),
    aSetupDocument({
      removalGuard: open,
      scope: { ...SCOPE, excludeGroupIds: [group(1)] },
      attributes: {
        ...aSetupDocument().attributes,
        fields: ['manager.displayName', 'city', 'department'].map((from) => ({
          from,
          to: from,
          policy: 'authoritative',
          visible: true,
          usableInRules: true,
        })),
      },
      segments: {
        fromGroups: 'none',
        groupIds: [],
        rules: [{ id: 'sales', name: 'Sales', where: 'department = "Sales"' }],
      },
    }),
  ],
  members: [
    aSetupDocument({
      removalGuard: open,
      scope: { ...SCOPE, kind: 'rootGroup', groupIds: [group(0)] },
      grants: [{ ...given, source: { kind: 'group', groupId: group(1) }, hostsOf: ['lobby'] }],
    }),
    aSetupDocument({
      removalGuard: open,
      remove: { whenLeft: { mode: 'keep', afterDays: 0 }, whenDeleted: { mode: 'delete', afterDays: 0 } },
      scope: { ...SCOPE, kind: 'groups', groupIds: [group(0), group(2)], excludeGroupIds: [group(3)] },
      segments: { fromGroups: 'listed', groupIds: [group(1)], rules: [] },
    }),
  ],
};

type SetupEvent = {
  readonly kind: 'setup';
  readonly setupId: string;
  readonly to: 'started' | 'paused' | number;
  /** In the midst of the work of a job, so many requests to the tables later; null for at once. */
  readonly afterRequests: number | null;
};

const setupEvent: fc.Arbitrary<SetupEvent> = fc.record({
  kind: fc.constant('setup' as const),
  setupId: fc.constantFrom('everybody', 'members'),
  to: fc.constantFrom<SetupEvent['to']>('started', 'started', 'paused', 0, 1),
  afterRequests: fc.option(fc.nat(250), { freq: 3 }),
});

/** The members of which groups are asked for from now on. */
type SwitchEvent = { readonly kind: 'switch'; readonly groupMembers: Tenant['groupMembers'] };
const groupMembers = fc.constantFrom<Tenant['groupMembers']>('all', 'needed');
const switchEvent: fc.Arbitrary<SwitchEvent> = fc.record({
  kind: fc.constant('switch' as const),
  groupMembers,
});

interface Told {
  readonly history: History;
  readonly groupMembers: Tenant['groupMembers'];
  readonly startedFirst: boolean;
  /** By which of its definitions each setup begins. */
  readonly definition: number;
  readonly setups: readonly (readonly [number, SetupEvent | SwitchEvent])[];
}

const told: fc.Arbitrary<Told> = fc.record({
  history,
  groupMembers,
  startedFirst: fc.boolean(),
  definition: fc.nat(1),
  setups: fc.array(
    fc.tuple(
      fc.nat(24),
      fc.oneof({ weight: 4, arbitrary: setupEvent }, { weight: 1, arbitrary: switchEvent }),
    ),
    { maxLength: 5 },
  ),
});

/** The events of the directory, with those of setups between them. */
function mixed(events: readonly HistoryEvent[], setups: Told['setups']) {
  const all: (HistoryEvent | SetupEvent | SwitchEvent)[] = [...events];
  for (const [at, event] of setups) all.splice(Math.min(at, all.length), 0, event);
  return all;
}

async function editSetup(world: World, { setupId, to }: Pick<SetupEvent, 'setupId' | 'to'>): Promise<void> {
  const { setups } = world.stores;
  const stored = await setups.get(TENANT_ID, setupId);
  if (stored === null) throw new Error(`There is no setup ${setupId}.`);
  const { version } = stored.value;
  const document = DOCUMENTS[setupId]?.[Number(to)];
  const change: Partial<Setup> =
    typeof to === 'number' && document !== undefined
      ? { document, version: version + 1 }
      : { state: to as Setup['state'] };
  await setups.replace(stored, { ...stored.value, ...change });
  await createSetupWork(world.host(new HostView(HEALTHY)).ports, COALESCING).requested(TENANT_ID, setupId);
}

/** Edits that come while a job is at work, each once the tables were asked so often. */
class EditsAmidst {
  private waiting: { readonly event: SetupEvent; requestsLeft: number }[] = [];
  private editing = false;

  constructor(private readonly world: World) {
    world.tables.afterOperation = () => this.next();
  }

  add(event: SetupEvent, afterRequests: number): void {
    this.waiting.push({ event, requestsLeft: afterRequests });
  }

  /** One edit at a time: what an edit asks of the tables itself brings on no other. */
  async edit(event: Pick<SetupEvent, 'setupId' | 'to'>): Promise<void> {
    this.editing = true;
    await editSetup(this.world, event);
    this.editing = false;
  }

  /** From now on every setup stays started. */
  dropPauses(): void {
    this.waiting = this.waiting.filter(({ event }) => event.to !== 'paused');
  }

  private async next(): Promise<void> {
    if (this.editing) return;
    for (const one of this.waiting) one.requestsLeft -= 1;
    const due = this.waiting.filter(({ requestsLeft }) => requestsLeft < 0);
    this.waiting = this.waiting.filter((one) => !due.includes(one));
    for (const { event } of due) await this.edit(event);
  }
}

async function play(world: World, { history: past, startedFirst, setups, ...told }: Told): Promise<void> {
  await world.connect();
  await askFor(world, told.groupMembers);
  await world.stores.catalogEntries.insert({
    organizationId: 'org-1',
    kind: 'role',
    id: 'booker',
    designation: 'May book',
    module: 'rooms',
    parentId: null,
  });
  for (const [setupId, documents] of Object.entries(DOCUMENTS)) {
    const document = documents[told.definition];
    const state = startedFirst ? 'started' : 'saved';
    if (document !== undefined)
      await world.stores.setups.insert(aSetup({ tenantId: TENANT_ID, setupId, document, state }));
  }
  await world.emulator.applyChanges(TENANT_ID, past.before);
  await runJobs(world, false);
  if (past.syncedFirst) await drain(world, 600_000);
  const amidst = new EditsAmidst(world);
  for (const event of mixed(past.events, setups)) {
    if (event.kind === 'switch') await askFor(world, event.groupMembers);
    else if (event.kind !== 'setup') await happen(world, event);
    else if (event.afterRequests === null) await amidst.edit(event);
    else amidst.add(event, event.afterRequests);
  }
  amidst.dropPauses();
  for (const setupId of Object.keys(DOCUMENTS)) await amidst.edit({ setupId, to: 'started' });
  await quiesce(world);
  await approveHeld(world);
}

/** Whatever the limits are, removals that would leave nobody are held. */
async function approveHeld(world: World): Promise<void> {
  const { ports } = world.host(new HostView(HEALTHY));
  const deciding = { ...ports, setupWork: createSetupWork(ports, COALESCING) };
  for (const setupId of Object.keys(DOCUMENTS)) {
    const decision = { kind: 'approve', decidedBy: 'operator' } as const;
    const decided = await decideHeld(deciding, { tenantId: TENANT_ID, setupId }, decision, () => true);
    expect(decided.kind).toBe('decided');
  }
  await drain(world);
}

async function askFor(world: World, members: Tenant['groupMembers']): Promise<void> {
  const { ports } = world.host(new HostView(HEALTHY));
  expect((await editTenant(ports, TENANT_ID, { groupMembers: members }, null)).kind).toBe('edited');
}

/** The memberships of all groups, or of those that setups need, are those of the directory. */
async function expectMembers({ stores, emulator }: World): Promise<void> {
  const tenant = (await stores.tenants.get(TENANT_ID))?.value;
  if (tenant === undefined) throw new Error('The tenant is gone.');
  const scope = { tenantId: TENANT_ID, bucketCount: tenant.bucketCount ?? 0 };
  const asked = (await stores.setups.all(TENANT_ID)).map(({ document }) => requirementsOf(document));
  const truth = await emulator.truth(TENANT_ID);
  const { groups } = await stores.syncStates.read(TENANT_ID);
  const chains = await stores.memberChains.all(TENANT_ID);
  const all = tenant.groupMembers === 'all' || asked.some(({ allGroups }) => allGroups);
  expect(groups.references).toBe(all);
  const stateOf = membersStates(groups, chains);
  for (const id of closureOf(
    asked.flatMap((one) => one.groups),
    truth,
  ))
    expect(stateOf(id)).toBe('complete');
  const held = all ? null : followedGroups(chains);
  expect((await mirrored(stores, scope))['memberships']).toEqual(expectedOf(truth, held)['memberships']);
}

/** These groups and all that are beneath them. */
function closureOf(groupIds: readonly string[], { memberships }: DirectoryTruth): Set<string> {
  const found = new Set(groupIds);
  for (const id of found)
    for (const edge of memberships)
      if (edge.effective && edge.groupId === id && edge.memberType === 'group') found.add(edge.memberId);
  return found;
}

async function expectDerived(world: World, setupId: string): Promise<void> {
  const { stores } = world;
  const tenant = await stores.tenants.get(TENANT_ID);
  const scope = { tenantId: TENANT_ID, bucketCount: tenant?.value.bucketCount ?? 0 };
  const setup = (await stores.setups.get(TENANT_ID, setupId))?.value;
  if (setup === undefined) throw new Error('The setup is gone.');
  const truth = await world.emulator.truth(TENANT_ID);
  const all = derivedAtOnce(truth, setup, await stores.catalogEntries.whole('org-1'));
  const live = new Set(truth.groups.map(({ id }) => id));
  const isBroken = setup.document.scope.groupIds.some((id) => !live.has(id));
  const comesNobody = setup.document.scope.excludeGroupIds.some((id) => !live.has(id));
  const people = await storedPeople(stores, scope, setupId);
  const inScope: Record<string, unknown> = {};
  for (const [id, presented] of all) {
    if (presented.kind === 'in')
      inScope[id] = { ...presented.profile, ...presented.grants, status: 'active' };
  }
  const isWithheld = ({ directoryId, statusReason }: Person): boolean => {
    const presented = all.get(directoryId);
    return (
      isBroken &&
      statusReason === 'inScope' &&
      presented?.kind === 'out' &&
      presented.reason === 'outsideScope'
    );
  };
  const shown = people.filter((person) => person.statusReason === 'inScope' && !isWithheld(person));
  const shownIds = new Set(shown.map(({ directoryId }) => directoryId));
  const expected = Object.entries(inScope).filter(([id]) => !comesNobody || shownIds.has(id));
  expect(Object.fromEntries(shown.map((person) => [person.directoryId, seenOf(person)]).sort())).toEqual(
    Object.fromEntries(expected.sort()),
  );
  for (const person of people) if (person.statusReason !== 'inScope') expect(person).toMatchObject(NO_GRANTS);
  if (!isBroken) {
    const wanted = [...all].flatMap(([id, presented]) =>
      (presented.kind === 'in' ? presented.grants.hostsOf : presented.hostsOf).map((of) => `${id} at ${of}`),
    );
    const hosts = (await storedHosts(stores, scope, setupId)).map(
      (host) => `${host.directoryId} at ${host.receptionId}`,
    );
    if (comesNobody) expect(wanted).toEqual(expect.arrayContaining(hosts));
    else expect(hosts.sort()).toEqual(wanted.sort());
  }
  await expectJournaled(world, people);
}

function seenOf(person: Person): unknown {
  const {
    kind,
    accountEnabled,
    displayName,
    givenName,
    surname,
    mail,
    mailSource,
    userPrincipalName,
    initials,
  } = person;
  const profile = {
    kind,
    accountEnabled,
    displayName,
    givenName,
    surname,
    mail,
    mailSource,
    userPrincipalName,
    initials,
  };
  const { attributes, manager, roles, memberships, hostsOf, organizationalUnits, segments, status } = person;
  return {
    ...profile,
    attributes,
    manager,
    roles,
    memberships,
    hostsOf,
    organizationalUnits,
    segments,
    status,
  };
}

/** Whoever follows the journal from its beginning knows the same people, in every version. */
async function expectJournaled({ stores }: World, people: readonly Person[]): Promise<void> {
  const entries = await stores.journal.after(TENANT_ID, 0, 1_000_000);
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
  for (const person of people) {
    const versions = entries
      .filter(({ subject }) => subject === person.id)
      .map(({ after }) => JSON.parse(after ?? 'null') as Person);
    expect(versions.map(({ version }) => version)).toEqual(versions.map((_, index) => index + 1));
    expect(versions.at(-1)).toEqual(person);
  }
}

describe('any history of a directory and its setups', () => {
  it('leaves the people that everything derived at once makes', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(told, async (one) => {
        const world = new World();
        try {
          await play(world, one);
          expect(await world.stores.marks.list(TENANT_ID, 10)).toEqual([]);
          await expectMembers(world);
          for (const setupId of Object.keys(DOCUMENTS)) await expectDerived(world, setupId);
          expect(await world.emulator.violations()).toEqual([]);
        } catch (failure) {
          throw new Error(`${String(failure)}\n${world.lines.slice(-30).join('\n')}`, { cause: failure });
        } finally {
          await world.close();
        }
      }),
      { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  });
});

import { createSetupWork } from '../../../shared/adapters/bus/setup-work.js';
import { phoneNumbers } from '../../../shared/adapters/phone/phone-numbers.js';
import type { DirectoryChange } from '../../../local/graph/control-api.js';
import { JOB_VERSION } from '../../../shared/core/job.js';
import { RESOURCES } from '../../../shared/core/resource.js';
import { Failure, Unavailable } from '../../../shared/core/failures.js';
import type { Setup, SetupDocument } from '../../../shared/core/setup/setup.js';
import { editTenant } from '../../../shared/use-cases/edit-tenant.js';
import { answerRecord, chooseMatch, releaseMatch } from '../../../shared/use-cases/matching/decide-match.js';
import { receiveRecords } from '../../../shared/use-cases/matching/receive-records.js';
import { requestPersonSync } from '../../../shared/use-cases/people/request-person-sync.js';
import { decideHeld } from '../../../shared/use-cases/removals/decide-held.js';
import { releaseOverride } from '../../../shared/use-cases/removals/release-override.js';
import { pauseSetup } from '../../../shared/use-cases/setups/pause-setup.js';
import { removeSetup } from '../../../shared/use-cases/setups/remove-setup.js';
import { aSetup, aSetupDocument } from '../../builders/setup.js';
import { HostView } from '../host-view.js';
import { HEALTHY, runJobs } from '../play.js';
import { COALESCING, TENANT_ID, type World } from '../world.js';
import { group, SETUP_IDS, user, type LifeEvent, type SetupId, type Step, type Trouble } from './events.js';
import { comeToRest, handleUntilDry, passDay } from './work.js';

const SCOPE = aSetupDocument().scope;
const OPEN = { maxCount: 1_000, maxShare: 1, minCount: 1_000, withinHours: 24 };
const TROUBLES: ReadonlySet<LifeEvent['kind']> = new Set<Trouble['kind']>([
  'graph',
  'login',
  'lag',
  'tables',
  'send',
  'loseMessages',
  'death',
]);
const GIVEN = { roles: [], memberships: [], hostsOf: [], organizationalUnits: [] };
const later = { mode: 'delete', afterDays: 30 } as const;

const DOCUMENTS: Readonly<Record<SetupId, readonly SetupDocument[]>> = {
  staff: [
    aSetupDocument({
      match: ['entraId', 'mail'],
      removalGuard: OPEN,
      remove: { whenLeft: later, whenDeleted: later },
      scope: { ...SCOPE, filter: 'manager.displayName != "Boss"' },
      grants: [
        { ...GIVEN, source: { kind: 'group', groupId: group(0) }, roles: ['booker'] },
        { ...GIVEN, source: { kind: 'group', groupId: group(2) }, hostsOf: ['lobby'] },
      ],
      segments: { fromGroups: 'all', groupIds: [], rules: [] },
    }),
    aSetupDocument({
      match: ['mail'],
      removalGuard: OPEN,
      scope: { ...SCOPE, includeDisabled: true },
      segments: {
        fromGroups: 'none',
        groupIds: [],
        rules: [{ id: 'ann', name: 'Ann', where: 'displayName = "Ann"' }],
      },
    }),
  ],
  members: [
    aSetupDocument({
      organizationId: 'org-2',
      match: ['mail'],
      removalGuard: OPEN,
      scope: { ...SCOPE, kind: 'rootGroup', groupIds: [group(1)] },
    }),
    aSetupDocument({
      organizationId: 'org-2',
      removalGuard: OPEN,
      scope: { ...SCOPE, kind: 'groups', groupIds: [group(1), group(2)], excludeGroupIds: [group(0)] },
    }),
  ],
  guarded: [
    aSetupDocument({
      match: ['mail'],
      removalGuard: { maxCount: 500, maxShare: 0.2, minCount: 0, withinHours: 24 },
      scope: { ...SCOPE, kind: 'rootGroup', groupIds: [group(0)] },
      remove: { whenLeft: { mode: 'disable', afterDays: 0 }, whenDeleted: { mode: 'delete', afterDays: 0 } },
    }),
    aSetupDocument({
      removalGuard: { maxCount: 1, maxShare: 1, minCount: 0, withinHours: 24 },
      remove: { whenLeft: { mode: 'delete', afterDays: 0 }, whenDeleted: { mode: 'delete', afterDays: 0 } },
    }),
  ],
};

/** Plays steps against the whole product; after each the hosts are well and nothing is left to do. */
export class Life {
  private faults: { left: number; readonly takesEffect: boolean }[] = [];
  private amidst: { left: number; readonly changes: readonly DirectoryChange[] }[] = [];
  private isCalm = true;
  private isAtWork = false;
  private polls = 0;

  /** @param requestMs how long a request to the tables takes */
  constructor(
    readonly world: World,
    requestMs: number,
  ) {
    world.tables.beforeOperation = async () => {
      if (requestMs > 0) await world.clock.advance(requestMs);
      this.maybeFail(false);
    };
    world.tables.afterOperation = async ({ writes }) => {
      if (writes) this.maybeFail(true);
      await this.maybeChange();
    };
  }

  async begin(): Promise<void> {
    const { emulator, stores } = this.world;
    await this.world.connectOnly();
    await emulator.applyChanges(TENANT_ID, [
      ...[0, 1, 2, 3, 4].map((n) => ({
        kind: 'createUser' as const,
        id: user(n),
        attributes: { mail: `${'xyzxy'[n] ?? 'x'}@c.example`, displayName: n === 4 ? 'Boss' : 'Ann' },
      })),
      ...[0, 1, 2].map((n) => ({
        kind: 'createGroup' as const,
        id: group(n),
        attributes: n === 2 ? { securityEnabled: true } : { groupTypes: ['Unified'] },
      })),
      ...[0, 1, 2].map((n) => ({ kind: 'addMember' as const, groupId: group(0), memberId: user(n) })),
      ...[1, 3].map((n) => ({ kind: 'addMember' as const, groupId: group(1), memberId: user(n) })),
      { kind: 'setManager' as const, userId: user(3), managerId: user(4) },
    ]);
    await this.entry(true);
    for (const setupId of SETUP_IDS) await this.make(setupId);
    await stores.attention.signal(TENANT_ID, 'begin');
    await comeToRest(this.world, false);
  }

  /** @param expectRight of the world at rest: by its messages alone, if nothing went wrong, and after its timers */
  async step(events: Step, expectRight: () => Promise<void>): Promise<void> {
    const isTroubled = events.some(({ kind }) => TROUBLES.has(kind));
    this.isCalm = false;
    // What comes in the midst of jobs waits for them.
    const inOrder = [...events].sort((a, b) => Number(b.kind === 'amidst') - Number(a.kind === 'amidst'));
    for (const event of inOrder) await this.happen(event);
    this.isAtWork = true;
    // Graph takes a moment to notify, and its last trailing check comes within minutes.
    for (const passMs of [5_000, 300_000]) {
      await this.world.clock.advance(passMs);
      await handleUntilDry(this.world, new HostView(HEALTHY));
    }
    this.isAtWork = false;
    this.faults = [];
    this.amidst = [];
    this.isCalm = true;
    if (!isTroubled) await expectRight();
    this.world.webhookDown = false;
    await comeToRest(this.world, isTroubled);
    await expectRight();
  }

  /** As a poll does it, while Graph's notifications do not arrive: until the step is looked at, the poll alone tells. */
  private async maybeChange(): Promise<void> {
    if (!this.isAtWork) return;
    for (const one of this.amidst) one.left -= 1;
    const due = this.amidst.find(({ left }) => left < 0);
    if (due === undefined) return;
    this.amidst = this.amidst.filter((one) => one !== due);
    const { emulator, stores, queue, clock } = this.world;
    this.world.webhookDown = true;
    await emulator.applyChanges(TENANT_ID, due.changes);
    const since = new Date(clock.now()).toISOString();
    for (const resource of RESOURCES)
      await stores.syncStates.want(TENANT_ID, resource, { full: false, since });
    const job = { version: JOB_VERSION, tenantId: TENANT_ID, attempt: 0, kind: 'continue' } as const;
    this.polls += 1;
    await queue.send([{ messageId: `poll:${this.polls}`, job: { ...job, reason: 'poll' }, dueAt: null }]);
  }

  private maybeFail(takesEffect: boolean): void {
    if (this.isCalm) return;
    for (const fault of this.faults) if (fault.takesEffect === takesEffect) fault.left -= 1;
    const due = this.faults.find((fault) => fault.takesEffect === takesEffect && fault.left < 0);
    if (due === undefined) return;
    this.faults = this.faults.filter((fault) => fault !== due);
    throw new Unavailable(takesEffect ? 'The answer was lost.' : 'The request never arrived.');
  }

  /** A caller whose request fails asks again, as one does: at most one thing goes wrong at a time. */
  private async happen(event: LifeEvent): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.carryOut(event);
        return;
      } catch (failure) {
        if (!(failure instanceof Failure) || attempt === 5) throw failure;
      }
    }
  }

  private async carryOut(event: LifeEvent): Promise<void> {
    const { emulator } = this.world;
    switch (event.kind) {
      case 'change':
        await emulator.applyChanges(TENANT_ID, event.changes);
        return;
      case 'days':
        for (let day = 0; day < event.days; day += 1) await passDay(this.world);
        return;
      case 'run':
        await runJobs(this.world, event.full);
        return;
      case 'pauseTenant':
        await editTenant(this.ports(), TENANT_ID, { paused: event.paused }, null);
        return;
      case 'catalog':
        return this.entry(event.isThere);
      case 'amidst':
        this.amidst.push({ left: event.after, changes: event.changes });
        return;
      case 'edit':
      case 'start':
      case 'pause':
      case 'remove':
        return this.ofSetup(event);
      case 'decide':
      case 'release':
      case 'upload':
      case 'choose':
      case 'answer':
      case 'unmatch':
      case 'syncPerson':
        return this.ofPeople(event);
      default:
        return this.goWrong(event);
    }
  }

  private async ofSetup(
    event: Extract<LifeEvent, { kind: 'edit' | 'start' | 'pause' | 'remove' }>,
  ): Promise<void> {
    const { setups } = this.world.stores;
    const { setupId } = event;
    const stored = await setups.get(TENANT_ID, setupId);
    if (stored === null) {
      if (event.kind === 'start') await this.make(setupId);
      return;
    }
    if (stored.value.state === 'removing') return;
    const key = { tenantId: TENANT_ID, setupId };
    if (event.kind === 'pause' || event.kind === 'remove')
      await pauseSetup(this.ports(), TENANT_ID, setupId, null);
    if (event.kind === 'remove')
      await removeSetup(this.ports(), key, stored.value.document.designation, null);
    if (event.kind === 'pause' || event.kind === 'remove') return;
    const changedAt = new Date(this.world.clock.now()).toISOString();
    const document = event.kind === 'edit' ? DOCUMENTS[setupId][event.definition] : undefined;
    const change: Partial<Setup> =
      document === undefined ? { state: 'started' } : { document, version: stored.value.version + 1 };
    await setups.replace(stored, { ...stored.value, ...change, changedAt });
    await this.ports().setupWork.requested(TENANT_ID, setupId);
  }

  private async ofPeople(
    event: Extract<
      LifeEvent,
      { kind: 'decide' | 'release' | 'upload' | 'choose' | 'answer' | 'unmatch' | 'syncPerson' }
    >,
  ): Promise<void> {
    const ports = this.ports();
    const { setupId } = event;
    const key = { tenantId: TENANT_ID, setupId };
    switch (event.kind) {
      case 'decide':
        await decideHeld(ports, key, { kind: event.decision, decidedBy: 'operator' }, () => true);
        return;
      case 'release': {
        const [kept] = (await ports.overrides.list(TENANT_ID, setupId, { after: null, limit: 1 })).rows;
        if (kept !== undefined)
          await releaseOverride(ports, { ...key, overrideId: kept.overrideId }, 'operator');
        return;
      }
      case 'upload':
        await receiveRecords(ports, { ...key, mode: event.mode }, inTurn(event.records));
        return;
      case 'choose':
        await chooseMatch(ports, TENANT_ID, setupId, {
          directoryId: user(event.user),
          recordId: event.recordId,
        });
        return;
      case 'answer':
        await answerRecord(ports, TENANT_ID, setupId, user(event.user), { recordId: event.recordId });
        return;
      case 'unmatch':
        await releaseMatch(ports, TENANT_ID, setupId, user(event.user));
        return;
      case 'syncPerson':
        await requestPersonSync(ports, { ...key, personId: `${setupId}.${user(event.user)}` });
    }
  }

  private async goWrong(event: Trouble): Promise<void> {
    const { emulator, queue } = this.world;
    switch (event.kind) {
      case 'graph': {
        const { status, path, times } = event;
        await emulator.addFault({ tenantId: TENANT_ID, path, times, fault: { kind: 'status', status } });
        return;
      }
      case 'login':
        await emulator.addFault({ login: true, times: 3, fault: { kind: 'loginRefused', code: event.code } });
        return;
      case 'lag':
        await emulator.setLag(TENANT_ID, event.seconds);
        return;
      case 'tables':
        this.faults.push({ left: event.after, takesEffect: event.takesEffect });
        return;
      case 'send':
        queue.failNextSend(event.when);
        return;
      case 'loseMessages':
        queue.loseEverything();
        return;
      case 'death':
        await handleUntilDry(this.world, new HostView(event.fate), event.jobs);
    }
  }

  private async make(setupId: SetupId): Promise<void> {
    const [document] = DOCUMENTS[setupId];
    const createdAt = new Date(this.world.clock.now()).toISOString();
    if (document === undefined) return;
    const times = { createdAt, changedAt: createdAt };
    await this.world.stores.setups.insert(
      aSetup({ tenantId: TENANT_ID, setupId, document, state: 'started', ...times }),
    );
    await this.ports().setupWork.requested(TENANT_ID, setupId);
  }

  private async entry(isThere: boolean): Promise<void> {
    const { catalogEntries, setups } = this.world.stores;
    const key = { organizationId: 'org-1', kind: 'role', id: 'booker' } as const;
    const stored = await catalogEntries.get(key.organizationId, key.kind, key.id);
    if ((stored !== null) === isThere) return;
    const entry = { ...key, designation: 'May book', module: 'rooms', parentId: null };
    if (stored === null) await catalogEntries.insert(entry);
    else await catalogEntries.remove(stored);
    for (const { setupId } of await setups.all(TENANT_ID))
      await this.ports().setupWork.requested(TENANT_ID, setupId);
  }

  private ports() {
    const { ports } = this.world.host(new HostView(HEALTHY));
    return { ...ports, ...this.world.stores, setupWork: createSetupWork(ports, COALESCING), phoneNumbers };
  }
}

async function* inTurn<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  for (const item of items) yield await Promise.resolve(item);
}

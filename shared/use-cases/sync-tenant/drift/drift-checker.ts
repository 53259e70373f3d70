import {
  confirmed,
  sampleSizes,
  SECOND_LOOK_AFTER_MS,
  toRepair,
  type DriftCheck,
  type Suspect,
} from '../../../core/drift/drift-check.js';
import { Failure, LeaseLost } from '../../../core/failures.js';
import { JOB_VERSION } from '../../../core/job.js';
import { RESOURCES, type Resource } from '../../../core/resource.js';
import type { ResourceState, Warning } from '../../../core/round.js';
import { allOf } from '../all-of.js';
import { scheduleAgain } from '../schedule.js';
import type { Session } from '../session.js';
import type { WakeUp } from '../wake-up.js';
import { lookAtGroup } from './look-at-groups.js';
import { lookAtUser } from './look-at-users.js';

/** The reason of the job that looks a second time. */
const SECOND_LOOK = 'drift';

export function isSecondLook(job: WakeUp): boolean {
  return job.kind === 'continue' && job.reason === SECOND_LOOK;
}

const LOOKS_AT_ONCE = 8;

/**
 * Anti-entropy: with each night the directory's own counts and a sample of users and groups, another one each night,
 * are compared with the mirror. What differs may lag only, so it is looked at again once the changes were read; what
 * differs still was missed, and the resource is read anew, which proves itself and writes what is otherwise.
 */
export class DriftChecker {
  /** What became known by this job. */
  warnings: readonly Warning[] = [];
  private isDone = false;

  constructor(
    private readonly session: Session,
    private readonly job: WakeUp,
  ) {}

  /** @param isNight whether a nightly run is about to end */
  isDue(isNight: boolean): boolean {
    if (this.isDone || this.session.settings.driftCheckRequests === 0) return false;
    return (isNight || isSecondLook(this.job)) && this.readable().length > 0;
  }

  /** A check that does not come to its end is left for the next night: nobody waits for it. */
  async check(): Promise<void> {
    this.isDone = true;
    const { ports, tenantId } = this.session;
    try {
      const check = await ports.driftChecks.get(tenantId);
      await (isSecondLook(this.job) ? this.lookAgain(check) : this.lookFirst(check));
    } catch (failure) {
      if (!(failure instanceof Failure) || failure instanceof LeaseLost) throw failure;
      ports.log.warn('The check for drift was left for the next night', { tenantId, why: failure.message });
    }
  }

  /** What was read to its end, and is not being read. */
  private readable(): Resource[] {
    const isRead = ({ deltaLink, round, last }: ResourceState): boolean =>
      deltaLink !== null && round === null && last !== null;
    return RESOURCES.filter((resource) => isRead(this.session.states[resource]));
  }

  private async lookFirst(check: DriftCheck): Promise<void> {
    const { ports, fence, tenantId } = this.session;
    const { suspects, positions } = await this.sample(check);
    suspects.push(...(await this.counts(this.readable())));
    await ports.driftChecks.save(fence, { ...check, checkedAt: this.session.now(), positions, suspects });
    if (suspects.length === 0) return;
    const facts = { tenantId, suspects: suspects.length, first: textOf(suspects[0]) };
    ports.log.info('The mirror differs from the directory, perhaps only for now', facts);
    const job = {
      version: JOB_VERSION,
      tenantId,
      attempt: 0,
      kind: 'continue',
      reason: SECOND_LOOK,
    } as const;
    await scheduleAgain(ports, job, 0, SECOND_LOOK_AFTER_MS);
  }

  private async lookAgain(check: DriftCheck): Promise<void> {
    const { ports, fence, tenantId } = this.session;
    if (check.suspects.length === 0) return;
    const drift = confirmed(check.suspects, await this.suspectsAmong(check.suspects));
    const now = this.session.now();
    const anew = toRepair(drift, check, ports.clock.now());
    const repairs = { ...check.repairs, ...Object.fromEntries(anew.map((resource) => [resource, now])) };
    const found = drift.length === 0 ? check.found : { at: now, suspects: drift.length };
    await ports.driftChecks.save(fence, { ...check, suspects: [], found, repairs });
    if (drift.length === 0) return;
    const first = textOf(drift[0]);
    ports.log.error('The mirror has drifted from the directory', { tenantId, objects: drift.length, first });
    this.warnings = [warningOf(drift, anew)];
    for (const resource of anew) await ports.syncStates.want(tenantId, resource, { full: true, since: now });
  }

  private async suspectsAmong(before: readonly Suspect[]): Promise<Suspect[]> {
    const idsOf = (kind: 'user' | 'group'): string[] => [
      ...new Set(before.flatMap(({ subject }) => (subject.kind === kind ? [subject.id] : []))),
    ];
    const counted = before.filter(({ subject }) => subject.kind === 'count').map(({ resource }) => resource);
    const groups = await this.session.ports.mirror.readGroups(this.session.fence, idsOf('group'));
    return [
      ...(await this.each(idsOf('user'), (id) => lookAtUser(this.session, id))),
      ...(await this.each([...groups.values()], (group) => lookAtGroup(this.session, group))),
      ...(await this.counts(counted)),
    ];
  }

  private async sample(
    check: DriftCheck,
  ): Promise<{ suspects: Suspect[]; readonly positions: DriftCheck['positions'] }> {
    const { ports, fence, settings } = this.session;
    const { users: mostUsers, groups: mostGroups } = sampleSizes(settings.driftCheckRequests);
    const { positions } = check;
    const readable = this.readable();
    const none = { rows: [], next: null };
    const users =
      mostUsers > 0 && readable.includes('users')
        ? await ports.mirror.listUsers(fence, { after: positions.users, limit: mostUsers, deleted: false })
        : none;
    const groups =
      mostGroups > 0 && readable.includes('groups')
        ? await ports.mirror.listGroups(fence, { after: positions.groups, limit: mostGroups })
        : none;
    const suspects = [
      ...(await this.each(users.rows, ({ id }) => lookAtUser(this.session, id))),
      ...(await this.each(groups.rows, (group) => lookAtGroup(this.session, group))),
    ];
    return { suspects, positions: { users: users.next, groups: groups.next } };
  }

  /** A count that the directory does not serve tells nothing. */
  private async counts(resources: readonly Resource[]): Promise<Suspect[]> {
    const { ports, connection, fence } = this.session;
    return this.each(resources, async (resource) => {
      const told = await this.session.ask(() => ports.directory.count(connection, resource));
      if (told === null || told === (await ports.mirror.countLive(fence, resource))) return [];
      return [{ resource, subject: { kind: 'count' }, differs: ['count'] }];
    });
  }

  private async each<Item>(
    items: readonly Item[],
    look: (item: Item) => Promise<Suspect[]>,
  ): Promise<Suspect[]> {
    const found: Suspect[] = [];
    for (let first = 0; first < items.length; first += LOOKS_AT_ONCE) {
      await this.session.keeper.renewIfDue();
      const some = items.slice(first, first + LOOKS_AT_ONCE);
      await allOf(some.map(async (item) => void found.push(...(await look(item)))));
    }
    return found;
  }
}

/** Ids and names, never values. */
function textOf(suspect: Suspect | undefined): string {
  if (suspect === undefined) return '';
  const { resource, subject, differs } = suspect;
  const what = subject.kind === 'count' ? resource : `${subject.kind} ${subject.id}`;
  return `${what}: ${differs.join(', ')}`;
}

function warningOf(drift: readonly Suspect[], anew: readonly Resource[]): Warning {
  const done =
    anew.length > 0
      ? `${anew.join(' and ')} are read anew, which mends it`
      : 'they were read anew within the last week, which did not mend it';
  const message = `The mirror differed from the directory in two looks (${textOf(drift[0])}): ${done}.`;
  return { code: 'DriftFound', message, count: drift.length };
}

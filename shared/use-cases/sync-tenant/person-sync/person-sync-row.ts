import { JOB_VERSION } from '../../../core/job.js';
import {
  broughtByBoth,
  hasEnded,
  SECOND_LOOK_MS,
  tracedOn,
  waitBeforeLook,
  type PersonSync,
} from '../../../core/person-sync.js';
import { changesMirror, type PersonPlan } from '../../../core/plan-person.js';
import { scheduleAgain } from '../schedule.js';
import type { Session } from '../session.js';
import type { Trace } from './trace.js';

/** By so much a wake-up comes after its look is due, since the clocks of two instances differ. */
const CLOCKS_DIFFER_MS = 1_000;

/** The row of one sync while a look is taken: what was saved of it is known here. Saved under the lease alone. */
export class PersonSyncRow {
  /** Whether this look has said itself when the next one is to come, and has sent its job. */
  private noted = false;

  constructor(
    private readonly session: Session,
    public sync: PersonSync,
  ) {}

  /** Counts the attempt before anything is tried. */
  async begin(): Promise<void> {
    const { sync } = this;
    const first = hasEnded(sync) ? {} : { status: 'Running' as const, steps: [] };
    await this.save({ ...first, attempts: sync.attempts + 1 });
  }

  /**
   * Before anything of a plan is written, what it brings and when that is looked at again stand in the table, and the
   * job that looks is on its way: whoever dies after the first write has lost neither.
   */
  async noteBefore(plan: PersonPlan): Promise<void> {
    if (!changesMirror(plan)) return;
    const secondLookAt = await this.schedule(SECOND_LOOK_MS);
    await this.save({ secondLookAt, brought: broughtByBoth(this.sync.brought, plan.brought) });
    this.noted = true;
  }

  /** What was brought before a second look is proven or taken back by it. */
  async done(trace: Trace, error: PersonSync['error'], { brought }: PersonPlan): Promise<void> {
    const isSecond = hasEnded(this.sync);
    const leaves = this.noted || (!isSecond && this.sync.secondLookAt !== null);
    await this.end(trace, error, {
      brought: isSecond ? brought : this.sync.brought,
      secondLookAt: leaves ? await this.nextLook() : null,
    });
  }

  /** What was to be looked at again still is. */
  async failed(trace: Trace, error: PersonSync['error']): Promise<void> {
    const { secondLookAt } = this.sync;
    await this.end(trace, error, { secondLookAt: secondLookAt === null ? null : await this.nextLook() });
  }

  private async end(trace: Trace, error: PersonSync['error'], change: Partial<PersonSync>): Promise<void> {
    const { sync, session } = this;
    const shown = hasEnded(sync) ? sync.error : error;
    await this.save({
      ...change,
      status: shown === null ? 'Succeeded' : 'Failed',
      error: shown,
      steps: tracedOn(sync, trace.steps),
      endedAt: sync.endedAt ?? session.now(),
      attempts: 0,
    });
  }

  /** The time that this look noted; that of one before may be over, and its job gone. */
  private async nextLook(): Promise<string | null> {
    const { sync, session } = this;
    return this.noted ? sync.secondLookAt : this.schedule(waitBeforeLook(sync, session.ports.clock.now()));
  }

  /** Sends the job that looks; answers when the look is due, ISO 8601 UTC. */
  private async schedule(delayMs: number): Promise<string> {
    const at = this.session.ports.clock.now() + delayMs;
    await wakeForPerson(this.session, delayMs + CLOCKS_DIFFER_MS);
    return new Date(at).toISOString();
  }

  private async save(change: Partial<PersonSync>): Promise<void> {
    this.session.fence.assertHeld();
    const sync = { ...this.sync, ...change };
    await this.session.ports.personSyncs.save(sync);
    this.sync = sync;
  }
}

/** Has a job look what is due for single persons. */
export async function wakeForPerson({ ports, tenantId }: Session, delayMs: number): Promise<void> {
  const job = { version: JOB_VERSION, kind: 'continue', tenantId, attempt: 0, reason: 'person' } as const;
  await scheduleAgain(ports, job, 0, delayMs);
}

import { asOfAll } from '../../core/freshness/as-of.js';
import {
  derived,
  mirrored,
  NO_LATENCIES,
  type Announced,
  type Latencies,
} from '../../core/freshness/latencies.js';
import { hasChanges, type ResourceState } from '../../core/round.js';
import type { StartedSetup } from './people/started-setup.js';
import type { Session } from './session.js';
import type { WakeUp } from './wake-up.js';

/**
 * How fast one job was: of the changes that its notification announced, how long they took until the mirror and then
 * their people were written. Kept in memory and written once, at the job's end.
 */
export class FreshnessKeeper {
  private latencies: Latencies = NO_LATENCIES;
  /** In the mirror, and their people perhaps not written yet. */
  private underWay: Announced[];

  constructor(
    private readonly session: Session,
    private readonly job: WakeUp,
  ) {
    // A job before had no time left for the people of what it read.
    const before = job.kind === 'continue' ? job.announced : undefined;
    this.underWay = before === undefined ? [] : [{ ...before, eventAt: null }];
  }

  /** What a round read that was completed just now. */
  completed({ resource, last }: ResourceState): void {
    const { job, session } = this;
    if (job.kind !== 'notification' || job.resource !== resource || job.arrivedAt === undefined) return;
    // What a full round finds was not announced by this notification alone.
    if (last?.kind !== 'increment' || !hasChanges(last.counts)) return;
    const { created, updated, softDeleted, restored, deleted } = last.counts;
    const changes = created + updated + softDeleted + restored + deleted;
    const announced = { arrivedAt: job.arrivedAt, eventAt: job.eventAt ?? null, changes };
    this.latencies = mirrored(this.latencies, announced, session.ports.clock.now());
    this.underWay.push(announced);
  }

  /** Everybody is written: people are as the mirror is. */
  async peopleWritten(setups: readonly StartedSetup[]): Promise<void> {
    const now = this.session.ports.clock.now();
    for (const announced of this.underWay) this.latencies = derived(this.latencies, announced, now);
    this.underWay = [];
    const asOf = asOfAll(this.session.states);
    for (const setup of setups) {
      if (asOf === null || setup.readiness !== 'complete') continue;
      if (setup.progress.asOf === null || setup.progress.asOf < asOf) await setup.save({ asOf });
    }
  }

  /** What the job that goes on has to know; undefined where nothing waits. */
  announcedForPeople(): Pick<Announced, 'arrivedAt' | 'changes'> | undefined {
    const [first, ...others] = this.underWay;
    if (first === undefined) return undefined;
    const earliest = others.reduce((a, { arrivedAt }) => Math.min(a, arrivedAt), first.arrivedAt);
    return { arrivedAt: earliest, changes: this.underWay.reduce((sum, { changes }) => sum + changes, 0) };
  }

  /** At the job's end, whatever became of it. */
  async save(): Promise<void> {
    const { session, latencies, job } = this;
    if (latencies === NO_LATENCIES) return;
    this.latencies = NO_LATENCIES;
    await session.keeper.renewIfDue();
    await session.ports.freshnessMetrics.add(session.fence, session.now().slice(0, 10), latencies);
    if (job.kind !== 'notification' || job.arrivedAt === undefined) return;
    const tookMs = session.ports.clock.now() - job.arrivedAt;
    const facts = { tenantId: session.tenantId, resource: job.resource, tookMs };
    session.ports.log.info('What a notification announced is applied', facts);
  }
}

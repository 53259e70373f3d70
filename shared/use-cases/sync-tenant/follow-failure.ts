import { isOperatorsFault, type CredentialOrigin } from '../../core/consent-finding.js';
import { sameSecret, type LoginOfTenant } from '../../core/tenant.js';
import { failureOutcome, refusalWords, type FailureOutcome } from '../../core/failure-outcome.js';
import { Throttled, type AccessRefused, type CredentialRefused } from '../../core/failures.js';
import { JOB_VERSION } from '../../core/job.js';
import { JOBS, RESOURCES, type Resource } from '../../core/resource.js';
import { haltRound } from '../../core/round-steps.js';
import { noteExpiredSecret } from '../../ports/note-expired-secret.js';
import { ActiveRuns } from './active-runs.js';
import { parkTenant } from './park-tenant.js';
import { recordGivenUp } from './record-health.js';
import { refusePersonSyncs } from './person-sync/refuse-person-syncs.js';
import type { SyncPorts, SyncSettings } from './ports.js';
import { scheduleAgain } from './schedule.js';
import type { Session } from './session.js';
import { setAsideJob } from './set-aside.js';
import type { WakeUp } from './wake-up.js';

/** What is known of a job that did not come to its end. */
export interface Failing {
  readonly job: WakeUp;
  /** How often the broker has served its message. */
  readonly deliveries: number;
  /** Null where it failed before the tenant's lease was taken. */
  readonly session: Session | null;
  /** By what the job read the directory; null if the tenant was not read. */
  readonly login: LoginOfTenant | null;
  /** The resource whose round failed; null where it was something else. */
  readonly reading: Resource | null;
}

/** Carries out what a failure leads to. Throws on only what is unknown. */
export async function followFailure(
  ports: SyncPorts,
  settings: SyncSettings,
  failing: Failing,
  failure: unknown,
): Promise<void> {
  const { job, deliveries, session } = failing;
  const attempt = session?.progressed === true ? 0 : job.attempt;
  const outcome = failureOutcome(failure, attempt, deliveries, settings.retry, ports.chance.fraction());
  const why = failure instanceof Error ? failure.message : String(failure);
  const facts = { tenantId: job.tenantId, outcome: outcome.kind, attempt, why };
  ports.log.warn('A job did not come to its end', facts);
  if (failing.login !== null) await noteExpiredSecret(ports, failing.login, failure);
  switch (outcome.kind) {
    case 'redeliver':
      throw failure;
    case 'comeBack':
      await scheduleAgain(ports, job, attempt + 1, outcome.delayMs);
      // Until the time that Graph named, no other job of this tenant shall ask it either.
      if (failure instanceof Throttled) await session?.keeper.releaseToRest(outcome.delayMs);
      return;
    case 'restartRound':
      await scheduleAgain(ports, job, attempt + 1, settings.continuationDelayMs);
      return;
    case 'park':
      await park(ports, settings, failing, outcome.refusal);
      return;
    case 'giveUp':
      await giveUp(ports, settings, failing, outcome);
      return;
  }
}

async function park(
  ports: SyncPorts,
  settings: SyncSettings,
  { job, login }: Failing,
  refusal: AccessRefused | CredentialRefused,
): Promise<void> {
  const credential = login?.credential ?? null;
  const origin: CredentialOrigin = credential === null ? 'consent' : 'credential';
  const words = refusalWords(refusal, origin);
  if (origin === 'consent' && isOperatorsFault(refusal)) {
    ports.log.error("The operator's own consent application cannot log in", {
      tenantId: job.tenantId,
      why: refusal.message,
    });
  }
  // A credential that was replaced while the old one was refused is to be tried first.
  await parkTenant(ports, settings, job, words, (tenant) => sameSecret(tenant.credential, credential));
}

/**
 * The work is given up for now: its runs say so, its wants are withdrawn, its round waits where it stands, and the
 * job waits for an operator. Where one resource failed, the other goes on.
 */
export async function giveUp(
  ports: SyncPorts,
  settings: SyncSettings,
  { job, session, reading }: Pick<Failing, 'job' | 'session' | 'reading'>,
  outcome: Extract<FailureOutcome, { kind: 'giveUp' }>,
): Promise<void> {
  const { tenantId } = job;
  const now = new Date(ports.clock.now()).toISOString();
  const error = { code: outcome.code, message: outcome.message };
  const concerned = reading === null ? RESOURCES : [reading];
  const runs = new ActiveRuns(ports, tenantId);
  await runs.load();
  const [failed] = await runs.failThose(reading === null ? JOBS : concerned, error, now);
  const runId = failed ?? ports.chance.newId();
  if (failed === undefined) await runs.recordFailure(job, concerned, error, runId, now);
  // Before the wants are withdrawn: a crash in between repeats both.
  await recordGivenUp(ports, tenantId, { session, reading, failure: outcome.code, runId });
  for (const want of await ports.syncStates.wants(tenantId)) {
    if (concerned.includes(want.resource))
      await ports.syncStates.clearWant(tenantId, want.resource, want.tag);
  }
  if (session !== null) await haltRounds(session, concerned);
  await refusePersonSyncs(ports, tenantId, error);
  await setAsideJob(ports, job, outcome.message);
  if (reading === null) return;
  const others = { version: JOB_VERSION, tenantId, attempt: 0, kind: 'continue', reason: 'others' } as const;
  await scheduleAgain(ports, others, 0, settings.continuationDelayMs);
}

async function haltRounds(session: Session, resources: readonly Resource[]): Promise<void> {
  for (const resource of resources) {
    const state = session.states[resource];
    if (state.round !== null) await session.saveState(haltRound(state));
  }
}

import type { Bundle } from '../../core/bundle.js';
import { isOperatorsFault } from '../../core/consent-finding.js';
import { judgeProof, nextLookMs, type ProofVerdict } from '../../core/consent-proof.js';
import {
  progressOf,
  withProgress,
  type AskProgress,
  type ConsentRequest,
} from '../../core/consent-request.js';
import { AccessRefused, CredentialRefused, Failure, RowConflict } from '../../core/failures.js';
import { JOB_VERSION, type SyncJob } from '../../core/job.js';
import { tenantAfter, type Tenant } from '../../core/tenant.js';
import { keepsItself } from '../../core/tenant-state.js';
import { changeTenant } from '../../ports/change-tenant.js';
import type { ConsentPorts, ConsentSettings } from './ports.js';

type ProveJob = Extract<SyncJob, { kind: 'proveConsent' }>;
type Proving = Extract<AskProgress, { kind: 'proving' }>;

export type ProvePorts = Pick<
  ConsentPorts,
  'tenants' | 'consentRequests' | 'directory' | 'queue' | 'clock' | 'chance' | 'log'
>;

/**
 * The job `proveConsent`: looks whether a consent works, and comes back while it may yet. Throws only where a table
 * or the queue fails.
 */
export type ProveConsent = (job: ProveJob) => Promise<void>;

/** The job is sent before the state is used up; so many looks are given the request to follow. */
const LOOKS_BEFORE_PROVING = 6;

export function createProveConsent(
  ports: ProvePorts,
  settings: Pick<ConsentSettings, 'consentApps' | 'patience'>,
): ProveConsent {
  return async (job) => {
    const { tenantId, requestId, bundle } = job;
    const request = (await ports.consentRequests.get(tenantId, requestId))?.value ?? null;
    const progress = request === null ? null : progressOf(request, bundle);
    if (progress?.kind === 'sent' && job.attempt < LOOKS_BEFORE_PROVING) {
      await lookAgain(ports, job);
      return;
    }
    if (progress?.kind !== 'proving') return;
    const tenant = (await ports.tenants.get(tenantId))?.value ?? null;
    if (tenant === null || tenant.state.kind === 'disconnecting') return;
    // Patience begins with the first look, however long its job lay in the queue: nothing is given up without a second.
    // A job that an operator replays has its tries counted anew, and with them its patience.
    const firstLookAt = (job.attempt === 0 ? null : job.firstLookAt) ?? ports.clock.now();
    const verdict = await look(ports, settings, tenant, bundle, { ...progress, firstLookAt });
    switch (verdict.kind) {
      case 'works':
        await admit(ports, tenantId, bundle, progress.clientId);
        await follow(ports, job, progress, { kind: 'granted', at: nowOf(ports) });
        return;
      case 'wait':
        await follow(ports, job, progress, { ...progress, waitingFor: verdict.waitingFor });
        await lookAgain(ports, { ...job, firstLookAt });
        return;
      case 'refused': {
        const { reason, fix } = verdict;
        ports.log.warn('A consent does not work', { tenantId, bundle, reason });
        await follow(ports, job, progress, { kind: 'refused', at: nowOf(ports), reason, fix });
        return;
      }
    }
  };
}

async function look(
  ports: ProvePorts,
  { consentApps, patience }: Pick<ConsentSettings, 'consentApps' | 'patience'>,
  { tenantId, cloud }: Tenant,
  bundle: Bundle,
  { clientId, waitingFor, firstLookAt }: Proving & { readonly firstLookAt: number },
): Promise<ProofVerdict> {
  const app = consentApps.find((each) => each.bundle === bundle && each.clientId === clientId);
  if (app === undefined) return TAKEN_AWAY;
  const { secretName } = app;
  const waitedMs = ports.clock.now() - firstLookAt;
  const judge = (seen: Parameters<typeof judgeProof>[0]): ProofVerdict =>
    judgeProof(seen, { bundle, tenantId }, waitedMs, patience);
  try {
    const credential = { clientId, secretName, secretVersion: null };
    return judge(await ports.directory.admission({ tenantId, cloud, credential }));
  } catch (failure) {
    if (failure instanceof CredentialRefused || failure instanceof AccessRefused) {
      const verdict = judge(failure);
      // Once for each reason, not at each look.
      if (isOperatorsFault(failure) && !(verdict.kind === 'wait' && verdict.waitingFor === waitingFor))
        ports.log.error(CANNOT_LOG_IN, { tenantId, bundle, clientId, why: failure.message });
      return verdict;
    }
    if (!(failure instanceof Failure)) throw failure;
    ports.log.warn('A consent could not be looked into', { tenantId, bundle, why: failure.message });
    return waitedMs < patience.longestMs ? { kind: 'wait', waitingFor: NOT_NOW } : UNANSWERED;
  }
}

const CANNOT_LOG_IN = "The operator's own consent application cannot log in";
const NOT_NOW = 'Microsoft Graph cannot be asked now.';
const TAKEN_AWAY: ProofVerdict = {
  kind: 'refused',
  reason: 'The application that was consented to is no longer used here.',
  fix: 'Ask whoever sent you the link for a new one.',
};
const UNANSWERED: ProofVerdict = {
  kind: 'refused',
  reason: 'Microsoft Graph could not be asked whether the consent works.',
  fix: 'Continue again later.',
};

/** Notes a proven consent on the tenant; with that to the directory, nobody but its own credential stands before it. */
async function admit(ports: ProvePorts, tenantId: string, bundle: Bundle, clientId: string): Promise<void> {
  const at = nowOf(ports);
  const tenant = await changeTenant(ports, tenantId, (each) => {
    if (each.state.kind === 'disconnecting') return each;
    const bundles = each.bundles.includes(bundle) ? each.bundles : [...each.bundles, bundle];
    const others = each.consents.filter((consent) => consent.bundle !== bundle);
    const consented = { ...each, bundles, consents: [...others, { bundle, clientId, grantedAt: at }] };
    // A parked one comes back by its own job, which also asks for what it missed.
    const lets = bundle === 'directory' && each.credential === null && each.state.kind !== 'parked';
    return lets ? tenantAfter(consented, { kind: 'admitted', at }) : consented;
  });
  if (tenant === null) return;
  ports.log.info('A consent was proven', { tenantId, bundle, state: tenant.state.kind });
  if (tenant.state.kind === 'parked') await send(ports, { ...EMPTY_JOB, tenantId, kind: 'retryParked' }, 0);
  else if (bundle === 'near-real-time' && keepsItself(tenant.state))
    await send(ports, { ...EMPTY_JOB, tenantId, kind: 'subscriptions' }, 0);
}

const EMPTY_JOB = { version: JOB_VERSION, attempt: 0 } as const;

/** Writes what became of the ask, unless it went on to something else meanwhile. */
async function follow(
  { consentRequests }: ProvePorts,
  { tenantId, requestId, bundle }: ProveJob,
  seen: Proving,
  progress: AskProgress,
): Promise<void> {
  if (progress.kind === 'proving' && progress.waitingFor === seen.waitingFor) return;
  for (;;) {
    const stored = await consentRequests.get(tenantId, requestId);
    if (stored === null || !isStill(stored.value, bundle, seen)) return;
    try {
      await consentRequests.save(withProgress(stored.value, bundle, progress), stored.tag);
      return;
    } catch (failure) {
      if (!(failure instanceof RowConflict)) throw failure;
    }
  }
}

function isStill(request: ConsentRequest, bundle: Bundle, seen: Proving): boolean {
  const now = progressOf(request, bundle);
  return now?.kind === 'proving' && now.since === seen.since;
}

async function lookAgain(ports: ProvePorts, job: ProveJob): Promise<void> {
  await send(ports, { ...job, attempt: job.attempt + 1 }, nextLookMs(job.attempt + 1));
}

async function send({ queue, chance, clock }: ProvePorts, job: SyncJob, delayMs: number): Promise<void> {
  const messageId = `consent:${job.tenantId}:${chance.newId()}`;
  await queue.send([{ messageId, job, dueAt: delayMs === 0 ? null : clock.now() + delayMs }]);
}

function nowOf({ clock }: ProvePorts): string {
  return new Date(clock.now()).toISOString();
}

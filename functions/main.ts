import { app } from '@azure/functions';
import { createAcceptLifecycleEvents } from '../shared/use-cases/notifications/accept-lifecycle-events.js';
import { createAcceptNotifications } from '../shared/use-cases/notifications/accept-notifications.js';
import { createCollectDeadLetters } from '../shared/use-cases/collect-dead-letters.js';
import { createDisconnectTenant } from '../shared/use-cases/disconnect-tenant/disconnect-tenant.js';
import { createResumeDisconnections } from '../shared/use-cases/disconnect-tenant/resume-disconnections.js';
import { createForgetRequests } from '../shared/use-cases/forget-requests.js';
import { examineTenant } from '../shared/use-cases/examine-tenant/examine-tenant.js';
import { createKeepSubscriptions } from '../shared/use-cases/keep-subscriptions/keep-subscriptions.js';
import { beginDisconnection } from '../shared/use-cases/disconnect-tenant/begin-disconnection.js';
import { createProveConsent } from '../shared/use-cases/obtain-consent/prove-consent.js';
import { createReceiveJob } from '../shared/use-cases/receive-job.js';
import { createSchedulePolls } from '../shared/use-cases/schedule-polls.js';
import { createScheduleUpkeep } from '../shared/use-cases/schedule-upkeep.js';
import { createStartNightlyRuns } from '../shared/use-cases/nightly/start-nightly-runs.js';
import { createScheduleSweeps } from '../shared/use-cases/retention/schedule-sweeps.js';
import { createSweepTenant } from '../shared/use-cases/retention/sweep-tenant.js';
import { LeaseKeeper } from '../shared/use-cases/sync-tenant/lease-keeper.js';
import { createSyncTenant } from '../shared/use-cases/sync-tenant/sync-tenant.js';
import { createRecordMatching } from '../shared/use-cases/matching/record-matching.js';
import type { TakeTenantLease } from '../shared/ports/tenant-lease.js';
import { assignmentsOfUsers } from '../shared/ports/assignments-of-users.js';
import { createRetireSecrets } from '../shared/use-cases/credentials/retire-secrets.js';
import { createRetryParked } from '../shared/use-cases/credentials/retry-parked.js';
import { createScheduleRetries } from '../shared/use-cases/credentials/schedule-retries.js';
import { createTrackSecrets } from '../shared/use-cases/credentials/track-secrets.js';
import { createTrackDeadLetters } from '../shared/use-cases/track-dead-letters.js';
import { createTenantWalk } from '../shared/use-cases/walk-tenants.js';
import { PROOF_PATIENCE } from '../shared/core/consent-proof.js';
import { loadSettings } from '../shared/config.js';
import { registerApi } from './api/index.js';
import { registerGraphLifecycle } from './graph-lifecycle.js';
import { registerGraphNotifications } from './graph-notifications.js';
import { administratorPages } from './pages/administrator/administrator-pages.js';
import { createStartConsent } from './pages/administrator/start-consent.js';
import { consentPages } from './pages/consent/consent-pages.js';
import { registerPages } from './pages/page.js';
import { registerNightlyRun } from './nightly-run.js';
import { registerSyncJobs } from './sync-jobs.js';
import { registerUpkeep } from './upkeep.js';
import { examinationFindings } from './words/doctor.js';
import { connectParts, syncSettings } from './wiring.js';

/*
 * The composition root: settings → clients → adapters → use cases → triggers. A bad setting throws here, so that
 * the host does not start and names them all.
 */
const settings = loadSettings();
const { ports, parseJob, healthProbes, prepare } = connectParts(settings);
const notificationUrl = `${settings.publicUrl}/api/graph/notifications`;
const lifecycleUrl = `${settings.publicUrl}/api/graph/lifecycle`;
const renewAfterMs = settings.subscriptionRenewMinutes * 60_000;
const everyFiveMinutes = '0 */5 * * * *';
// A poll comes no more often than the timer that looks what is due.
const { pollEveryMinutes } = settings;
const upkeepSchedule = pollEveryMinutes !== null && pollEveryMinutes < 5 ? '0 * * * * *' : everyFiveMinutes;

const walkTenants = createTenantWalk(ports);
const recordMatching = createRecordMatching(ports);
const startNightlyRuns = createStartNightlyRuns(
  { ...ports, recordMatching, walkTenants },
  { nightlyWindowMs: settings.nightlyWindowMinutes * 60_000 },
);
const scheduleUpkeep = createScheduleUpkeep(
  { ...ports, walkTenants },
  { renewAfterMs, lifecycleUrl, consentApps: settings.consentApps, notified: settings.graphNotifications },
);
const schedulePolls = createSchedulePolls({ ...ports, walkTenants }, { everyMinutes: pollEveryMinutes });
const { consentApps } = settings;
const trackSecrets = createTrackSecrets({ ...ports, walkTenants }, { consentApps });
const retireSecrets = createRetireSecrets({ ...ports, walkTenants });
const scheduleRetries = createScheduleRetries({ ...ports, walkTenants }, settings.parkedRetry);
const retryParked = createRetryParked(ports, { consentApps });
const collectDeadLetters = createCollectDeadLetters({ ...ports, parseJob });
const acceptNotifications = createAcceptNotifications(ports, settings.coalescing);
const acceptLifecycleEvents = createAcceptLifecycleEvents(ports, settings.coalescing);
const sync = syncSettings(settings);
const syncTenant = createSyncTenant(
  {
    ...ports,
    recordMatching,
    roleAssignments: assignmentsOfUsers(ports),
    roleLists: ports.roleAssignments,
  },
  sync,
);
const keepSubscriptions = createKeepSubscriptions(ports, {
  notificationUrl,
  lifecycleUrl,
  renewAfterMs,
  coalescing: settings.coalescing,
  consentApps: settings.consentApps,
  notified: settings.graphNotifications,
});
const takeLease: TakeTenantLease = (tenantId) =>
  LeaseKeeper.take(ports, sync, tenantId, ports.chance.newId());
const disconnectTenant = createDisconnectTenant(
  {
    ...ports,
    recordMatching,
    takeLease,
  },
  { ...sync, settleMs: sync.leaseLengthMs + sync.requestInFlightMs, notificationUrl },
);
const resumeDisconnections = createResumeDisconnections({ ...ports, walkTenants });
const proveConsent = createProveConsent(ports, { consentApps, patience: PROOF_PATIENCE });
const sweepTenant = createSweepTenant({ ...ports, takeLease }, { ...sync, retention: settings.retention });
const jobs = {
  ...{ parseJob, proveConsent, syncTenant, keepSubscriptions, disconnectTenant, retryParked },
  sweepTenant,
};
const receiveJob = createReceiveJob(ports, jobs, settings.retry);

app.hook.appStart(prepare);
registerNightlyRun(app, { startNightlyRuns, schedule: everyFiveMinutes });
registerUpkeep(app, {
  scheduleUpkeep,
  schedulePolls,
  trackSecrets,
  retireSecrets,
  scheduleRetries,
  collectDeadLetters,
  trackDeadLetters: createTrackDeadLetters({ ...ports, walkTenants }),
  resumeDisconnections,
  forgetRequests: createForgetRequests(ports),
  scheduleSweeps: createScheduleSweeps({ ...ports, walkTenants }, settings.retention),
  schedule: upkeepSchedule,
});
registerGraphNotifications(app, { acceptNotifications });
registerGraphLifecycle(app, { acceptLifecycleEvents });
registerSyncJobs(app, { receiveJob });
registerApi(app, {
  ...ports,
  recordMatching,
  parseJob,
  healthProbes,
  servedClouds: [...settings.clouds.keys()],
  consentApps: settings.consentApps,
  newSecretRetryMs: settings.newSecretRetryMs,
  dataRegion: settings.dataRegion,
  publicUrl: settings.publicUrl,
  signInTrusted: settings.platformSignIn,
});
const { publicUrl, dataRegion } = settings;
const administrator = administratorPages({
  ...ports,
  recordMatching,
  consentApps,
  newSecretRetryMs: settings.newSecretRetryMs,
  publicUrl,
  examine: async (tenantId) => {
    const examination = await examineTenant({ ...ports, consentApps, notificationUrl }, tenantId);
    return examination === null ? null : examinationFindings(examination);
  },
  startConsent: createStartConsent(ports, { consentApps, publicUrl }),
});
const consent = consentPages({
  ...ports,
  disconnect: (tenantId, wish) => beginDisconnection(ports, tenantId, wish),
  consentApps,
  publicUrl,
  dataRegion,
});
registerPages(app, [...consent, ...administrator], { log: ports.log, brand: settings.operator });

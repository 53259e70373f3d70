import type { app as functionApp } from '@azure/functions';

/**
 * The timer `upkeep`: Graph subscriptions, backstop polls, the expiry of secrets and those that were replaced, tries of parked
 * tenants, what the broker gave up on and how many dead letters there are, removals, and the
 * removal of old rows; none waits for another's success.
 */
export function registerUpkeep(
  app: Pick<typeof functionApp, 'timer'>,
  options: {
    readonly scheduleUpkeep: () => Promise<void>;
    readonly schedulePolls: () => Promise<void>;
    readonly trackSecrets: () => Promise<void>;
    readonly retireSecrets: () => Promise<void>;
    readonly scheduleRetries: () => Promise<void>;
    readonly collectDeadLetters: () => Promise<void>;
    readonly trackDeadLetters: () => Promise<void>;
    readonly resumeDisconnections: () => Promise<void>;
    readonly forgetRequests: () => Promise<void>;
    readonly scheduleSweeps: () => Promise<void>;
    /** NCRONTAB, in UTC. */
    readonly schedule: string;
  },
): void {
  app.timer('upkeep', {
    schedule: options.schedule,
    handler: async () => {
      const ended = await Promise.allSettled([
        options.scheduleUpkeep(),
        options.schedulePolls(),
        options.trackSecrets(),
        options.retireSecrets(),
        options.scheduleRetries(),
        options.collectDeadLetters(),
        options.trackDeadLetters(),
        options.resumeDisconnections(),
        options.forgetRequests(),
        options.scheduleSweeps(),
      ]);
      const failures = ended.flatMap((end): unknown[] => (end.status === 'rejected' ? [end.reason] : []));
      if (failures.length === 1) throw failures[0];
      if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('; '));
    },
  });
}

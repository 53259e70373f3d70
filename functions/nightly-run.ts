import type { app as functionApp } from '@azure/functions';

/** The timer `nightly-run`. A tick that fails is told to the host; the next one tries again. */
export function registerNightlyRun(
  app: Pick<typeof functionApp, 'timer'>,
  options: {
    readonly startNightlyRuns: () => Promise<void>;
    /** NCRONTAB, in UTC. */
    readonly schedule: string;
  },
): void {
  app.timer('nightly-run', { schedule: options.schedule, handler: () => options.startNightlyRuns() });
}

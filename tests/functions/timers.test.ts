import { InvocationContext, type Timer, type TimerFunctionOptions } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { registerNightlyRun } from '../../functions/nightly-run.js';
import { registerUpkeep } from '../../functions/upkeep.js';

const timer: Timer = {
  isPastDue: true,
  schedule: { adjustForDST: false },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
};

class TimerApp {
  readonly timers = new Map<string, TimerFunctionOptions>();

  timer = (name: string, options: TimerFunctionOptions): void => {
    this.timers.set(name, options);
  };

  async fire(name: string): Promise<void> {
    const context = new InvocationContext({ functionName: name, logHandler: () => undefined });
    await this.timers.get(name)?.handler(timer, context);
  }
}

const schedule = '0 */5 * * * *';

describe('the timer nightly-run', () => {
  it('starts the nights that are due, on the schedule it is given', async () => {
    const app = new TimerApp();
    let started = 0;
    const startNightlyRuns = async (): Promise<void> => {
      started += 1;
    };
    registerNightlyRun(app, { startNightlyRuns, schedule });
    await app.fire('nightly-run');
    expect(started).toBe(1);
    expect(app.timers.get('nightly-run')?.schedule).toBe(schedule);
  });

  it('tells the host when it failed', async () => {
    const app = new TimerApp();
    registerNightlyRun(app, { startNightlyRuns: () => Promise.reject(new Error('tables away')), schedule });
    await expect(app.fire('nightly-run')).rejects.toThrow('tables away');
  });
});

describe('the timer upkeep', () => {
  const NAMES = [
    'scheduleUpkeep',
    'schedulePolls',
    'trackSecrets',
    'retireSecrets',
    'scheduleRetries',
    'collectDeadLetters',
    'trackDeadLetters',
    'resumeDisconnections',
    'forgetRequests',
    'scheduleSweeps',
  ] as const;

  function tasksOf(task: (name: string) => () => Promise<void>) {
    const tasks = NAMES.map((name): [string, () => Promise<void>] => [name, task(name)]);
    return Object.fromEntries(tasks) as Record<(typeof NAMES)[number], () => Promise<void>>;
  }

  it('does every task though one fails, and tells the host each failure', async () => {
    for (const failing of [...NAMES.map((name) => [name]), ['scheduleUpkeep', 'trackSecrets']]) {
      const app = new TimerApp();
      const done: string[] = [];
      const task = (name: string) => async (): Promise<void> => {
        done.push(name);
        if (failing.includes(name)) throw new Error(`${name} failed`);
      };
      const tasks = tasksOf(task);
      registerUpkeep(app, { ...tasks, schedule });
      const failure = await app.fire('upkeep').catch((error: unknown) => String(error));
      for (const name of failing) expect(failure).toContain(`${name} failed`);
      expect(done).toEqual(NAMES);
    }
  });

  it('is silent when all succeed', async () => {
    const app = new TimerApp();
    registerUpkeep(app, { ...tasksOf(() => () => Promise.resolve()), schedule });
    await expect(app.fire('upkeep')).resolves.toBeUndefined();
  });
});

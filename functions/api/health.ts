import { z } from 'zod';
import type { Clock } from '../../shared/ports/clock.js';
import type { HealthProbe } from '../../shared/ports/health-probe.js';
import type { Log } from '../../shared/ports/log.js';
import { healthCheck } from '../../shared/use-cases/check-health.js';
import { ApiError, ErrorDetails, retryAfter, type ErrorDetail } from './errors.js';
import { route, type Route } from './route.js';

export interface HealthDependencies {
  readonly healthProbes: readonly HealthProbe[];
  readonly clock: Clock;
  readonly log: Log;
}

const healthResource = z.strictObject({
  status: z.literal('ready'),
  parts: z.record(z.string(), z.literal('ready')),
});

export function healthRoutes(dependencies: HealthDependencies): Route[] {
  const check = healthCheck(dependencies.healthProbes, dependencies);
  return [
    route({
      operationId: 'readHealth',
      summary: 'Whether every part is ready; else the error names, as details, what is not.',
      method: 'GET',
      path: 'health',
      role: null,
      query: null,
      body: null,
      status: 200,
      answer: healthResource,
      errors: ['NotReady'],
      async handle() {
        const { ready, parts } = await check();
        if (!ready) throw notReady(parts);
        const names = Object.keys(parts).map((name) => [name, 'ready' as const]);
        return {
          body: { status: 'ready' as const, parts: Object.fromEntries(names) as Record<string, 'ready'> },
        };
      },
    }),
  ];
}

function notReady(parts: Readonly<Record<string, boolean>>): ApiError {
  const missing = Object.keys(parts).filter((name) => parts[name] !== true);
  const details = missing.map((name): ErrorDetail => ({
    code: 'NotReady',
    message: `${name} cannot be worked with now.`,
    target: name,
  }));
  return new ApiError('NotReady', `Not ready: ${missing.join(', ')}.`, {
    details: ErrorDetails.from(details),
    headers: retryAfter(1000),
  });
}

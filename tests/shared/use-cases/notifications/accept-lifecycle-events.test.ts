import { beforeEach, describe, expect, it } from 'vitest';
import { Throttled, Unavailable } from '../../../../shared/core/failures.js';
import {
  createAcceptLifecycleEvents,
  type AcceptLifecycleEvents,
  type LifecycleClaim,
} from '../../../../shared/use-cases/notifications/accept-lifecycle-events.js';
import { aSubscription } from '../../../builders/subscription.js';
import { tenant, tenantId, UpkeepPorts } from '../upkeep-ports.js';

const settings = { windowMs: 2_000, skewMs: 200, trailingDelaysMs: [20_000] };
let ports: UpkeepPorts;
let accept: AcceptLifecycleEvents;

beforeEach(() => {
  ports = new UpkeepPorts();
  ports.addTenants(tenant(1), tenant(2, { paused: true }));
  for (const number of [1, 2]) {
    const clientStateHash = ports.clientStates.hash('state');
    const row = aSubscription({ tenantId: tenantId(number), subscriptionId: 'users-1', clientStateHash });
    ports.subscriptionRows.set(`${tenantId(number)}|users-1`, row);
  }
  accept = createAcceptLifecycleEvents(ports, settings);
});

function claim(changes: Partial<LifecycleClaim> = {}): LifecycleClaim {
  const event = 'reauthorizationRequired';
  return { tenantId: tenantId(1), subscriptionId: 'users-1', clientState: 'state', event, ...changes };
}

describe('lifecycle events', () => {
  it('are answered by a job that renews, one for many', async () => {
    expect(await accept([claim(), claim()])).toEqual({ accepted: 2, refused: {} });
    expect(ports.jobs()).toEqual([
      { version: 1, tenantId: tenantId(1), attempt: 0, kind: 'subscriptions', renewAll: true },
    ]);
  });

  it('make no job where they are forged, unknown, malformed or of a tenant that is paused', async () => {
    const forged = [
      claim({ clientState: 'guess' }),
      claim({ subscriptionId: 'nobody' }),
      null,
      claim({ tenantId: tenantId(2) }),
    ];
    expect(await accept(forged)).toEqual({
      accepted: 0,
      refused: { forgedClientState: 1, unknownSubscription: 1, malformed: 1, tenantNotRunning: 1 },
    });
    expect(ports.sent).toEqual([]);
  });

  it('read and renew where nobody knows them yet, and say so', async () => {
    await accept([claim({ event: 'somethingNew' })]);
    expect(ports.jobs().map(({ kind }) => kind)).toEqual(['subscriptions', 'notification', 'notification']);
  });

  it('are to be sent again where their jobs could not be queued', async () => {
    ports.fail = (call) => {
      if (call.startsWith('send ')) throw new Throttled('later', null);
    };
    await expect(accept([claim()])).rejects.toThrow(Unavailable);
  });
});

import { setTimeout as delay } from 'node:timers/promises';
import type { Stack } from '../../local/stack/stack.js';

export interface OutageCounts {
  hosts: number;
  broker: number;
}

/**
 * Kills hosts and broker by SIGKILL, one at a time and each started again, until the signal aborts; but each of them
 * at least twice. At its end every part is up.
 */
export async function killByTurns(stack: Stack, pauseMs: number, signal: AbortSignal): Promise<OutageCounts> {
  const counts = { hosts: 0, broker: 0 };
  const parts = [...stack.hostUrls.keys(), 'broker' as const];
  for (let turn = 0; !signal.aborted || turn < 2 * parts.length; turn += 1) {
    await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    const part = parts[turn % parts.length] ?? 0;
    if (part === 'broker') {
      await stack.killBroker();
      await stack.startBroker();
      counts.broker += 1;
    } else {
      await stack.killHost(part);
      await stack.startHost(part);
      counts.hosts += 1;
    }
  }
  return counts;
}

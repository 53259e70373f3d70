import type { SendFault } from './faults.js';
import type { QueueCounts } from './queue/queue.js';

/** What tests can ask and provoke, from inside the process or through the control port. */
export interface BrokerControls {
  /** Counts by queue name. */
  counts(): Record<string, QueueCounts>;
  /** Takes a session away from its receiver now, as if its lock had expired; false when nobody holds it. */
  breakSessionLock(queue: string, sessionId: string): boolean;
  setSendFault(fault: SendFault): void;
  /** Cuts every connection; clients may come back at once. */
  cutConnections(): void;
  /** `false`: cuts every connection and refuses new ones, until called with `true`. */
  setReachable(isReachable: boolean): void;
}

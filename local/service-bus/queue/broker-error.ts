/** The AMQP error conditions that the broker answers with; clients turn them into their error codes. */
export type Condition =
  | 'amqp:internal-error'
  | 'amqp:link:message-size-exceeded'
  | 'amqp:not-allowed'
  | 'amqp:not-found'
  | 'amqp:not-implemented'
  | 'amqp:unauthorized-access'
  | 'com.microsoft:argument-error'
  | 'com.microsoft:message-lock-lost'
  | 'com.microsoft:message-not-found'
  | 'com.microsoft:server-busy'
  | 'com.microsoft:session-cannot-be-locked'
  | 'com.microsoft:session-lock-lost'
  | 'com.microsoft:timeout';

/** A refusal that the client is told about, by condition and description. */
export class BrokerError extends Error {
  readonly condition: Condition;

  constructor(condition: Condition, description: string) {
    super(description);
    this.name = 'BrokerError';
    this.condition = condition;
  }
}

export function messageLockLost(): BrokerError {
  return new BrokerError(
    'com.microsoft:message-lock-lost',
    'The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.',
  );
}

export function sessionLockLost(sessionId: string): BrokerError {
  return new BrokerError(
    'com.microsoft:session-lock-lost',
    `The session lock has expired on the session '${sessionId}'. Accept a new session.`,
  );
}

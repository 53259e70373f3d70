/** A message that the broker gave up on by itself, after too many deliveries. */
export interface DeadLetteredMessage {
  readonly body: unknown;
  readonly messageId: string | null;
  /** What the broker says of it. */
  readonly reason: string;
}

/** The last net under the queue: what no delivery could settle. */
export interface DeadLetterQueue {
  /**
   * Hands over every message that lies there; each is removed once `take` has returned. Answers how many they were.
   * @throws Unavailable
   */
  drain(take: (message: DeadLetteredMessage) => Promise<void>): Promise<number>;
}

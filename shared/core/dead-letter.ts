/** A message or element that was set aside, with its reason; it waits for an operator to replay or discard it. */
export interface DeadLetter {
  /** null: it names no tenant that is known. */
  readonly tenantId: string | null;
  readonly id: string;
  readonly kind: 'job' | 'element';
  readonly reason: string;
  /** What came, as text, cut at 16,000 characters. */
  readonly body: string;
  readonly messageId: string | null;
  /** ISO 8601 UTC. */
  readonly setAsideAt: string;
}

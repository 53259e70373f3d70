/**
 * Waits until every piece of work has ended, and only then throws the first failure: nothing goes on writing behind
 * the back of whoever called, who may give the lease back at once.
 */
export async function allOf(work: readonly Promise<void>[]): Promise<void> {
  for (const end of await Promise.allSettled(work)) if (end.status === 'rejected') throw end.reason;
}

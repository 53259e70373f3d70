import { IdFlags } from '../../core/id-flags.js';
import type { Resource } from '../../core/resource.js';
import type { Round } from '../../core/round.js';
import { proofOf, type Proof } from '../../core/round-steps.js';
import type { Session } from './session.js';

/** Every id that a full round saw; the flag tells whether it was alive when it was named last. */
export async function seenObjects(session: Session, resource: Resource, round: Round): Promise<IdFlags> {
  const seen = new IdFlags();
  const chunks = session.ports.seen.read(session.tenantId, resource, round.roundId, round.seenChunks);
  for await (const chunk of chunks) {
    for (const { id, live } of chunk.objects) seen.set(id, live);
  }
  return seen;
}

/** Compares what the round saw with the directory's own count. */
export async function proveRound(
  session: Session,
  resource: Resource,
  round: Round,
): Promise<{
  readonly proof: Proof;
  readonly countServed: boolean;
  /** Distinct objects. */ readonly seen: number;
}> {
  const { directory } = session.ports;
  const counted = await session.ask(() => directory.count(session.connection, resource));
  const seen = await seenObjects(session, resource, round);
  return { proof: proofOf(round, seen.raised, counted), countServed: counted !== null, seen: seen.size };
}

import { newChains } from '../../../core/member-chain.js';
import type { Session, StateWithRound } from '../session.js';

/**
 * Before the members of needed groups are followed for the first time in place of all: their memberships are in the
 * mirror, so that what setups name counts as read while the chains read it again. Chains that stood from before are
 * none that anything was told by since.
 */
export async function enterMembers(
  session: Session,
  named: ReadonlySet<string>,
  { deltaLink, references, round }: StateWithRound,
): Promise<void> {
  if (!references) return;
  await clearChains(session);
  if (deltaLink === null) return;
  const of = { roundId: round.roundId, newId: () => session.ports.chance.newId() };
  const known = { isRead: () => true, nestedIn: () => [] };
  for (const chain of newChains([...named].sort(), of, known)) await session.chains.save(chain);
}

/** The members of all groups are told by the groups' own round. */
export async function clearChains(session: Session): Promise<void> {
  const { ports, fence, chains } = session;
  for (const chain of chains.all) {
    if (chain.seenChunks > 0) await ports.seen.discard(fence, 'groups', chain.chainId);
    await chains.remove(chain);
  }
}

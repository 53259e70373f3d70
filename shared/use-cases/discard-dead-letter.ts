import type { DeadLetters } from '../ports/sync-state.js';

/** Removes what was set aside for good; false where there is no such letter for the caller. */
export async function discardDeadLetter(
  ports: { readonly deadLetters: DeadLetters },
  id: string,
  isVisible: (tenantId: string | null) => boolean,
): Promise<boolean> {
  const letter = await ports.deadLetters.find(id);
  if (letter === null || !isVisible(letter.tenantId)) return false;
  await ports.deadLetters.remove(letter);
  return true;
}

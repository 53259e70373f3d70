import type { DeadLetters } from '../ports/sync-state.js';

/** Removes what was set aside for good; false where there is no such letter for the caller. */
export async function discardDeadLetter(
  ports: { readonly deadLetters: DeadLetters },
  id: string,
  seesUnknown: boolean,
): Promise<boolean> {
  const letter = await ports.deadLetters.find(id);
  if (letter === null || (letter.tenantId === null && !seesUnknown)) return false;
  await ports.deadLetters.remove(letter);
  return true;
}

import { recordDeadLetters, type RecordDeadLettersPorts } from '../ports/record-dead-letters.js';
import type { DeadLetters } from '../ports/sync-state.js';

/** Removes what was set aside for good; false where there is no such letter for the caller. */
export async function discardDeadLetter(
  ports: RecordDeadLettersPorts & { readonly deadLetters: DeadLetters },
  id: string,
  isVisible: (tenantId: string | null) => boolean,
): Promise<boolean> {
  const letter = await ports.deadLetters.find(id);
  if (letter === null || !isVisible(letter.tenantId)) return false;
  await ports.deadLetters.remove(letter);
  await recordDeadLetters(ports, letter.tenantId);
  return true;
}

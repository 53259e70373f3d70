import { Failure } from '../../../shared/core/failures.js';
import type { Examine, ShownFinding } from './work.js';

/** What the doctor found; unavailable if Microsoft did not answer. */
export type Examined = readonly ShownFinding[] | 'unavailable';

/** A tenant that awaits consent is examined too: a consent may have been given that does not work, or never came back. */
export async function examined(
  { examine }: { readonly examine: Examine },
  tenantId: string,
): Promise<Examined> {
  try {
    return (await examine(tenantId)) ?? 'unavailable';
  } catch (failure) {
    if (failure instanceof Failure) return 'unavailable';
    throw failure;
  }
}

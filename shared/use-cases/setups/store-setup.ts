import { RowTooLarge } from '../../core/failures.js';
import type { Setup } from '../../core/setup/setup.js';
import type { Stored } from '../../ports/registry.js';

export type StoreSetupOutcome =
  | { readonly kind: 'stored'; readonly setup: Stored<Setup> }
  /** More than a store holds of one setup. */
  | { readonly kind: 'tooLarge' };

/** Carries out one write of a setup. @throws RowConflict as the write does */
export async function storeSetup(write: () => Promise<Stored<Setup>>): Promise<StoreSetupOutcome> {
  try {
    return { kind: 'stored', setup: await write() };
  } catch (failure) {
    if (failure instanceof RowTooLarge) return { kind: 'tooLarge' };
    throw failure;
  }
}

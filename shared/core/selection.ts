import { GROUP_ATTRIBUTES, USER_ATTRIBUTES } from './mirror-rows.js';
import type { Resource } from './resource.js';
import type { ResourceState } from './round.js';

/** What is read of each resource whether or not a setup asks for more. */
export const BASE_ATTRIBUTES: Readonly<Record<Resource, readonly string[]>> = {
  users: USER_ATTRIBUTES,
  groups: GROUP_ATTRIBUTES,
};

/**
 * The `$select` of a round: the base attributes, then what setups add, each once and in an order that does not
 * depend on that of the setups. `added` holds names as Graph selects them: whole properties and extensions.
 */
export function selectionOf(resource: Resource, added: readonly string[]): readonly string[] {
  const base = BASE_ATTRIBUTES[resource];
  return [...base, ...[...new Set(added)].filter((name) => !base.includes(name)).sort()];
}

/**
 * Which of the wanted attributes the mirror was never read with: a value that is absent there says nothing of
 * these. Empty where everything is known; what is selected beyond the wanted does not matter.
 */
export function attributesMissing(
  state: Pick<ResourceState, 'attributes'>,
  wanted: readonly string[],
): readonly string[] {
  return wanted.filter((name) => !state.attributes.includes(name));
}

/**
 * Whether a full round must be asked for because an attribute was added. A delta link keeps the `$select` that it
 * began with (concepts/delta-query-overview.md), so nothing less brings the values of who does not change. Not
 * again while a full round is under way that selects them; never because one was taken away.
 */
export function wantsAttributes(
  state: Pick<ResourceState, 'attributes' | 'round'>,
  wanted: readonly string[],
): boolean {
  if (attributesMissing(state, wanted).length === 0) return false;
  const { round } = state;
  return round?.kind !== 'full' || attributesMissing(round, wanted).length > 0;
}

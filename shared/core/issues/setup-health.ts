import type { SetupAttention } from '../setup/setup-attention.js';
import type { Setup } from '../setup/setup.js';
import { MOST_SETUPS, sinceOf, type TenantHealth, type WaitingSetup } from './tenant-health.js';

type Recorded = Pick<TenantHealth, 'attention'>;

/** A removal that waits for a decision, or for its verdict. */
interface Removal {
  readonly kind: string;
  /** When it was worked out, ISO 8601 UTC. */
  readonly since: string;
}

/** Of the started setups those whose removals the guard holds, the most first. */
export function heldBySetup(
  staged: readonly { readonly setup: Setup; readonly removals: Iterable<Removal> }[],
): TenantHealth['held'] {
  const found = staged.flatMap(({ setup, removals }) => {
    const instants = [...removals].filter(({ kind }) => kind === 'held').map(({ since }) => since);
    if (instants.length === 0) return [];
    const since = instants.reduce((a, b) => (a < b ? a : b));
    return [{ ...named(setup), count: instants.length, since }];
  });
  return found.sort((a, b) => b.count - a.count || (a.setupId < b.setupId ? -1 : 1)).slice(0, MOST_SETUPS);
}

/** Of the started setups those that need attention, each since it was first recorded. @param at ISO 8601 UTC */
export function attentionBySetup(
  found: readonly { readonly setup: Setup; readonly attention: readonly SetupAttention[] }[],
  recorded: Recorded,
  at: string,
): TenantHealth['attention'] {
  const needing = found.flatMap(({ setup, attention }) => {
    const [first] = attention;
    if (first === undefined) return [];
    const before = recorded.attention.find(({ setupId }) => setupId === setup.setupId);
    const facts = { count: attention.length, since: sinceOf(before, at), first: first.message };
    return [{ ...named(setup), ...facts }];
  });
  return needing.slice(0, MOST_SETUPS);
}

/** The setup to start next: of those that are not started the one that was paused last, otherwise that was edited last. */
export function waitingSetup(setups: readonly Setup[]): WaitingSetup | null {
  const latest = (state: WaitingSetup['state']): WaitingSetup | null => {
    const of = setups.filter((setup) => setup.state === state);
    const last = of.reduce<Setup | null>((a, b) => (a === null || b.changedAt > a.changedAt ? b : a), null);
    return last === null ? null : { ...named(last), state };
  };
  return latest('paused') ?? latest('saved');
}

function named({ setupId, document }: Setup): { readonly setupId: string; readonly designation: string } {
  return { setupId, designation: document.designation };
}

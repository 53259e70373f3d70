import type { SyncPorts } from './ports.js';

/** The writes of each port that take no fence. */
const UNFENCED_WRITES = {
  attention: ['signal'],
  deadLetters: ['put', 'remove'],
  personSyncs: ['save', 'remove'],
  runs: ['request', 'save'],
  secretExpiries: ['put', 'save', 'remove'],
  setups: ['remove'],
  syncStates: ['want', 'clearWant'],
  tenants: ['create', 'save', 'remove'],
} satisfies { readonly [Port in keyof SyncPorts]?: readonly (keyof SyncPorts[Port])[] };

/**
 * Returns the ports of a job that holds a lease: a write that takes no fence is refused as well once the lease is
 * over. A host that slept over the disconnection of its tenant leaves nothing behind.
 * @param assertHeld throws LeaseLost
 */
export function underLease(ports: SyncPorts, assertHeld: () => void): SyncPorts {
  const fenced = Object.entries(UNFENCED_WRITES).map(([name, writes]) => {
    const port = ports[name as keyof typeof UNFENCED_WRITES];
    return [name, fencedPort(port, writes, assertHeld)];
  });
  return { ...ports, ...(Object.fromEntries(fenced) as Pick<SyncPorts, keyof typeof UNFENCED_WRITES>) };
}

function fencedPort<Port extends object>(
  port: Port,
  writes: readonly string[],
  assertHeld: () => void,
): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      const method = member as (...given: unknown[]) => unknown;
      if (!writes.includes(String(name))) return method.bind(target);
      return async (...given: unknown[]) => {
        assertHeld();
        return await method.apply(target, given);
      };
    },
  });
}

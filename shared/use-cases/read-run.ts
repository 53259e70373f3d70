import type { Run } from '../core/run.js';
import type { Runs } from '../ports/registry.js';

/** Null where the tenant has no such run. */
export async function readRun(
  ports: { readonly runs: Runs },
  tenantId: string,
  runId: string,
): Promise<Run | null> {
  const stored = await ports.runs.get(tenantId, runId);
  return stored === null ? null : stored.value;
}

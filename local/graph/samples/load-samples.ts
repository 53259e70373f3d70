import type { GraphEmulator } from '../emulator.js';
import { sampleDirectory } from './sample-directory.js';
import { sampleRoles, sampleTenants } from './well-known.js';

/** Sizes that replace the samples' own; applied to each of the sample tenants. */
export interface SampleOptions {
  readonly users?: number;
  readonly groups?: number;
  /** About how many memberships per tenant. */
  readonly memberships?: number;
  /** How many of the sample tenants (default: all). */
  readonly tenants?: number;
}

/** Creates the sample tenants with their directories. */
export async function loadSamples(emulator: GraphEmulator, options: SampleOptions): Promise<void> {
  for (const [index, sample] of sampleTenants.slice(0, options.tenants ?? sampleTenants.length).entries()) {
    const { tenantId, displayName, domain, clientId, clientSecret, seed } = sample;
    const app = { clientId, displayName: 'Rollcall', secrets: [{ value: clientSecret }], roles: sampleRoles };
    await emulator.createTenant({ tenantId, displayName, domain, apps: [app] });
    const size = {
      users: options.users ?? sample.users,
      groups: options.groups ?? sample.groups,
      ...(options.memberships === undefined ? {} : { memberships: options.memberships }),
    };
    const changes = sampleDirectory({ ...size, everybody: index === 1, domain, seed });
    await emulator.applyChanges(tenantId, changes);
  }
}

import type { GraphEmulator } from '../emulator.js';
import { sampleDirectory } from './sample-directory.js';
import { newcomer, sampleRoles, sampleTenants, type SampleTenant } from './well-known.js';

/** Sizes that replace the samples' own; applied to each of the sample tenants. */
export interface SampleOptions {
  readonly users?: number;
  readonly groups?: number;
  /** About how many memberships per tenant. */
  readonly memberships?: number;
  /** How many of the sample tenants (default: all). */
  readonly tenants?: number;
  /** Whether the directory that nobody connects is there (default: if all are). */
  readonly newcomer?: boolean;
}

/** Creates the sample tenants with their directories. */
export async function loadSamples(emulator: GraphEmulator, options: SampleOptions): Promise<void> {
  for (const [index, sample] of sampleTenants.slice(0, options.tenants ?? sampleTenants.length).entries()) {
    const size = {
      users: options.users ?? sample.users,
      groups: options.groups ?? sample.groups,
      ...(options.memberships === undefined ? {} : { memberships: options.memberships }),
    };
    await create(emulator, sample, { ...size, everybody: index === 1 });
  }
  if (options.newcomer ?? options.tenants === undefined)
    await create(emulator, newcomer, { users: newcomer.users, groups: newcomer.groups, everybody: false });
}

type Size = Omit<Parameters<typeof sampleDirectory>[0], 'domain' | 'seed'>;

async function create(emulator: GraphEmulator, sample: SampleTenant, size: Size): Promise<void> {
  const { tenantId, displayName, domain, clientId, clientSecret, seed } = sample;
  const app = { clientId, displayName: 'Rollcall', secrets: [{ value: clientSecret }], roles: sampleRoles };
  await emulator.createTenant({ tenantId, displayName, domain, apps: [app] });
  await emulator.applyChanges(tenantId, sampleDirectory({ ...size, domain, seed }));
}

import type { ConsentApp } from '../../core/bundle.js';
import type { ProofPatience } from '../../core/consent-proof.js';
import type { AdministratorLogin } from '../../ports/administrator-login.js';
import type { ClientStateHasher } from '../../ports/client-state.js';
import type { Chance, Clock } from '../../ports/clock.js';
import type { ConsentRequests } from '../../ports/consent-requests.js';
import type { Directory } from '../../ports/directory.js';
import type { JobQueue } from '../../ports/job-queue.js';
import type { Log } from '../../ports/log.js';
import type { Tenants } from '../../ports/registry.js';

export interface ConsentPorts {
  readonly tenants: Tenants;
  readonly consentRequests: ConsentRequests;
  readonly administratorLogin: AdministratorLogin;
  readonly directory: Pick<Directory, 'admission'>;
  readonly clientStates: Pick<ClientStateHasher, 'hash'>;
  readonly queue: JobQueue;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

export interface ConsentSettings {
  readonly consentApps: readonly ConsentApp[];
  /** Where browsers reach this app, without a path. */
  readonly publicUrl: string;
  readonly patience: ProofPatience;
}

/** Where consent pages come back to; registered with every consent application. */
export const CALLBACK_PATH = '/api/consent/callback';
/** Where a sign-in that tells the tenant comes back to; registered as well. */
export const SIGNED_IN_PATH = '/api/consent/signed-in';

/** Which link somebody holds. A null tenant is one that a sign-in is to tell. */
export interface ConsentLink {
  readonly tenantId: string | null;
  readonly token: string;
}

/** Path of a link's page, with the token in it. */
export function linkPath({ tenantId, token }: ConsentLink): string {
  return `/api/consent/${tenantId ?? UNKNOWN_TENANT}/${token}`;
}

/** In an address, in place of a tenant that is not known. */
export const UNKNOWN_TENANT = 'unknown';

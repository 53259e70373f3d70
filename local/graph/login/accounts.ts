import { derivedGuid } from '../derived-guid.js';
import type { Tenant } from '../tenant.js';

/** Template id of the Global Administrator role, as `wids` names it. */
export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';

/** Somebody who can sign in: every tenant has one administrator and one ordinary user. */
export interface Account {
  readonly tenant: Tenant;
  /** Also how the pages' forms name the account. */
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly objectId: string;
  readonly administrator: boolean;
}

/** The tenant's administrator `admin@{domain}` and ordinary user `user@{domain}`. They are not in the directory. */
export function accountsOf(tenant: Tenant): readonly Account[] {
  return [account(tenant, 'admin', 'Ada Administrator', true), account(tenant, 'user', 'Uma User', false)];
}

function account(tenant: Tenant, name: string, displayName: string, administrator: boolean): Account {
  const objectId = derivedGuid(`${tenant.id} ${name}`);
  return { tenant, userPrincipalName: `${name}@${tenant.domain}`, displayName, objectId, administrator };
}

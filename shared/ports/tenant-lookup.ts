import type { Cloud } from '../core/cloud.js';

/** What the login service of a cloud says of a tenant, to anybody who asks. */
export type TenantLookupAnswer = {
  /** The login service's own time of its answer, epoch milliseconds; null where it told none. */
  readonly serverTime: number | null;
} & (
  | {
      readonly kind: 'found';
      /** GUID in lower case. */
      readonly tenantId: string;
      /** The cloud that the tenant lives in, which may be another than the one that was asked. */
      readonly cloud: Cloud;
    }
  /** That cloud knows no such tenant; another may. */
  | { readonly kind: 'unknown' }
);

/** Who a tenant is, and in which cloud it lives, before anybody has let us in. */
export interface TenantLookup {
  /**
   * @param tenant GUID or domain
   * @param cloud whose login service is asked
   * @throws Unavailable where it cannot be asked, or its answer is none
   */
  find(tenant: string, cloud: Cloud): Promise<TenantLookupAnswer>;
}

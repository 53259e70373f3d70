import type { ProductApi, TenantView } from './product-api.js';

/** The removal of a tenant as the product's API shows it, as far as the commands look at it. */
export interface DisconnectionView {
  readonly status: 'Running' | 'Succeeded' | 'Failed';
  readonly stage?: string;
  readonly waitsUntil?: string;
  readonly rowsRemoved: number;
  readonly subscriptionsEnded: number;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Follows the removal of tenants from the moment that one is seen as `disconnecting`, beyond its own row, to its end. */
export class DisconnectionWatch {
  private readonly followed = new Map<string, { readonly tenant: TenantView; place: string | null }>();

  constructor(
    private readonly api: Pick<ProductApi, 'one'>,
    private readonly show: (line: string) => void,
  ) {}

  /** Shows each stage once. @param tenants those that there are now */
  async look(tenants: readonly TenantView[]): Promise<void> {
    for (const tenant of tenants) {
      if (tenant.state === 'disconnecting' && !this.followed.has(tenant.tenantId))
        this.followed.set(tenant.tenantId, { tenant, place: null });
    }
    for (const [tenantId, followed] of this.followed) {
      const path = `/api/v1/tenants/${tenantId}/disconnection`;
      const operation = (await this.api.one(path)) as DisconnectionView;
      const place = `${operation.status} ${operation.stage ?? ''}`;
      if (place !== followed.place) this.show(describeDisconnection(followed.tenant.displayName, operation));
      followed.place = place;
      // One that failed is taken up again when it is asked for again.
      if (operation.status === 'Succeeded') this.followed.delete(tenantId);
    }
  }
}

/** How far a removal is, in one line. */
function describeDisconnection(displayName: string, operation: DisconnectionView): string {
  const { status, stage, waitsUntil, rowsRemoved, subscriptionsEnded, error } = operation;
  const words = stage === undefined ? '' : ` · ${inWords(stage)}`;
  const until = waitsUntil === undefined ? '' : ` until ${waitsUntil}`;
  const counts = ` · ${rowsRemoved} rows removed, ${subscriptionsEnded} subscriptions ended`;
  const why = error === undefined ? '' : ` · ${error.code}: ${error.message}`;
  return `${displayName}: ${verbs[status]}${words}${until}${counts}${why}`;
}

const verbs = {
  Running: 'disconnecting',
  Succeeded: 'disconnected',
  Failed: 'disconnection failed',
} as const;

/** `removingRows` becomes "removing rows". */
function inWords(stage: string): string {
  return stage.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

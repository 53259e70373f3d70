/**
 * Where a tenant stands. `since` is ISO 8601 UTC. Whether something about it needs attention is worked out from its
 * issues (`issues/issues-of.ts`), and stored with none of these.
 * - awaitingConsent: known, but nobody has let us in yet
 * - connected: we may read; only runs that are asked for do, until one of its setups is started
 * - running: nightly, notifications, subscriptions, since one of its setups is started
 * - parked: stopped until its cause is fixed; nothing is removed, and it is tried again automatically
 * - disconnecting: everything of it is being removed
 */
export type TenantState =
  | { readonly kind: 'awaitingConsent'; readonly since: string }
  | { readonly kind: 'connected'; readonly since: string }
  | { readonly kind: 'running'; readonly since: string }
  | {
      readonly kind: 'parked';
      readonly since: string;
      readonly reason: string;
      readonly fix: string;
      /** What it goes back to once its cause is fixed. */
      readonly before: 'connected' | 'running';
    }
  | { readonly kind: 'disconnecting'; readonly since: string };

/** What may happen to a tenant; `at` is ISO 8601 UTC. */
export type TenantEvent =
  /** A consent or a credential was proven to work. */
  | { readonly kind: 'admitted'; readonly at: string }
  /** A run succeeded, which lets a parked tenant go on. */
  | { readonly kind: 'synced'; readonly at: string }
  /** Whether one of its setups is started, as its jobs find them. */
  | { readonly kind: 'setups'; readonly at: string; readonly started: boolean }
  /** The login service or Graph permanently reject the application. */
  | { readonly kind: 'refused'; readonly at: string; readonly reason: string; readonly fix: string }
  | { readonly kind: 'disconnected'; readonly at: string };

/** The tenant's state after an event; the same object where nothing changes. */
export function nextTenantState(state: TenantState, event: TenantEvent): TenantState {
  if (state.kind === 'disconnecting') return state;
  switch (event.kind) {
    case 'admitted':
      return afterAdmission(state, event.at);
    case 'synced':
      return state.kind === 'parked' ? { kind: state.before, since: event.at } : state;
    case 'setups':
      return afterSetups(state, event);
    case 'refused':
      return afterRefusal(state, event);
    case 'disconnected':
      return { kind: 'disconnecting', since: event.at };
  }
}

type Living = Exclude<TenantState, { kind: 'disconnecting' }>;

function afterAdmission(state: Living, at: string): TenantState {
  switch (state.kind) {
    case 'awaitingConsent':
      return { kind: 'connected', since: at };
    case 'parked':
      return { kind: state.before, since: at };
    case 'connected':
    case 'running':
      return state;
  }
}

function afterSetups(state: Living, { at, started }: TenantEvent & { kind: 'setups' }): TenantState {
  const kind = started ? 'running' : 'connected';
  switch (state.kind) {
    case 'awaitingConsent':
      return state;
    case 'connected':
    case 'running':
      return state.kind === kind ? state : { kind, since: at };
    case 'parked':
      return state.before === kind ? state : { ...state, before: kind };
  }
}

function afterRefusal(state: Living, { at, reason, fix }: TenantEvent & { kind: 'refused' }): TenantState {
  switch (state.kind) {
    case 'awaitingConsent':
      return state;
    case 'parked':
      return state.reason === reason && state.fix === fix ? state : { ...state, reason, fix };
    case 'connected':
    case 'running':
      return { kind: 'parked', since: at, reason, fix, before: state.kind };
  }
}

/** Whether the tenant is kept up to date automatically, as far as nobody paused it. */
export function keepsItself(state: TenantState): boolean {
  return state.kind === 'running';
}

/** Whether somebody let us in and none of its setups is started: then it is read by runs that are asked for alone. */
export function awaitsSetup(state: TenantState): boolean {
  return state.kind === 'connected';
}

/** Something to be mended while the tenant goes on; each code at most once. */
export interface Matter {
  readonly code:
    'secretExpiring' | 'secretExpired' | 'noSubscriptions' | 'notificationsSilent' | 'setupAttention';
  /** What is the matter, a sentence. */
  readonly reason: string;
  /** The one thing to do, a sentence. */
  readonly fix: string;
}

/**
 * Where a tenant stands. `since` is ISO 8601 UTC.
 * - awaitingConsent: known, but nobody has let us in yet
 * - connected: we may read; only runs that are asked for do, until one of its setups is started
 * - running: nightly, notifications, subscriptions, since one of its setups is started
 * - attention: running, or connected, and something is to be mended before it stops
 * - parked: stopped until mended; nothing is removed, and it is tried again by itself
 * - disconnecting: everything of it is being removed
 */
export type TenantState =
  | { readonly kind: 'awaitingConsent'; readonly since: string }
  | { readonly kind: 'connected'; readonly since: string }
  | { readonly kind: 'running'; readonly since: string }
  | {
      readonly kind: 'attention';
      readonly since: string;
      readonly matters: readonly Matter[];
      /** Where none of its setups is started: then it goes back to `connected`, else to `running`. */
      readonly before?: 'connected';
    }
  | {
      readonly kind: 'parked';
      readonly since: string;
      readonly reason: string;
      readonly fix: string;
      /** What it goes back to once it is mended. */
      readonly before: 'connected' | 'running';
    }
  | { readonly kind: 'disconnecting'; readonly since: string };

/** What may happen to a tenant; `at` is ISO 8601 UTC. */
export type TenantEvent =
  /** A consent or a credential was proven to work. */
  | { readonly kind: 'admitted'; readonly at: string }
  /** A run succeeded, which mends a parked tenant. */
  | { readonly kind: 'synced'; readonly at: string }
  /** Whether one of its setups is started, as its jobs find them. */
  | { readonly kind: 'setups'; readonly at: string; readonly started: boolean }
  /** The login service or Graph lastingly refuse. */
  | { readonly kind: 'refused'; readonly at: string; readonly reason: string; readonly fix: string }
  /** What is to be mended, all of it. */
  | { readonly kind: 'matters'; readonly at: string; readonly matters: readonly Matter[] }
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
    case 'matters':
      return afterMatters(state, event.at, event.matters);
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
    case 'attention':
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
    case 'attention': {
      if (keepsItself(state) === started) return state;
      const { since, matters } = state;
      return { kind: 'attention', since, matters, ...(started ? {} : { before: 'connected' }) };
    }
  }
}

function afterRefusal(state: Living, { at, reason, fix }: TenantEvent & { kind: 'refused' }): TenantState {
  switch (state.kind) {
    case 'awaitingConsent':
      return state;
    case 'parked':
      return state.reason === reason && state.fix === fix ? state : { ...state, reason, fix };
    case 'connected':
      return { kind: 'parked', since: at, reason, fix, before: 'connected' };
    case 'running':
      return { kind: 'parked', since: at, reason, fix, before: 'running' };
    case 'attention':
      return { kind: 'parked', since: at, reason, fix, before: state.before ?? 'running' };
  }
}

function afterMatters(state: Living, at: string, matters: readonly Matter[]): TenantState {
  switch (state.kind) {
    case 'awaitingConsent':
    case 'parked':
      return state;
    case 'connected':
      return matters.length === 0 ? state : { kind: 'attention', since: at, matters, before: 'connected' };
    case 'running':
      return matters.length === 0 ? state : { kind: 'attention', since: at, matters };
    case 'attention':
      if (matters.length === 0) return { kind: state.before ?? 'running', since: at };
      return sameMatters(state.matters, matters) ? state : { ...state, matters };
  }
}

function sameMatters(some: readonly Matter[], others: readonly Matter[]): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}

/** Whether the tenant is kept up to date by itself, as far as nobody paused it. */
export function keepsItself(state: TenantState): boolean {
  return state.kind === 'running' || (state.kind === 'attention' && state.before !== 'connected');
}

/** Whether somebody let us in and none of its setups is started: then it is read by runs that are asked for alone. */
export function awaitsSetup(state: TenantState): boolean {
  return state.kind === 'connected' || (state.kind === 'attention' && state.before === 'connected');
}

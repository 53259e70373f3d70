import { expiresSoonFrom, secretState } from '../secret-expiry.js';
import { isForOperator } from '../consent-finding.js';
import type { Tenant } from '../tenant.js';
import type { TenantState } from '../tenant-state.js';
import { endInUse, recordOfSecret } from './recorded-secret.js';
import { ISSUE_CODES, type IssueCode, type TenantIssue } from './tenant-issue.js';

type Source = Pick<Tenant, 'state' | 'credential' | 'health'>;

/**
 * Everything about a tenant that somebody has to act on, in the order in which it is to be dealt with. The one place
 * that decides it: whatever shows a status reads this list.
 * @param now epoch milliseconds
 */
export function issuesOf(tenant: Source, now: number): readonly TenantIssue[] {
  if (tenant.state.kind === 'disconnecting') return [];
  const found = [...parked(tenant), ...ofSecret(tenant, now), ...recorded(tenant), ...ofChanges(tenant)];
  const known = new Set(found.map(({ code }) => subjectOf(code)));
  const all = [...found, ...tenant.health.told.filter(({ code }) => !known.has(subjectOf(code)))];
  return all.sort((a, b) => ISSUE_CODES.indexOf(a.code) - ISSUE_CODES.indexOf(b.code));
}

/** A secret that ends and one that has ended are the same one. */
function subjectOf(code: IssueCode): string {
  return code === 'secretExpiring' ? 'secretExpired' : code;
}

function parked({ state }: Source): readonly TenantIssue[] {
  if (state.kind !== 'parked') return [];
  const { since, reason, fix } = state;
  return [{ code: 'parked', since, reason, fix, operatorOnly: isForOperator(fix) }];
}

function ofSecret(tenant: Source, now: number): readonly TenantIssue[] {
  const end = endInUse(tenant);
  if (end === null) return [];
  const refused = recordOfSecret(tenant)?.refusedAt != null;
  if (refused || secretState(end, now) === 'expired') return [{ code: 'secretExpired', since: end, refused }];
  return secretState(end, now) === 'expiring'
    ? [{ code: 'secretExpiring', since: expiresSoonFrom(end), expiresOn: end }]
    : [];
}

function recorded({ health }: Source): readonly TenantIssue[] {
  const { failing, held, deadLetters, attention } = health;
  return [
    ...failing.map(({ part, since, failure, runId }) => ({
      ...({ code: 'runsFailing', since, part, failure, runId } as const),
    })),
    ...held.map((of) => ({ code: 'removalsHeld', ...of }) as const),
    ...(deadLetters === null ? [] : [{ code: 'deadLetters', ...deadLetters } as const]),
    ...attention.map((of) => ({ code: 'setupAttention', ...of }) as const),
  ];
}

/** Of a tenant that is kept up to date automatically: whether changes are announced. */
function ofChanges({ state, health: { noSubscriptions, silent } }: Source): readonly TenantIssue[] {
  if (state.kind !== 'running') return [];
  return [
    ...(noSubscriptions === null ? [] : [{ code: 'noSubscriptions', ...noSubscriptions } as const]),
    ...(silent === null ? [] : [{ code: 'notificationsSilent', ...silent } as const]),
  ];
}

/** As whom a tenant is shown: `attention` is running or connected, with an issue. */
export type ShownState = TenantState['kind'] | 'attention';

/** @param now epoch milliseconds */
export function shownState(
  tenant: Source,
  now: number,
): { readonly kind: ShownState; readonly since: string } {
  const { state } = tenant;
  const [first, ...others] = issuesOf(tenant, now);
  if (first === undefined || (state.kind !== 'running' && state.kind !== 'connected'))
    return { kind: state.kind, since: state.since };
  const earliest = others.reduce((since, issue) => (issue.since < since ? issue.since : since), first.since);
  return { kind: 'attention', since: earliest > state.since ? earliest : state.since };
}

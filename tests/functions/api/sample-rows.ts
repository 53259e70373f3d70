import { aTenant } from '../../builders/tenant.js';
import type { AdminLink } from '../../../shared/core/admin-link.js';
import type { Edge, MirrorGroup, MirrorUser } from '../../../shared/core/mirror-rows.js';
import type { Run } from '../../../shared/core/run.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import type { Fence } from '../../../shared/ports/scope.js';
import type { Answered, Api, Item } from './api-harness.js';

export const TENANT = '11111111-1111-4111-8111-111111111111';
export const OTHER_TENANT = '22222222-2222-4222-8222-222222222222';

/** A GUID that ends in this number. */
export function idOf(number: number): string {
  return `aaaaaaaa-0000-4000-8000-${number.toString().padStart(12, '0')}`;
}

export function tenant(over: Partial<Tenant> = {}): Tenant {
  return aTenant({
    tenantId: TENANT,
    state: { kind: 'connected', since: '2026-05-01T00:00:00.000Z' },
    ...over,
  });
}

export function run(over: Partial<Run> = {}): Run {
  return {
    tenantId: TENANT,
    runId: 'run-1',
    trigger: 'manual',
    status: 'Running',
    jobs: ['users'],
    full: false,
    requestedAt: '2026-05-04T09:00:00.000Z',
    startedAt: '2026-05-04T09:00:01.000Z',
    endedAt: null,
    parts: { users: { kind: 'reading', roundId: 'round-1' } },
    progress: { users: { pages: 2, objects: 200, estimate: 1000, done: false } },
    counts: { users: { created: 1, updated: 2, softDeleted: 3, restored: 4, deleted: 5 } },
    warnings: [{ code: 'UnusableElement', message: 'An element had no id.', count: 1 }],
    error: null,
    ...over,
  };
}

export function adminLink(over: Partial<AdminLink> = {}): AdminLink {
  return {
    tenantId: TENANT,
    id: 'cd'.repeat(32),
    purposes: ['connect', 'credential'],
    createdBy: 'operator@rollcall.local',
    createdAt: '2026-05-04T09:00:00.000Z',
    expiresAt: '2026-05-07T09:00:00.000Z',
    consumedAt: null,
    failedTries: 0,
    ...over,
  };
}

export function user(number: number, over: Partial<MirrorUser> = {}): MirrorUser {
  return {
    id: idOf(number),
    presence: 'live',
    attributes: { displayName: `User ${number}` },
    managerId: null,
    ...over,
  };
}

export function group(number: number, over: Partial<MirrorGroup> = {}): MirrorGroup {
  return {
    id: idOf(number),
    presence: 'live',
    attributes: { displayName: `Group ${number}` },
    ...over,
  };
}

export function edge(groupNumber: number, memberNumber: number, memberType: string): Edge {
  return { groupId: idOf(groupNumber), memberId: idOf(memberNumber), memberType };
}

export const FENCE: Fence = { tenantId: TENANT, bucketCount: 4, assertHeld: () => undefined };

/** Puts rows into the mirror of the sample tenant. */
export async function seedMirror(
  api: Api,
  rows: {
    readonly users?: readonly MirrorUser[];
    readonly groups?: readonly MirrorGroup[];
    readonly edges?: readonly Edge[];
  },
): Promise<void> {
  await api.stores.mirror.writeUsers(FENCE, rows.users ?? []);
  await api.stores.mirror.writeGroups(FENCE, rows.groups ?? []);
  await api.stores.mirror.createEdges(FENCE, rows.edges ?? []);
}

/** Every item of a list, over all its pages. */
export async function readAll(api: Api, address: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let next: string | undefined = address; next !== undefined;) {
    const { body }: Answered = await api.get(next);
    items.push(...body.value);
    next = body.nextLink;
  }
  return items;
}

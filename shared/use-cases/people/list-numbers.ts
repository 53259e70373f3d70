import type { MemberType } from '../../core/mirror-rows.js';
import {
  NUMBER_REASONS,
  NumbersTally,
  type NumberReason,
  type NumberRemark,
} from '../../core/people/numbers.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { TenantScope } from '../../ports/scope.js';
import type { CountedBatch } from './counted-objects.js';
import type { DerivationPorts } from './derivation-ports.js';
import {
  batchesOf,
  numbersSubject,
  tallied,
  type NotCounted,
  type NumbersKey,
  type NumbersSubject,
} from './numbers-subject.js';

export interface NumberedObject {
  readonly id: string;
  readonly type: MemberType;
  readonly displayName: string | null;
  readonly mail: string | null;
}

export type ListNumbersOutcome =
  | { readonly kind: 'found'; readonly page: ListPage<NumberedObject> }
  | { readonly kind: 'unknownPosition' }
  | NotCounted;

/** A page ends after so many objects looked at, however few of them it lists. */
const OBJECTS_LOOKED_AT = 5_000;
const POSITION = /^(\d{1,9}):([0-9A-Za-z-]*)$/;

/** The objects that are counted under a reason or a remark, in the order in which they are counted. */
export async function listNumbers(
  ports: DerivationPorts,
  key: NumbersKey,
  reason: NumberReason | NumberRemark,
  { after, limit }: ListRequest,
): Promise<ListNumbersOutcome> {
  const subject = await numbersSubject(ports, key);
  if (subject.kind !== 'found') return subject;
  const [, from, behind] = POSITION.exec(after ?? '0:') ?? [];
  if (from === undefined || behind === undefined) return { kind: 'unknownPosition' };
  const { scope } = subject;
  if (scope === null) return { kind: 'found', page: { rows: [], next: null } };
  const found: string[] = [];
  const types = new Map<string, MemberType>();
  let looked = 0;
  let next: string | null = null;
  for await (const batch of batchesOf(ports, scope, subject, Number(from))) {
    if (looked >= OBJECTS_LOOKED_AT || found.length >= limit) {
      next = `${batch.stretch}:`;
      break;
    }
    looked += batch.users.length + batch.members.length;
    for (const { id, type } of batch.members) types.set(id, type);
    const ids = await idsIn(ports, scope, subject, batch, reason);
    const fresh = batch.stretch === Number(from) ? ids.filter((id) => id > behind) : ids;
    const taken = fresh.slice(0, limit - found.length);
    found.push(...taken);
    if (taken.length < fresh.length) {
      next = `${batch.stretch}:${taken.at(-1) ?? ''}`;
      break;
    }
  }
  return { kind: 'found', page: { rows: await described(ports, scope, found, types), next } };
}

async function idsIn(
  ports: DerivationPorts,
  scope: TenantScope,
  subject: NumbersSubject,
  batch: CountedBatch,
  reason: NumberReason | NumberRemark,
): Promise<readonly string[]> {
  const tally = new NumbersTally(batch.users.length + batch.members.length);
  await tallied(ports, scope, subject, batch, tally);
  const { reasons, remarks } = tally.result();
  return isReason(reason) ? reasons[reason].ids : remarks[reason].ids;
}

function isReason(name: NumberReason | NumberRemark): name is NumberReason {
  return (NUMBER_REASONS as readonly string[]).includes(name);
}

async function described(
  { mirror }: DerivationPorts,
  scope: TenantScope,
  ids: readonly string[],
  types: ReadonlyMap<string, MemberType>,
): Promise<NumberedObject[]> {
  const typeOf = (id: string): MemberType => types.get(id) ?? 'user';
  const [users, groups] = await Promise.all([
    mirror.readUsers(
      scope,
      ids.filter((id) => typeOf(id) === 'user'),
    ),
    mirror.readGroups(
      scope,
      ids.filter((id) => typeOf(id) === 'group'),
    ),
  ]);
  return ids.map((id) => {
    const { displayName = null, mail = null } = (users.get(id) ?? groups.get(id))?.attributes ?? {};
    const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
    return { id, type: typeOf(id), displayName: text(displayName), mail: text(mail) };
  });
}

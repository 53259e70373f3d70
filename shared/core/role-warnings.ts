import { roleListKey, type RoleList, type RoleListState } from './role-assignment.js';
import type { Warning } from './round.js';

/** A list of roles that could not be read, see `RoleListState.outcome`. */
export interface UnreadRoleList {
  readonly list: RoleList;
  readonly outcome: 'refused' | 'missing';
}

const CODES = { refused: 'RolesRefused', missing: 'RoleNotFound' } as const;
const MOST_NAMED = 5;

const PERMISSION: Readonly<Record<RoleList['kind'], string>> = {
  appRoles: 'Application.Read.All',
  directoryRole: 'RoleManagement.Read.Directory',
};

/** Of these lists those whose last asking came to nothing, each once. */
export function unreadRoleLists(
  lists: readonly RoleList[],
  states: readonly RoleListState[],
): readonly UnreadRoleList[] {
  const outcomes = new Map(states.map(({ key, outcome }) => [key, outcome]));
  const each = new Map(lists.map((list) => [roleListKey(list), list]));
  return [...each].flatMap(([key, list]) => {
    const outcome = outcomes.get(key) ?? 'read';
    return outcome === 'read' ? [] : [{ list, outcome }];
  });
}

/** One warning per code, as a run has them, that names the lists and what to do. */
export function roleWarnings(unread: readonly UnreadRoleList[]): readonly Warning[] {
  return (['refused', 'missing'] as const).flatMap((outcome) => {
    const lists = unread.filter((each) => each.outcome === outcome).map(({ list }) => list);
    if (lists.length === 0) return [];
    const named = lists.slice(0, MOST_NAMED).map(nameOf);
    const rest = lists.length > MOST_NAMED ? [`${lists.length - MOST_NAMED} more`] : [];
    const which = [...named, ...rest].join(', ');
    const permissions = [...new Set(lists.map(({ kind }) => PERMISSION[kind]))].join(' and ');
    const message =
      outcome === 'refused'
        ? `Graph does not let us read who has ${which}: consent to ${permissions}. What was read before stays.`
        : `Graph does not know ${which}. What was read before stays; correct the setups that name it.`;
    return [{ code: CODES[outcome], message, count: lists.length }];
  });
}

/** What a setup that names the list is told, see `SetupAttention`. */
export function roleAttention({ list, outcome }: UnreadRoleList): {
  readonly code: 'RolesRefused' | 'RoleNotFound';
  readonly message: string;
} {
  const message =
    outcome === 'refused'
      ? `Graph does not let us read who has ${nameOf(list)}: what was read before stays. Consent to ${PERMISSION[list.kind]}.`
      : `Graph does not know ${nameOf(list)}: who had it keeps what it gave. Correct the source, or take it out of the setup.`;
  return { code: CODES[outcome], message };
}

function nameOf(list: RoleList): string {
  return list.kind === 'appRoles'
    ? `the app roles of the service principal ${list.servicePrincipalId}`
    : `the directory role ${list.directoryRole}`;
}

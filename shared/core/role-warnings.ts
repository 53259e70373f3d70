import { roleListKey, type RoleList, type RoleListState } from './role-assignment.js';
import type { Warning } from './round.js';

/** A list of roles that could not be read, see `RoleListState.outcome`. */
export interface UnreadRoleList {
  readonly list: RoleList;
  readonly outcome: Exclude<RoleListState['outcome'], 'read'>;
}

const CODES = { refused: 'RolesRefused', missing: 'RoleNotFound', incomplete: 'RolesIncomplete' } as const;
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
  return (['refused', 'missing', 'incomplete'] as const).flatMap((outcome) => {
    const lists = unread.filter((each) => each.outcome === outcome).map(({ list }) => list);
    if (lists.length === 0) return [];
    const named = lists.slice(0, MOST_NAMED).map(nameOf);
    const rest = lists.length > MOST_NAMED ? [`${lists.length - MOST_NAMED} more`] : [];
    const which = [...named, ...rest].join(', ');
    const permissions = [...new Set(lists.map(({ kind }) => PERMISSION[kind]))].join(' and ');
    return [{ code: CODES[outcome], message: warningText(outcome, which, permissions), count: lists.length }];
  });
}

function warningText(outcome: UnreadRoleList['outcome'], which: string, permissions: string): string {
  switch (outcome) {
    case 'refused':
      return `Graph does not let us read who has ${which}: consent to ${permissions}. What was read before stays.`;
    case 'missing':
      return `Graph does not know ${which}. What was read before stays; correct the setups that name it.`;
    case 'incomplete':
      return `Graph lists only the first 1,000 of who has ${which}, and does not let us read the role assignments: consent to ${permissions}. Nobody loses what the role gave.`;
  }
}

/** What a setup that names the list is told, see `SetupAttention`. */
export function roleAttention({ list, outcome }: UnreadRoleList): {
  readonly code: (typeof CODES)[keyof typeof CODES];
  readonly message: string;
} {
  return { code: CODES[outcome], message: attentionText(outcome, nameOf(list), PERMISSION[list.kind]) };
}

function attentionText(outcome: UnreadRoleList['outcome'], which: string, permission: string): string {
  switch (outcome) {
    case 'refused':
      return `Graph does not let us read who has ${which}: what was read before stays. Consent to ${permission}.`;
    case 'missing':
      return `Graph does not know ${which}: who had it keeps what it gave. Correct the source, or take it out of the setup.`;
    case 'incomplete':
      return `Graph lists only the first 1,000 of who has ${which}: they get what it gives, and nobody loses it. Consent to ${permission}, so that all can be read.`;
  }
}

function nameOf(list: RoleList): string {
  return list.kind === 'appRoles'
    ? `the app roles of the service principal ${list.servicePrincipalId}`
    : `the directory role ${list.directoryRole}`;
}

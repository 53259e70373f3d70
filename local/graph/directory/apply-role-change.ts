import type { RoleChange } from '../control-api.js';
import { ChangeRefused } from './change-event.js';
import type { DirectoryState } from './directory-state.js';

/** Gives or takes a role. Graph tells nobody of it: neither delta nor notifications know of roles. */
export function applyRoleChange(state: DirectoryState, change: RoleChange): void {
  const { roles } = state;
  switch (change.kind) {
    case 'assignAppRole':
      roles.assignAppRole({ ...appRole(change), principalId: live(state, change), seq: state.advance() });
      return;
    case 'removeAppRole':
      roles.removeAppRole({ ...appRole(change), principalId: change.principalId.toLowerCase() });
      break;
    case 'createDirectoryRole': {
      if (change.id === undefined) throw new ChangeRefused('the change has no id');
      const { id, roleTemplateId, displayName = `Role ${id}` } = change;
      roles.createDirectoryRole({ id, roleTemplateId: roleTemplateId.toLowerCase(), displayName });
      break;
    }
    case 'assignDirectoryRole':
      roles.assignDirectoryRole(change.roleId, live(state, change), state.advance());
      return;
    case 'removeDirectoryRole':
      roles.removeDirectoryRole(change.roleId, change.principalId.toLowerCase());
      break;
  }
  // What changed is told by the number, so that it is saved.
  state.advance();
}

function appRole(change: { readonly servicePrincipalId: string; readonly appRoleId: string }): {
  readonly servicePrincipalId: string;
  readonly appRoleId: string;
} {
  return {
    servicePrincipalId: change.servicePrincipalId.toLowerCase(),
    appRoleId: change.appRoleId.toLowerCase(),
  };
}

function live(state: DirectoryState, { principalId }: { readonly principalId: string }): string {
  const principal = state.findLive(principalId);
  if (principal === undefined) throw new ChangeRefused(`there is no live principal ${principalId}`);
  return principal.id;
}

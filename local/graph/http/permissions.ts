const directory = ['Directory.Read.All', 'Directory.ReadWrite.All'];

/** Application permissions by feature: any one of a list suffices (graph-protocol section 13). */
export const permissions = {
  users: ['User.Read.All', 'User.ReadWrite.All', ...directory],
  groups: [
    'GroupMember.Read.All',
    'Group.Read.All',
    'GroupMember.ReadWrite.All',
    'Group.ReadWrite.All',
    ...directory,
  ],
  memberOf: ['GroupMember.Read.All', 'Group.Read.All', 'User.Read.All', 'User.ReadWrite.All', ...directory],
  deletedGroups: ['Group.Read.All', 'Group.ReadWrite.All', ...directory],
  groupSubscriptions: ['Group.Read.All', 'Group.ReadWrite.All', ...directory],
  organization: ['Organization.Read.All', 'Organization.ReadWrite.All', ...directory],
  applications: ['Application.Read.All', 'Application.ReadWrite.All', ...directory],
  roles: ['RoleManagement.Read.Directory', 'RoleManagement.ReadWrite.Directory', ...directory],
  contacts: ['OrgContact.Read.All', ...directory],
  calendars: ['Calendars.Read', 'Calendars.ReadWrite'],
} as const;

/** What reading a kind of deleted items needs, by its cast. */
export function deletedPermission(params: readonly string[]): readonly string[] {
  return params[0]?.toLowerCase() === 'microsoft.graph.user' ? permissions.users : permissions.deletedGroups;
}

/** What a restore needs. */
export const restorePermission = [
  'User.ReadWrite.All',
  'Group.ReadWrite.All',
  'Directory.ReadWrite.All',
] as const;

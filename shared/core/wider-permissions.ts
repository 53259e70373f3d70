const WHOLE_DIRECTORY: readonly string[] = ['Directory.Read.All', 'Directory.ReadWrite.All'];

/**
 * The wider permissions that do as well as one that is asked for.
 * Source: the "Permissions" tables of the Graph v1.0 reference, least to most privileged.
 */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  'User.Read.All': ['User.ReadWrite.All', ...WHOLE_DIRECTORY],
  'GroupMember.Read.All': [
    'Group.Read.All',
    'GroupMember.ReadWrite.All',
    'Group.ReadWrite.All',
    ...WHOLE_DIRECTORY,
  ],
  'Group.Read.All': ['Group.ReadWrite.All', ...WHOLE_DIRECTORY],
  'Organization.Read.All': ['Organization.ReadWrite.All', ...WHOLE_DIRECTORY],
  'OrgContact.Read.All': WHOLE_DIRECTORY,
  'LicenseAssignment.Read.All': ['LicenseAssignment.ReadWrite.All', ...WHOLE_DIRECTORY],
  'SecurityEvents.Read.All': ['SecurityEvents.ReadWrite.All'],
  'Place.Read.All': ['Place.ReadWrite.All'],
  'Calendars.Read': ['Calendars.ReadWrite'],
};

/** Whether the held permissions do for a needed one. */
export function suffices(held: readonly string[], needed: string): boolean {
  return [needed, ...(WIDER[needed] ?? [])].some((name) => held.includes(name));
}

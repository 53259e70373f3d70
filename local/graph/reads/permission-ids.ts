import { derivedGuid } from '../derived-guid.js';

/**
 * The ids of Microsoft Graph's application permissions that are asked for here.
 * Source: https://learn.microsoft.com/graph/permissions-reference
 */
const published: Readonly<Record<string, string>> = {
  'Application.Read.All': '9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30',
  'AuditLog.Read.All': 'b0afded3-3588-46d8-8b3d-9842eff778da',
  'Calendars.Read': '798ee544-9d2d-430c-a058-570e29e34338',
  'Directory.Read.All': '7ab1d382-f21e-4acd-a863-ba3e13f7da61',
  'Directory.ReadWrite.All': '19dbc75e-c2e2-444c-a770-ec69d8559fc7',
  'Group.Read.All': '5b567255-7703-4780-807c-7be8301ae99b',
  'Group.ReadWrite.All': '62a82d76-70ea-41e2-9197-370581804d09',
  'GroupMember.Read.All': '98830695-27a2-44f7-8c18-0c3ebc9698f6',
  'LicenseAssignment.Read.All': 'e2f98668-2877-4f38-a2f4-8202e0717aa1',
  'Member.Read.Hidden': '658aa5d8-239f-45c4-aa12-864f4fc7e490',
  'OrgContact.Read.All': 'e1a88a34-94c4-4418-be12-c87b00e26bea',
  'Organization.Read.All': '498476ce-e0fe-48b0-b801-37ba7e2685c6',
  'Place.Read.All': '913b9306-0ce1-42b8-9137-6a7df690a760',
  'Reports.Read.All': '230c1aed-a721-4c5d-9cb4-a90514e508ef',
  'SecurityEvents.Read.All': 'bf394140-e372-4bf9-a898-299cfc7564e5',
  'User.Read.All': 'df021288-bdef-4463-88db-98f22de89214',
  'User.ReadWrite.All': '741f803b-c850-494e-b5df-cde7c675a1ca',
};

/** Every permission with a known id. */
export const knownPermissions: readonly string[] = Object.keys(published);

/** The id of an application permission; one that is not known here gets an id of the emulator's own. */
export function permissionId(name: string): string {
  return published[name] ?? derivedGuid(`permission ${name}`);
}

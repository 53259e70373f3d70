import { READS_HIDDEN } from '../../shared/core/hidden-membership.js';
import { ApiError } from './errors.js';

export function tenantNotFound(): ApiError {
  return new ApiError('TenantNotFound', 'There is no such tenant.', { target: 'tenantId' });
}

export function runNotFound(): ApiError {
  return new ApiError('RunNotFound', 'The tenant has no such run.', { target: 'runId' });
}

export function userNotFound(): ApiError {
  return new ApiError('UserNotFound', 'The tenant has no such user.', { target: 'userId' });
}

export function groupNotFound(): ApiError {
  return new ApiError('GroupNotFound', 'The tenant has no such group.', { target: 'groupId' });
}

export function adminLinkNotFound(): ApiError {
  return new ApiError('AdminLinkNotFound', 'The tenant has no such link.', { target: 'linkId' });
}

export function accessNotFound(): ApiError {
  return new ApiError('AccessNotFound', 'The identity was given no roles for this tenant.', {
    target: 'principalId',
  });
}

export function disconnectionNotFound(): ApiError {
  return new ApiError('DisconnectionNotFound', 'The tenant was not disconnected in the last 30 days.', {
    target: 'tenantId',
  });
}

export function organizationNotFound(): ApiError {
  return new ApiError('OrganizationNotFound', 'There is no such organization.', {
    target: 'organizationId',
  });
}

export function letterNotFound(): ApiError {
  return new ApiError('DeadLetterNotFound', 'There is no such dead letter.', { target: 'letterId' });
}

export function catalogEntryNotFound(): ApiError {
  return new ApiError('CatalogEntryNotFound', 'The organization has registered nothing under that id.', {
    target: 'catalogId',
  });
}

export function setupNotFound(): ApiError {
  return new ApiError('SetupNotFound', 'The tenant has no such setup.', { target: 'setupId' });
}

export function setupTemplateNotFound(): ApiError {
  return new ApiError('SetupTemplateNotFound', 'There is no such template.', { target: 'templateId' });
}

export function personNotFound(): ApiError {
  return new ApiError('PersonNotFound', 'The setup has no such person.', { target: 'personId' });
}

export function syncNotFound(): ApiError {
  return new ApiError('PersonSyncNotFound', 'The person has no such sync; traces are kept for a day.', {
    target: 'requestId',
  });
}

export function segmentNotFound(): ApiError {
  return new ApiError('SegmentNotFound', 'The setup has no such segment.', { target: 'segmentId' });
}

export function overrideNotFound(): ApiError {
  return new ApiError('OverrideNotFound', 'The setup has no such override.', { target: 'overrideId' });
}

/** @param groupIds whose members are asked for, and not in the mirror */
export function notMirrored(groupIds?: readonly string[]): ApiError {
  const which = groupIds === undefined ? 'of the group' : `of ${groupIds.slice(0, 20).join(', ')}`;
  const message = `The members ${which} are not read, since no setup needs them yet. Name the group in a setup, or have all read (groupMembers of the tenant), and run the jobs.`;
  return new ApiError('NotMirrored', message, { target: 'groupId' });
}

export function membersHidden(): ApiError {
  const message = `The group, or one beneath it, hides its members, and the application may not read them. Grant it ${READS_HIDDEN} (type Application) with admin consent; they are read automatically within about an hour.`;
  return new ApiError('NotMirrored', message, { target: 'groupId' });
}

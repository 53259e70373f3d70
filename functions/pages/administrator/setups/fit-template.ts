import type { SetupTemplate } from '../../../../shared/core/setup/setup.js';
import { withGroups } from './groups-pages.js';

type TemplateDocument = SetupTemplate['document'];

/** Every group that a template names, wherever. */
export function groupsOfTemplate({ scope, grants, segments }: TemplateDocument): readonly string[] {
  return [
    ...scope.groupIds,
    ...scope.excludeGroupIds,
    ...grants.flatMap(({ source }) => (source.kind === 'group' ? [source.groupId] : [])),
    ...segments.groupIds,
  ];
}

/**
 * A template for one directory: the groups that are not of that directory, and what only they give, are left out; the
 * chosen groups take the place of the template's.
 */
export function fitted(
  document: TemplateDocument,
  isHere: (groupId: string) => boolean,
  chosen: readonly string[],
): Pick<TemplateDocument, 'scope' | 'grants' | 'segments'> {
  const { scope, grants, segments } = document;
  const groupIds = chosen.length > 0 ? [] : scope.groupIds.filter(isHere);
  const listed = segments.groupIds.filter(isHere);
  return {
    scope: withGroups({ ...scope, groupIds, excludeGroupIds: scope.excludeGroupIds.filter(isHere) }, chosen),
    grants: grants.filter(({ source }) => source.kind !== 'group' || isHere(source.groupId)),
    segments: {
      ...segments,
      groupIds: listed,
      fromGroups: segments.fromGroups === 'listed' && listed.length === 0 ? 'none' : segments.fromGroups,
    },
  };
}

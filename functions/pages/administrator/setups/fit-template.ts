import type { Scope, SetupTemplate } from '../../../../shared/core/setup/setup.js';
import { withGroups } from './groups-pages.js';
import type { WhoIsIn } from './who-is-in.js';

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
 * Returns a template for one directory: the groups that are not of that directory, and what only they give, are left
 * out; who was chosen takes the place of the template's own scope.
 */
export function fitted(
  document: TemplateDocument,
  isHere: (groupId: string) => boolean,
  who: Exclude<WhoIsIn, { kind: 'unclear' }>,
): Pick<TemplateDocument, 'scope' | 'grants' | 'segments'> {
  const { scope, grants, segments } = document;
  const listed = segments.groupIds.filter(isHere);
  return {
    scope: { ...chosenScope(scope, who), excludeGroupIds: scope.excludeGroupIds.filter(isHere) },
    grants: grants.filter(({ source }) => source.kind !== 'group' || isHere(source.groupId)),
    segments: {
      ...segments,
      groupIds: listed,
      fromGroups: segments.fromGroups === 'listed' && listed.length === 0 ? 'none' : segments.fromGroups,
    },
  };
}

function chosenScope(scope: Scope, who: Exclude<WhoIsIn, { kind: 'unclear' }>): Scope {
  return who.kind === 'everybody'
    ? { ...scope, kind: 'directory', groupIds: [] }
    : withGroups({ ...scope, groupIds: [] }, who.groupIds);
}

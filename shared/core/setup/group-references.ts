import type { SetupDocument } from './setup.js';

/** A place in a setup that names a group. */
export interface GroupReference {
  readonly path: string;
  readonly groupId: string;
}

/** Every place in a document that names a group of the directory. */
export function groupReferences({ scope, grants, segments }: SetupDocument): GroupReference[] {
  const listed = (path: string, ids: readonly string[]): GroupReference[] =>
    ids.map((groupId, index) => ({ path: `${path}[${index}]`, groupId }));
  return [
    ...listed('scope.groupIds', scope.groupIds),
    ...listed('scope.excludeGroupIds', scope.excludeGroupIds),
    ...grants.flatMap(({ source }, index) =>
      source.kind === 'group' ? [{ path: `grants[${index}].source.group`, groupId: source.groupId }] : [],
    ),
    ...listed('segments.groupIds', segments.groupIds),
  ];
}

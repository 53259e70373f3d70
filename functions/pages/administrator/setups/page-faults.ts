import type { SetupFault } from '../../../../shared/core/setup/setup-fault.js';

/** Where on the pages of a setup a fault is told: at a group, a mapping, a field, or above all. */
export interface PageFault {
  readonly place: 'group' | 'mapping' | 'field' | 'elsewhere';
  /** Which one of the document's list; null for the list as a whole. */
  readonly index: number | null;
  /** One or two sentences. */
  readonly message: string;
}

const PLACES = [
  { place: 'group', path: /^scope\.groupIds(?:\[(\d+)\])?$/ },
  { place: 'mapping', path: /^grants\[(\d+)\]/ },
  { place: 'field', path: /^attributes\.fields\[(\d+)\]/ },
] as const;

/** @param invitedBy name of the operator, who mends what these pages do not show */
export function faultsOnPage(faults: readonly SetupFault[], invitedBy: string): readonly PageFault[] {
  return faults.map(({ path, message, position }) => {
    const said =
      position === null ? message : `${message.replace(/\.$/, '')} (at character ${position + 1}).`;
    for (const { place, path: pattern } of PLACES) {
      const match = pattern.exec(path);
      if (match !== null)
        return { place, index: match[1] === undefined ? null : Number(match[1]), message: said };
    }
    return { place: 'elsewhere', index: null, message: `${said} This is for ${invitedBy} to fix.` };
  });
}

export function faultsAt(
  faults: readonly PageFault[],
  place: PageFault['place'],
  index: number | null,
): readonly PageFault[] {
  return faults.filter((fault) => fault.place === place && fault.index === index);
}

import { idsChosen } from './chosen-groups.js';

/** Who is in a new setup, as its form says. */
export type WhoIsIn =
  | { readonly kind: 'groups'; readonly groupIds: readonly string[] }
  | { readonly kind: 'everybody' }
  /** Nothing that could be taken; `message` says why and what to do. */
  | { readonly kind: 'unclear'; readonly message: string };

/** Name of the radio buttons. */
export const WHO = 'who';

/** Only whoever chooses everybody, and no group beside it, gets the whole directory. */
export function whoIsIn(form: URLSearchParams): WhoIsIn {
  const groupIds = idsChosen(form, 'groupIds');
  if (form.get(WHO) === 'everybody') {
    if (groupIds.length === 0) return { kind: 'everybody' };
    return {
      kind: 'unclear',
      message: 'You ticked groups and chose everybody. Untick the groups, or choose the members of groups.',
    };
  }
  if (groupIds.length > 0) return { kind: 'groups', groupIds };
  return { kind: 'unclear', message: 'Tick at least one group, or choose everybody in the directory.' };
}

import type { PersonGrants, PersonProfile } from './person.js';

/** Why somebody is no person of a setup. Numbers count by it; the first that applies. */
export type OutReason =
  | 'notInDirectory'
  | 'deletedInDirectory'
  | 'outsideScope'
  | 'excluded'
  | 'disabled'
  | 'guest'
  | 'filtered'
  | 'otherConnection';

/** What a setup makes of one directory object at this moment, whatever was before. */
export type Presented =
  | { readonly kind: 'in'; readonly profile: PersonProfile; readonly grants: PersonGrants }
  | {
      readonly kind: 'out';
      readonly reason: OutReason;
      /** Receptions that it is host of all the same: the root group does not matter there. */
      readonly hostsOf: readonly string[];
      /** Null where nothing of it is known any more. */
      readonly profile: PersonProfile | null;
    };

import type { LinkPurpose } from '../../../shared/core/admin-link.js';
import { PageProblem } from '../page-problem.js';
import type { Visitor } from './door.js';

/** Who connects a directory, or decides who is synced, may disconnect it; who enters a secret may not. */
const MAY_DISCONNECT: readonly LinkPurpose[] = ['connect', 'setup'];

export function mayDisconnect({ purposes }: Visitor): boolean {
  return MAY_DISCONNECT.some((purpose) => purposes.includes(purpose));
}

/** @throws PageProblem 403 if the link was made for something else */
export function mayDisconnectOrThrow(visitor: Visitor): void {
  if (!mayDisconnect(visitor)) throw otherPurpose(visitor);
}

/** @throws PageProblem 403 if the link was made for something else */
export function mayOrThrow(visitor: Visitor, purpose: LinkPurpose): void {
  if (!visitor.purposes.includes(purpose)) throw otherPurpose(visitor);
}

function otherPurpose({ invitedBy }: Visitor): PageProblem {
  return new PageProblem(403, 'Your link was not made for this.', `Ask ${invitedBy} for a link that is.`);
}

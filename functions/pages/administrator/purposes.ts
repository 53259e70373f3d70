import type { LinkPurpose } from '../../../shared/core/admin-link.js';
import { PageProblem } from '../page-problem.js';
import type { Visitor } from './door.js';

/** @throws PageProblem 403 where the link was made for something else */
export function mayOrThrow({ purposes, invitedBy }: Visitor, purpose: LinkPurpose): void {
  if (purposes.includes(purpose)) return;
  throw new PageProblem(403, 'Your link was not made for this.', `Ask ${invitedBy} for a link that is.`);
}

import { PageProblem } from '../page-problem.js';
import type { Page } from '../page.js';
import { seeOther } from '../html-answer.js';
import { overviewCookie } from '../overview-cookie.js';
import { sessionRoute } from './addresses.js';
import type { Door } from './door.js';
import { mayOrThrow } from './purposes.js';
import type { StartConsent } from './work.js';

/** Sends the administrator to the page that says what is asked for and why, and from there to Microsoft. */
export function consentStartPages(
  { startConsent, publicUrl }: { readonly startConsent: StartConsent; readonly publicUrl: string },
  door: Door,
): Page[] {
  return [
    {
      name: 'administratorConsent',
      method: 'POST',
      path: sessionRoute('consent'),
      async answer(call) {
        const visitor = await door.enterByForm(call);
        mayOrThrow(visitor, 'connect');
        const started = await startConsent(visitor.tenant, visitor.invitedBy);
        if (started.kind === 'refused') throw new PageProblem(409, started.finding, started.fix);
        return seeOther(started.url, { cookies: [overviewCookie(visitor.tenant.tenantId, publicUrl)] });
      },
    },
  ];
}

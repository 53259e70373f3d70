import type { AdminLinks } from '../../../shared/ports/admin-links.js';
import { endAdminSession } from '../../../shared/use-cases/end-admin-session.js';
import { htmlAnswer } from '../html-answer.js';
import { Layout } from '../layout.js';
import type { Page } from '../page.js';
import { endedOverviewCookie } from '../overview-cookie.js';
import { sessionRoute } from './addresses.js';
import type { Door } from './door.js';
import { endedCookie } from './session-cookie.js';

export interface LeaveDependencies {
  readonly adminLinks: AdminLinks;
  readonly publicUrl: string;
}

/** Signs out at once, on whatever machine it was. */
export function leavePages(dependencies: LeaveDependencies, door: Door): Page[] {
  return [
    {
      name: 'administratorLeave',
      method: 'POST',
      path: sessionRoute('leave'),
      async answer(call) {
        const { session } = await door.enterByForm(call);
        await endAdminSession(dependencies, session.tenantId, session.id);
        const page = (
          <Layout title="You are signed out">
            <p>You may close this page. To come back, ask the person who invited you for a new link.</p>
          </Layout>
        );
        const { publicUrl } = dependencies;
        const ended = [endedCookie, endedOverviewCookie].map((end) => end(session.tenantId, publicUrl));
        return htmlAnswer(page, { cookies: ended });
      },
    },
  ];
}

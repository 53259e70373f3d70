import type { AdminLink, LinkPurpose } from '../../../shared/core/admin-link.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import {
  beginAdminSession,
  type BeginAdminSessionPorts,
} from '../../../shared/use-cases/begin-admin-session.js';
import { readAdminLink } from '../../../shared/use-cases/read-admin-link.js';
import { htmlAnswer, seeOther } from '../html-answer.js';
import { Inviter } from '../branding.js';
import { Layout } from '../layout.js';
import { PageProblem } from '../page-problem.js';
import type { Page } from '../page.js';
import { LINK_ROUTE, sessionPath, tenantIn, tokenIn } from './addresses.js';
import type { Door } from './door.js';
import { sessionCookie } from './session-cookie.js';
import { Instant } from './instant.js';

export interface LinkPagesDependencies extends BeginAdminSessionPorts {
  readonly publicUrl: string;
}

/** The link itself: GET shows what it is for and changes nothing, POST uses it up. */
export function linkPages(dependencies: LinkPagesDependencies, door: Door): Page[] {
  return [invitation(dependencies, door), acceptance(dependencies, door)];
}

function invitation(dependencies: LinkPagesDependencies, door: Door): Page {
  return {
    name: 'administratorLink',
    method: 'GET',
    path: LINK_ROUTE,
    async answer(call) {
      const tenantId = tenantIn(call.parameters);
      const token = tokenIn(call.parameters);
      const found =
        tenantId === null || token === null ? null : await readAdminLink(dependencies, tenantId, token);
      if (found !== null) return htmlAnswer(<Invitation {...found} />);
      door.failed(call, tenantId);
      throw unusable();
    },
  };
}

function acceptance(dependencies: LinkPagesDependencies, door: Door): Page {
  return {
    name: 'administratorBegin',
    method: 'POST',
    path: LINK_ROUTE,
    async answer(call) {
      const tenantId = tenantIn(call.parameters);
      const token = tokenIn(call.parameters);
      const begun =
        tenantId === null || token === null ? null : await beginAdminSession(dependencies, tenantId, token);
      if (begun === null) {
        door.failed(call, tenantId);
        throw unusable();
      }
      const { session } = begun;
      const cookie = sessionCookie(session.tenantId, begun.token, dependencies.publicUrl);
      return seeOther(sessionPath(session.tenantId, 'overview'), { cookies: [cookie] });
    },
  };
}

/** The same for every link that cannot be used, so that nobody learns from it which links there are. */
function unusable(): PageProblem {
  return new PageProblem(
    404,
    'This link cannot be used: it works once and for a limited time.',
    'Ask the sender for a new one.',
  );
}

const PURPOSE_WORDS: Readonly<Record<LinkPurpose, string>> = {
  connect: 'give consent at Microsoft, so that the directory can be read, or disconnect it',
  credential: 'enter or replace the client secret of an application of your own',
  setup: 'choose what is synced, start or pause it, see who is in and why, or disconnect the directory',
};

function Invitation({ link, tenant }: { readonly link: AdminLink; readonly tenant: Tenant }) {
  return (
    <Layout title={`Connect the directory of ${tenant.displayName}`}>
      <p>
        <strong>
          <Inviter name={link.createdBy} />
        </strong>{' '}
        invites you, as an administrator of this directory, to:
      </p>
      <ul>
        {link.purposes.map((purpose) => (
          <li key={purpose}>{PURPOSE_WORDS[purpose]}</li>
        ))}
        <li key="look">see how the connection is, and what to fix</li>
      </ul>
      <dl>
        <dt>Directory (tenant) id</dt>
        <dd>
          <code>{tenant.tenantId}</code>
        </dd>
        <dt>The link works until</dt>
        <dd>
          <Instant at={link.expiresAt} />
        </dd>
      </dl>
      <form method="post">
        <button type="submit">Begin</button>
      </form>
      <p class="hint">
        The button uses the link up and signs this browser in for one hour, for this directory only. If you
        did not expect this invitation, close the page: nothing has happened.
      </p>
    </Layout>
  );
}

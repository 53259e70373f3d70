import type { Setups } from '../../../shared/ports/setups.js';
import {
  beginDisconnection,
  type BeginDisconnectionPorts,
} from '../../../shared/use-cases/disconnect-tenant/begin-disconnection.js';
import type { WatchDisconnectionPorts } from '../../../shared/use-cases/disconnect-tenant/watch-disconnection.js';
import { htmlAnswer, seeOther, type PageAnswer } from '../html-answer.js';
import { endedOverviewCookie } from '../overview-cookie.js';
import { PageProblem } from '../page-problem.js';
import type { Page } from '../page.js';
import { sessionPath, sessionRoute } from './addresses.js';
import { CONFIRM, Disconnect } from './disconnect-view.js';
import type { Door, Visitor } from './door.js';
import { mayDisconnectOrThrow } from './purposes.js';
import { disconnectionCookie, endedCookie } from './session-cookie.js';

export interface DisconnectPagesDependencies extends BeginDisconnectionPorts, WatchDisconnectionPorts {
  readonly disconnections: BeginDisconnectionPorts['disconnections'];
  readonly setups: Pick<Setups, 'all'>;
  readonly publicUrl: string;
}

/** Disconnects the directory, once the administrator has typed its name: the same removal as by the API. */
export function disconnectPages(dependencies: DisconnectPagesDependencies, door: Door): Page[] {
  return [question(dependencies, door), answer(dependencies, door)];
}

function question(dependencies: DisconnectPagesDependencies, door: Door): Page {
  return {
    name: 'administratorMayDisconnect',
    method: 'GET',
    path: sessionRoute('disconnect'),
    async answer(call) {
      const visitor = await door.enter(call);
      mayDisconnectOrThrow(visitor);
      return await asked(dependencies, visitor, null);
    },
  };
}

function answer(dependencies: DisconnectPagesDependencies, door: Door): Page {
  return {
    name: 'administratorDisconnect',
    method: 'POST',
    path: sessionRoute('disconnect'),
    async answer(call) {
      const visitor = await door.enterByForm(call);
      mayDisconnectOrThrow(visitor);
      const { tenantId, displayName } = visitor.tenant;
      if (plain(call.form.get(CONFIRM) ?? '') !== plain(displayName))
        return await asked(dependencies, visitor, 'This is not the name of the directory.');
      const { clientStates, chance, log } = dependencies;
      const token = chance.newToken();
      const wish = { confirm: displayName, accepts: null, watchHash: clientStates.hash(token) };
      const outcome = await beginDisconnection(dependencies, tenantId, wish);
      switch (outcome.kind) {
        case 'accepted':
          log.info('An administrator disconnects a tenant', { tenantId, linkId: visitor.session.linkId });
          return followed(dependencies, tenantId, token);
        case 'confirmationRequired':
        case 'preconditionFailed':
          return await asked(dependencies, visitor, 'The name of the directory was changed just now.');
        case 'notFound':
          throw new PageProblem(404, 'The directory is not connected here.', 'There is nothing left to do.');
      }
    },
  };
}

/** A name as it looks on the page: a browser shows any white space as one space. */
function plain(name: string): string {
  return name.trim().replaceAll(/\s+/gu, ' ');
}

async function asked(
  { setups }: DisconnectPagesDependencies,
  visitor: Visitor,
  problem: string | null,
): Promise<PageAnswer> {
  const all = await setups.all(visitor.tenant.tenantId);
  const page = <Disconnect visitor={visitor} setups={all} problem={problem} />;
  return htmlAnswer(page, problem === null ? {} : { status: 422 });
}

/** The session ended with the connection; only the cookie of the disconnection is left in the browser. */
function followed({ publicUrl }: DisconnectPagesDependencies, tenantId: string, token: string): PageAnswer {
  return seeOther(sessionPath(tenantId, 'disconnection'), {
    cookies: [
      endedCookie(tenantId, publicUrl),
      endedOverviewCookie(tenantId, publicUrl),
      disconnectionCookie(tenantId, token, publicUrl),
    ],
  });
}

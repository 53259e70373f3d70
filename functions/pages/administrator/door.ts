import { TryLimit } from '../../../shared/core/try-limit.js';
import type { AdminLinks } from '../../../shared/ports/admin-links.js';
import type { ClientStateHasher } from '../../../shared/ports/client-state.js';
import { noteFailedTry } from '../../../shared/use-cases/note-failed-try.js';
import {
  readAdminSession,
  type Administrator,
  type ReadAdminSessionPorts,
} from '../../../shared/use-cases/read-admin-session.js';
import { clientAddress } from '../client-address.js';
import { PageProblem } from '../page-problem.js';
import type { PageCall } from '../page.js';
import { tenantIn } from './addresses.js';
import { SESSION_COOKIE } from './session-cookie.js';

export interface DoorPorts extends ReadAdminSessionPorts {
  readonly adminLinks: AdminLinks;
  readonly clientStates: ClientStateHasher;
}

/** An administrator who was let in. */
export interface Visitor extends Administrator {
  /** What every form of the session carries, so that no other site can send one. */
  readonly formToken: string;
}

/** Failed tries of one client, or at one tenant, before they are told to wait. */
const MOST_FAILED = 20;
const WINDOW_MS = 5 * 60_000;

/** The one way to the administrator's pages: limits, session, form token. */
export class Door {
  readonly #limit = new TryLimit(MOST_FAILED, WINDOW_MS);

  constructor(private readonly ports: DoorPorts) {}

  /**
   * Counts a try that named no link or session of ours. The counts stop only such tries: nobody can shut out who holds
   * a good link or session by failing in that tenant's name, nor from behind the same gateway, where all clients show
   * one address.
   * @throws PageProblem 429 where this client failed too often, or too many did at this tenant
   */
  failed(call: PageCall, tenantId: string | null): void {
    const client = clientAddress(call.header('x-forwarded-for'));
    if (client !== null) this.#count(`client:${client}`);
    this.#count(`tenant:${tenantId ?? ''}`);
  }

  /** Who asks, by the session's cookie. @throws PageProblem 403 where there is no session */
  async enter(call: PageCall): Promise<Visitor> {
    const tenantId = tenantIn(call.parameters);
    const token = call.cookies.get(SESSION_COOKIE);
    if (tenantId === null || token === undefined || token === '') throw signedOut();
    const administrator = await readAdminSession(this.ports, tenantId, token);
    if (administrator !== null) return { ...administrator, formToken: this.#formToken(token) };
    this.failed(call, tenantId);
    throw signedOut();
  }

  /** As `enter`, for what changes something. @throws PageProblem 403 where the form is not one of this session's */
  async enterByForm(call: PageCall): Promise<Visitor> {
    const visitor = await this.enter(call);
    if (this.ports.clientStates.equal(call.form.get(FORM_TOKEN) ?? '', visitor.formToken)) return visitor;
    await this.countAgainst(visitor);
    throw new PageProblem(
      403,
      'This form was not sent by this page.',
      'Open the page again and send it there.',
    );
  }

  /** Counts what went wrong behind the visitor's link; ten times end it. */
  async countAgainst({ session: { tenantId, linkId } }: Administrator): Promise<void> {
    await noteFailedTry(this.ports, tenantId, linkId);
  }

  #count(key: string): void {
    const now = this.ports.clock.now();
    const wait = this.#limit.waitFor(key, now);
    if (wait === 0) {
      this.#limit.failed(key, now);
      return;
    }
    const minutes = Math.ceil(wait / 60_000);
    throw new PageProblem(
      429,
      'There were too many failed tries.',
      `Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`}, then open the link once more.`,
      { headers: { 'retry-after': String(Math.ceil(wait / 1000)) } },
    );
  }

  /** Derived, so that there is nothing more to keep; the cookie cannot be worked out from it. */
  #formToken(sessionToken: string): string {
    return this.ports.clientStates.hash(`form of ${sessionToken}`);
  }
}

/** Name of the field that carries the form token. */
export const FORM_TOKEN = 'formToken';

export function signedOut(): PageProblem {
  return new PageProblem(
    403,
    'You are not signed in here, or your hour is over.',
    'Ask the person who invited you for a new link.',
  );
}

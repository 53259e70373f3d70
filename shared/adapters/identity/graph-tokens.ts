import { CredentialRefused, NotFound } from '../../core/failures.js';
import type { Secret } from '../../core/secret.js';
import type { TokenWish } from '../../ports/token-wish.js';
import type { CandidateConnection, Connection } from '../../ports/directory.js';
import { openLogin, type Login, type LoginOptions } from './client-secret-login.js';
import { RecentlyUsed } from './recently-used.js';

/** Reads a tenant's secret from the vault. */
type SecretReader = (name: string, version: string | null) => Promise<Secret>;

export interface GraphTokensOptions extends LoginOptions {
  readonly readSecret: SecretReader;
  /** Logins kept at most; one for each tenant that is being read is enough. */
  readonly capacity?: number;
  /** Milliseconds of a clock that only goes on; the process's own unless a test has another. */
  readonly monotonic?: () => number;
}

interface KeptLogin extends Login {
  readonly openedAt: number;
}

/** Access tokens for Graph, per tenant. */
export interface GraphTokens {
  forTenant(connection: Connection, wish?: TokenWish): Promise<string>;
  forCandidate(candidate: CandidateConnection): Promise<string>;
  /** By a login of its own, with the vault's value of now: those that are kept stay as they are. */
  byNewLogin(connection: Connection): Promise<string>;
}

/**
 * Keeps a login per tenant, version of its secret and application, so that the vault is read once and tokens are used for
 * their whole life. A login that fails is forgotten: the secret may have been rotated in the vault since it was
 * read, so one that had been kept is opened once more with the vault's value of now.
 */
export function createGraphTokens(options: GraphTokensOptions): GraphTokens {
  const logins = new RecentlyUsed<KeptLogin>(options.capacity ?? 500);
  const monotonic = options.monotonic ?? (() => performance.now());

  function forget(key: string, { fresh, unlessWithinMs = 0 }: TokenWish): void {
    const kept = logins.get(key);
    if (fresh && kept !== undefined && monotonic() - kept.openedAt >= unlessWithinMs) logins.delete(key);
  }

  /** A 404 of the vault must never be taken for one of Graph: without its secret the tenant cannot log in. */
  async function secretOf({ credential }: Connection): Promise<Secret> {
    try {
      return await options.readSecret(credential.secretName, credential.secretVersion);
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
      throw new CredentialRefused(
        'The client secret is not in the vault any more, or is disabled there.',
        null,
        { cause: error },
      );
    }
  }

  async function newLogin(connection: Connection): Promise<Login> {
    const secret = await secretOf(connection);
    const { tenantId: tenant, cloud, credential } = connection;
    return openLogin({ tenant, cloud, clientId: credential.clientId }, secret, options);
  }

  async function open(key: string, connection: Connection): Promise<Login> {
    const login = { ...(await newLogin(connection)), openedAt: monotonic() };
    logins.set(key, login);
    return login;
  }

  async function ask(key: string, login: Login): Promise<string> {
    try {
      return await login.token();
    } catch (error) {
      logins.delete(key);
      throw error;
    }
  }

  return {
    forTenant: async (connection, wish) => {
      const key = keyOf(connection);
      if (wish !== undefined) forget(key, wish);
      const kept = logins.get(key);
      try {
        return await ask(key, kept ?? (await open(key, connection)));
      } catch (error) {
        if (!(error instanceof CredentialRefused) || kept === undefined) throw error;
        return ask(key, await open(key, connection));
      }
    },
    forCandidate: (candidate) => openLogin(candidate, candidate.secret, options).token(),
    byNewLogin: async (connection) => (await newLogin(connection)).token(),
  };
}

function keyOf(connection: Connection): string {
  const { tenantId, cloud, credential } = connection;
  const { secretName, secretVersion, clientId } = credential;
  return JSON.stringify([cloud, tenantId, secretName, secretVersion, clientId]);
}

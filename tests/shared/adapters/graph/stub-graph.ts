import type { AccessTokens } from '../../../../shared/adapters/graph/access-tokens.js';
import { createDirectory } from '../../../../shared/adapters/graph/directory.js';
import type { Connection, Directory } from '../../../../shared/ports/directory.js';

export const GRAPH = 'https://graph.microsoft.com';

export const CONNECTION: Connection = {
  tenantId: '11111111-1111-4111-8111-111111111111',
  cloud: 'global',
  credential: {
    clientId: '22222222-2222-4222-8222-222222222222',
    secretName: 'tenant-secret',
    secretVersion: null,
  },
};

interface SentRequest {
  readonly method: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface StubGraph {
  readonly directory: Directory;
  readonly sent: readonly SentRequest[];
  readonly tokensAsked: readonly { readonly fresh: boolean }[];
}

type Answer = Response | ((request: SentRequest) => Response | Promise<Response>);

/** The real adapter and SDK over a transport that gives these answers in turn, the last one for ever. */
export function stubGraph(answers: readonly Answer[], tokens: Partial<AccessTokens> = {}): StubGraph {
  const sent: SentRequest[] = [];
  const tokensAsked: { fresh: boolean }[] = [];
  const directory = createDirectory({
    clouds: () => ({ login: 'https://login.microsoftonline.com', graph: GRAPH }),
    requestTimeoutMs: 5_000,
    tokens: {
      forTenant: async (_connection, options) => {
        tokensAsked.push({ fresh: options?.fresh ?? false });
        return `secret-token-${tokensAsked.length}`;
      },
      forCandidate: async () => {
        tokensAsked.push({ fresh: true });
        return `candidate-token-${tokensAsked.length}`;
      },
      ...tokens,
    },
    fetch: async (address, init) => {
      const request = {
        method: init.method ?? 'GET',
        address,
        headers: Object.fromEntries(new Headers(init.headers)),
        body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : null,
      };
      sent.push(request);
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      if (answer === undefined) throw new Error('the stub has no answer');
      return answer instanceof Response ? answer.clone() : answer(request);
    },
  });
  return { directory, sent, tokensAsked };
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

/** What the action throws, or undefined where it does not. */
export async function thrownBy(action: () => Promise<unknown>): Promise<unknown> {
  try {
    await action();
    return undefined;
  } catch (error) {
    return error;
  }
}

export async function collect<Item>(
  read: (link: string | null) => Promise<{ readonly items: readonly Item[]; readonly next: string | null }>,
): Promise<Item[]> {
  const items: Item[] = [];
  let link: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof read>> = await read(link);
    items.push(...page.items);
    link = page.next;
  } while (link !== null);
  return items;
}

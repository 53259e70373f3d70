import { expect, it } from 'vitest';

import { createGraphTokens } from '../../../../shared/adapters/identity/graph-tokens.js';
import { CredentialRefused, NotFound } from '../../../../shared/core/failures.js';
import { CONNECTION, GRAPH, json, stubGraph, thrownBy } from './stub-graph.js';

it.each(['exists', 'groupsOf', 'managerOf'] as const)(
  'a client secret that is gone from the vault is no answer to %s',
  async (question) => {
    const tokens = createGraphTokens({
      clouds: () => ({ login: GRAPH, graph: GRAPH }),
      requestTimeoutMs: 5_000,
      readSecret: () => Promise.reject(new NotFound('There is no such secret.')),
    });
    const { directory, sent } = stubGraph([json({})], tokens);
    const ask = (): Promise<unknown> => {
      if (question === 'exists') return directory.exists(CONNECTION, 'users', 'u');
      if (question === 'groupsOf') return directory.groupsOf(CONNECTION, { kind: 'user', id: 'u' });
      return directory.managerOf(CONNECTION, 'u');
    };
    expect(await thrownBy(ask)).toBeInstanceOf(CredentialRefused);
    expect(sent).toEqual([]);
  },
);

import { beforeEach, describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../../shared/core/dead-letter.js';
import { Unavailable } from '../../../shared/core/failures.js';
import { Api } from './api-harness.js';
import { readAll, TENANT } from './sample-rows.js';

const JOB = { version: 1, tenantId: TENANT, attempt: 9, kind: 'notification', resource: 'users', dueAt: 5 };

function letter(over: Partial<DeadLetter> = {}): DeadLetter {
  return {
    tenantId: TENANT,
    id: 'known',
    kind: 'job',
    reason: 'Ten tries failed.',
    body: JSON.stringify(JOB),
    messageId: 'm-1',
    setAsideAt: '2026-05-04T09:00:00.000Z',
    ...over,
  };
}

describe('dead letters', () => {
  let api: Api;

  beforeEach(async () => {
    api = new Api();
    await api.stores.deadLetters.put(letter());
    await api.stores.deadLetters.put(letter({ tenantId: null, id: 'unknown', body: 'garbage' }));
  });

  it('are listed over all tenants, those that name none only for an Admin', async () => {
    expect(await readAll(api, '/v1/dead-letters?top=1')).toEqual([
      letter(),
      letter({ tenantId: null, id: 'unknown', body: 'garbage' }),
    ]);
    const { body } = await api.get('/v1/dead-letters', { as: 'runner' });
    expect(body.value.map(({ id }) => id)).toEqual(['known']);
  });

  it('are replayed as a job of their own message id with its tries counted anew, and then are gone', async () => {
    const { status } = await api.post('/v1/dead-letters/known/replay', undefined, { as: 'runner' });
    expect(status).toBe(202);
    const [sent] = api.world.sent;
    expect(sent?.job).toEqual({ ...JOB, attempt: 0 });
    expect(sent?.messageId).toMatch(/^replay:[0-9a-f]{32}$/);
    expect((await api.post('/v1/dead-letters/known/replay')).body.error.code).toBe('DeadLetterNotFound');
  });

  it('stay where the queue is not available', async () => {
    api.world.queueFailure = new Unavailable('down');
    const { status, body } = await api.post('/v1/dead-letters/known/replay');
    expect([status, body.error.code]).toEqual([503, 'QueueUnavailable']);
    expect(await readAll(api, '/v1/dead-letters')).toHaveLength(2);
  });

  it.each([
    ['no JSON', { body: 'garbage' }],
    ['an unknown version', { body: JSON.stringify({ ...JOB, version: 2 }) }],
    ['an unknown kind', { body: JSON.stringify({ ...JOB, kind: 'dance' }) }],
    ['an element of a page', { kind: 'element' as const, body: '{}' }],
  ])('cannot be replayed where they are %s, and stay', async (_, over) => {
    await api.stores.deadLetters.put(letter(over));
    const { status, body } = await api.post('/v1/dead-letters/known/replay');
    expect([status, body.error.code]).toEqual([409, 'NotReplayable']);
    expect(api.world.sent).toEqual([]);
    expect(await readAll(api, '/v1/dead-letters')).toHaveLength(2);
  });

  it('are discarded without being sent', async () => {
    expect((await api.post('/v1/dead-letters/known/discard')).status).toBe(204);
    expect((await api.post('/v1/dead-letters/known/discard')).status).toBe(404);
    expect(api.world.sent).toEqual([]);
  });

  it.each(['replay', 'discard'])(
    'that name no tenant do not exist for an Operator who wants to %s them',
    async (verb) => {
      const { status, body } = await api.post(`/v1/dead-letters/unknown/${verb}`, undefined, {
        as: 'runner',
      });
      expect([status, body.error.code]).toEqual([404, 'DeadLetterNotFound']);
      expect(await readAll(api, '/v1/dead-letters')).toHaveLength(2);
    },
  );
});

import { app } from '@azure/functions';
import { Buffer } from 'node:buffer';
import { setTimeout as wait } from 'node:timers/promises';

const seen = (name) => async (request, context) => ({
  jsonBody: {
    name,
    functionName: context.functionName,
    method: request.method,
    url: request.url,
    params: request.params,
    query: Object.fromEntries(request.query),
    headers: Object.fromEntries(request.headers),
    user: request.user,
  },
});

app.http('plain', { handler: seen('plain') });
app.http('getOnly', { methods: ['GET'], route: 'items/{id}', handler: seen('getOnly') });
app.http('putOnly', { methods: ['PUT'], route: 'items/{id}', handler: seen('putOnly') });
app.http('literal', { methods: ['GET'], route: 'items/mine', handler: seen('literal') });
app.http('guid', { methods: ['GET'], route: 'items/{key:guid}', handler: seen('guid') });
app.http('optional', { methods: ['GET'], route: 'pages/{number:int?}', handler: seen('optional') });
app.http('rest', { methods: ['GET'], route: 'files/{*path}', handler: seen('rest') });
app.http('anything', { methods: ['GET'], route: 'files/known/{name}', handler: seen('anything') });

app.http('echo', {
  methods: ['POST'],
  handler: async (request) => ({
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(await request.arrayBuffer()),
  }),
});
app.http('cookies', {
  handler: () => ({
    status: 201,
    body: 'made',
    cookies: [
      { name: 'plain', value: 'a b' },
      {
        name: 'strict',
        value: '1',
        path: '/x',
        maxAge: 60,
        secure: true,
        httpOnly: true,
        sameSite: 'Strict',
      },
    ],
  }),
});
app.http('nothing', { handler: () => undefined });
app.http('throws', {
  handler: () => {
    throw new Error('the function is broken');
  },
});
app.http('logs', {
  handler: (_request, context) => {
    context.log('told %s', 'plainly');
    context.debug('told in detail');
    context.warn('told with care');
    context.error('told in alarm');
    return { body: process.env.WEBSITE_AUTH_ENABLED ?? '' };
  },
});
app.http('slow', {
  handler: async (_request, context) => {
    context.log('slow has begun');
    await wait(700);
    context.log('slow has ended');
    return { body: 'late' };
  },
});
app.http('never', { handler: () => new Promise(() => undefined) });

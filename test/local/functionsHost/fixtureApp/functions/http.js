const { app } = require('@azure/functions');

const seen = (request) => ({ url: request.url, params: request.params, query: Object.fromEntries(request.query) });

app.http('echo', {
  route: 'echo/{id}',
  methods: ['GET', 'POST'],
  authLevel: 'function',
  handler: async (request, context) => {
    context.log('echo', request.params.id);
    return { jsonBody: { ...seen(request), body: await request.text(), header: request.headers.get('x-test') } };
  },
});
app.http('item', {
  route: 'items/{*rest}',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: (request) => ({ jsonBody: seen(request) }),
});
app.http('throws', {
  route: 'throws',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => {
    throw new Error('handler');
  },
});
app.http('problem', {
  route: 'problem',
  methods: ['GET', 'OPTIONS'],
  authLevel: 'anonymous',
  handler: () => ({
    status: 418,
    headers: { 'content-type': 'application/problem+json', 'x-own': 'Yes' },
    cookies: [{ name: 'a', value: 'b c', httpOnly: true, sameSite: 'Lax', maxAge: 5 }],
    body: '{"title":"teapot"}',
  }),
});
app.http('notModified', {
  route: 'notModified',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => ({ status: 304, headers: { etag: '"1"' } }),
});
app.http('size', {
  route: 'size',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: async (request) => ({ jsonBody: { size: (await request.arrayBuffer()).byteLength } }),
});
app.http('exit', {
  route: 'exit',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: () => process.kill(process.pid, 'SIGKILL'),
});
app.http('pid', {
  route: 'pid',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => ({ body: `${process.pid}` }),
});
// late by name, so it gets what nothing else takes, wrong methods included
app.http('zzCatchAll', {
  route: 'caught/{*path}',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  authLevel: 'anonymous',
  handler: (request) => ({ status: 405, jsonBody: { caught: request.params.path ?? null } }),
});
app.http('caughtExactly', {
  route: 'caught/exactly',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: () => ({ body: 'exactly' }),
});

const df = require('durable-functions');

/** POST {call, args}: one call of the real durable client; the answer is what it resolved or threw. */
df.app.client.http('client', {
  route: 'client',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: async (request, client) => {
    const { call, args } = await request.json();
    try {
      const revive = (arg) =>
        arg?.entity
          ? new df.EntityId(...arg.entity)
          : arg?.createdTimeFrom
            ? { ...arg, createdTimeFrom: new Date(arg.createdTimeFrom) }
            : arg;
      return { jsonBody: { value: (await client[call](...args.map(revive))) ?? null } };
    } catch (error) {
      return { jsonBody: { error: error.message } };
    }
  },
});
df.app.client.http('start', {
  route: 'start/{name}',
  methods: ['POST'],
  authLevel: 'anonymous',
  handler: async (request, client) =>
    client.createCheckStatusResponse(request, await client.startNew(request.params.name)),
});

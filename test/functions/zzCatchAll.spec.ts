import { zzCatchAll } from '../../src/functions/api/zzCatchAll';
import { Call, context, headersOf, httpRequest, jsonOf } from './support/world';

const answer = async (call: Call): Promise<unknown[]> => {
  const response = await zzCatchAll(httpRequest(call), context);
  return [response.status, jsonOf(response)['code'], headersOf(response)['allow']];
};

describe('what no route takes', () => {
  it.each([
    ['PUT', '/api/uploads', 'POST, GET'],
    ['HEAD', '/api/uploads', 'POST, GET'],
    ['POST', '/api/uploads/0199', 'GET, DELETE'],
    ['PATCH', '/API/Uploads/0199/', 'GET, DELETE'],
    ['POST', '/api/health', 'GET'],
    ['OPTIONS', '/api/health/details?code=x', 'GET'],
  ] as const)('says which methods a path takes: %s %s', async (method, path, allow) => {
    expect(await answer({ method, path })).toEqual([405, 'MethodNotAllowed', allow]);
  });

  it.each([
    '/api/uploads/0199/more/parts/still',
    '/api',
    '/nothing',
    '/api/uploadz',
    '/admin',
    '//api/uploads',
    '/api//uploads',
    '/api/uploads//',
  ])('knows no %s', async (path) => {
    expect(await answer({ path })).toEqual([404, 'RouteNotFound', undefined]);
  });

  it('never quotes the query, which may hold a key', async () => {
    const response = await zzCatchAll(httpRequest({ path: '/nothing?code=s3cr3t' }), context);
    expect(jsonOf(response)).toMatchObject({ instance: '/nothing', requestId: 'invocation-1' });
    expect(response.body).not.toContain('s3cr3t');
  });
});

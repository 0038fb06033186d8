import type { DurableClient } from 'durable-functions';
import type { Dependencies } from '../../../src/dependencies';
import { cancelUpload } from '../../../src/functions/api/cancelUpload';
import { createDelivery } from '../../../src/functions/api/createDelivery';
import { createFile } from '../../../src/functions/api/createFile';
import { createUpload } from '../../../src/functions/api/createUpload';
import { getUpload } from '../../../src/functions/api/getUpload';
import { listUploads } from '../../../src/functions/api/listUploads';
import { guarded, Handler } from '../../../src/functions/api/serve';
import type { Settings } from '../../../src/settings';
import { memoryDeliveries } from '../support/memoryDeliveries';
import { memoryStaged } from '../support/memoryNylas';
import { Call, context, headersOf, httpRequest, jsonOf, world } from '../support/world';

const people = {
  megan: { oid: 'a0000000-0000-4000-8000-00000000000a', upn: 'megan@contoso.com', roles: [] as string[] },
  alex: { oid: 'b0000000-0000-4000-8000-00000000000b', upn: 'alex@contoso.com', roles: [] },
  operator: { oid: 'c0000000-0000-4000-8000-00000000000c', upn: 'ops@contoso.com', roles: ['Uploads.Operate'] },
  secretary: { oid: 'd0000000-0000-4000-8000-00000000000d', upn: 'office@contoso.com', roles: ['Uploads.All'] },
};
type Who = keyof typeof people;
const principalOf = (who: Who): Record<string, string> => {
  const { oid, upn, roles } = people[who];
  const claims = [['oid', oid], ['upn', upn], ...roles.map((role) => ['roles', role])].map(([typ, val]) => ({
    typ,
    val,
  }));
  const text = JSON.stringify({ auth_typ: 'aad', claims });
  return { 'x-ms-client-principal': Buffer.from(text).toString('base64') };
};
const itemOf = (owner: string): string => `users/${owner}/messages/AAMkAD=`;

function doors(changes: Partial<Settings> = {}) {
  const w = world({ signInEnabled: true, sendEnabled: true, ...changes });
  w.putBlob('uploads/q3.pdf');
  const deliveries = memoryDeliveries();
  const { staged } = memoryStaged(w.deps.clock);
  const call = async (door: '/my' | '/api', handler: Handler, request: Call) => {
    const found = { ...w.deps, deliveries, staged, instances: () => w.deps.instances } as unknown as Dependencies;
    const client = undefined as unknown as DurableClient; // only the fake instances see it
    const response = await guarded(handler, { door }, () => found)(httpRequest(request), client, context);
    return { status: response.status ?? 0, headers: headersOf(response), body: jsonOf(response) };
  };
  const upload = (who: Who, item: string, headers: Record<string, string> = {}, blob = 'uploads/q3.pdf') =>
    call('/my', createUpload, {
      method: 'POST',
      path: '/my/uploads',
      json: { blob, item },
      headers: { ...principalOf(who), ...headers },
    });
  const one = (handler: Handler, method: 'GET' | 'DELETE') => (who: Who, id: unknown) =>
    call('/my', handler, {
      method,
      path: `/my/uploads/${String(id)}`,
      params: { id: String(id) },
      headers: principalOf(who),
    });
  const list = async (who: Who): Promise<string[]> => {
    const { body } = await call('/my', listUploads, { path: '/my/uploads', headers: principalOf(who) });
    return (body['value'] as { requestedBy: string }[]).map(({ requestedBy }) => requestedBy);
  };
  return { w, call, upload, get: one(getUpload, 'GET'), cancel: one(cancelUpload, 'DELETE'), list };
}

describe('/my', () => {
  it('gives people their own mailbox, and says who asked', async () => {
    const { upload, get } = doors();
    const { status, headers, body } = await upload('megan', itemOf('megan@contoso.com'));
    expect(status).toBe(202);
    expect(headers['location']).toBe(`/my/uploads/${String(body['id'])}`);
    expect(body).toMatchObject({ requestedBy: 'megan@contoso.com', links: { self: headers['location'] } });
    expect((await get('megan', body['id'])).status).toBe(200);
  });

  it('takes “me” for the person, not for whom the app runs as', async () => {
    const { upload } = doors();
    expect((await upload('megan', 'me/messages/AAMkAD=')).body['item']).toBe(itemOf('megan@contoso.com'));
  });

  it.each<[Who, string, number, string | undefined]>([
    ['megan', 'alex@contoso.com', 403, 'NotYours'],
    ['megan', people.megan.oid, 403, 'MailboxNotAllowed'], // hers, but the settings allow addresses only
    ['operator', 'megan@contoso.com', 403, 'NotYours'],
    ['secretary', 'megan@contoso.com', 202, undefined],
    ['secretary', 'x@fabrikam.com', 403, 'MailboxNotAllowed'],
  ])('%s writes to %s: %i', async (who, owner, status, code) => {
    const answer = await doors().upload(who, itemOf(owner));
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
  });

  it('refuses a delivery to somebody else’s mailbox', async () => {
    const { call } = doors();
    const json = {
      mailbox: 'users/alex@contoso.com',
      message: { subject: 's' },
      attachments: [{ blob: 'uploads/q3.pdf' }],
    };
    const headers = principalOf('megan');
    const answer = await call('/my', createDelivery, { method: 'POST', path: '/my/deliveries', json, headers });
    expect([answer.status, answer.body['code']]).toEqual([403, 'NotYours']);
  });

  it('hides other people’s uploads, and programs’', async () => {
    const { call, upload, get, cancel, list } = doors();
    const mine = await upload('megan', itemOf('megan@contoso.com'));
    const json = { blob: 'uploads/q3.pdf', item: itemOf('megan@contoso.com'), name: 'other.pdf' };
    const programs = await call('/api', createUpload, { method: 'POST', json });
    expect((await get('alex', mine.body['id'])).body['code']).toBe('UploadNotFound');
    expect((await cancel('alex', mine.body['id'])).body['code']).toBe('UploadNotFound');
    expect((await get('megan', programs.body['id'])).status).toBe(404);
    expect([await list('megan'), await list('alex')]).toEqual([['megan@contoso.com'], []]);
  });

  it('shows every upload to an operator, who may cancel it', async () => {
    const { upload, get, cancel, list } = doors();
    const { body } = await upload('megan', itemOf('megan@contoso.com'));
    expect((await get('operator', body['id'])).status).toBe(200);
    expect(await list('operator')).toEqual(['megan@contoso.com']);
    expect((await cancel('operator', body['id'])).status).toBeLessThan(300);
  });

  it('lets a person follow the program’s upload that answers her request', async () => {
    const { call, upload, get } = doors();
    const json = { blob: 'uploads/q3.pdf', item: itemOf('megan@contoso.com') };
    const programs = await call('/api', createUpload, { method: 'POST', json });
    const hers = await upload('megan', itemOf('megan@contoso.com'));
    expect([hers.body['id'], hers.headers['idempotent-replayed']]).toEqual([programs.body['id'], 'true']);
    expect((await get('megan', hers.body['id'])).status).toBe(200);
    expect((await get('alex', hers.body['id'])).status).toBe(404);
  });

  it('keeps the Idempotency-Keys of two people apart', async () => {
    const { upload } = doors();
    const key = { 'idempotency-key': 'same' };
    const first = await upload('megan', itemOf('megan@contoso.com'), key);
    const second = await upload('alex', itemOf('alex@contoso.com'), key);
    expect([second.status, second.body['id'] === first.body['id']]).toEqual([202, false]);
  });
});

describe('/my with MY_BLOBS=own', () => {
  /** A file that somebody has brought there. */
  async function brought({ w, call }: ReturnType<typeof doors>, who: Who): Promise<string> {
    const headers = principalOf(who);
    const { body } = await call('/my', createFile, {
      method: 'POST',
      path: '/my/files',
      json: { name: 'a.pdf' },
      headers,
    });
    w.putBlob(String(body['blob']));
    return String(body['blob']);
  }

  it('lets people attach what they have brought, and nothing else: who attaches a file can read it', async () => {
    const d = doors({ myBlobs: 'own' });
    const [hers, his] = [await brought(d, 'megan'), await brought(d, 'alex')];
    d.w.putBlob('outbox/users/alex@contoso.com/messages/x/salaries.txt');
    const inFolder = hers.replace('/a.pdf', '/more/a.pdf');
    d.w.putBlob(inFolder);
    const tried = [hers, his, 'uploads/q3.pdf', 'outbox/users/alex@contoso.com/messages/x/salaries.txt', inFolder];
    const codes: unknown[] = [];
    for (const blob of [...tried, 'uploads/none.pdf'])
      codes.push((await d.upload('megan', itemOf('megan@contoso.com'), {}, blob)).body['code']);
    // whether there is such a blob is not told either
    expect(codes).toEqual([undefined, 'NotYours', 'NotYours', 'NotYours', 'NotYours', 'NotYours']);
  });

  it('holds for deliveries, too', async () => {
    const d = doors({ myBlobs: 'own' });
    const target = { mailbox: 'me', message: { subject: 's' } };
    const send = async (...blobs: string[]) => {
      const json = { ...target, attachments: blobs.map((blob) => ({ blob })) };
      const headers = principalOf('megan');
      return d.call('/my', createDelivery, { method: 'POST', path: '/my/deliveries', json, headers });
    };
    const hers = await brought(d, 'megan');
    expect((await send(hers, 'uploads/q3.pdf')).body['code']).toBe('NotYours');
    expect((await send(hers)).status).toBe(202);
  });

  it('opens the rest to the role Uploads.All, and to programs', async () => {
    const d = doors({ myBlobs: 'own' });
    expect((await d.upload('secretary', itemOf('megan@contoso.com'))).status).toBe(202);
    const json = { blob: 'uploads/q3.pdf', item: itemOf('alex@contoso.com') };
    expect((await d.call('/api', createUpload, { method: 'POST', json })).status).toBe(202);
  });
});

describe('a forged x-ms-client-principal', () => {
  it('is not believed where App Service authentication is off: 401', async () => {
    const graph = {
      root: 'https://graph.microsoft.com',
      version: 'v1.0',
      identity: 'application',
      loopback: false,
    } as const;
    const { upload } = doors({ signInEnabled: false, graph: { ...graph, uploadHosts: [] } });
    const { status, headers, body } = await upload('secretary', itemOf('megan@contoso.com'));
    expect([status, body['code'], headers['www-authenticate']]).toEqual([401, 'NotSignedIn', 'Bearer']);
  });

  it('changes nothing on loopback, where everybody is Megan', async () => {
    const { upload } = doors({ signInEnabled: false });
    expect((await upload('secretary', itemOf('alex@contoso.com'))).body['code']).toBe('NotYours');
    expect((await upload('secretary', itemOf('megan@contoso.com'))).body['requestedBy']).toBe('megan@contoso.com');
  });

  it('changes nothing at the door of programs', async () => {
    const { call } = doors();
    const json = { blob: 'uploads/q3.pdf', item: itemOf('alex@contoso.com') };
    const answer = await call('/api', createUpload, { method: 'POST', json, headers: principalOf('megan') });
    expect([answer.status, answer.body['requestedBy']]).toEqual([202, null]);
  });

  it('is needed where people sign in', async () => {
    const { call } = doors();
    expect((await call('/my', listUploads, { path: '/my/uploads' })).status).toBe(401);
  });
});

describe('a page of another site', () => {
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:7071' }, 202],
    [{ origin: 'http://127.0.0.1:7071' }, 202],
    [{}, 202],
  ])('that sends %j gets %i', async (headers, status) => {
    expect((await doors().upload('megan', itemOf('megan@contoso.com'), headers as Record<string, string>)).status).toBe(
      status,
    );
  });
});

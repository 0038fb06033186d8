import '../../orchestrators/support/quietFunctions';
import { completeSession } from '../../../src/functions/nylas/completeSession';
import { createSession } from '../../../src/functions/nylas/createSession';
import { Answer, errorOf, megan, NylasWorld, nylasWorld } from './nylasWorld';

const hour = 3_600_000;
let here: NylasWorld;
beforeEach(() => {
  here = nylasWorld();
});

const pdf = { filename: 'q.pdf', content_type: 'application/pdf' };
const create = (json: unknown, grant = megan): Promise<Answer> =>
  here.call(createSession, 'sessions', 'attachment-uploads', { json, grant });
const complete = (id: string, grant = megan): Promise<Answer> =>
  here.call(completeSession, 'sessions', `attachment-uploads/${id}/complete`, { json: {}, params: { id }, grant });
const created = async (json: unknown = { ...pdf, size: 5 }): Promise<string> =>
  String((await create(json)).body.data['attachment_id']);
const nameOf = (id: string): string => `.staged/${id}/content`;

describe('attachment-uploads', () => {
  it.each([
    { filename: 'a\r\nX: y' },
    { filename: '\u0000' },
    { filename: '\ud800x' },
    { filename: '../../x' },
    { content_type: 'text/plain\r\nX: 1' },
    { content_type: '漢' },
  ])('refuses what would fail late, or would be a header: %j', async (wrong) => {
    expect(errorOf(await create({ ...pdf, ...wrong }))).toEqual([400, 'invalid_request']);
  });

  it('answers 201 with the session in the shape of Nylas', async () => {
    const { status, body } = await create({ ...pdf, filename: 'Übersicht/1:*.pdf', size: 5_242_880, other: [1] });
    expect(status).toBe(201);
    expect(body.data).toEqual({
      attachment_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      method: 'PUT',
      url: expect.stringContaining('sig='),
      headers: { 'Content-Type': 'application/pdf' },
      expires_at: '2026-11-22T10:00:00Z',
      max_size: 157_286_400,
      size: 5_242_880,
      content_type: 'application/pdf',
      filename: 'Übersicht/1:*.pdf',
      grant_id: megan,
    });
    expect(here.files.urls).toEqual([
      { name: nameOf(String(body.data['attachment_id'])), use: 'onePut', expiresAt: here.deps.clock() + hour },
    ]);
  });

  it('is 503 with Retry-After while the intake is closed', async () => {
    here = nylasWorld({ intake: 'closed' });
    const answer = await create(pdf);
    expect([...errorOf(answer), answer.headers['retry-after']]).toEqual([503, 'service_unavailable', '5']);
  });

  it('says size 0 where none was declared, and gives the grant back as it was written', async () => {
    const { body } = await create(pdf, `email:${megan}`);
    expect(body.data).toMatchObject({ size: 0, grant_id: `email:${megan}` });
  });

  it.each([
    ['no filename', { content_type: 'a/b' }, 'filename'],
    ['an empty filename', { ...pdf, filename: '' }, 'filename'],
    ['no content type', { filename: 'q.pdf' }, 'content_type'],
    ['a size of 0', { ...pdf, size: 0 }, 'size'],
    ['a negative size', { ...pdf, size: -1 }, 'size'],
    ['a broken size', { ...pdf, size: 1.5 }, 'size'],
    ['a size as text', { ...pdf, size: '5' }, 'size'],
    ['too much', { ...pdf, size: 157_286_401 }, 'file_size exceeds maximum allowed size of 157286400 bytes'],
    ['no object', [1], 'body'],
  ])('refuses %s as invalid_request', async (_what, json, named) => {
    const answer = await create(json);
    expect(errorOf(answer)).toEqual([400, 'invalid_request']);
    expect(answer.body.error.message).toContain(named);
    expect(here.files.urls).toEqual([]);
  });

  it('refuses what is no JSON, and no body', async () => {
    for (const text of ['{', '']) {
      const answer = await here.call(createSession, 'sessions', 'attachment-uploads', { text });
      expect(errorOf(answer)).toEqual([400, 'invalid_request']);
    }
  });

  it('names every fault at once', async () => {
    const { message } = (await create({ size: -1 })).body.error;
    for (const field of ['filename', 'content_type', 'size']) expect(message).toContain(field);
  });

  it('tells a storage that fails as internal_error', async () => {
    here.deps.staged.uploadUrl = async () => {
      throw Object.assign(new Error('403 https://x?sig=abc'), { name: 'RestError' });
    };
    const answer = await create(pdf);
    expect(errorOf(answer)).toEqual([500, 'internal_error']);
    expect(JSON.stringify(answer)).not.toContain('sig');
  });

  it('refuses to take bytes that no message could have: the container is not allowed', async () => {
    here = nylasWorld({ allowedContainers: ['outbox'] });
    expect(errorOf(await create(pdf))).toEqual([500, 'internal_error']);
  });
});

describe('complete', () => {
  it('makes what was put the attachment: 200 once, then 409', async () => {
    const id = await created();
    here.files.putBlock(nameOf(id), '12345');
    const { status, body } = await complete(id);
    expect(status).toBe(200);
    expect(body.data).toEqual({ attachment_id: id, grant_id: megan, status: 'ready' });
    const again = await complete(id);
    expect(errorOf(again)).toEqual([409, 'invalid_request']);
    expect(again.body.error.message).toBe('upload session is already complete');
  });

  it('lets one of two at the same instant have the 200, the other the 409', async () => {
    const id = await created();
    here.files.putBlock(nameOf(id), '12345');
    const answers = await Promise.all([complete(id), complete(id), complete(id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it.each([
    ['nothing was put', undefined, 5],
    ['fewer bytes than declared', '1234', 5],
    ['more bytes than declared', '123456', 5],
    ['an empty body, undeclared', '', undefined],
  ])('answers 422 where %s, and 200 once the right bytes are there', async (_what, bytes, size) => {
    const id = await created({ ...pdf, ...(size === undefined ? {} : { size }) });
    if (bytes !== undefined) here.files.putBlock(nameOf(id), bytes);
    const answer = await complete(id);
    expect(errorOf(answer)).toEqual([422, 'invalid_request']);
    expect(answer.body.error.message).toContain('uploaded object not found in storage');
    here.files.putBlock(nameOf(id), '12345');
    expect((await complete(id)).status).toBe(200);
  });

  it('takes what the client has committed itself, as one blob or by its own list of blocks', async () => {
    const id = await created();
    here.files.putBlob(nameOf(id), '12345');
    expect((await complete(id)).status).toBe(200);
  });

  it('goes on where an earlier call died after it had committed', async () => {
    const id = await created();
    here.files.putBlock(nameOf(id), '12345');
    await here.deps.staged.commit(nameOf(id), 'application/pdf');
    expect((await complete(id)).status).toBe(200);
  });

  it('pins the version that it found', async () => {
    const id = await created();
    here.files.putBlock(nameOf(id), '12345');
    await complete(id);
    const pinned = here.files.all.get(nameOf(id))!.etag;
    here.files.putBlob(nameOf(id), 'other');
    expect((await here.deps.nylas.sessions.get(id))?.value.blob?.etag).toBe(pinned);
  });

  it('answers 410 after an hour', async () => {
    const id = await created();
    here.files.putBlock(nameOf(id), '12345');
    here.later(hour);
    const answer = await complete(id);
    expect(errorOf(answer)).toEqual([410, 'invalid_request']);
    expect(answer.body.error.message).toBe('upload session has expired');
  });

  it('answers 409, not 410, for one that was completed in time', async () => {
    const id = await created();
    here.files.putBlock(nameOf(id), '12345');
    await complete(id);
    here.later(2 * hour);
    expect(errorOf(await complete(id))).toEqual([409, 'invalid_request']);
  });

  it('does not know an unknown id, nor that of another grant', async () => {
    expect(errorOf(await complete('no-such-id'))).toEqual([404, 'not_found']);
    const id = await created();
    here.files.putBlock(nameOf(id), '12345');
    expect(errorOf(await complete(id, 'adele@contoso.com'))).toEqual([404, 'not_found']);
    expect((await complete(id, 'email:MEGAN@contoso.com')).status).toBe(200);
  });
});

import { randomBytes } from 'node:crypto';
import { graphClient } from '../../../src/adapters/graph/client';
import { outlookUploadSessions } from '../../../src/adapters/graph/outlookSessions';
import type { UploadSessionApi } from '../../../src/core/wire/ports';
import { holdTimers } from '../../support/heldTimers';
import { rawServer } from '../support/rawServer';
import { halfAnAnswer, json, ScriptedServer, scriptedServer } from '../support/scriptedServer';

const item = { form: 'message', segments: ['users', 'megan@contoso.com', 'messages', 'AAMk/a+b='] } as const;
const file = { name: 'q3.pdf', contentType: 'application/pdf', sizeBytes: 10, isInline: false };
const range = { start: 4, end: 7 };
const bytes = Uint8Array.of(1, 2, 3, 4);
const secretPath = "/api/v2.0/Users('oid@tid')/AttachmentSessions('AA=')?authtoken=SECRET";

describe('outlookUploadSessions', () => {
  let graph: ScriptedServer;
  let upload: ScriptedServer;
  let sessions: UploadSessionApi;
  const url = () => upload.origin + secretPath;
  const put = (timeoutMs = 5000) => sessions.put(url(), range, 10, bytes, timeoutMs);

  beforeEach(async () => {
    holdTimers(); // no limit is met because a machine is slow
    [graph, upload] = await Promise.all([scriptedServer(), scriptedServer()]);
    sessions = outlookUploadSessions({
      graph: graphClient({ graphRoot: graph.origin, tokens: async () => 'local' }),
      hosts: [],
      allowLoopback: true,
      shortTimeoutMs: 5000,
    });
  });
  afterEach(async () => {
    expect(graph.unused() + upload.unused()).toBe(0);
    await Promise.all([graph.close(), upload.close()]);
    jest.useRealTimers();
  });

  it('creates a session with the file described, at Graph, with the bearer', async () => {
    graph.answer(json(201, { uploadUrl: url(), nextExpectedRanges: ['0-'] }));
    const reply = await sessions.create(item, file);
    expect(reply).toMatchObject({ kind: 'reply', status: 201, json: { uploadUrl: url() } });
    const [seen] = graph.seen;
    expect(seen?.url).toBe('/v1.0/users/megan%40contoso.com/messages/AAMk%2Fa%2Bb%3D/attachments/createUploadSession');
    expect(seen?.headers.authorization).toBe('Bearer local');
    expect(JSON.parse(seen?.body.toString() ?? '')).toEqual({
      AttachmentItem: { attachmentType: 'file', name: 'q3.pdf', size: 10, contentType: 'application/pdf' },
    });
  });

  it('tells of an inline file when the session is made, since it cannot be told later', async () => {
    graph.answer(json(201, {}));
    await sessions.create(item, { ...file, isInline: true, contentId: 'logo' });
    expect(JSON.parse(graph.seen[0]?.body.toString() ?? '')).toMatchObject({
      AttachmentItem: { isInline: true, contentId: 'logo' },
    });
  });

  it('puts a range to the URL as it came, with its three headers and no bearer', async () => {
    upload.answer(json(200, { nextExpectedRanges: ['8'] }, { 'request-id': 'r-1' }));
    expect(await put()).toMatchObject({ status: 200, json: { nextExpectedRanges: ['8'] }, requestId: 'r-1' });
    const [seen] = upload.seen;
    expect(seen).toMatchObject({ method: 'PUT', url: secretPath });
    expect(seen?.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '4',
      'content-range': 'bytes 4-7/10',
    });
    expect(seen?.headers).not.toHaveProperty('authorization');
    expect(seen?.body).toEqual(Buffer.from(bytes));
  });

  it('sends Content-Length and the bytes alone on the wire, never chunks', async () => {
    const raw = await rawServer();
    const whole = randomBytes(3_932_160);
    const reply = await sessions.put(raw.origin, { start: 0, end: whole.length - 1 }, whole.length, whole, 5000);
    expect(reply).toMatchObject({ status: 201 });
    const received = raw.received();
    const headEnd = received.indexOf('\r\n\r\n');
    const head = received.toString('latin1', 0, headEnd).toLowerCase();
    expect(head).toContain('\r\ncontent-length: 3932160');
    expect(head).not.toContain('transfer-encoding');
    expect(received.subarray(headEnd + 4).equals(whole)).toBe(true);
    await raw.close();
  });

  it('gives the Location of the last answer, whose body is empty', async () => {
    upload.answer({ status: 201, headers: { Location: "https://x/Attachments('AA=')" } });
    expect(await put()).toMatchObject({ status: 201, location: "https://x/Attachments('AA=')", json: undefined });
  });

  it.each([400, 401, 404, 413, 416, 421, 429, 503])('gives an answer of %d as a reply', async (status) => {
    upload.answer(json(status, { error: { code: 'x' } }, { 'Retry-After': '2.128' }));
    expect(await put()).toMatchObject({ kind: 'reply', status, json: { error: { code: 'x' } }, retryAfter: '2.128' });
  });

  it('asks for the status and cancels at the same URL, without a bearer', async () => {
    upload.answer(json(200, { NextExpectedRanges: ['4-'] }), { status: 204 });
    expect(await sessions.status(url())).toMatchObject({ status: 200 });
    expect(await sessions.cancel(url())).toMatchObject({ status: 204 });
    expect(upload.seen.map(({ method }) => method)).toEqual(['GET', 'DELETE']);
    for (const { headers } of upload.seen) expect(headers).not.toHaveProperty('authorization');
  });

  it('calls a connection that breaks a reset', async () => {
    upload.answer('reset', halfAnAnswer(200, '{"nextExp'));
    expect(await put()).toMatchObject({ kind: 'fault', fault: 'reset' });
    expect(await put()).toMatchObject({ kind: 'fault', fault: 'reset' });
  });

  it('calls a kept connection that went stale a reset, and sends nothing a second time by itself', async () => {
    upload.answer(json(200, {}), 'reset', json(200, {}));
    await put();
    expect(await put()).toMatchObject({ kind: 'fault', fault: 'reset' });
    expect(upload.seen).toHaveLength(2);
    expect(await put()).toMatchObject({ kind: 'reply' });
  });

  it('keeps the status of an error whose body breaks off', async () => {
    upload.answer(halfAnAnswer(503, '{"err'));
    expect(await put()).toMatchObject({ kind: 'reply', status: 503, json: undefined });
  });

  it('ends a PUT that gets no answer in time', async () => {
    upload.answer('silence');
    expect(await put(50)).toMatchObject({ kind: 'fault', fault: 'timeout' });
  });

  it('follows no redirect: the bytes go to one host', async () => {
    upload.answer({ status: 307, headers: { Location: `${graph.origin}/elsewhere` } });
    expect(await put()).toMatchObject({ kind: 'fault', fault: 'redirected', host: new URL(graph.origin).host });
    expect(graph.seen).toHaveLength(0);
  });

  it('sends nothing to a host that is not allowed', async () => {
    const strict = outlookUploadSessions({
      graph: graphClient({ graphRoot: graph.origin, tokens: async () => 'local' }),
      hosts: ['outlook.office.com'],
      allowLoopback: false,
    });
    const replies = [
      await strict.put(url(), range, 10, bytes, 50),
      await strict.status(url()),
      await strict.cancel(url()),
    ];
    for (const reply of replies) expect(reply).toMatchObject({ kind: 'fault', fault: 'blocked' });
    expect(upload.seen).toHaveLength(0);
  });

  it('says the URL in no fault', async () => {
    upload.answer('reset', 'silence', { status: 302, headers: { Location: '/' } }, halfAnAnswer(200, '{'));
    const faults = [
      await put(),
      await put(50),
      await put(),
      await put(),
      await sessions.put('https://evil.example/?SECRET', range, 10, bytes, 50),
    ];
    for (const fault of faults) expect(fault.kind).toBe('fault');
    expect(JSON.stringify(faults)).not.toMatch(/SECRET|AttachmentSessions/);
  });

  it('throws where the bytes are not as long as their range, which is a bug', async () => {
    await expect(sessions.put(url(), { start: 0, end: 9 }, 10, bytes, 50)).rejects.toThrow(RangeError);
  });
});

import { http, MB, MiB, rangeHeaders, SEEDED, sha256, someBytes, standInForSuite } from './standIn';

const suite = standInForSuite();
const size = 5 * MiB + 17;
const bytes = someBytes(size);

describe('an upload session on a message', () => {
  it('answers as the service does, from the first range to the attachment', async () => {
    const outlook = suite.it;
    const made = await outlook.graph('POST', `${SEEDED.draft}/attachments/createUploadSession`, {
      AttachmentItem: {
        attachmentType: 'file',
        name: 'flower',
        size,
        contentType: 'image/png',
        isInline: true,
        contentId: 'logo',
      },
    });
    expect(made.status).toBe(201);
    expect(made.json['@odata.context']).toMatch(/\/v1\.0\/\$metadata#microsoft\.graph\.uploadSession$/);
    expect(made.json.uploadUrl).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/api\/v2\.0\/Users\('[^']+@[^']+'\)\/Messages\('AAMk[^']+='\)\/AttachmentSessions\('AAMk[^']+='\)\?authtoken=eyJ.{400,}$/,
    );
    expect(new URL(made.json.uploadUrl).origin).not.toBe(outlook.graphUrl);
    expect(made.json.expirationDateTime).toMatch(/^2026-01-01T02:00:00\.\d{7}Z$/);
    expect(made.json.nextExpectedRanges).toEqual(['0-']);

    const first = await outlook.put(made.json.uploadUrl, bytes.subarray(0, 4 * MiB), 0, size);
    expect(first.status).toBe(200);
    expect(first.json).toMatchObject({
      ExpirationDateTime: made.json.expirationDateTime,
      nextExpectedRanges: [String(4 * MiB)],
    });
    expect(await outlook.list('attachments')).toEqual([]);

    const last = await outlook.put(made.json.uploadUrl, bytes.subarray(4 * MiB), 4 * MiB, size);
    expect(last.status).toBe(201);
    expect(last.bytes).toHaveLength(0);
    expect(last.headers['content-length']).toBe('0');
    const id = /\/Attachments\('(AAMk[^']+)'\)$/.exec(last.headers.location ?? '')?.[1];

    const [attachment] = await outlook.list(`attachments?item=${encodeURIComponent(SEEDED.draft)}`);
    const expected = { id, name: 'flower', bytes: size, sha256: sha256(bytes), method: 'session', item: SEEDED.draft };
    expect(attachment).toMatchObject({ ...expected, isInline: true, contentId: 'logo', contentType: 'image/png' });
    expect(await outlook.rules()).toEqual([]);
  });

  it('takes the file in one PUT, and the lower-case body and the alias of the action', async () => {
    const body = { attachmentItem: { attachmentType: 'file', name: 'one', size: 3 * MiB - 1 } };
    const { json } = await suite.it.graph(
      'POST',
      `${SEEDED.draft}/attachments/microsoft.graph.createUploadSession`,
      body,
    );
    expect((await suite.it.upload(json.uploadUrl, someBytes(3 * MiB - 1), 4 * MiB)).status).toBe(201);
    expect(await suite.it.rules()).toEqual([]);
  });

  it('deletes a session for good: 204, then 404 to every further request', async () => {
    const url = await suite.it.openSession(SEEDED.draft, size);
    await suite.it.put(url, bytes.subarray(0, MiB), 0, size);
    expect((await http('DELETE', url)).status).toBe(204);
    expect((await http('DELETE', url)).status).toBe(404);
    expect((await suite.it.put(url, bytes.subarray(MiB, 2 * MiB), MiB, size)).json.error.code).toBe(
      'ErrorItemNotFound',
    );
    expect((await http('GET', url)).status).toBe(404);
    expect(await suite.it.list('attachments')).toEqual([]);
    expect((await suite.it.list('sessions'))[0]!.state).toBe('cancelled');
  });

  it('ends with its item', async () => {
    const draft = await suite.it.newDraft();
    const url = await suite.it.openSession(draft, size);
    await suite.it.graph('DELETE', draft);
    expect((await suite.it.put(url, bytes.subarray(0, MiB), 0, size)).json.error.code).toBe('ErrorItemNotFound');
    expect((await suite.it.list('sessions'))[0]!.state).toBe('cancelled');
  });

  it('expires at a time that no range moves', async () => {
    await suite.it.control('PATCH', 'config', { sessionMinutes: 1 });
    const url = await suite.it.openSession(SEEDED.draft, size);
    suite.it.nowMs += 59_000;
    expect((await suite.it.put(url, bytes.subarray(0, MiB), 0, size)).status).toBe(200);
    suite.it.nowMs += 1_000;
    expect((await suite.it.put(url, bytes.subarray(MiB, 2 * MiB), MiB, size)).status).toBe(404);
    expect((await suite.it.list('sessions'))[0]!.state).toBe('expired');
  });

  it.each(['json', '404', '405'])('answers a status query as configured: %s', async (statusGet) => {
    await suite.it.control('PATCH', 'config', { statusGet });
    const url = await suite.it.openSession(SEEDED.draft, size);
    const { status, json } = await http('GET', url);
    expect(status).toBe(statusGet === 'json' ? 200 : Number(statusGet));
    if (statusGet === 'json') expect(json.nextExpectedRanges).toEqual(['0']);
  });

  it('spells keys, ranges and the Location as configured', async () => {
    const spelled = async (styles: object) => {
      await suite.it.control('PATCH', 'config', { styles });
      const url = await suite.it.openSession(SEEDED.draft, size);
      const { json } = await suite.it.put(url, bytes.subarray(0, 3 * MiB), 0, size);
      const { headers } = await suite.it.put(url, bytes.subarray(3 * MiB), 3 * MiB, size);
      return { keys: Object.keys(json).slice(1), ranges: Object.values(json)[2], location: headers.location };
    };
    expect(await spelled({ keys: 'pascal', ranges: 'N-', location: 'encoded' })).toMatchObject({
      keys: ['ExpirationDateTime', 'NextExpectedRanges'],
      ranges: [`${3 * MiB}-`],
      location: expect.stringMatching(/Attachments\('AAMk[^']+%3D'\)$/),
    });
    expect(await spelled({ keys: 'camel', ranges: 'N-M', location: 'lower' })).toMatchObject({
      keys: ['expirationDateTime', 'nextExpectedRanges'],
      ranges: [`${3 * MiB}-${size - 1}`],
      location: expect.stringMatching(/\/users\('.*\/messages\('.*\/attachments\('AAMk[^']+='\)$/),
    });
  });

  it('takes one of two PUTs of a range at once, and keeps the bytes of that one', async () => {
    await suite.it.control('PATCH', 'config', { latencyMs: { put: 30 } });
    const url = await suite.it.openSession(SEEDED.draft, size);
    const first = bytes.subarray(0, MiB);
    const other = Buffer.alloc(MiB, 7);
    const both = await Promise.all([first, other].map((part) => suite.it.put(url, part, 0, size)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 416]);
    const taken = both[0]?.status === 200 ? first : other;
    await suite.it.put(url, bytes.subarray(MiB), MiB, size);
    expect((await suite.it.list('attachments'))[0]!.sha256).toBe(sha256(Buffer.concat([taken, bytes.subarray(MiB)])));
  });

  it('commits nothing of a PUT whose session is cancelled while it is under way', async () => {
    await suite.it.control('PATCH', 'config', { latencyMs: { put: 100 } });
    const small = someBytes(3 * MB);
    const url = await suite.it.openSession(SEEDED.draft, small.length);
    const last = suite.it.put(url, small, 0, small.length);
    const cancelled = await http('DELETE', url);
    expect([cancelled.status, (await last).status]).toEqual([204, 404]);
    expect(await suite.it.list('attachments')).toEqual([]);
  });
});

describe('what the upload origin refuses and records', () => {
  const head = rangeHeaders(0, 9, size);
  const ten = bytes.subarray(0, 10);

  it.each([
    ['a bearer', { ...head, authorization: 'Bearer local' }, 401, 'InvalidAudienceForResource', 'bearerOnUpload'],
    [
      'a chunked body',
      { ...head, 'content-length': undefined, 'transfer-encoding': 'chunked' },
      411,
      'LengthRequired',
      'chunkedBody',
    ],
    ['no Content-Range', { ...head, 'content-range': undefined }, 400, 'invalidRange', 'contentRangeWrong'],
    [
      'a Content-Range of another length',
      { ...head, 'content-range': `bytes 0-10/${size}` },
      400,
      'invalidRange',
      'contentLengthWrong',
    ],
    ['another total', { ...head, 'content-range': 'bytes 0-9/10' }, 400, 'invalidRange', 'totalWrong'],
    ['another Content-Type', { ...head, 'content-type': 'image/png' }, 415, 'UnsupportedMediaType', 'contentTypeWrong'],
    ['a gap', { ...head, 'content-range': `bytes 10-19/${size}` }, 416, 'invalidRange', 'rangeGap'],
  ])('%s', async (_, headers, status, code, rule) => {
    const url = await suite.it.openSession(SEEDED.draft, size);
    const sent = Object.entries(headers).filter(([, value]) => value !== undefined);
    const answer = await http('PUT', url, Object.fromEntries(sent) as Record<string, string>, ten);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
    expect(await suite.it.rules()).toEqual([rule]);
  });

  it('a URL whose token was changed, and sessions it does not know', async () => {
    const url = await suite.it.openSession(SEEDED.draft, size);
    expect((await suite.it.put(`${url}x`, ten, 0, size)).status).toBe(401);
    const other = url.replace(/AttachmentSessions\('AAMk/, "AttachmentSessions('BBMk");
    expect((await suite.it.put(other, ten, 0, size)).json.error.code).toBe('ErrorItemNotFound');
  });

  it('records a range over 4 MiB, but takes it', async () => {
    const url = await suite.it.openSession(SEEDED.draft, size);
    expect((await suite.it.put(url, bytes, 0, size)).status).toBe(201);
    expect(await suite.it.list('violations')).toMatchObject([{ rule: 'rangeLongerThanAdvised', level: 'note' }]);
  });

  it('a repeated range, with the lower level of what a lost reply may cause', async () => {
    const url = await suite.it.openSession(SEEDED.draft, size);
    await suite.it.put(url, ten, 0, size);
    expect((await suite.it.put(url, ten, 0, size)).status).toBe(416);
    expect(await suite.it.list('violations?level=bug')).toEqual([]);
    expect(await suite.it.list('violations')).toMatchObject([{ rule: 'rangeRepeated', level: 'note' }]);
  });
});

describe('what createUploadSession refuses', () => {
  const ask = (item: object) =>
    suite.it.graph('POST', `${SEEDED.draft}/attachments/createUploadSession`, { AttachmentItem: item });
  const file = { attachmentType: 'file', name: 'flower', size };

  it.each([
    [
      'a file below the minimum',
      { ...file, size: 2_999_999 },
      400,
      'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
    ],
    ['a file above 150 MiB', { ...file, size: 150 * MiB + 1 }, 413, 'ErrorAttachmentSizeLimitExceeded'],
    [
      'an item attachment',
      { ...file, attachmentType: 'item' },
      405,
      'ErrorAttachmentSessionIsSupportedOnlyForFileAttachments',
    ],
    ['a body without size', { ...file, size: undefined }, 400, 'UnableToDeserializePostBody'],
    ['a property that does not exist', { ...file, length: 3 }, 400, 'UnableToDeserializePostBody'],
  ])('%s', async (_, item, status, code) => {
    const answer = await ask(item);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
    expect(await suite.it.rules()).toHaveLength(1);
  });

  it('takes exactly 150 MiB and exactly the minimum', async () => {
    expect((await ask({ ...file, size: 150 * MiB })).status).toBe(201);
    expect((await ask({ ...file, size: 3 * MB })).status).toBe(201);
  });

  it('an item that is not there', async () => {
    const answer = await suite.it.graph(
      'POST',
      'users/megan@contoso.com/messages/AAMkNone=/attachments/createUploadSession',
      {
        AttachmentItem: file,
      },
    );
    expect([answer.status, answer.json.error.code]).toEqual([404, 'ErrorItemNotFound']);
    expect(await suite.it.rules()).toEqual([]);
  });

  it('files that outgrow the limit of the message, at the range where it happens', async () => {
    await suite.it.control('PATCH', 'config', { messageMaxBytes: 4 * MiB });
    const url = await suite.it.openSession(SEEDED.draft, size);
    expect((await suite.it.put(url, bytes.subarray(0, 4 * MiB), 0, size)).status).toBe(200);
    const over = await suite.it.put(url, bytes.subarray(4 * MiB), 4 * MiB, size);
    expect(over.json.error.code).toBe('ErrorMessageSizeExceeded');
  });
});

import { http, MiB, rangeHeaders, SEEDED, sha256, someBytes, standInForSuite } from './standIn';

const suite = standInForSuite();
const task = SEEDED.todoTask;
const bearer = { authorization: 'Bearer local' };
const bytes = someBytes(5 * MiB);

async function open(size = bytes.length): Promise<string> {
  const body = { attachmentInfo: { attachmentType: 'file', name: 'flower', size } };
  const { status, json } = await suite.it.graph('POST', `${task}/attachments/createUploadSession`, body);
  expect(status).toBe(200);
  return json.uploadUrl;
}

const put = (url: string, start: number, end: number, headers: object = bearer) =>
  http('PUT', url, { ...rangeHeaders(start, end, bytes.length), ...headers }, bytes.subarray(start, end + 1));

describe("To Do's own protocol", () => {
  it('stays on Graph, wants the bearer, and names the attachment without brackets', async () => {
    const url = await open();
    expect(url).toMatch(
      new RegExp(`^${suite.it.graphUrl}/v1\\.0/users/[0-9a-f-]{36}/todo/lists/.+/tasks/.+/attachmentSessions/[^/]+$`),
    );
    const first = await put(`${url}/content`, 0, 3 * MiB - 1);
    expect([first.status, first.json.NextExpectedRanges]).toEqual([200, [String(3 * MiB)]]);
    const last = await put(`${url}/content`, 3 * MiB, bytes.length - 1);
    expect([last.status, last.bytes.length]).toEqual([201, 0]);
    const id = decodeURIComponent(/\/Attachments\/([^/()]+)$/.exec(last.headers.location ?? '')?.[1] ?? '');
    const [held] = await suite.it.list('attachments');
    expect(held).toMatchObject({ id, kind: 'todoFile', sha256: sha256(bytes) });
    const shown = await suite.it.graph('GET', `${task}/attachments/${id}`);
    expect(shown.json.value).toMatchObject({ '@odata.type': '#microsoft.graph.taskFileAttachment', name: 'flower' });
    expect(await suite.it.rules()).toEqual([]);
  });

  it.each([
    ['a PUT without /content', '', 0, 9, bearer, 404, 'todoWithoutContent'],
    ['a PUT without bearer', '/content', 0, 9, {}, 401, 'bearerMissing'],
    ['a range over 4 MiB', '/content', 0, 4 * MiB, bearer, 413, 'rangeTooLong'],
  ])('refuses %s', async (_, suffix, start, end, headers, status, rule) => {
    expect((await put(`${await open()}${suffix}`, start, end, headers)).status).toBe(status);
    expect(await suite.it.rules()).toEqual([rule]);
  });

  it('takes sessions from one byte up to 25 MiB, in its own wrapper only', async () => {
    await open(1);
    await open(25 * MiB);
    const create = (body: object) => suite.it.graph('POST', `${task}/attachments/createUploadSession`, body);
    expect((await create({ attachmentInfo: { attachmentType: 'file', name: 'f', size: 25 * MiB + 1 } })).status).toBe(
      413,
    );
    expect((await create({ AttachmentItem: { attachmentType: 'file', name: 'f', size: 9 } })).status).toBe(400);
  });

  it('tells the status of a session and cancels it', async () => {
    const url = await open();
    expect((await http('GET', url, bearer)).json.NextExpectedRanges).toEqual(['0']);
    expect((await http('DELETE', url, bearer)).status).toBe(204);
    expect((await http('GET', url, bearer)).status).toBe(404);
  });

  it('takes a taskFileAttachment by POST and shows no contentBytes, and no other kind', async () => {
    const small = { name: 'a', contentBytes: 'YQ==' };
    const made = await suite.it.graph('POST', `${task}/attachments`, {
      '@odata.type': '#microsoft.graph.taskFileAttachment',
      ...small,
    });
    expect(made.status).toBe(201);
    expect(made.json).not.toHaveProperty('contentBytes');
    const { json } = await suite.it.graph('GET', `${task}/attachments`);
    expect(json.value[0]).not.toHaveProperty('contentBytes');
    const other = await suite.it.graph('POST', `${task}/attachments`, {
      '@odata.type': '#microsoft.graph.fileAttachment',
      ...small,
    });
    expect(other.status).toBe(400);
  });
});

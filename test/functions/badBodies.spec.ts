import { httpRequest } from './support/world';
import { jsonOf, readJson, smallBodyBytes } from '../../src/functions/api/body';
import { jsonExcess, mostValues } from '../../src/functions/api/jsonScan';
import { createFile } from '../../src/functions/api/createFile';
import { world } from './support/world';
import { deliveryWorld, item, mailbox, message } from './deliveries/deliveryWorld';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const scan = (text: string) => jsonExcess(bytes(text));
const MiB4 = 4 * 1024 * 1024;

describe('a JSON body, before it is parsed', () => {
  it('is refused where it is deeper or has more values than anything asked for here', () => {
    expect(scan('['.repeat(101))).toBe('tooDeep');
    expect(scan('['.repeat(100) + ']'.repeat(100))).toBeUndefined();
    expect(scan(`[${'1,'.repeat(mostValues)}1]`)).toBe('tooMany');
    expect(scan(`[${'1,'.repeat(mostValues - 2)}1]`)).toBeUndefined();
    expect(scan(`[${'{},'.repeat(mostValues / 2)}1]`)).toBe('tooMany');
  });

  it('is not judged by what stands in its texts', () => {
    const text = JSON.stringify({ name: `${'[{,'.repeat(60_000)}\\"`, other: '\\' });
    expect(scan(text)).toBeUndefined();
    expect(scan(`${text.slice(0, -1)},"deep":${'['.repeat(100)}`)).toBe('tooDeep');
  });

  it('may end anywhere: the parser tells', async () => {
    for (const text of ['"', '"a\\', '{"a":"', ']]]', '\\"']) {
      expect(scan(text)).toBeUndefined();
      expect(await jsonOf(httpRequest({ method: 'POST', text }), MiB4)).toEqual({ fault: 'notJson' });
    }
  });

  it.each([
    ['4 MiB of brackets', '['.repeat(MiB4), 'InvalidRequest'],
    ['a flat list of 2 million numbers', `[${'1,'.repeat(2_000_000)}1]`, 'InvalidRequest'],
    [
      '200,000 unknown fields',
      `{${Array.from({ length: 200_000 }, (_, i) => `"a${i}":1`).join(',')}}`,
      'InvalidRequest',
    ],
    ['a long text where paths are enough', JSON.stringify({ name: 'x'.repeat(smallBodyBytes) }), 'RequestTooLarge'],
  ])('of %s is refused without work', async (_what, text, code) => {
    const request = httpRequest({ method: 'POST', text });
    await expect(readJson(request, () => smallBodyBytes)).rejects.toMatchObject({ problem: { code } });
  });
});

describe('a compressed body', () => {
  const refused = { problem: { code: 'UnsupportedMediaType', detail: expect.stringContaining('Content-Encoding') } };
  const request = (encoding: string) =>
    httpRequest({ method: 'POST', json: {}, headers: { 'content-encoding': encoding } });

  it('is refused by its header, and told so', async () => {
    for (const encoding of ['gzip', 'identity, br'])
      await expect(readJson(request(encoding), () => smallBodyBytes)).rejects.toMatchObject(refused);
    expect(await readJson(request('Identity'), () => smallBodyBytes)).toEqual({});
  });
});

describe('what may be long', () => {
  const attachments = [{ blob: 'uploads/a.pdf' }];

  it('is a message, and not the paths of a delivery', async () => {
    const { post } = deliveryWorld();
    const body = { contentType: 'html', content: 'x'.repeat(1024 * 1024) };
    expect((await post({ mailbox, message: { ...message, body }, attachments })).status).toBe(202);
    const answer = await post({ item, attachments, reference: 'x'.repeat(600 * 1024) });
    expect([answer.status, answer.body['code']]).toEqual([413, 'RequestTooLarge']);
  });

  it('are the files of a delivery, a hundred with long names', async () => {
    const { post, putBlob } = deliveryWorld();
    const name = `${'long name '.repeat(80)}.pdf`;
    putBlob(`uploads/${name}`, 1000); // a hundred of them fit into one message
    const files = Array.from({ length: 100 }, (_, no) => ({
      blob: `uploads/${name}`,
      name: `${no}${'n'.repeat(250)}`,
    }));
    expect((await post({ item, attachments: files })).status).toBe(202);
  });

  it('are names that a client writes in ASCII, as Python does by default', async () => {
    const { post, putBlob } = deliveryWorld();
    const name = '漢'.repeat(1000);
    putBlob(`uploads/${name}`, 1000);
    const files = Array.from({ length: 100 }, (_, no) => ({
      blob: `uploads/${name}`,
      name: `${no}${'漢'.repeat(250)}`,
    }));
    const text = JSON.stringify({ item, attachments: files }).replaceAll('漢', '\\u6f22');
    expect(text.length).toBeGreaterThan(700_000);
    expect((await post(undefined, {}, text)).status).toBe(202);
  });
});

describe('a message that brings its own attachments', () => {
  it.each(['attachments', 'Attachments', 'attachments@odata.bind', ' ATTACHMENTS'])('is refused: %s', async (name) => {
    const { post } = deliveryWorld();
    const answer = await post({
      mailbox,
      message: { ...message, [name]: [] },
      attachments: [{ blob: 'uploads/a.pdf' }],
    });
    expect([answer.status, answer.body.errors?.map(({ pointer }) => pointer)]).toEqual([400, [`/message/${name}`]]);
  });
});

describe('names and types that the service would refuse late', () => {
  const files = world({});
  const staged = {
    ...files.deps,
    staged: { folderOf: (id: string) => id, uploadUrl: async () => 'url' },
  } as unknown as typeof files.deps;
  const file = (json: unknown) => createFile(httpRequest({ method: 'POST', json }), staged);

  it.each(['\ud800x', 'a\ufffe.txt', 'a\u0001b', 'a/b', '..'])('are refused as a file: %j', async (name) => {
    await expect(file({ name })).rejects.toMatchObject({ problem: { code: 'InvalidRequest' } });
  });

  it.each(['text/html; x=漢', 'text/plain\r\nX: 1', 'text', 'text/plain; =', '漢/x'])(
    'are refused as a content type: %j',
    async (contentType) => {
      await expect(file({ name: 'a', contentType })).rejects.toMatchObject({ problem: { code: 'InvalidRequest' } });
    },
  );

  it.each(['text/html; charset=utf-8', 'application/vnd.ms-excel', 'text/plain;format="a b"', 'image/svg+xml;'])(
    'are told from good ones: %s',
    async (contentType) => {
      expect((await file({ name: 'ü (1).txt', contentType })).status).toBe(201);
    },
  );
});

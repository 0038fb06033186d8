import '../../orchestrators/support/quietFunctions';
import { createFile } from '../../../src/functions/api/createFile';
import { UploadError } from '../../../src/core/errors';
import { memoryStaged } from '../support/memoryNylas';
import { httpRequest, jsonOf, world } from '../support/world';

const file = { name: 'q3.pdf', contentType: 'application/pdf', size: 12_582_912 };

function ask(json: unknown, settings = {}) {
  const here = world(settings);
  const files = memoryStaged(here.deps.clock);
  const request = httpRequest({ method: 'POST', path: '/api/files', json });
  return { files, answer: createFile(request, { ...here.deps, staged: files.staged }) };
}
const refusalOf = async (json: unknown, settings = {}): Promise<UploadError['problem']> => {
  const { answer, files } = ask(json, settings);
  const refusal = await answer.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  expect(refusal).toBeInstanceOf(UploadError);
  expect(files.urls).toEqual([]);
  return (refusal as UploadError).problem;
};

it('gives a place below uploads/.staged and a URL that can write it for an hour', async () => {
  const { files, answer } = ask(file);
  const { status, headers } = await answer;
  expect(status).toBe(201);
  expect(headers).toMatchObject({ 'cache-control': 'no-store' });
  const body = jsonOf(await answer);
  expect(body).toEqual({
    blob: expect.stringMatching(/^uploads\/\.staged\/[0-9a-f-]{36}\/q3\.pdf$/),
    uploadUrl: expect.stringContaining('sig='),
    expiresAt: '2026-11-22T10:00:00.000Z',
    blockSize: 4_194_304,
  });
  expect(files.urls).toEqual([
    {
      name: String(body['blob']).slice('uploads/'.length),
      use: 'anyWrite',
      expiresAt: Date.parse('2026-11-22T10:00:00Z'),
    },
  ]);
});

it('needs no more than a name', async () => {
  expect((await ask({ name: 'ü #1.txt' }).answer).status).toBe(201);
});

it.each([
  ['no name', { size: 1 }, '/name'],
  ['an empty name', { name: '' }, '/name'],
  ['a path as a name', { name: '../../x' }, '/name'],
  ['a name of dots', { name: '..' }, '/name'],
  ['a long name', { name: 'x'.repeat(256) }, '/name'],
  ['a control character', { name: 'a\nb' }, '/name'],
  ['a broken content type', { ...file, contentType: 'pdf' }, '/contentType'],
  ['a negative size', { ...file, size: -1 }, '/size'],
  ['a size as text', { ...file, size: '1' }, '/size'],
  ['an unknown field', { ...file, folder: 'x' }, '/folder'],
])('refuses %s by name', async (_what, json, pointer) => {
  const problem = await refusalOf(json);
  expect(problem).toMatchObject({ code: 'InvalidRequest', errors: [{ pointer }] });
});

it('refuses all of it together', async () => {
  expect((await refusalOf({ size: -1, x: 1 })).errors).toHaveLength(3);
});

it('refuses before a byte is sent what POST /api/uploads would refuse after', async () => {
  expect((await refusalOf({ ...file, size: 0 })).code).toBe('EmptyBlob');
  expect((await refusalOf({ ...file, size: 157_286_401 })).code).toBe('AttachmentTooLarge');
  expect((await refusalOf(file, { allowedContainers: ['outbox'] })).code).toBe('ContainerNotAllowed');
});

import { holdTimers, letPass, untilSo } from '../../support/heldTimers';
import { http, MiB, SEEDED, sha256, someBytes, standInForSuite, encoded, type Answer } from './standIn';

const suite = standInForSuite();
const small = Buffer.from('soup, bread, apples.');
const large = someBytes(3 * MiB + 5);
const configure = (value: object) => suite.it.control('PATCH', 'config', { value });

async function attachBoth(): Promise<{ small: string; large: string }> {
  const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: small.toString('base64') };
  const { id } = (await suite.it.graph('POST', `${SEEDED.draft}/attachments`, file)).json;
  await suite.it.upload(await suite.it.openSession(SEEDED.draft, large.length), large);
  return { small: id, large: (await suite.it.list('attachments'))[1]!.id };
}

const value = (id: string, range?: string): Promise<Answer> =>
  http('GET', `${suite.it.graphUrl}/v1.0/${encoded(SEEDED.draft)}/attachments/${encodeURIComponent(id)}/$value`, {
    authorization: 'Bearer local',
    ...(range === undefined ? {} : { range }),
  });

afterEach(() => suite.it.faultsConsumed());

describe('$value by size', () => {
  it('fails for ever above a size, as reported for 35 MB and more, and is right below', async () => {
    await configure({ rules: [{ minBytes: 1 * MiB, answer: 'fails' }] });
    const ids = await attachBoth();
    for (let n = 0; n < 3; n++) {
      const refused = await value(ids.large);
      expect([refused.status, refused.json.error]).toMatchObject([504, { code: 'UnknownError', message: '' }]);
    }
    expect((await value(ids.small)).bytes).toEqual(small);
  });

  it('fails only after a while where it is told so', async () => {
    await configure({ rules: [{ answer: 'fails', status: 503, code: 'ErrorServerBusy', afterMs: 20 }] });
    const { small: id } = await attachBoth();
    holdTimers(); // the stand-in runs in this process
    const asked = value(id);
    const inFlight = async () => Number((await suite.it.list('mailboxes'))[0]!['inFlight']);
    await untilSo(async () => (await inFlight()) === 1);
    letPass(20);
    expect((await asked).json.error.code).toBe('ErrorServerBusy');
    jest.useRealTimers();
  });

  it.each([
    [true, '0', undefined],
    [false, undefined, 'chunked'],
  ])('is 200 with nothing (its length told: %s)', async (tellsLength, length, encoding) => {
    await configure({ rules: [{ maxBytes: 100, answer: 'empty', tellsLength }] });
    const ids = await attachBoth();
    const { status, bytes, headers } = await value(ids.small);
    expect([status, bytes.length, headers['content-type']]).toEqual([200, 0, 'text/plain']);
    expect([headers['content-length'], headers['transfer-encoding']]).toEqual([length, encoding]);
    expect(sha256((await value(ids.large)).bytes)).toBe(sha256(large));
  });

  it.each([
    [true, '4'],
    [false, undefined],
  ])('is a strict prefix with no word of the rest (its length told: %s)', async (tellsLength, length) => {
    await configure({ rules: [{ answer: 'prefix', prefixBytes: 4, tellsLength }] });
    const { status, bytes, headers } = await value((await attachBoth()).small);
    expect([status, bytes.toString(), headers['content-length']]).toEqual([200, 'soup', length]);
    await configure({ rules: [{ answer: 'prefix', prefixBytes: 4000, tellsLength }] });
    expect((await value((await attachBoth()).small)).bytes).toEqual(small.subarray(0, small.length - 1));
  });

  it('is short or empty once by a script', async () => {
    const ids = await attachBoth();
    await suite.it.faults(
      { on: { op: 'getValue' }, do: { value: 'empty' } },
      { on: { op: 'getValue' }, do: { value: { prefixBytes: 4 } } },
    );
    expect((await value(ids.small)).bytes).toHaveLength(0);
    expect((await value(ids.small)).bytes.toString()).toBe('soup');
    expect((await value(ids.small)).bytes).toEqual(small);
  });
});

describe('Range on $value', () => {
  it('is ignored by default: 200 and all of it', async () => {
    const { status, bytes } = await value((await attachBoth()).small, 'bytes=0-3');
    expect([status, bytes.length]).toEqual([200, small.length]);
  });

  it.each([
    ['bytes=0-3', 'soup', 'bytes 0-3/20'],
    ['bytes=6-', 'bread, apples.', 'bytes 6-19/20'],
    ['bytes=-7', 'apples.', 'bytes 13-19/20'],
    ['bytes=13-99', 'apples.', 'bytes 13-19/20'],
  ])('is taken where it is switched on: %s', async (range, text, told) => {
    await configure({ range: 'honoured' });
    const { status, bytes, headers } = await value((await attachBoth()).small, range);
    expect([status, bytes.toString(), headers['content-range']]).toEqual([206, text, told]);
  });

  it('reaches the parts of a file that does not come as a whole', async () => {
    await configure({ range: 'honoured', rules: [{ minBytes: 2 * MiB, answer: 'fails' }] });
    const { large: id } = await attachBoth();
    expect((await value(id)).status).toBe(504);
    const parts = [];
    for (let start = 0; start < large.length; start += MiB)
      parts.push((await value(id, `bytes=${start}-${start + MiB - 1}`)).bytes);
    expect(sha256(Buffer.concat(parts))).toBe(sha256(large));
  });

  it('beyond the end is not satisfiable', async () => {
    await configure({ range: 'honoured' });
    const { status, headers } = await value((await attachBoth()).small, 'bytes=20-');
    expect([status, headers['content-range']]).toEqual([416, 'bytes */20']);
  });
});

describe('size', () => {
  it('is 158 to 240 more than the bytes of a small file, and 4.5 % more for a large one', async () => {
    await attachBoth();
    const { json } = await suite.it.graph('GET', `${SEEDED.draft}/attachments?$select=size`);
    const [ofSmall = 0, ofLarge = 0] = json.value.map(({ size }) => size);
    expect(ofSmall - small.length).toBeGreaterThanOrEqual(158);
    expect(ofSmall - small.length).toBeLessThanOrEqual(240);
    expect(ofLarge).toBe(Math.ceil(large.length * 1.045));
  });
});
